#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Threads beside the cooperative pool, for work that blocks.
enum OwnThread {
    private final class Work {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Runs `body` on a new thread that nobody waits for; false when the system gives none, and nothing was run.
    static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        let context = Unmanaged.passRetained(Work(body))
        #if os(Linux)
            var thread = pthread_t()
        #else
            var thread: pthread_t?
        #endif
        let code = pthread_create(
            &thread, nil,
            { context in
                OwnThread.run(context)
                return nil
            }, context.toOpaque())
        guard code == 0 else {
            context.release()
            return false
        }
        #if os(Linux)
            pthread_detach(thread)
        #else
            if let thread { pthread_detach(thread) }
        #endif
        return true
    }

    private static func run(_ context: UnsafeMutableRawPointer?) {
        blockSignals()
        if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body() }
    }

    /// Signals are for the program's other threads; and a write to a closed TLS connection, which would raise
    /// SIGPIPE here, comes back as an error instead.
    static func blockSignals() {
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
    }
}
