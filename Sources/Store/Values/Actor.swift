package import Core

/// Who did something, as it stands in the audit log.
package enum Actor: Sendable, Equatable {
    case member(StaffID)
    /// Somebody with the duty key, who has not signed in.
    case duty
    /// Somebody at the machine.
    case `operator`
    case reporter
    case program

    package var text: String {
        switch self {
        case .member(let id): id.rawValue
        case .duty: "duty"
        case .operator: "operator"
        case .reporter: "reporter"
        case .program: "program"
        }
    }
}
