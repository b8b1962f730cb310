package import Core
package import JSON

/// Reads one line of a terminal conversation.
package enum TerminalDecoder {
    package enum Format: Sendable {
        /// What a person types.
        case plain
        /// One object a line, as the web chat takes them; `id` may be left out.
        case objects
    }

    /// The event that a line is; nil for an empty one.
    ///
    /// - Parameter number: the line's number, its id where it has none.
    /// - Throws: ``JSONError`` naming the field, for objects.
    package static func decode(
        _ line: String, format: Format, number: Int, person: String, at now: Instant
    ) throws(JSONError) -> InboundEvent? {
        guard let text = InboundText.cleaned(line), !text.allSatisfy(\.isWhitespace) else { return nil }
        let input =
            switch format {
            case .plain: WebDecoder.input(id: String(number), text: text)
            case .objects: try WebDecoder.input(Array(line.utf8), fallbackID: String(number))
            }
        return WebDecoder.event(input, .terminal, session: person, at: now)
    }
}
