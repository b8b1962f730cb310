import Core
import Logging
import Programmes
import Sealing
import Store
import Testing

@testable import Pipeline

@Suite("The service that sends broadcasts")
struct BroadcastServiceTests {
    private static let zalo = ConnectionID("zalo")
    private static let start = CivilDate(year: 2026, month: 11, day: 24)?.at(hour: 9) ?? Instant(milliseconds: 0)
    private static let rules = SendingRules(connections: [zalo: .init(channel: .zaloOA, window: nil)])
    private static let pace: BroadcastPace = {
        var pace = BroadcastPace()
        (pace.page, pace.batch, pace.window) = (4, 3, 6)
        return pace
    }()

    /// A clock that stands still.
    private struct Stopped: WallClock {
        func now() -> Instant { start }
    }

    private struct Stage: Sendable {
        let store: Store
        let signals = Signals()

        init(people: Int) async throws {
            store = try Store.open(.temporary, keys: KeyRing(master: .random()), clock: Stopped())
            try await store.write { tx in
                try tx.saveSendingRules(rules)
                try tx.saveOrganisations([OrganisationEntry(code: "TH", name: "Sở", kind: .province)], now: start)
                try tx.addPeople(
                    (0..<people).map {
                        PersonEntry(connection: zalo, account: "oa", person: "p\($0)", role: "parent", organisation: "TH")
                    }, now: start)
            }
        }

        func service(_ owner: String) -> BroadcastService {
            BroadcastService(
                store: store, rules: rules, pace: pace, signals: signals, clock: Stopped(), owner: owner, logger: Logger(label: "test"))
        }

        func begin() async throws -> BroadcastID {
            var random = SystemRandom()
            let broadcast = Broadcast(
                id: IdentifierSource().make(at: start, random: &random),
                number: CheckedNumber.make(prefix: CheckedNumber.broadcastPrefix, random: &random), audience: Audience(),
                text: "Mai nghỉ học.",
                author: nil, createdAt: start, expiresAt: start + .seconds(86_400))
            try await store.write { tx in try tx.startBroadcast(broadcast, now: start) }
            return broadcast.id
        }

        /// What the dispatcher does.
        func send() async throws -> [String] {
            try await store.write { tx in
                let sends = try tx.claimSends(limit: 100, owner: "d", leaseFor: .seconds(60), now: start, channels: [.zaloOA])
                for send in sends { try tx.settle(send.id, .accepted(externalID: "x-\(send.id)"), now: start) }
                return sends.map(\.address.person)
            }
        }

        func status(_ id: BroadcastID) async throws -> Broadcast.Status? {
            try await store.read { tx in try tx.broadcast(id)?.status }
        }
    }

    @Test("carries every open broadcast to everybody, once, and wakes the sender")
    func everybody() async throws {
        let stage = try await Stage(people: 20)
        let ids = [try await stage.begin(), try await stage.begin()]
        let service = stage.service("a")
        var received: [String: Int] = [:]
        for _ in 0..<200 {
            while await service.advanceAll() {}
            let sent = try await stage.send()
            for person in sent { received[person, default: 0] += 1 }
            if sent.isEmpty { break }
        }
        #expect(received == Dictionary(uniqueKeysWithValues: (0..<20).map { ("p\($0)", 2) }))
        for id in ids { #expect(try await stage.status(id) == .done) }
        // Set, because messages went into the outbox and nobody has waited for it.
        await stage.signals.departures.wait(atMost: .seconds(3600))
        await stage.store.close()
    }

    @Test("several services share the work and double nothing")
    func several() async throws {
        let stage = try await Stage(people: 30)
        let id = try await stage.begin()
        let services = ["a", "b", "c"].map(stage.service)
        var received: [String] = []
        for _ in 0..<200 {
            await withTaskGroup(of: Void.self) { group in
                for service in services { group.addTask { _ = await service.advanceAll() } }
            }
            received += try await stage.send()
            if try await stage.status(id) == .done { break }
        }
        #expect(received.sorted() == (0..<30).map { "p\($0)" }.sorted())
        await stage.store.close()
    }

    @Test("notes the rules of its connections, goes on by itself, and ends when it is told to", .timeLimit(.minutes(5)))
    func running() async throws {
        let stage = try await Stage(people: 8)
        try await stage.store.write { tx in try tx.saveSendingRules(SendingRules(connections: [:])) }
        let id = try await stage.begin()
        let service = stage.service("a")
        let running = Task { try await service.run() }
        var received: [String] = []
        while try await stage.status(id) != .done {
            received += try await stage.send()
            stage.signals.broadcasts.notify()
            await Task.yield()
        }
        #expect(received.count == 8)
        running.cancel()
        try await running.value
        await stage.store.close()
    }

    @Test("a closed database is an error that it survives")
    func closed() async throws {
        let stage = try await Stage(people: 1)
        _ = try await stage.begin()
        await stage.store.close()
        #expect(await stage.service("a").advanceAll() == false)
    }
}
