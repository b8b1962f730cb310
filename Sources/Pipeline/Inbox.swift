import Channels
package import Core
package import Store
import Understanding

/// The door through which every event comes in: from a webhook, the web chat, the terminal, a timer.
///
/// Acknowledged means durable: ``accept(_:on:channel:)`` returns only after the events are committed.
package final class Inbox: Sendable {
    private let store: Store
    private let clock: any WallClock
    private let laneOf: @Sendable (InboundEvent) -> Lane
    /// Told after each commit, so that workers look at once.
    package let arrivals: Signal

    package init(store: Store, clock: any WallClock, arrivals: Signal, laneOf: @escaping @Sendable (InboundEvent) -> Lane) {
        self.store = store
        self.clock = clock
        self.arrivals = arrivals
        self.laneOf = laneOf
    }

    /// Whether it may tell of danger, as far as can be seen at the door.
    package func isUrgent(_ event: InboundEvent) -> Bool { laneOf(event) == .safety }

    /// Stores the events of one request, all or none; duplicates are counted, not stored again.
    ///
    /// - Throws: `StoreError`: full (answer 503 with `Retry-After`), or the database's own trouble (503 as well).
    ///   Nothing of the batch was stored then.
    package func accept(_ events: [InboundEvent], on connection: ConnectionID, channel: ChannelKind) async throws
        -> Acceptance
    {
        guard !events.isEmpty else { return Acceptance(accepted: 0, duplicates: 0) }
        let now = clock.now()
        let incoming = events.map {
            IncomingEvent(connection: connection, channel: channel, event: $0, lane: laneOf($0))
        }
        let acceptance = try await store.write(.queue) { tx in try tx.acceptEvents(incoming, now: now) }
        if acceptance.accepted > 0 { arrivals.notify() }
        return acceptance
    }
}
