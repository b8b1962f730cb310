import Core
import Foundation
import Programmes
import Sealing
@testable import Store
import Synchronization
import Testing

/// Several stores on one server's database, as several processes would have them.
@Suite("Several processes on one database", .enabled(if: TestEngine.allCases.contains(.postgres), "there is no PostgreSQL"))
struct ManyProcessesTests {
    /// Runs a test with as many stores on one database.
    private func withStores(_ count: Int, _ body: (StoreFixture, [Store]) async throws -> Void) async throws {
        try await withStore(.postgres) { fixture in
            let others = try (1..<count).map { _ in try fixture.reopen() }
            let result: Result<Void, any Error>
            do { result = .success(try await body(fixture, [fixture.store] + others)) } catch { result = .failure(error) }
            for store in others { await store.close() }
            try result.get()
        }
    }

    @Test("open a new one together: one makes the tables, the others find them")
    func migration() async throws {
        try await withLocation(.postgres) { location, _ in
            let master = MasterKey.random()
            let stores = try await withThrowingTaskGroup(of: Store.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        try await withCheckedThrowingContinuation { continuation in
                            DispatchQueue.global().async {
                                continuation.resume(
                                    with: Result { try Store.open(location, keys: KeyRing(master: master)) })
                            }
                        }
                    }
                }
                return try await group.reduce(into: [Store]()) { $0.append($1) }
            }
            #expect(stores.count == 4)
            for store in stores {
                try store.lockForServing()
                try await store.ping()
            }
            let versions = try await stores[0].read { transaction in
                try transaction.connection.rows(
                    SQLStatement("SELECT version FROM schema_versions ORDER BY version"), [:]
                ).map { try $0.int(0) }
            }
            #expect(versions == Schema.steps.map(\.version))
            for store in stores { await store.close() }
        }
    }

    @Test("give the last seat to one of many parents")
    func lastSeat() async throws {
        try await withStores(3) { fixture, stores in
            let offer = fixture.offer("c1", capacity: 5)
            try await fixture.store.write { try $0.upsertClass(offer) }
            let now = fixture.now
            let granted = try await withThrowingTaskGroup(of: Bool.self) { group in
                for parent in 0..<45 {
                    let store = stores[parent % 3]
                    group.addTask {
                        try await store.write { transaction in
                            let id = try transaction.findOrCreateConversation(fixture.address("p\(parent)"), now: now)
                            guard let listing = try transaction.listing(ClassID("c1")) else { return false }
                            let status: Enrolment.Status = listing.isFull ? .waiting : .enrolled
                            let enrolment = fixture.enrolment("e\(parent)", in: "c1", guardian: id, status: status)
                            try transaction.apply(
                                [.enrol(enrolment), .count(metric: "m", label: "l")], in: id, event: nil, now: now)
                            return status == .enrolled
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(granted.filter(\.self).count == 5)
            let listing = try await fixture.store.read { try $0.listing(ClassID("c1")) }
            #expect(listing?.seatsTaken == 5 && listing?.waiting == 40)
            #expect(try await fixture.store.read { try $0.count(metric: "m", label: "l") } == 45)
        }
    }

    /// What the workers of all processes did.
    private final class Diary: Sendable {
        let handled = Mutex<[ConversationID: [String]]>([:])
        let busy = Mutex<Set<ConversationID>>([])
        let collisions = Mutex(0)
    }

    @Test("handle each event once, those of a conversation in their order, and strand none")
    func events() async throws {
        try await withStores(3) { fixture, stores in
            let people = 8
            let each = 12
            let now = fixture.now
            let diary = Diary()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for person in 0..<people {
                    group.addTask {
                        for number in 0..<each {
                            // Two processes get the same webhook: the platform has delivered twice.
                            let event = fixture.incoming(
                                "\(person)-\(number)", from: "p\(person)", text: "\(number)", at: now + .milliseconds(number))
                            let accepted = try await withThrowingTaskGroup(of: Int.self) { twice in
                                for store in [stores[person % 3], stores[(person + 1) % 3]] {
                                    twice.addTask {
                                        try await store.write(.queue) { try $0.acceptEvents([event], now: now) }.accepted
                                    }
                                }
                                return try await twice.reduce(0, +)
                            }
                            #expect(accepted == 1)
                        }
                    }
                }
                for (index, store) in stores.enumerated() {
                    for worker in 0..<2 {
                        group.addTask {
                            try await Self.work(store, "w\(index)-\(worker)", diary, now: now, until: people * each)
                        }
                    }
                }
                try await group.waitForAll()
            }
            let handled = diary.handled.withLock { $0 }
            #expect(handled.count == people)
            for texts in handled.values { #expect(texts == (0..<each).map(String.init)) }
            #expect(diary.collisions.withLock { $0 } == 0)
            #expect(try await fixture.store.read { try $0.inboxDepth() } == InboxDepth(waiting: 0, failed: 0))
        }
    }

    /// Claims, decides and releases until everything is handled.
    private static func work(
        _ store: Store, _ owner: String, _ diary: Diary, now: Instant, until total: Int
    ) async throws {
        while diary.handled.withLock({ $0.values.reduce(0) { $0 + $1.count } }) < total {
            let claimed = try await store.write(.queue) {
                try $0.claimConversations(limit: 3, owner: owner, leaseFor: .seconds(600), now: now)
            }
            for conversation in claimed {
                let id = conversation.conversation
                if !diary.busy.withLock({ $0.insert(id).inserted }) { diary.collisions.withLock { $0 += 1 } }
                for event in conversation.events {
                    let isFirst = try await store.write { transaction in
                        guard try transaction.beginEvent(event.id) else { return false }
                        try transaction.saveState(Array((event.event.text ?? "").utf8), of: id)
                        try transaction.apply([.count(metric: "m", label: "l")], in: id, event: event.id, now: now)
                        try transaction.finishEvent(event.id, now: now)
                        return true
                    }
                    if isFirst { diary.handled.withLock { $0[id, default: []].append(event.event.text ?? "") } }
                }
                diary.busy.withLock { _ = $0.remove(id) }
                try await store.write(.queue) { try $0.releaseConversation(id, owner: owner) }
            }
            if claimed.isEmpty { await Task.yield() }
        }
    }

    @Test("send one message of a conversation at a time, in order, while others write; none is stuck")
    func sends() async throws {
        try await withStores(3) { fixture, stores in
            let now = fixture.now
            var conversations: [ConversationID] = []
            for person in 0..<5 { conversations.append(try await fixture.conversation("p\(person)")) }
            let each = 16
            let total = conversations.count * each
            let flights = Flights()
            let diary = Diary()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, id) in conversations.enumerated() {
                    group.addTask {
                        for number in 0..<each {
                            let lane: Lane = number % 4 == 3 ? .bulk : .reply
                            let draft = OutboxDraft(
                                conversation: id, lane: lane, key: "k",
                                message: OutboundMessage(text: "\(lane.rawValue):\(number)"))
                            _ = try await stores[(index + number) % 3].write { try $0.enqueue(draft, now: now) }
                        }
                    }
                }
                for store in stores {
                    group.addTask {
                        while flights.count < total {
                            let claimed = try await store.write(.queue) {
                                try $0.claimSends(
                                    limit: 4, owner: "s", leaseFor: .seconds(600), now: now, channels: [.zaloOA])
                            }
                            for send in claimed {
                                if !flights.takeOff(send.conversation) { diary.collisions.withLock { $0 += 1 } }
                                await Task.yield()
                                flights.land(send.conversation, send.message.text)
                                try await store.write { try $0.settle(send.id, .accepted(externalID: nil), now: now) }
                            }
                            if claimed.isEmpty { await Task.yield() }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(diary.collisions.withLock { $0 } == 0)
            for texts in flights.perConversation.values {
                for lane in [Lane.reply, .bulk] {
                    let numbers = texts.filter { $0.hasPrefix("\(lane.rawValue):") }.compactMap { Int($0.dropFirst(2)) }
                    #expect(numbers == numbers.sorted())
                }
                #expect(texts.count == each)
            }
            #expect(try await fixture.store.read { try $0.outboxDepth() }.waiting.values.reduce(0, +) == 0)
        }
    }

    @Test("fire each timer once and renew a token once")
    func timersAndTokens() async throws {
        try await withStores(3) { fixture, stores in
            let id = try await fixture.conversation()
            let now = fixture.now
            try await fixture.apply(
                (0..<40).map { .setTimer(ConversationTimer(key: "t\($0)", due: now, payload: "p")) }, in: id)
            let fired = try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<18 {
                    let store = stores[index % 3]
                    group.addTask { try await store.write(.queue) { try $0.fireDueTimers(now: now, limit: 7) } }
                }
                return try await group.reduce(0, +)
            }
            let rest = try await fixture.store.write(.queue) { try $0.fireDueTimers(now: now, limit: 100) }
            #expect(fired + rest == 40)
            #expect(try await fixture.store.read { try $0.inboxDepth() }.waiting == 40)

            let owners = try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<12 {
                    let store = stores[index % 3]
                    group.addTask {
                        try await store.write(.queue) {
                            try $0.claimTokenRefresh(
                                connection: StoreFixture.zalo, account: "oa", owner: "w\(index)", leaseFor: .seconds(30),
                                now: now)
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(owners.filter(\.self).count == 1)
        }
    }

    @Test("take up a configured pair of tokens once, and not again after it was renewed")
    func seeds() async throws {
        try await withStores(2) { fixture, stores in
            let now = fixture.now
            func takeUp(_ store: Store, _ refresh: String) async throws -> Bool {
                try await store.write {
                    try $0.takeUpSeed(
                        connection: StoreFixture.zalo, account: "oa", mark: "mark of \(refresh)", isKnown: false,
                        access: "", refresh: refresh, expiresAt: now, now: now)
                }
            }
            #expect(try await takeUp(stores[0], "first"))
            try await stores[0].write {
                try $0.saveToken(
                    connection: StoreFixture.zalo, account: "oa", access: "a", refresh: "renewed", expiresAt: now, now: now)
            }
            #expect(try await takeUp(stores[1], "first") == false)
            #expect(
                try await stores[1].read { try $0.token(connection: StoreFixture.zalo, account: "oa") }?.refresh == "renewed")
            #expect(try await takeUp(stores[1], "second"))
        }
    }

    @Test("find the day's key that another has made, and erase side by side")
    func keys() async throws {
        try await withStores(2) { fixture, stores in
            for day in 0..<3 {
                let now = fixture.now
                for (index, store) in stores.enumerated() {
                    let events = (0..<300).map { fixture.incoming("\(day)-\(index)-\($0)", from: "", kind: .status) }
                    try await store.write(.queue) { try $0.acceptEvents(events, now: now) }
                    let event = fixture.incoming("m\(day)-\(index)", from: "p\(index)", text: "ngày \(day)")
                    try await store.write(.queue) { try $0.acceptEvents([event], now: now) }
                }
                let claimed = try await stores[(day + 1) % 2].write(.queue) {
                    try $0.claimConversations(limit: 9, owner: "w", leaseFor: .seconds(1), now: now)
                }
                #expect(claimed.flatMap(\.events).map(\.event.text) == ["ngày \(day)", "ngày \(day)"])
                for conversation in claimed {
                    try await stores[0].write { transaction in
                        for event in conversation.events { try transaction.finishEvent(event.id, now: now) }
                    }
                    try await stores[0].write(.queue) { try $0.releaseConversation(conversation.conversation, owner: "w") }
                }
                fixture.clock.advance(by: .seconds(86_400))
            }
            fixture.clock.advance(by: .seconds(40 * 86_400))
            let now = fixture.now
            let erased = try await withThrowingTaskGroup(of: ErasedCounts.self) { group in
                for store in stores { group.addTask { try await store.eraseExpired(RetentionPolicy(), now: now) } }
                return try await group.reduce(into: ErasedCounts()) { $0 += $1 }
            }
            #expect(erased.events == 3 * 602)
            #expect(erased.keys == 3)
            try await fixture.accept(fixture.incoming("after", text: "vẫn nhận"))
            #expect(try await fixture.claim().flatMap(\.events).map(\.event.text) == ["vẫn nhận"])
        }
    }

    @Test("run a decision again when what it changes was changed meanwhile")
    func again() async throws {
        try await withStores(2) { fixture, stores in
            let id = try await fixture.conversation()
            let gate = Gate()
            let runs = Mutex(0)
            let decision = Task {
                try await stores[0].write { transaction in
                    let run = runs.withLock { runs in
                        runs += 1
                        return runs
                    }
                    let role = try transaction.conversation(id)?.role ?? ""
                    if run == 1 { gate.hold() }
                    try transaction.setRole(role + "+", of: id)
                    return role
                }
            }
            await gate.waitUntilHeld()
            try await stores[1].write(.queue) { try $0.setRole("teacher", of: id) }
            gate.open()
            #expect(try await decision.value == "teacher")
            #expect(runs.withLock { $0 } == 2)
            #expect(try await fixture.store.read { try $0.conversation(id) }?.role == "teacher+")
        }
    }

    @Test("give a decision up after five runs, with an error that says to try again, and spare its neighbours")
    func givenUp() async throws {
        try await withStores(2) { fixture, stores in
            let id = try await fixture.conversation()
            let engine = try fixture.makeEngine()
            let runs = Mutex(0)
            let gate = Gate()
            let holder = Task { try await stores[0].write { _ in gate.hold() } }
            await gate.waitUntilHeld()
            let unlucky = Task {
                try await stores[0].write { transaction in
                    runs.withLock { $0 += 1 }
                    _ = try transaction.conversation(id)
                    // Somebody is always quicker.
                    _ = try engine.write(.queue) { connection in
                        try connection.execute(ConversationSQL.setRole, ["id": .id(id), "role": .text("x")])
                    }
                    try transaction.setRole("never", of: id)
                }
            }
            while stores[0].waitingWrites < 1 { await Task.yield() }
            let neighbour = Task { try await stores[0].write { try $0.findOrCreateConversation(fixture.address("b"), now: fixture.now) } }
            while stores[0].waitingWrites < 2 { await Task.yield() }
            gate.open()
            try await holder.value
            await #expect(throws: StoreError.contended) { try await unlucky.value }
            let other = try await neighbour.value
            #expect(try await fixture.store.read { try $0.conversation(other) } != nil)
            // Twice together with the neighbour, then by itself.
            #expect(runs.withLock { $0 } == 2 + GroupCommit.greatestAttempts)
            try engine.close()
        }
    }

    @Test("go on with what a vanished process had")
    func vanished() async throws {
        try await withStores(2) { fixture, stores in
            try await fixture.accept(fixture.incoming("1"))
            let id = try #require(try await fixture.claim(owner: "dead").first?.conversation)
            try await fixture.enqueue(id, "x")
            let now = fixture.now
            try await stores[0].write(.queue) { transaction in
                try transaction.beat("dead", now: now)
                try transaction.beat("alive", now: now)
                _ = try transaction.claimSends(
                    limit: 9, owner: "dead", leaseFor: .seconds(60), now: now, channels: [.zaloOA])
            }
            try await stores[1].write(.queue) { try $0.beat("alive", now: now) }
            #expect(try await stores[1].read { try $0.presences() } == ["dead": 1, "alive": 2])
            try await stores[1].write { try $0.releaseLeasesOfEarlierProcesses(now: now) }
            #expect(try await fixture.claim().isEmpty, "leases may be those of living processes")
            try await stores[1].write(.queue) { try $0.releaseConversations(ofVanished: "dead") }
            #expect(try await fixture.claim(owner: "alive").map(\.conversation) == [id])
            #expect(try await fixture.claimSends().isEmpty)
            try await stores[1].write(.queue) { try $0.releaseEverything(ofVanished: "dead") }
            #expect(try await fixture.claimSends().map(\.wasInterrupted) == [true])
            #expect(try await stores[1].read { try $0.presences() } == ["alive": 2])
        }
    }

    @Test("see what another has written for a client that fetches")
    func feed() async throws {
        try await withStores(2) { fixture, stores in
            let id = try await fixture.conversation("browser", channel: .web)
            let now = fixture.now
            let web = ConnectionID("web")
            func fresh() async throws -> Set<ConversationID> {
                try await stores[1].read { try $0.freshlyWritten(web, since: now - .seconds(5), limit: 10) }
            }
            #expect(try await fresh().isEmpty)
            try await fixture.enqueue(id, "xin chào")
            #expect(try await fresh() == [id])
            try await fixture.store.write { try $0.acknowledgePull(id, upTo: .max, now: now) }
            #expect(try await fresh().isEmpty)
        }
    }
}
