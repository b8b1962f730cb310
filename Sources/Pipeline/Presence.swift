package import Core
package import Logging
import Metrics
import ServiceLifecycle
package import Store

/// On a database that several processes serve: shows the others that this one is alive, and frees what a process had
/// that is not. Tells the sender how many they are: each takes its part of what an account may send.
///
/// Each process judges by its own clock: another one is gone when its beats have not risen for a while. That saves
/// waiting for the leases to run out, and no more.
package struct Presence: NamedService {
    private let store: Store
    private let signals: Signals
    private let clock: any WallClock
    private let owner: String
    private let logger: Logger

    static let interval = Duration.seconds(2)
    /// Somebody else may go on with its conversations after this; should it be alive, its events still have their
    /// effect once.
    static let patience = Duration.seconds(8)
    /// Longer than any call to a platform takes: what it had in flight was sent or was not.
    static let longPatience = Duration.seconds(30)

    package init(store: Store, signals: Signals, clock: any WallClock, owner: String, logger: Logger) {
        self.store = store
        self.signals = signals
        self.clock = clock
        self.owner = owner
        self.logger = logger
    }

    package func run() async throws {
        guard store.isShared else {
            try? await gracefulShutdown()
            return
        }
        await Machine.untilShutdown {
            var watch = PresenceWatch()
            while !Task.isCancelled {
                await look(&watch)
                try? await Machine.sleep(for: Self.interval)
            }
        }
        try? await store.write(.queue) { [owner] tx in try tx.leave(owner) }
    }

    private func look(_ watch: inout PresenceWatch) async {
        let now = clock.now()
        do {
            try await store.write(.queue) { [owner] tx in try tx.beat(owner, now: now) }
            var seen = try await store.read { tx in try tx.presences() }
            seen[owner] = nil
            let vanished = watch.note(seen, at: Machine.elapsed())
            let alive = watch.alive + 1
            signals.processes.with { $0 = alive }
            for other in vanished.conversations {
                try await store.write(.queue) { tx in try tx.releaseConversations(ofVanished: other) }
            }
            for other in vanished.everything {
                try await store.write(.queue) { tx in try tx.releaseEverything(ofVanished: other) }
            }
            if !vanished.conversations.isEmpty { signals.arrivals.notify() }
            if !vanished.everything.isEmpty {
                signals.departures.notify()
                Counter(label: "nhipcau_processes_vanished_total").increment(by: vanished.everything.count)
                logger.warning("other processes are gone; their work goes on here", metadata: ["count": "\(vanished.everything.count)"])
            }
        } catch {
            // Without the database nobody can tell who is alive.
            watch = PresenceWatch()
            logger.report(error, "other processes could not be looked for")
        }
    }
}

/// Which of the other processes have stopped showing themselves.
struct PresenceWatch {
    struct Vanished: Equatable {
        var conversations: [String] = []
        var everything: [String] = []
    }

    private struct Sight {
        var beats: Int64
        var since: ContinuousClock.Instant
        var isHalfReleased = false
    }

    private var sights: [String: Sight] = [:]

    /// The others that show themselves.
    var alive: Int { sights.values.count { !$0.isHalfReleased } }

    /// - Parameter seen: how often each other process has shown itself.
    /// - Returns: those that have not for ``Presence/patience``, and for ``Presence/longPatience``, each once.
    mutating func note(_ seen: [String: Int64], at now: ContinuousClock.Instant) -> Vanished {
        var vanished = Vanished()
        sights = sights.filter { seen[$0.key] != nil }
        for (owner, beats) in seen.sorted(by: { $0.key < $1.key }) {
            guard var sight = sights[owner], sight.beats == beats else {
                sights[owner] = Sight(beats: beats, since: now)
                continue
            }
            let silence = sight.since.duration(to: now)
            if silence >= Presence.longPatience {
                vanished.everything.append(owner)
                sights[owner] = nil
                continue
            }
            if silence >= Presence.patience, !sight.isHalfReleased {
                vanished.conversations.append(owner)
                sight.isHalfReleased = true
            }
            sights[owner] = sight
        }
        return vanished
    }
}
