package import Core
package import Logging
import ServiceLifecycle
package import Store

/// On a database that several processes serve: wakes the clients that wait here for what another process has written.
package struct FeedWatch: NamedService {
    private let store: Store
    private let feed: Feed
    private let connections: [ConnectionID]
    private let clock: any WallClock
    private let logger: Logger

    static let interval = Duration.milliseconds(500)
    /// How far back each look goes: more than the clocks of two machines differ.
    static let overlap = Duration.seconds(5)
    static let limit = 2_000

    /// - Parameter connections: those whose clients fetch.
    package init(store: Store, feed: Feed, connections: [ConnectionID], clock: any WallClock, logger: Logger) {
        self.store = store
        self.feed = feed
        self.connections = connections
        self.clock = clock
        self.logger = logger
    }

    package func run() async throws {
        guard store.isShared else {
            try? await gracefulShutdown()
            return
        }
        await Machine.untilShutdown {
            while !Task.isCancelled {
                if feed.listenerCount > 0 { await look() }
                try? await Machine.sleep(for: Self.interval)
            }
        }
    }

    private func look() async {
        let since = clock.now() - Self.overlap
        do {
            let fresh = try await store.read { [connections] tx in
                try connections.reduce(into: Set<ConversationID>()) { found, connection in
                    found.formUnion(try tx.freshlyWritten(connection, since: since, limit: Self.limit))
                }
            }
            for conversation in fresh { feed.notify(conversation) }
        } catch {
            // Clients look for themselves every few seconds.
            logger.debug("the feed could not be looked at", metadata: ["reason": "\(InboxWorkers.code(error))"])
        }
    }
}
