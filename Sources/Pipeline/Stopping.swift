import ServiceLifecycle
import Synchronization

/// Tells a working loop to take nothing new, while what it has begun goes on to its end.
final class Stopping: Sendable {
    private let flag = Mutex(false)

    var isRequested: Bool { flag.withLock { $0 } }

    /// Runs `body`; at graceful shutdown sets the flag and calls `wake`, so that a sleeping loop looks at it.
    static func run(wake: @escaping @Sendable () -> Void, _ body: (Stopping) async -> Void) async {
        let stopping = Stopping()
        await withGracefulShutdownHandler {
            await body(stopping)
        } onGracefulShutdown: {
            stopping.flag.withLock { $0 = true }
            wake()
        }
    }
}
