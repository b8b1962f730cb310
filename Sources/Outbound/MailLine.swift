import Core
import Synchronization

/// Hands mails to their servers, each on a thread of its own while it is under way.
///
/// Not on the thread of the HTTP calls: libcurl holds its thread while it waits for a server's last word on a message
/// and while it takes leave, and one slow mail server would hold up every platform. All members may be used from any
/// thread; nothing here waits for anything but the lock.
///
/// - Source: libcurl-multi(3), "BLOCKING": the operations after an SMTP transfer.
final class MailLine: Sendable {
    private struct State {
        var phase = Handover.Phase.open
        /// Threads that work on a mail.
        var running = 0
        /// In order of arrival; empty while there is room for another thread.
        var waiting: [Ticket] = []
        var snapshot = TransportSnapshot()
        var endWaiters: [CheckedContinuation<Void, Never>] = []

        var isOver: Bool {
            switch phase {
            case .open: false
            case .draining(let end): end <= .now
            case .ended: true
            }
        }

        /// Everybody who waits for the end, when it has come.
        mutating func endIfDone() -> [CheckedContinuation<Void, Never>] {
            guard case .draining = phase, running == 0, waiting.isEmpty else { return [] }
            phase = .ended
            defer { endWaiters = [] }
            return endWaiters
        }
    }

    private enum Admission { case start, wait, refuse(TransportFailure) }

    private let state = Mutex(State())
    private let configuration: CurlTransport.Configuration

    init(_ configuration: CurlTransport.Configuration) { self.configuration = configuration }

    /// Takes a ticket whose continuation is attached, or settles it when there is no room or no transport.
    func submit(_ ticket: Ticket) {
        let admission: Admission = state.withLock { state in
            state.snapshot.calls += 1
            var refusal = TransportFailure.cancelled
            if case .open = state.phase {
                if state.running < max(1, configuration.maximumRunningMails) {
                    state.running += 1
                    return .start
                }
                if state.waiting.count < configuration.maximumWaitingCalls {
                    state.waiting.append(ticket)
                    return .wait
                }
                refusal = .timeoutBeforeSent
            }
            state.snapshot.count(.failure(refusal))
            return .refuse(refusal)
        }
        switch admission {
        case .wait: break
        case .refuse(let failure): ticket.settle(.failure(failure))
        case .start:
            if OwnThread.start({ [self] in work(ticket) }) { break }
            var next: Ticket? = ticket
            while let ticket = next {
                next = finish(ticket, .init(outcome: .failure(.connectionReset(sent: false)), madeConnection: false))
            }
        }
    }

    /// Some caller gave up. Those under way look for themselves.
    func noteAbandoned() { dropWaiting() }

    func drain(until end: ContinuousClock.Instant) {
        let waiters = state.withLock { state in
            switch state.phase {
            case .open: state.phase = .draining(until: end)
            case .draining(let earlier): state.phase = .draining(until: min(earlier, end))
            case .ended: break
            }
            return state.endIfDone()
        }
        for waiter in waiters { waiter.resume() }
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

    /// Adds what happened here to the counters of the HTTP calls.
    func add(to snapshot: inout TransportSnapshot) {
        let (own, running, waiting) = state.withLock { ($0.snapshot, $0.running, $0.waiting.count) }
        snapshot.calls += own.calls
        snapshot.answers += own.answers
        snapshot.failures.merge(own.failures, uniquingKeysWith: +)
        snapshot.newConnections += own.newConnections
        snapshot.running += running
        snapshot.waiting += waiting
    }

    // MARK: A mail's thread

    private func work(_ first: Ticket) {
        var next: Ticket? = first
        while let ticket = next {
            let result = MailTransfer.perform(ticket, configuration) { [self] in
                // Whoever waits is waiting for one of the threads that come by here.
                dropWaiting()
                return ticket.isAbandoned || state.withLock { $0.isOver }
            }
            next = finish(ticket, result)
        }
    }

    /// Publishes what happened before the caller learns of it.
    ///
    /// - Returns: the mail that has waited longest.
    private func finish(_ ticket: Ticket, _ result: MailTransfer.Result) -> Ticket? {
        let (next, waiters) = state.withLock { state in
            state.snapshot.count(result.outcome)
            if result.madeConnection { state.snapshot.newConnections += 1 }
            let next = state.waiting.isEmpty ? nil : state.waiting.removeFirst()
            if next == nil { state.running -= 1 }
            return (next, state.endIfDone())
        }
        ticket.settle(result.outcome)
        for waiter in waiters { waiter.resume() }
        return next
    }

    private func dropWaiting() {
        let dropped: [(Ticket, TransportFailure)] = state.withLock { state in
            if state.waiting.isEmpty { return [] }
            let isOver = state.isOver
            let now = ContinuousClock.now
            var dropped: [(Ticket, TransportFailure)] = []
            state.waiting.removeAll { ticket in
                let failure: TransportFailure? =
                    ticket.isAbandoned || isOver ? .cancelled : ticket.deadline <= now ? .timeoutBeforeSent : nil
                if let failure { dropped.append((ticket, failure)) }
                return failure != nil
            }
            for (_, failure) in dropped { state.snapshot.count(.failure(failure)) }
            return dropped
        }
        for (ticket, failure) in dropped { ticket.settle(.failure(failure)) }
    }
}
