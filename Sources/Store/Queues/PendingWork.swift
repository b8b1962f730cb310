import Synchronization

/// One closure that waits for a thread of the store, and the task that waits for it.
///
/// A caller that is cancelled before its closure has begun gets `CancellationError` and nothing happens; afterwards
/// the closure runs to its end and the caller gets what came of it.
final class PendingWork<Transaction>: Sendable {
    private enum Phase {
        case created
        case cancelledEarly
        case waiting(CheckedContinuation<Void, any Error>)
        case running(CheckedContinuation<Void, any Error>)
        case finished
    }

    private let phase = Mutex(Phase.created)
    /// Leaves its result where the caller can find it.
    let body: @Sendable (Transaction) throws -> Void

    init(_ body: @escaping @Sendable (Transaction) throws -> Void) { self.body = body }

    /// - Returns: false when the caller was cancelled already; it is told so.
    func wait(_ continuation: CheckedContinuation<Void, any Error>) -> Bool {
        let isCancelled = phase.withLock { phase in
            if case .cancelledEarly = phase {
                phase = .finished
                return true
            }
            phase = .waiting(continuation)
            return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
        return !isCancelled
    }

    /// - Returns: false when there is nothing to do any more.
    func begin() -> Bool {
        phase.withLock { phase in
            guard case .waiting(let continuation) = phase else { return false }
            phase = .running(continuation)
            return true
        }
    }

    func finish(_ result: Result<Void, any Error>) {
        let continuation = phase.withLock { phase -> CheckedContinuation<Void, any Error>? in
            defer { phase = .finished }
            switch phase {
            case .waiting(let continuation), .running(let continuation): return continuation
            case .created, .cancelledEarly, .finished: return nil
            }
        }
        continuation?.resume(with: result)
    }

    func cancel() {
        let continuation = phase.withLock { phase -> CheckedContinuation<Void, any Error>? in
            switch phase {
            case .created:
                phase = .cancelledEarly
                return nil
            case .waiting(let continuation):
                phase = .finished
                return continuation
            case .cancelledEarly, .running, .finished:
                return nil
            }
        }
        continuation?.resume(throwing: CancellationError())
    }
}

/// Where a closure leaves what its caller waits for.
final class ResultSlot<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)

    func set(_ new: Value) { value.withLock { $0 = new } }

    /// - Throws: ``StoreError/closed`` when nothing was left, which only happens when the work was dropped.
    func take() throws -> Value {
        guard let value = value.withLock({ $0 }) else { throw StoreError.closed }
        return value
    }
}
