import Synchronization

/// Counts free places for work that runs side by side.
///
/// One task takes places; any number give them back. Giving back wakes the taker.
final class Slots: Sendable {
    private let freePlaces: Mutex<Int>
    private let signal = Signal()

    init(_ count: Int) { freePlaces = Mutex(max(1, count)) }

    /// The number of free places, at least one; returns 0 only when the task was cancelled meanwhile.
    func waitForFree() async -> Int {
        while !Task.isCancelled {
            let free = freePlaces.withLock { $0 }
            if free > 0 { return free }
            await signal.wait(atMost: .seconds(1))
        }
        return 0
    }

    func take() { freePlaces.withLock { $0 -= 1 } }

    func free() {
        freePlaces.withLock { $0 += 1 }
        signal.notify()
    }
}
