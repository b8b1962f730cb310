package import Core
package import Logging
import Metrics
import ServiceLifecycle
package import Store

/// Erases what is older than it may be, at start and then every hour, in small batches.
package struct RetentionService: NamedService {
    private let store: Store
    private let policy: RetentionPolicy
    private let clock: any WallClock
    private let logger: Logger

    package init(store: Store, policy: RetentionPolicy, clock: any WallClock, logger: Logger) {
        self.store = store
        self.policy = policy
        self.clock = clock
        self.logger = logger
    }

    package func run() async throws {
        await Machine.untilShutdown {
            while !Task.isCancelled {
                do {
                    let erased = try await store.eraseExpired(policy, now: clock.now())
                    if erased.events + erased.messages + erased.states + erased.keys > 0 {
                        logger.info(
                            "old content was erased",
                            metadata: [
                                "events": "\(erased.events)", "messages": "\(erased.messages)",
                                "states": "\(erased.states)", "keys": "\(erased.keys)",
                            ])
                    }
                } catch {
                    logger.report(error, "old content could not be erased")
                }
                try? await Machine.sleep(for: .seconds(3600))
            }
        }
    }
}
