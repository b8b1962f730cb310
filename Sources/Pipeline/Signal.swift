import Synchronization

/// Wakes waiting services when there may be work; a hint, never the truth.
///
/// Any number of tasks may wait; each `notify()` wakes all of them once. A notification that comes while nobody
/// waits is remembered for the next waiter, so that none is lost between looking and waiting.
package final class Signal: Sendable {
    private struct State {
        var isSet = false
        var nextID = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// How many tasks are waiting.
    var waiting: Int { state.withLock { $0.waiters.count } }

    package func notify() {
        let waiters = state.withLock { state in
            let all = state.waiters.sorted { $0.key < $1.key }.map(\.value)
            state.waiters.removeAll()
            state.isSet = all.isEmpty
            return all
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns after the next notification, after `timeout`, or when the task is cancelled.
    package func wait(atMost timeout: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            group.addTask { try? await Machine.sleep(for: timeout) }
            _ = await group.next()
            group.cancelAll()
        }
    }

    private func wait() async {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let resumeNow = state.withLock { state in
                    if state.isSet || Task.isCancelled {
                        state.isSet = false
                        return true
                    }
                    state.waiters[id] = continuation
                    return false
                }
                if resumeNow { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }
}
