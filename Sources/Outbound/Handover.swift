import CCurl
import Core
import Synchronization

/// Where callers leave work for the transport's thread, and where it leaves its counters.
///
/// All members may be used from any thread; nothing here waits for anything but the lock.
final class Handover: Sendable {
    enum Phase {
        case open
        /// No new calls; those that still run at the given time are ended.
        case draining(until: ContinuousClock.Instant)
        case ended
    }

    /// What the thread takes at once.
    struct Intake {
        var tickets: [Ticket]
        /// True when some caller gave up since the last intake.
        var someAbandoned: Bool
        var phase: Phase
    }

    private struct State {
        var phase = Phase.open
        var arrivals: [Ticket] = []
        var someAbandoned = false
        var isWakePending = false
        /// Arrivals and those that the thread has taken but not started.
        var waiting = 0
        var snapshot = TransportSnapshot()
        var endWaiters: [CheckedContinuation<Void, Never>] = []
    }

    /// Sendable because libcurl documents `curl_multi_wakeup` as the one call that any thread may make. The handle is freed only
    /// after the phase became `ended` under the lock, and it is used only under the lock in another phase.
    private struct WakeTarget: @unchecked Sendable { let multi: UnsafeMutableRawPointer }

    private let state = Mutex(State())
    private let target: WakeTarget
    private let maximumWaiting: Int

    init(multi: UnsafeMutableRawPointer, maximumWaiting: Int) {
        target = WakeTarget(multi: multi)
        self.maximumWaiting = maximumWaiting
    }

    // MARK: Callers

    /// Takes a ticket whose continuation is attached, or settles it when there is no room or no transport.
    func submit(_ ticket: Ticket) {
        let refusal: TransportFailure? = state.withLock { state in
            state.snapshot.calls += 1
            let refusal: TransportFailure? =
                if case .open = state.phase {
                    state.waiting < maximumWaiting ? nil : .timeoutBeforeSent
                } else {
                    .cancelled
                }
            if let refusal {
                state.snapshot.count(.failure(refusal))
            } else {
                state.arrivals.append(ticket)
                state.waiting += 1
                wake(&state)
            }
            return refusal
        }
        if let refusal { ticket.settle(.failure(refusal)) }
    }

    /// Tells the thread that a ticket was abandoned.
    func noteAbandoned() {
        state.withLock { state in
            state.someAbandoned = true
            wake(&state)
        }
    }

    func drain(until end: ContinuousClock.Instant) {
        state.withLock { state in
            switch state.phase {
            case .open: state.phase = .draining(until: end)
            case .draining(let earlier): state.phase = .draining(until: min(earlier, end))
            case .ended: return
            }
            wake(&state)
        }
    }

    func waitForEnd() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if case .ended = state.phase { return true }
                state.endWaiters.append(continuation)
                return false
            }
            if hasEnded { continuation.resume() }
        }
    }

    func snapshot() -> TransportSnapshot {
        state.withLock { state in
            var snapshot = state.snapshot
            snapshot.waiting = state.waiting
            return snapshot
        }
    }

    // MARK: The thread

    func take() -> Intake {
        state.withLock { state in
            state.isWakePending = false
            defer {
                state.arrivals = []
                state.someAbandoned = false
            }
            return Intake(tickets: state.arrivals, someAbandoned: state.someAbandoned, phase: state.phase)
        }
    }

    /// Publishes what happened before the callers learn of it, so that a caller who has an answer finds it counted.
    func publish(_ endings: [Ending], running: Int, noLongerWaiting: Int) {
        state.withLock { state in
            state.waiting -= noLongerWaiting
            state.snapshot.running = running
            for ending in endings {
                state.snapshot.count(ending.outcome)
                switch ending.connection {
                case .none: break
                case .new: state.snapshot.newConnections += 1
                case .reused: state.snapshot.reusedConnections += 1
                }
            }
        }
    }

    /// The last word of the thread before it frees the multi handle.
    func end() -> [CheckedContinuation<Void, Never>] {
        state.withLock { state in
            state.phase = .ended
            defer { state.endWaiters = [] }
            return state.endWaiters
        }
    }

    private func wake(_ state: inout State) {
        if state.isWakePending { return }
        if case .ended = state.phase { return }
        state.isWakePending = true
        curl_multi_wakeup(target.multi)
    }
}

/// How one ticket ended.
struct Ending {
    enum Connection { case none, new, reused }

    var ticket: Ticket
    var outcome: Ticket.Outcome
    /// Which connection the transfer had, if any.
    var connection: Connection
}
