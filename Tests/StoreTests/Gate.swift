import Dispatch

/// Holds the writing thread inside a closure, so that a test can line up what comes next.
final class Gate: Sendable {
    private let entered = DispatchSemaphore(value: 0)
    private let opened = DispatchSemaphore(value: 0)

    /// Called on the writing thread.
    func hold() {
        entered.signal()
        opened.wait()
    }

    func open() { opened.signal() }

    /// Returns when the writing thread is held.
    func waitUntilHeld() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                self.entered.wait()
                continuation.resume()
            }
        }
    }
}
