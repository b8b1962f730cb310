package import Core
package import Logging
import Metrics
import ServiceLifecycle
package import Store

/// Notices that the machine's clock was set, and frees what was leased by a clock that was ahead.
package struct ClockWatch: NamedService {
    private let store: Store
    private let clock: any WallClock
    private let logger: Logger

    static let interval = Duration.seconds(5)

    package init(store: Store, clock: any WallClock, logger: Logger) {
        self.store = store
        self.clock = clock
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var jumps = ClockJumps()
            while !Task.isCancelled {
                if let jump = jumps.note(clock.now(), at: Machine.elapsed()) {
                    Counter(label: "nhipcau_clock_jumps_total").increment()
                    logger.warning(
                        "the machine's clock was set",
                        metadata: ["by_seconds": "\(jump.wholeMilliseconds / 1000)"])
                }
                if jumps.mustRelease { await release(&jumps) }
                try? await Machine.sleep(for: Self.interval)
            }
        }
    }

    private func release(_ jumps: inout ClockJumps) async {
        let now = clock.now()
        do {
            try await store.write { tx in try tx.releaseImpossibleLeases(now: now) }
            jumps.mustRelease = false
        } catch {
            logger.report(error, "leases of another time could not be ended")
        }
    }
}

/// Compares the clock with time that only ever rises.
struct ClockJumps {
    /// Less is the clock being kept right.
    static let least = Duration.seconds(30)

    private var last: (wall: Instant, elapsed: ContinuousClock.Instant)?
    /// The clock went back, and nobody has freed what it had leased.
    var mustRelease = false

    /// - Returns: by how much the clock was set since the last call; nil when it was not.
    mutating func note(_ wall: Instant, at elapsed: ContinuousClock.Instant) -> Duration? {
        defer { last = (wall, elapsed) }
        guard let last else { return nil }
        let jump = wall.since(last.wall) - last.elapsed.duration(to: elapsed)
        guard jump >= Self.least || jump <= .zero - Self.least else { return nil }
        if jump < .zero { mustRelease = true }
        return jump
    }
}
