import Core
import Programmes
import Store
import Testing

@Suite("Conversations")
struct ConversationTests {
    @Test("are made once for an address, by whoever comes first", arguments: TestEngine.allCases)
    func creation(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let ids = try await withThrowingTaskGroup(of: ConversationID.self) { group in
                for index in 0..<60 { group.addTask { try await fixture.conversation("p\(index % 6)") } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(ids.count == 6)
            let address = fixture.address("p1")
            #expect(try await fixture.store.read { try $0.findConversation(address) }.map(ids.contains) == true)
            let other = fixture.address("p1", account: "another")
            #expect(try await fixture.store.read { try $0.findConversation(other) } == nil)
        }
    }

    @Test("keep dialogue's state byte for byte, subscription and role", arguments: TestEngine.allCases)
    func record(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let id = try await fixture.conversation()
            let fresh = try await fixture.store.read { try $0.conversation(id) }
            #expect(
                fresh
                    == ConversationRecord(
                        id: id, address: fixture.address("an"), stateJSON: nil, subscribed: true, role: "parent",
                        createdAt: fixture.now, lastInboundAt: nil))
            let state = (0..<3000).map { UInt8(truncatingIfNeeded: $0) }
            try await fixture.store.write {
                try $0.saveState(state, of: id)
                try $0.setSubscribed(false, of: id)
                try $0.setRole("teacher", of: id)
            }
            let changed = try #require(try await fixture.store.read { try $0.conversation(id) })
            #expect(changed.stateJSON == state && !changed.subscribed && changed.role == "teacher")
            #expect(try await fixture.store.read { try $0.conversation(ConversationID("none")) } == nil)
        }
    }

    @Test("that do not exist cannot be changed", arguments: TestEngine.allCases)
    func missing(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let none = ConversationID("none")
            let missing = StoreError.missing("conversation")
            await #expect(throws: missing) { try await fixture.store.write { try $0.saveState([1], of: none) } }
            await #expect(throws: missing) { try await fixture.store.write { try $0.setSubscribed(true, of: none) } }
            await #expect(throws: missing) { try await fixture.store.write { try $0.setRole("staff", of: none) } }
            await #expect(throws: missing) { try await fixture.enqueue(none, "x") }
        }
    }
}
