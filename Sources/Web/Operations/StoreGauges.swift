import Core
import CoreMetrics
import Store

/// How much waits in the store, looked up when somebody asks for the metrics.
struct StoreGauges: Sendable {
    private let store: Store
    private let clock: any WallClock
    private let connections: OpenConnections
    private let up: Gauge
    private let inboxWaiting: Gauge
    private let inboxFailed: Gauge
    private let inboxAge: Gauge
    private let outboxWaiting: [Lane: Gauge]
    private let outboxDead: Gauge
    private let outboxAge: Gauge
    private let paused: Gauge
    private let open: Gauge
    private let refused: Gauge
    private let evicted: Gauge

    init(store: Store, clock: any WallClock, connections: OpenConnections, metrics: PrometheusMetrics) {
        self.store = store
        self.clock = clock
        self.connections = connections
        func gauge(_ label: String, _ dimensions: [(String, String)] = []) -> Gauge {
            Gauge(label: label, dimensions: dimensions, factory: metrics)
        }
        up = gauge("nhipcau_database_up")
        inboxWaiting = gauge("nhipcau_inbox_waiting")
        inboxFailed = gauge("nhipcau_inbox_failed")
        inboxAge = gauge("nhipcau_inbox_oldest_seconds")
        var waiting: [Lane: Gauge] = [:]
        for lane in Lane.allCases { waiting[lane] = gauge("nhipcau_outbox_waiting", [("lane", "\(lane)")]) }
        outboxWaiting = waiting
        outboxDead = gauge("nhipcau_outbox_dead")
        outboxAge = gauge("nhipcau_outbox_oldest_seconds")
        paused = gauge("nhipcau_accounts_paused")
        open = gauge("nhipcau_connections_open")
        refused = gauge("nhipcau_connections_refused")
        evicted = gauge("nhipcau_connections_evicted")
    }

    func refresh() async {
        open.record(connections.open)
        refused.record(connections.refused)
        evicted.record(connections.evicted)
        let now = clock.now()
        let read = try? await store.read { tx in
            (try tx.inboxDepth(), try tx.outboxDepth(), try tx.pausedAccounts(now: now).count)
        }
        guard let (inbox, outbox, accounts) = read else {
            up.record(0)
            return
        }
        // Reading may go on where writing does not.
        up.record(store.trouble == nil ? 1 : 0)
        paused.record(accounts)
        inboxWaiting.record(inbox.waiting)
        inboxFailed.record(inbox.failed)
        inboxAge.record(seconds(since: inbox.oldestWaiting))
        for (lane, gauge) in outboxWaiting { gauge.record(outbox.waiting[lane] ?? 0) }
        outboxDead.record(outbox.dead)
        outboxAge.record(seconds(since: outbox.oldestWaiting))
    }

    private func seconds(since instant: Instant?) -> Double {
        guard let instant else { return 0 }
        return max(0, Double(clock.now().since(instant).wholeMilliseconds) / 1000)
    }
}
