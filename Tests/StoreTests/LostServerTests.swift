import Core
import Foundation
import PrivatePostgres
import Programmes
import Sealing
@testable import Store
import Testing

@Suite(
    "A database server that goes away", .serialized,
    .enabled(if: TestEngine.allCases.contains(.postgres), "there is no PostgreSQL"))
struct LostServerTests {
    @Test("every step fails with an error that says to try again, and works when it is back")
    func comingBack() async throws {
        let server = try PrivatePostgres.start()
        defer { try? server.stop() }
        let clock = ManualClock(StoreFixture.start)
        let master = MasterKey.random()
        let location = try DatabaseLocation(url: server.address)
        let store = try Store.open(location, keys: KeyRing(master: master), clock: clock)
        let fixture = StoreFixture(
            engine: .postgres, location: location, store: store, clock: clock, master: master, directory: "")
        let now = clock.now()
        try await fixture.accept(fixture.incoming("1"), fixture.incoming("2"))
        let claimed = try #require(try await fixture.claim().first)
        let first = try #require(claimed.events.first)
        let steps: [(String, @Sendable () async throws -> Void)] = [
            ("accept", { try await fixture.accept(fixture.incoming("3")) }),
            ("claim", { _ = try await fixture.claim() }),
            (
                "decide",
                {
                    try await store.write { transaction in
                        guard try transaction.beginEvent(first.id) else { return }
                        try transaction.apply(
                            [.reply(Reply(key: "k", message: OutboundMessage(text: "x")))], in: claimed.conversation,
                            event: first.id, now: now)
                        try transaction.finishEvent(first.id, now: now)
                    }
                }
            ),
            ("release", { try await fixture.release(claimed.conversation) }),
            ("send", { _ = try await fixture.claimSends() }),
            ("timers", { _ = try await store.write(.queue) { try $0.fireDueTimers(now: now, limit: 9) } }),
            ("read", { _ = try await store.read { try $0.counts() } }),
            ("erase", { _ = try await store.eraseExpired(RetentionPolicy(), now: now) }),
            ("ping", { try await store.ping() }),
        ]
        for (name, step) in steps {
            try server.halt()
            for _ in 0..<2 {
                let error = await #expect(throws: StoreError.self, "\(name)") { try await step() }
                #expect(error?.code == "unreachable" && error?.isRetryable == true, "\(name): \(String(describing: error))")
            }
            #expect(throws: StoreError.self) { try Store.open(location, keys: KeyRing(master: master)) }
            try server.resume()
            await #expect(throws: Never.self, "\(name)") { try await step() }
        }
        let counts = try await store.read { try $0.counts() }
        #expect(counts.events == 3 && counts.messages == 1)
        await store.close()
    }

    @Test("in the middle of a decision nothing of it is left, and its caller hears of it")
    func inTheMiddle() async throws {
        let server = try PrivatePostgres.start()
        defer { try? server.stop() }
        let clock = ManualClock(StoreFixture.start)
        let location = try DatabaseLocation(url: server.address)
        let store = try Store.open(location, keys: KeyRing(master: .random()), clock: clock)
        let address = ConversationAddress(connection: StoreFixture.zalo, channel: .zaloOA, account: "oa", person: "an")
        let now = clock.now()
        let gate = Gate()
        let decision = Task {
            try await store.write { transaction in
                let id = try transaction.findOrCreateConversation(address, now: now)
                gate.hold()
                try transaction.setRole("teacher", of: id)
            }
        }
        await gate.waitUntilHeld()
        let alongside = (0..<3).map { number in
            Task { try await store.write { transaction in _ = try transaction.count(metric: "\(number)", label: "") } }
        }
        try server.halt()
        gate.open()
        let error = await #expect(throws: StoreError.self) { try await decision.value }
        #expect(error?.code == "unreachable")
        for task in alongside {
            let error = await #expect(throws: StoreError.self) { try await task.value }
            #expect(error?.isRetryable == true)
        }
        try server.resume()
        #expect(try await store.read { try $0.findConversation(address) } == nil)
        await store.close()
    }

    @Test("ends the transaction of somebody who stops in the middle, and the next one gets another connection")
    func stopped() async throws {
        try await withStore(.postgres) { fixture in
            let limits = try await fixture.store.read { transaction in
                try ["lock_timeout", "idle_in_transaction_session_timeout", "statement_timeout"].map { name in
                    try transaction.connection.row(SQLStatement("SELECT current_setting('\(name)')"), [:])?.text(0)
                }
            }
            #expect(limits == ["5s", "10s", "1min"])
            // As the server ends it: the connection is gone, the caller hears of it, the next one gets another.
            guard let server = PrivatePostgres.shared else { return }
            let address = fixture.address("an")
            let now = fixture.now
            let error = await #expect(throws: StoreError.self) {
                try await fixture.store.write { transaction in
                    let id = try transaction.findOrCreateConversation(address, now: now)
                    let process = try transaction.connection.row(SQLStatement("SELECT pg_backend_pid()"), [:])?.int(0) ?? 0
                    try server.execute("SELECT pg_terminate_backend(\(process), 5000)")
                    try transaction.setRole("teacher", of: id)
                }
            }
            #expect(error?.code == "unreachable")
            #expect(try await fixture.store.write { try $0.findConversation(address) } == nil)
        }
    }

    @Test("or that was never there, or refuses us, is told with its place and without secrets")
    func refusals() throws {
        let server = try #require(PrivatePostgres.shared)
        let host = try #require(server.address.split(separator: "=").last)
        let cases = [
            "postgres://u:bi-mat@127.0.0.1:1/x", "postgres://u:bi-mat@/x?host=/nowhere",
            "postgres://nobody:bi-mat@/nhipcau?host=\(host)", "postgres://nhipcau:bi-mat@/none?host=\(host)",
        ]
        for url in cases {
            let error = #expect(throws: StoreError.self) {
                try Store.open(try DatabaseLocation(url: url), keys: KeyRing(master: .random()))
            }
            #expect(error?.code == "unreachable", "\(url)")
            #expect(error?.text.contains("bi-mat") == false)
        }
        let error = #expect(throws: StoreError.self) {
            try Store.open(
                try DatabaseLocation(url: server.address + "&options=-csearch_path%3Dnowhere"),
                keys: KeyRing(master: .random()))
        }
        #expect(error?.code == "cannot_open")
    }

    @Test("keeps what was acknowledged when it is cut off: every commit is synced")
    func durability() async throws {
        try await withStore(.postgres) { fixture in
            let settings = try await fixture.store.write { transaction in
                try ["fsync", "synchronous_commit", "full_page_writes", "transaction_isolation"].map { name in
                    try transaction.connection.row(SQLStatement("SELECT current_setting('\(name)')"), [:])?.text(0)
                }
            }
            #expect(settings == ["on", "on", "on", "serializable"])
            let queue = try await fixture.store.write(.queue) { transaction in
                try transaction.connection.row(SQLStatement("SELECT current_setting('transaction_isolation')"), [:])?.text(0)
            }
            #expect(queue == "read committed")
        }
    }
}
