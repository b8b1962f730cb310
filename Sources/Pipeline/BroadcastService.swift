package import Core
package import Logging
import Metrics
package import Programmes
import ServiceLifecycle
package import Store

/// Carries broadcasts to their people: plans them, keeps the outbox filled, and ends them.
///
/// Every step is one bounded transaction that says where the next one begins, so it does not matter when the process
/// ends, or that several serve the same database.
package struct BroadcastService: NamedService {
    private let store: Store
    private let rules: SendingRules
    private let pace: BroadcastPace
    private let signals: Signals
    private let clock: any WallClock
    private let owner: String
    private let logger: Logger

    /// Broadcasts that are made by another process are found within this.
    static let poll = Duration.seconds(1)
    /// Others take a broadcast over when its process has not been heard of for so long.
    static let lease = Duration.seconds(30)
    /// Running at the same time; later ones wait for the earlier ones.
    static let most = 50

    /// - Parameters:
    ///   - rules: the connections of this program; noted in the database before anything is sent by them.
    ///   - owner: tells this process from others.
    package init(
        store: Store, rules: SendingRules, pace: BroadcastPace = BroadcastPace(), signals: Signals, clock: any WallClock,
        owner: String, logger: Logger
    ) {
        self.store = store
        self.rules = rules
        self.pace = pace
        self.signals = signals
        self.clock = clock
        self.owner = owner
        self.logger = logger
    }

    package func run() async throws {
        await Machine.untilShutdown {
            var areRulesKnown = false
            while !Task.isCancelled {
                if !areRulesKnown { areRulesKnown = await noteRules() }
                if areRulesKnown, await advanceAll() { continue }
                await signals.broadcasts.wait(atMost: Self.poll)
            }
        }
    }

    private func noteRules() async -> Bool {
        do {
            try await store.write { [rules] tx in try tx.saveSendingRules(rules) }
            return true
        } catch {
            logger.report(error, "the rules of sending could not be noted")
            return false
        }
    }

    /// One step of every broadcast that is not over.
    ///
    /// - Returns: whether the next steps should follow at once.
    func advanceAll() async -> Bool {
        do {
            let open = try await store.read { tx in try tx.openBroadcasts(limit: Self.most) }
            Gauge(label: "nhipcau_broadcasts_open").record(open.count)
            var madeProgress = false
            for id in open {
                if Task.isCancelled { return false }
                if await advance(id) { madeProgress = true }
            }
            return madeProgress
        } catch {
            logger.report(error, "broadcasts could not be looked for")
            return false
        }
    }

    private func advance(_ id: BroadcastID) async -> Bool {
        let now = clock.now()
        do {
            let step = try await store.write { [owner, pace] tx in
                try tx.advanceBroadcast(id, owner: owner, leaseFor: Self.lease, pace: pace, now: now)
            }
            switch step {
            case .planned(let people): count("planned", people)
            case .queued(let people):
                count("queued", people)
                signals.departures.notify()
            case .withdrawn(let people): count("withdrawn", people)
            case .finished: logger.info("a broadcast is over", metadata: ["broadcast": "\(id)"])
            case .waiting, .notNow: break
            }
            return step.madeProgress
        } catch {
            // One that cannot go on must not hold up the others.
            logger.report(error, "a broadcast could not go on", ["broadcast": "\(id)"])
            return false
        }
    }

    private func count(_ step: String, _ people: Int) {
        Counter(label: "nhipcau_broadcast_people_total", dimensions: [("step", step)]).increment(by: people)
    }
}
