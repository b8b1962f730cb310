package import Core
package import JSON

/// Why a channel or a contract command cannot do what was asked. Requests of platforms never end in one: they are
/// answered (``WebhookResult``).
package enum ChannelError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Nothing has this name.
    case unknownKind(String)
    /// The kind is named in the contracts and not built.
    case notAvailable(ChannelKind)
    /// The input of a contract command is not as described; names the field.
    case input(JSONError)

    /// Stable word for logs and exit codes.
    package var code: String {
        switch self {
        case .unknownKind: "unknown_kind"
        case .notAvailable: "not_available"
        case .input(let error): error.code
        }
    }

    /// The same input stays wrong.
    package var isRetryable: Bool { false }

    /// One sentence for the person at the command line.
    package var message: String {
        switch self {
        case .unknownKind(let name):
            "there is no channel kind \"\(name)\"; the kinds are "
                + ChannelKind.allCases.map(\.rawValue).joined(separator: ", ")
        case .notAvailable(let kind):
            "channel kind \"\(kind.rawValue)\" is not available yet; available are "
                + ChannelRegistry.available.map(\.rawValue).joined(separator: ", ")
        case .input(let error): error.message
        }
    }

    package var description: String { message }
}
