package import Core
package import Logging
import Metrics
import ServiceLifecycle
package import Store

/// Turns timers that are due into events, in the transaction that removes them: a timer fires once, restart or not.
package struct TimerService: NamedService {
    private let store: Store
    private let signals: Signals
    private let clock: any WallClock
    private let logger: Logger

    static let batch = 200
    static let longestSleep = Duration.seconds(5)

    package init(store: Store, signals: Signals, clock: any WallClock, logger: Logger) {
        self.store = store
        self.signals = signals
        self.clock = clock
        self.logger = logger
    }

    package func run() async throws {
        await Machine.untilShutdown {
            while !Task.isCancelled {
                let wait = await fire()
                await signals.timers.wait(atMost: wait)
            }
        }
    }

    /// Fires what is due; returns how long to sleep at most.
    private func fire() async -> Duration {
        let now = clock.now()
        do {
            let (fired, next) = try await store.write(.queue) { tx in
                (try tx.fireDueTimers(now: now, limit: Self.batch), try tx.nextTimerDue())
            }
            if fired > 0 {
                Counter(label: "nhipcau_timers_fired_total").increment(by: fired)
                signals.arrivals.notify()
            }
            guard let next else { return Self.longestSleep }
            return min(max(next.since(now), .milliseconds(10)), Self.longestSleep)
        } catch {
            logger.report(error, "timers could not be fired")
            return .seconds(1)
        }
    }
}
