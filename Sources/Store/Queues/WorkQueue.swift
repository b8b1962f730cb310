import Dispatch
import Synchronization

/// A bounded queue in front of threads of its own, so that blocking work stays off Swift's cooperative threads.
///
/// Up to `width` threads take work side by side, each up to `batch` pieces at a time.
final class WorkQueue<Work: Sendable>: Sendable {
    private struct State {
        var waiting: [Work] = []
        var threads = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let threads: DispatchQueue
    private let width: Int
    private let batch: Int
    private let bound: Int
    private let perform: @Sendable ([Work]) -> Void
    private let runner: StoreThreads.Runner?

    init(
        label: String, width: Int, batch: Int, bound: Int, runner: StoreThreads.Runner? = nil,
        perform: @escaping @Sendable ([Work]) -> Void
    ) {
        threads = DispatchQueue(label: label, qos: .userInitiated, attributes: width > 1 ? .concurrent : [])
        self.width = max(1, width)
        self.batch = max(1, batch)
        self.bound = bound
        self.perform = perform
        self.runner = runner
    }

    /// - Throws: ``StoreError/full(_:)`` when as much waits as may, ``StoreError/closed`` after ``close()``.
    func add(_ work: Work) throws(StoreError) {
        let needsThread = try state.withLock { state throws(StoreError) -> Bool in
            if state.isClosed { throw .closed }
            if state.waiting.count >= bound { throw .full(.writes) }
            state.waiting.append(work)
            guard state.threads < width else { return false }
            state.threads += 1
            return true
        }
        guard needsThread else { return }
        if let runner { runner { self.drain() } } else { threads.async { self.drain() } }
    }

    /// How much has not been begun.
    var waitingCount: Int { state.withLock(\.waiting.count) }

    private func drain() {
        while true {
            let next = state.withLock { state -> [Work] in
                let count = min(batch, state.waiting.count)
                let taken = Array(state.waiting.prefix(count))
                state.waiting.removeFirst(count)
                if taken.isEmpty { state.threads -= 1 }
                return taken
            }
            if next.isEmpty { return }
            perform(next)
        }
    }

    /// Takes nothing more and returns when everything that was taken is done.
    func close() async {
        state.withLock { $0.isClosed = true }
        await withCheckedContinuation { continuation in
            threads.async(flags: .barrier) { continuation.resume() }
        }
    }
}
