import Core
import Metrics
import Outbound
import ServiceLifecycle
import Store

/// Writes the lengths of the queues into the metrics every few seconds.
struct DepthGauges: Service {
    let store: Store
    let clock: any WallClock
    let transport: CurlTransport

    static let interval = Duration.seconds(5)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await record()
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    private func record() async {
        let now = clock.now()
        let read = try? await store.read { tx in
            (inbox: try tx.inboxDepth(), outbox: try tx.outboxDepth(), paused: try tx.pausedAccounts(now: now).count)
        }
        guard let (inbox, outbox, paused) = read else { return }
        set("nhipcau_inbox_waiting", inbox.waiting)
        set("nhipcau_inbox_parked", inbox.failed)
        set("nhipcau_inbox_oldest_seconds", age(inbox.oldestWaiting, now))
        for lane in Lane.allCases {
            Gauge(label: "nhipcau_outbox_waiting", dimensions: [("lane", "\(lane)")]).record(outbox.waiting[lane] ?? 0)
        }
        set("nhipcau_outbox_oldest_seconds", age(outbox.oldestWaiting, now))
        set("nhipcau_outbox_dead", outbox.dead)
        set("nhipcau_accounts_paused", paused)
    }

    private func set(_ label: String, _ value: Int) { Gauge(label: label).record(value) }

    private func age(_ oldest: Instant?, _ now: Instant) -> Int {
        oldest.map { Int(max(0, now.since($0).wholeMilliseconds) / 1000) } ?? 0
    }
}
