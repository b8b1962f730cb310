#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// On what the store's blocking work runs: threads of its own, unless a simulation decides when it runs.
struct StoreThreads: Sendable {
    typealias Runner = @Sendable (_ work: @escaping @Sendable () -> Void) -> Void

    /// Nil = threads of the store's own.
    var runner: Runner?
    /// Waits before work in whose way another transaction stood is run again, for so many milliseconds.
    var pause: @Sendable (_ milliseconds: ClosedRange<UInt32>) -> Void = { usleep(UInt32.random(in: $0) * 1_000) }

    static let own = StoreThreads()
}
