package import Core
package import Logging
import Metrics
import ServiceLifecycle
package import Store

/// Takes waiting conversations and gives their events their effects, one event of a conversation at a time.
///
/// Conversations run side by side up to `concurrency`; within one the store's order is kept. At graceful shutdown
/// nothing new is taken and what is running is finished.
package struct InboxWorkers: NamedService {
    private let store: Store
    private let processor: EventProcessor
    private let signals: Signals
    private let clock: any WallClock
    private let owner: String
    private let logger: Logger
    private let concurrency: Int
    private let doubt = Shared(false)

    /// A claim that is not released (the process died) is free again after this.
    static let lease = Duration.seconds(30)
    /// How long to sleep when nothing was announced; events of other processes are found then.
    static let poll = Duration.seconds(1)

    package init(
        store: Store, processor: EventProcessor, signals: Signals, clock: any WallClock, owner: String, logger: Logger,
        concurrency: Int = 32
    ) {
        self.store = store
        self.processor = processor
        self.signals = signals
        self.clock = clock
        self.owner = owner
        self.logger = logger
        self.concurrency = concurrency
    }

    package func run() async throws {
        let slots = Slots(concurrency)
        await Stopping.run(wake: { signals.arrivals.notify() }) { await work(slots, until: $0) }
    }

    private func work(_ slots: Slots, until stopping: Stopping) async {
        await withDiscardingTaskGroup { group in
            while !stopping.isRequested {
                let free = await slots.waitForFree()
                if stopping.isRequested || Task.isCancelled { break }
                let claimed = await claim(limit: free)
                for conversation in claimed {
                    slots.take()
                    group.addTask {
                        await handle(conversation)
                        slots.free()
                    }
                }
                if claimed.count < free { await signals.arrivals.wait(atMost: Self.poll) }
            }
        }
    }

    private func claim(limit: Int) async -> [ClaimedConversation] {
        let now = clock.now()
        let isInDoubt = doubt.with { $0 }
        do {
            let claimed = try await store.write(.queue) { [owner] tx in
                if isInDoubt { try tx.releaseConversations(ofVanished: owner) }
                return try tx.claimConversations(limit: limit, owner: owner, leaseFor: Self.lease, now: now)
            }
            if isInDoubt { doubt.with { $0 = false } }
            return claimed
        } catch {
            // The claim may have been committed and its answer lost: what nobody here has must not wait for its lease.
            if case StoreError.unreachable = error { doubt.with { $0 = true } }
            report(error, "events could not be claimed")
            return []
        }
    }

    private func handle(_ claimed: ClaimedConversation) async {
        for stored in claimed.events {
            do {
                let started = ContinuousClock.now
                let result = try await processor.process(stored, of: claimed.conversation, at: claimed.address)
                Timer(label: "nhipcau_event_seconds").record(duration: started.duration(to: .now))
                Counter(label: "nhipcau_events_applied_total", dimensions: [("kind", stored.event.kind.rawValue)]).increment()
                if case .done(let touched) = result { announce(touched) }
            } catch {
                report(error, "an event could not be given its effect")
                await fail(stored, error)
                break  // later events of this conversation wait for this one
            }
        }
        await release(claimed.conversation)
    }

    /// Tried again while the database is away: until the lease ends nobody else can go on with the conversation.
    private func release(_ conversation: ConversationID) async {
        for attempt in 0..<8 {
            do {
                return try await store.write(.queue) { [owner] tx in try tx.releaseConversation(conversation, owner: owner) }
            } catch let error as StoreError where error.isRetryable && !Task.isCancelled {
                try? await Machine.sleep(for: .milliseconds(100 << min(attempt, 5)))
            } catch {
                return
            }
        }
    }

    private func announce(_ touched: [ConversationID]) {
        guard !touched.isEmpty else { return }
        signals.departures.notify()
        for conversation in touched { signals.feed.notify(conversation) }
        signals.timers.notify()
        signals.duty.notify()
        signals.broadcasts.notify()
    }

    private func fail(_ stored: StoredEvent, _ error: any Error) async {
        if let error = error as? StoreError, error.isRetryable { return }
        let now = clock.now()
        let reason = Self.code(error)
        let parked = try? await store.write { tx in try tx.failEvent(stored.id, reason: reason, now: now) }
        if parked == true {
            Counter(label: "nhipcau_events_parked_total").increment()
            logger.error("an event was parked after repeated failures", metadata: ["event": "\(stored.id)", "reason": "\(reason)"])
        }
    }

    private func report(_ error: any Error, _ message: Logger.Message) {
        Counter(label: "nhipcau_pipeline_errors_total", dimensions: [("code", Self.code(error))]).increment()
        logger.report(error, message)
    }

    static func code(_ error: any Error) -> String {
        (error as? StoreError)?.code ?? "unexpected_\(type(of: error))"
    }
}
