import Core
import CoreMetrics
import Store
import Synchronization

/// Counts webhooks by connection and status, and their events by what became of them.
final class WebhookMetrics: Sendable {
    private struct Key: Hashable {
        let connection: ConnectionID
        let status: Int
    }

    private let factory: PrometheusMetrics
    private let requests = Mutex<[Key: Counter]>([:])
    private let accepted: [ConnectionID: Counter]
    private let duplicates: [ConnectionID: Counter]
    private let stale: [ConnectionID: Counter]

    init(factory: PrometheusMetrics, connections: some Sequence<ConnectionID>) {
        self.factory = factory
        var accepted: [ConnectionID: Counter] = [:]
        var duplicates: [ConnectionID: Counter] = [:]
        var stale: [ConnectionID: Counter] = [:]
        for id in connections {
            accepted[id] = Self.events(id, "accepted", factory)
            duplicates[id] = Self.events(id, "duplicate", factory)
            stale[id] = Self.events(id, "stale", factory)
        }
        self.accepted = accepted
        self.duplicates = duplicates
        self.stale = stale
    }

    /// Events that were recorded without effect because of their age; they also count as accepted.
    func countStale(_ connection: ConnectionID, _ count: Int) { stale[connection]?.increment(by: count) }

    func count(_ connection: ConnectionID, status: Int) {
        let counter = requests.withLock { requests in
            let key = Key(connection: connection, status: status)
            if let known = requests[key] { return known }
            let dimensions = [("connection", connection.rawValue), ("status", String(status))]
            let fresh = Counter(label: "nhipcau_webhook_requests", dimensions: dimensions, factory: factory)
            requests[key] = fresh
            return fresh
        }
        counter.increment()
    }

    func count(_ connection: ConnectionID, _ acceptance: Acceptance) {
        accepted[connection]?.increment(by: acceptance.accepted)
        duplicates[connection]?.increment(by: acceptance.duplicates)
    }

    private static func events(_ id: ConnectionID, _ result: String, _ factory: PrometheusMetrics) -> Counter {
        Counter(
            label: "nhipcau_webhook_events", dimensions: [("connection", id.rawValue), ("result", result)],
            factory: factory)
    }
}
