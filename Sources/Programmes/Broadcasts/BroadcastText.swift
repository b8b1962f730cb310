package import Core

/// What may be sent to many people at once.
package enum BroadcastText {
    /// Why a text is not sent.
    package enum Problem: Error, Sendable, Equatable {
        case empty
        /// - Parameter by: how many characters it is too long.
        case tooLong(by: Int)
        /// It speaks of an incident. To spread who is said to have done something to whom is forbidden before
        /// anybody has looked into it, and it endangers the child.
        /// - Source: Law on Teachers 73/2025/QH15, article 11.3.
        case incident(Triage.Level)

        /// Stable; for `--json` and for choosing a reply.
        package var code: String {
            switch self {
            case .empty: "empty"
            case .tooLong: "too_long"
            case .incident: "incident"
            }
        }

        /// What is wrong and how to mend it, for whoever wrote the text.
        package var text: String {
            switch self {
            case .empty: "The text is empty. Write what people should read."
            case .tooLong(let count): "The text is \(count) characters too long; at most \(BroadcastText.limit) are sent. Shorten it."
            case .incident(let level):
                "The text reads like a report of an incident (\(level.rawValue)). Such texts are not sent to many people: "
                    + "names and accusations must not be spread. Take the incident out, or report it to the people on duty."
            }
        }
    }

    /// Characters, counted as Unicode scalars.
    package static let limit = 2_000

    /// The text as it is sent: without control characters and without white space around it.
    package static func cleaned(_ text: String) -> String {
        var view = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            defer { previous = scalar }
            switch scalar {
            case "\r": view.append("\n")
            case "\n": if previous != "\r" { view.append(scalar) }
            case "\t": view.append(" ")
            default: if scalar.properties.generalCategory != .control { view.append(scalar) }
            }
        }
        while let last = view.last, last.properties.isWhitespace { view.removeLast() }
        let start = view.firstIndex { !$0.properties.isWhitespace } ?? view.endIndex
        return String(view[start...])
    }

    /// The first thing that forbids sending `text`; nil when it may be sent.
    ///
    /// - Parameter triage: the reading of the same text.
    package static func problem(of text: String, triage: Triage) -> Problem? {
        let count = text.unicodeScalars.count
        if cleaned(text).isEmpty { return .empty }
        if count > limit { return .tooLong(by: count - limit) }
        if triage.level >= .s3 { return .incident(triage.level) }
        return nil
    }
}
