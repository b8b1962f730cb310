package import Core
package import Logging
import Metrics
import ServiceLifecycle
package import Store

/// Says once that the database cannot be used and once that it can again, and looks for it meanwhile.
///
/// Nothing else has to happen: whatever needs the database tries again by itself.
package struct DatabaseWatch: NamedService {
    private let store: Store
    private let clock: any WallClock
    private let logger: Logger

    static let interval = Duration.seconds(1)

    package init(store: Store, clock: any WallClock, logger: Logger) {
        self.store = store
        self.clock = clock
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var goneSince: Instant?
            while !Task.isCancelled {
                await look(&goneSince)
                try? await Machine.sleep(for: Self.interval)
            }
        }
    }

    private func look(_ goneSince: inout Instant?) async {
        if let trouble = store.trouble {
            if goneSince == nil {
                goneSince = clock.now()
                Counter(label: "nhipcau_database_lost_total", dimensions: [("code", trouble.code)]).increment()
                logger.error(
                    "the database cannot be used; nothing is acknowledged until it can",
                    metadata: ["reason": "\(trouble.code)", "what": "\(trouble.text)"])
            }
            try? await store.ping()
        }
        guard store.trouble == nil, let since = goneSince else { return }
        goneSince = nil
        let seconds = max(0, clock.now().since(since).wholeMilliseconds / 1000)
        logger.notice("the database can be used again", metadata: ["after_seconds": "\(seconds)"])
    }
}
