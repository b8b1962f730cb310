import Core
import Store
import Testing

@Suite("Tokens and web sessions")
struct AccountTests {
    private func save(
        _ fixture: StoreFixture, _ access: String, refresh: String?
    ) async throws -> Int {
        let now = fixture.now
        return try await fixture.store.write {
            try $0.saveToken(
                connection: StoreFixture.zalo, account: "oa", access: access, refresh: refresh,
                expiresAt: now + .seconds(90_000), now: now)
        }
    }

    private func claim(_ fixture: StoreFixture, _ owner: String) async throws -> Bool {
        let now = fixture.now
        return try await fixture.store.write {
            try $0.claimTokenRefresh(
                connection: StoreFixture.zalo, account: "oa", owner: owner, leaseFor: .seconds(30), now: now)
        }
    }

    private func token(_ fixture: StoreFixture) async throws -> StoredToken? {
        try await fixture.store.read { try $0.token(connection: StoreFixture.zalo, account: "oa") }
    }

    @Test("A token is kept, renewed and counted", arguments: TestEngine.allCases)
    func tokens(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            #expect(try await token(fixture) == nil)
            #expect(try await save(fixture, "a1", refresh: "r1") == 1)
            fixture.clock.advance(by: .seconds(5))
            #expect(try await save(fixture, "a2", refresh: nil) == 2)
            let stored = try #require(try await token(fixture))
            #expect(
                stored
                    == StoredToken(
                        access: "a2", refresh: "r1", expiresAt: fixture.now + .seconds(90_000),
                        refreshedAt: fixture.now, generation: 2))
            #expect(try await save(fixture, "a3", refresh: "r3") == 3)
            #expect(try await token(fixture)?.refresh == "r3")
        }
    }

    @Test("A token is renewed by one at a time", arguments: TestEngine.allCases)
    func refreshLease(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let owners = try await withThrowingTaskGroup(of: String?.self) { group in
                for index in 0..<20 {
                    group.addTask { try await claim(fixture, "w\(index)") ? "w\(index)" : nil }
                }
                return try await group.reduce(into: [String]()) { if let owner = $1 { $0.append(owner) } }
            }
            let owner = try #require(owners.first)
            #expect(owners.count == 1)
            #expect(try await token(fixture) == nil, "a lease alone is no token")
            try await fixture.store.write {
                try $0.releaseTokenRefresh(connection: StoreFixture.zalo, account: "oa", owner: "somebody")
            }
            #expect(try await claim(fixture, "next") == false)
            try await fixture.store.write {
                try $0.releaseTokenRefresh(connection: StoreFixture.zalo, account: "oa", owner: owner)
            }
            #expect(try await claim(fixture, "next"))
            fixture.clock.advance(by: .seconds(30))
            #expect(try await claim(fixture, "after the lease"))
            _ = try await save(fixture, "a", refresh: "r")
            #expect(try await claim(fixture, "after the save"))
            #expect(try await token(fixture)?.access == "a")
        }
    }

    @Test("A web session is kept as a hash of its token", arguments: TestEngine.allCases)
    func webSessions(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let now = fixture.now
            try await fixture.store.write {
                try $0.createWebSession(id: "s", tokenHash: [1, 2, 3], language: .english, now: now)
            }
            let made = WebSession(id: "s", tokenHash: [1, 2, 3], language: .english, createdAt: now, lastSeenAt: now)
            #expect(try await fixture.store.read { try $0.webSession("s") } == made)
            try await fixture.store.write {
                try $0.touchWebSession("s", now: now + .seconds(9))
                try $0.touchWebSession("s", now: now + .seconds(3))
                try $0.touchWebSession("none", now: now)
            }
            #expect(try await fixture.store.read { try $0.webSession("s") }?.lastSeenAt == now + .seconds(9))
            #expect(try await fixture.store.read { try $0.webSession("none") } == nil)
            await #expect(throws: StoreError.self) {
                try await fixture.store.write {
                    try $0.createWebSession(id: "s", tokenHash: [4], language: .vietnamese, now: now)
                }
            }
        }
    }
}
