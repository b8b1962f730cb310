package import Core

/// Why a reply could not be made.
///
/// Content that passed ``ContentLoader`` has no broken templates, and every key that a flow or handler may say.
package enum ContentError: Error, Sendable, Equatable {
    /// No language has this key.
    case unknownReply(key: String)
    /// Every variant has placeholders for which no value was given (or a yes/no or a list where text is needed).
    case missingValues(key: String, language: Language, names: [String])
    /// The template does not compile.
    case brokenTemplate(key: String, language: Language)

    /// Stable, for logs and counters.
    package var code: String {
        switch self {
        case .unknownReply: "reply_unknown"
        case .missingValues: "reply_values_missing"
        case .brokenTemplate: "reply_template_broken"
        }
    }

    /// The same call fails again: the content or the caller must change.
    package var isRetryable: Bool { false }

    /// For the operator; names keys and placeholders only, never values.
    package var message: String {
        switch self {
        case .unknownReply(let key): "There is no reply '\(key)'."
        case .missingValues(let key, let language, let names):
            "The reply '\(key)' (\(language.rawValue)) needs \(names.joined(separator: ", "))."
        case .brokenTemplate(let key, let language):
            "The reply '\(key)' (\(language.rawValue)) is not a valid template."
        }
    }
}
