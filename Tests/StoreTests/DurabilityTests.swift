import Core
import Foundation
import Programmes
import Sealing
@testable import Store
import Testing

@Suite("Durability")
struct DurabilityTests {
    @Test("every commit is synced: synchronous = FULL is in force on the writing connection")
    func synchronous() async throws {
        try await withStore(.sqlite) { fixture in
            let modes = try await fixture.store.write { transaction in
                try ["synchronous", "foreign_keys", "secure_delete", "busy_timeout"].map { name in
                    try transaction.connection.row(SQLStatement("PRAGMA \(name)"), [:])?.int(0)
                }
            }
            #expect(modes == [2, 1, 1, 5000])
            let journal = try await fixture.store.write { transaction in
                try transaction.connection.row(SQLStatement("PRAGMA journal_mode"), [:])?.text(0)
            }
            #expect(journal == "wal")
        }
    }

    @Test("what was answered is there after the process disappears", arguments: TestEngine.allCases)
    func crashImage(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            for index in 0..<10 { try await fixture.accept(fixture.incoming("\(index)", from: "p\(index % 3)")) }
            let claimed = try #require(try await fixture.claim(1).first)
            let first = try #require(claimed.events.first)
            let now = fixture.now
            try await fixture.store.write { transaction in
                guard try transaction.beginEvent(first.id) else { return }
                try transaction.apply(
                    [.reply(Reply(key: "k", message: OutboundMessage(text: "một")))], in: claimed.conversation,
                    event: first.id, now: now)
                try transaction.finishEvent(first.id, now: now)
            }
            // What a killed process leaves: of a file, no checkpoint and no index of the log; on a server, its leases.
            var location = fixture.location
            if engine == .sqlite {
                let image = fixture.directory + "/image.sqlite"
                for suffix in ["", "-wal"] {
                    try FileManager.default.copyItem(atPath: fixture.path + suffix, toPath: image + suffix)
                }
                location = .sqlite(path: image)
            }
            fixture.clock.advance(by: .seconds(120))
            let store = try Store.open(location, keys: KeyRing(master: fixture.master), clock: fixture.clock)
            let later = fixture.now
            let again = try await store.write {
                try $0.claimConversations(limit: 9, owner: "w2", leaseFor: .seconds(60), now: later)
            }
            #expect(again.flatMap(\.events).count == 9)
            #expect(try await store.write { try $0.beginEvent(first.id) } == false)
            let sends = try await store.write {
                try $0.claimSends(limit: 9, owner: "s", leaseFor: .seconds(60), now: later, channels: [.zaloOA])
            }
            #expect(sends.map(\.message.text) == ["một"])
            #expect(try await store.write { try $0.acceptEvents([fixture.incoming("3")], now: later) }.duplicates == 1)
            await store.close()
        }
    }

    private struct Killed: Error {}

    @Test("an event whose handling was cut off has its effect once", arguments: TestEngine.allCases)
    func cutOff(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            try await fixture.accept(fixture.incoming("1"))
            for attempt in 0..<4 {
                let claimed = try #require(try await fixture.claim().first)
                let event = try #require(claimed.events.first)
                let now = fixture.now
                let work: @Sendable (WriteTransaction) throws -> Void = { transaction in
                    guard try transaction.beginEvent(event.id) else { return }
                    try transaction.apply(
                        [
                            .reply(Reply(key: "k", message: OutboundMessage(text: "x"))),
                            .count(metric: "m", label: "l"),
                        ],
                        in: claimed.conversation, event: event.id, now: now)
                    if attempt == 0 { throw Killed() }
                    try transaction.finishEvent(event.id, now: now)
                    if attempt == 1 { throw Killed() }
                }
                if attempt < 2 {
                    await #expect(throws: Killed.self) { try await fixture.store.write(work) }
                } else {
                    // Twice: the second time by a worker that did not hear the answer to the first.
                    try await fixture.store.write(work)
                    try await fixture.store.write(work)
                    break
                }
                fixture.clock.advance(by: .seconds(61))
            }
            #expect(try await fixture.store.read { try $0.count(metric: "m", label: "l") } == 1)
            #expect(try await fixture.store.read { try $0.counts() }.messages == 1)
        }
    }

    @Test("two stores on one file write by turns", arguments: TestEngine.allCases)
    func twoProcesses(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let other = try fixture.reopen()
            let now = fixture.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<60 {
                    let store = index % 2 == 0 ? fixture.store : other
                    let event = fixture.incoming("\(index % 50)", from: "p\(index % 5)")
                    group.addTask { _ = try await store.write { try $0.acceptEvents([event], now: now) } }
                }
                try await group.waitForAll()
            }
            #expect(try await fixture.store.read { try $0.counts() }.events == 50)
            await other.close()
        }
    }
}
