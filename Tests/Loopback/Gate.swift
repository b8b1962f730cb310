import Foundation
import Synchronization

/// Holds threads back until it is opened; stays open.
package final class Gate: Sendable {
    private let condition = NSCondition()
    private let opened = Mutex(false)

    package init() {}

    package func open() {
        condition.lock()
        opened.withLock { $0 = true }
        condition.broadcast()
        condition.unlock()
    }

    package func wait() {
        condition.lock()
        while !opened.withLock({ $0 }) { condition.wait() }
        condition.unlock()
    }

    /// Waits until it is opened or the time is over.
    package func wait(for time: Duration) {
        let (seconds, attoseconds) = time.components
        let end = Date(timeIntervalSinceNow: Double(seconds) + Double(attoseconds) / 1e18)
        condition.lock()
        while !opened.withLock({ $0 }), condition.wait(until: end) {}
        condition.unlock()
    }
}
