import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The machine's real-time clock.
package struct SystemClock: WallClock {
    package init() {}

    package func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

/// A clock that stands still until it is moved; for tests, simulations and `intents test`.
package final class ManualClock: WallClock {
    private let instant: Mutex<Instant>

    package init(_ start: Instant) { instant = Mutex(start) }

    package func now() -> Instant { instant.withLock { $0 } }

    package func advance(by duration: Duration) { instant.withLock { $0 = $0 + duration } }

    package func set(_ new: Instant) { instant.withLock { $0 = new } }
}
