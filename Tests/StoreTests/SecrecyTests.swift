import Core
import Foundation
import Programmes
import Sealing
@testable import Store
import Testing

@Suite("Content at rest")
struct SecrecyTests {
    private static let mark = "XOAI-THANH-CA-7781"

    /// Sends the marked word along every path on which content comes in.
    private func seed(_ fixture: StoreFixture) async throws -> ConversationID {
        let mark = Self.mark
        var incoming = fixture.incoming("1", text: "tin \(mark)")
        incoming.event.payload = "#slot:child=\(mark)"
        incoming.event.attachments = [Attachment(kind: .image, url: "https://example.test/\(mark)")]
        try await fixture.accept(incoming)
        let id = try await fixture.conversation()
        let offer = fixture.offer("c1")
        let now = fixture.now
        let item = DeskItem(
            id: DeskItemID("d1"), kind: .human, conversation: id, details: ["reason": mark, mark: "x"], createdAt: now)
        try await fixture.store.write { transaction in
            try transaction.upsertClass(offer)
            try transaction.saveState(Array(#"{"name":"\#(mark)"}"#.utf8), of: id)
            try transaction.apply(
                [
                    .reply(
                        Reply(
                            key: "k",
                            message: OutboundMessage(text: mark, buttons: [Button(title: mark, payload: mark)]))),
                    .enrol(fixture.enrolment("e1", in: "c1", guardian: id, child: mark)), .handOver(item),
                    .setTimer(ConversationTimer(key: "t", due: now + .seconds(5), payload: mark)),
                ], in: id, event: nil, now: now)
            try transaction.enqueue(
                OutboxDraft(
                    conversation: id, lane: .bulk, key: "k", message: OutboundMessage(text: mark),
                    notBefore: now + .seconds(90 * 86_400)), now: now)
            try transaction.saveToken(
                connection: StoreFixture.zalo, account: "oa", access: mark, refresh: mark, expiresAt: now, now: now)
        }
        return id
    }

    private func occurs(_ word: [UInt8], in bytes: [UInt8]) -> Bool {
        Data(bytes).range(of: Data(word)) != nil
    }

    @Test("is never in the clear on any path, before and after a checkpoint", arguments: TestEngine.allCases)
    func noPlainText(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let id = try await seed(fixture)
            let mark = Array(Self.mark.utf8)
            #expect(occurs(Array("Nhà văn hoá".utf8), in: try await fixture.bytesKept()), "the search finds what is there")
            #expect(!occurs(mark, in: try await fixture.bytesKept()))
            // All of it is there, though, and readable with the key.
            let now = fixture.now
            let texts = try await fixture.store.write { transaction -> [String] in
                _ = try transaction.fireDueTimers(now: now + .seconds(5), limit: 9)
                let events = try transaction.claimConversations(
                    limit: 9, owner: "w", leaseFor: .seconds(1), now: now
                ).flatMap(\.events).map(\.event)
                let sends = try transaction.claimSends(
                    limit: 9, owner: "s", leaseFor: .seconds(1), now: now, channels: [.zaloOA])
                let token = try transaction.token(connection: StoreFixture.zalo, account: "oa")
                return events.flatMap { [$0.text, $0.payload].compactMap(\.self) } + sends.map(\.message.text)
                    + (try transaction.enrolments(guardian: id).map(\.childName))
                    + (try transaction.deskItems(limit: 9).flatMap(\.details.values))
                    + [token?.access, token?.refresh].compactMap(\.self)
                    + [String(decoding: try transaction.conversation(id)?.stateJSON ?? [], as: UTF8.self)]
            }
            #expect(texts.filter { $0.contains(Self.mark) }.count == 9)
            #expect(!occurs(mark, in: try await fixture.bytesKept()))
            await fixture.store.close()
            #expect(!occurs(mark, in: try await fixture.bytesKept()))
            // Tables, indexes and log of the server, with what other tests left there; none of them writes this word.
            if engine == .postgres, let files = try fixture.serverFiles() {
                #expect(occurs(Array("Nhà văn hoá".utf8), in: files), "the search finds what is there")
                #expect(!occurs(mark, in: files))
            }
        }
    }

    @Test("is erased after its time: the rows, the keys, and the bytes in the files", arguments: TestEngine.allCases)
    func retention(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let id = try await seed(fixture)
            let claimed = try #require(try await fixture.claim().first)
            let event = try #require(claimed.events.first)
            let sealed = try await fixture.store.write { [now = fixture.now] transaction in
                try transaction.finishEvent(event.id, now: now)
                for send in try transaction.claimSends(
                    limit: 9, owner: "s", leaseFor: .seconds(1), now: now, channels: [.zaloOA])
                {
                    try transaction.settle(send.id, .accepted(externalID: "e"), now: now)
                }
                let row = try transaction.connection.row(
                    SQLStatement("SELECT payload FROM events WHERE id = :id"), ["id": .id(event.id)])
                return try row?.blobOrNil(0) ?? []
            }
            #expect(occurs(sealed, in: try await fixture.bytesKept()))

            fixture.clock.advance(by: .seconds(29 * 86_400))
            let early = try await fixture.store.eraseExpired(RetentionPolicy(), now: fixture.now)
            #expect(early == ErasedCounts())
            fixture.clock.advance(by: .seconds(3 * 86_400))
            let erased = try await fixture.store.eraseExpired(RetentionPolicy(), now: fixture.now)
            var expected = ErasedCounts()
            expected.events = 1
            expected.states = 1
            expected.messages = 1
            expected.keys = 1
            #expect(erased == expected)
            // A server keeps the bytes of erased rows in its files until it overwrites them; their key is gone from
            // the rows, and from the file of the keys' table, which is written anew.
            #expect(!occurs(sealed, in: try await fixture.bytesKept()))
            let days = try await fixture.store.read { transaction in
                try transaction.connection.rows(SQLStatement("SELECT day FROM data_keys"), [:]).map { try $0.integer(0) }
            }
            #expect(!days.contains(Int64(KeyDay(StoreFixture.start).rawValue)) && days.contains(0))

            let record = try #require(try await fixture.store.read { try $0.conversation(id) })
            #expect(record.stateJSON == nil)
            #expect(try await fixture.accept(fixture.incoming("1")).duplicates == 1, "the key outlives the content")
            // What lives longer is still there: the child's name, the token, the message for the ninetieth day.
            #expect(try await fixture.store.read { try $0.enrolments(guardian: id) }.first?.childName == Self.mark)
            #expect(try await fixture.store.read { try $0.deskItems(limit: 9) }.first?.details["reason"] == Self.mark)
            fixture.clock.advance(by: .seconds(58 * 86_400))
            #expect(try await fixture.claimSends().map(\.message.text) == [Self.mark])

            fixture.clock.advance(by: .seconds(600 * 86_400))
            let last = try await fixture.store.eraseExpired(RetentionPolicy(), now: fixture.now)
            #expect(last.enrolments == 1 && last.deskItems == 1 && last.traces >= 2)
            #expect(try await fixture.store.read { try $0.enrolments(guardian: id) }.first?.childName == "")
            #expect(try await fixture.store.read { try $0.deskItems(limit: 9) }.first?.details == [:])
            #expect(try await fixture.store.eraseExpired(RetentionPolicy(), now: fixture.now) == ErasedCounts())
        }
    }

    @Test("loses its keys on a server, too: the file that held them is written anew", .enabled(if: TestEngine.allCases.contains(.postgres)))
    func keysOnServer() async throws {
        try await withStore(.postgres) { fixture in
            try await fixture.accept(fixture.incoming("1", from: "", kind: .status))
            let wrapped = try await fixture.store.read { transaction in
                try transaction.connection.row(SQLStatement("SELECT wrapped FROM data_keys WHERE day > 0"), [:])?.blobOrNil(0)
            }
            let key = try #require(wrapped)
            guard let before = try await fixture.tableFile("data_keys") else { return }
            #expect(occurs(key, in: before))
            fixture.clock.advance(by: .seconds(40 * 86_400))
            #expect(try await fixture.store.eraseExpired(RetentionPolicy(), now: fixture.now).keys == 1)
            var after = try #require(try await fixture.tableFile("data_keys"))
            // The server keeps a row for whoever may still see it, in any test of this database: a later erasure takes it.
            for attempt in 0..<100 where occurs(key, in: after) {
                try await fixture.accept(fixture.incoming("again-\(attempt)", from: "", kind: .status))
                fixture.clock.advance(by: .seconds(40 * 86_400))
                _ = try await fixture.store.eraseExpired(RetentionPolicy(), now: fixture.now)
                after = try #require(try await fixture.tableFile("data_keys"))
            }
            #expect(!occurs(key, in: after))
        }
    }

    @Test("that waited past its time is given up where people see it", arguments: TestEngine.allCases)
    func stale(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            for index in 0..<3 { try await fixture.accept(fixture.incoming("\(index)")) }
            try await fixture.enqueue(try await fixture.conversation(), "x", lane: .bulk)
            fixture.clock.advance(by: .seconds(32 * 86_400))
            _ = try await fixture.store.eraseExpired(RetentionPolicy(), now: fixture.now)
            let depth = try await fixture.store.read { try $0.inboxDepth() }
            #expect(depth.waiting == 0 && depth.failed == 3)
            #expect(
                try await fixture.store.read { try $0.failedEvents(limit: 9) }.allSatisfy { $0.reason == "expired" })
            let letters = try await fixture.store.read { try $0.deadLetters(limit: 9) }
            #expect(letters.map(\.reason) == ["expired"] && letters.map(\.message) == [nil])
            #expect(try await fixture.claim().isEmpty)
            #expect(try await fixture.claimSends().isEmpty)
        }
    }

    @Test("goes in batches: more than one of them when there is more", arguments: TestEngine.allCases)
    func batches(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let now = fixture.now
            for batch in 0..<12 {
                let events = (0..<100).map { fixture.incoming("\(batch)-\($0)", from: "", kind: .status) }
                try await fixture.store.write { try $0.acceptEvents(events, now: now) }
            }
            fixture.clock.advance(by: .seconds(40 * 86_400))
            #expect(try await fixture.store.eraseExpired(RetentionPolicy(), now: fixture.now).events == 1200)
        }
    }

    @Test("moved to another row or damaged does not open, and holds up nothing", arguments: TestEngine.allCases)
    func tampering(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            try await fixture.accept(fixture.incoming("1", text: "một"), fixture.incoming("2", text: "hai"))
            try await fixture.accept(fixture.incoming("3", text: "ba"))
            try await fixture.store.write { transaction in
                try transaction.connection.execute(
                    SQLStatement(
                        """
                        UPDATE events SET payload = (SELECT payload FROM events WHERE deduplication_key = '1')
                        WHERE deduplication_key = '2'
                        """), [:])
            }
            #expect(try await fixture.claim().first?.events.map(\.event.text) == ["một", "ba"])
            #expect(try await fixture.store.read { try $0.failedEvents(limit: 9) }.map(\.reason) == ["unreadable"])
        }
    }
}
