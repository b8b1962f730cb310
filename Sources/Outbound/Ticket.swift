import Core
import Synchronization

/// One call on its way: settled exactly once, by whoever comes first.
final class Ticket: Sendable {
    typealias Outcome = Result<HTTPAnswer, TransportFailure>

    private enum Stage {
        case new
        case waiting(CheckedContinuation<Outcome, Never>)
        case settled
    }

    let call: HTTPCall
    /// The time a call spends waiting counts too.
    let deadline: ContinuousClock.Instant
    private let stage = Mutex(Stage.new)
    private let abandoned = Atomic(false)

    init(_ call: HTTPCall) {
        self.call = call
        // Clock arithmetic traps far out; nobody waits a day for an answer.
        deadline = .now + min(call.deadline, .seconds(86_400))
    }

    var isMail: Bool { call.envelope != nil }

    /// Set when the caller's task was cancelled. The transport's thread then ends the transfer.
    var isAbandoned: Bool { abandoned.load(ordering: .acquiring) }

    func abandon() { abandoned.store(true, ordering: .releasing) }

    func attach(_ continuation: CheckedContinuation<Outcome, Never>) {
        stage.withLock { $0 = .waiting(continuation) }
    }

    func settle(_ outcome: Outcome) {
        let waiting = stage.withLock { stage in
            defer { stage = .settled }
            return stage
        }
        if case .waiting(let continuation) = waiting { continuation.resume(returning: outcome) }
    }
}
