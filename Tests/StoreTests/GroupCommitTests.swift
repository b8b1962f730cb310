import Core
@testable import Store
import Testing

@Suite("Group commit")
struct GroupCommitTests {
    /// Runs `body` while the writing thread is held, so that everything it starts waits together.
    private func whileHeld<T: Sendable>(
        _ store: Store, expecting count: Int, start: @Sendable @escaping (inout ThrowingTaskGroup<T, any Error>) -> Void
    ) async throws -> [Result<T, any Error>] {
        let gate = Gate()
        let holder = Task { try await store.write { _ in gate.hold() } }
        await gate.waitUntilHeld()
        let results = await withThrowingTaskGroup(of: T.self) { group -> [Result<T, any Error>] in
            start(&group)
            while store.waitingWrites < count { await Task.yield() }
            gate.open()
            var results: [Result<T, any Error>] = []
            while let result = await group.nextResult() { results.append(result) }
            return results
        }
        try await holder.value
        return results
    }

    @Test("puts everything that waits into one commit", arguments: TestEngine.allCases)
    func oneCommit(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let store = fixture.store
            let results = try await whileHeld(store, expecting: 100) { group in
                for index in 0..<100 {
                    group.addTask {
                        try await store.write { transaction in
                            _ = try transaction.findOrCreateConversation(
                                fixture.address("p\(index)"), now: fixture.now)
                            return ObjectIdentifier(transaction.ledger)
                        }
                    }
                }
            }
            #expect(Set(results.compactMap { try? $0.get() }).count == 1)
            #expect(results.count == 100)
            #expect(try await store.read { try $0.counts() }.conversations == 100)
        }
    }

    private struct Refusal: Error {}

    @Test("undoes only the closure that throws", arguments: TestEngine.allCases)
    func savepoints(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let store = fixture.store
            let results = try await whileHeld(store, expecting: 30) { group in
                for index in 0..<30 {
                    group.addTask {
                        try await store.write { transaction in
                            let id = try transaction.findOrCreateConversation(
                                fixture.address("p\(index)"), now: fixture.now)
                            if index % 3 == 0 { throw Refusal() }
                            return id
                        }
                    }
                }
            }
            let failures = results.filter { if case .failure(let error) = $0 { error is Refusal } else { false } }
            #expect(failures.count == 10)
            let found = try await store.read { transaction in
                try (0..<30).filter { try transaction.findConversation(fixture.address("p\($0)")) != nil }
            }
            #expect(found == (0..<30).filter { $0 % 3 != 0 })
        }
    }

    @Test("undoes what a closure added to a bounded queue, too", arguments: TestEngine.allCases)
    func depthsAreUndone(engine: TestEngine) async throws {
        var limits = StoreLimits()
        limits.waitingEvents = 2
        try await withStore(engine, limits: limits) { fixture in
            let events = (0..<4).map { fixture.incoming("\($0)") }
            let now = fixture.now
            for _ in 0..<5 {
                await #expect(throws: Refusal.self) {
                    try await fixture.store.write { transaction in
                        _ = try transaction.acceptEvents([events[0]], now: now)
                        throw Refusal()
                    }
                }
            }
            try await fixture.accept(events[1])
            try await fixture.accept(events[2])
            await #expect(throws: StoreError.full(.inbox)) { try await fixture.accept(events[3]) }
        }
    }

    @Test(
        "fails everybody when the commit fails, writes nothing, and goes on afterwards", arguments: TestEngine.allCases)
    func failingCommit(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let store = fixture.store
            let constraint = "inbox_queue_conversation_fkey"
            if engine == .postgres {
                try await store.write { transaction in
                    try transaction.connection.execute(
                        SQLStatement("ALTER TABLE inbox_queue ALTER CONSTRAINT \(constraint) DEFERRABLE"), [:])
                }
            }
            let deferring =
                engine == .sqlite ? "PRAGMA defer_foreign_keys = ON" : "SET CONSTRAINTS \(constraint) DEFERRED"
            let results = try await whileHeld(store, expecting: 20) { group in
                for index in 0..<20 {
                    group.addTask {
                        try await store.write { transaction in
                            _ = try transaction.findOrCreateConversation(
                                fixture.address("p\(index)"), now: fixture.now)
                            guard index == 11 else { return }
                            // A reference to nothing, looked at only when the transaction ends.
                            try transaction.connection.execute(SQLStatement(deferring), [:])
                            try transaction.connection.execute(
                                SQLStatement("INSERT INTO inbox_queue VALUES ('nobody', 1, 1, '', 0)"), [:])
                        }
                    }
                }
            }
            #expect(results.count == 20)
            #expect(results.allSatisfy { if case .failure(let error) = $0 { error is StoreError } else { false } })
            #expect(try await store.read { try $0.counts() }.conversations == 0)
            _ = try await fixture.conversation("after")
            #expect(try await store.read { try $0.counts() }.conversations == 1)
        }
    }

    @Test("does nothing for a caller that gave up before its turn", arguments: TestEngine.allCases)
    func cancellation(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let store = fixture.store
            let gate = Gate()
            let holder = Task { try await store.write { _ in gate.hold() } }
            await gate.waitUntilHeld()
            let hasRun = ResultSlot<Bool>()
            let waiting = Task { try await store.write { _ in hasRun.set(true) } }
            while store.waitingWrites < 1 { await Task.yield() }
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            let cancelledBefore = Task {
                while !Task.isCancelled { await Task.yield() }
                try await store.write { _ in hasRun.set(true) }
            }
            cancelledBefore.cancel()
            await #expect(throws: CancellationError.self) { try await cancelledBefore.value }
            gate.open()
            try await holder.value
            try await store.write { _ in }
            #expect(throws: StoreError.closed, "nothing has run") { try hasRun.take() }
        }
    }

    @Test("tells a caller that is cancelled too late what came of its write", arguments: TestEngine.allCases)
    func lateCancellation(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let gate = Gate()
            let address = fixture.address("an")
            let now = fixture.now
            let writer = Task {
                try await fixture.store.write { transaction in
                    gate.hold()
                    return try transaction.findOrCreateConversation(address, now: now)
                }
            }
            await gate.waitUntilHeld()
            writer.cancel()
            gate.open()
            let id = try await writer.value
            #expect(try await fixture.store.read { try $0.findConversation(address) } == id)
        }
    }

    @Test("refuses writes beyond its bound", arguments: TestEngine.allCases)
    func bound(engine: TestEngine) async throws {
        var limits = StoreLimits()
        limits.waitingWrites = 3
        try await withStore(engine, limits: limits) { fixture in
            let store = fixture.store
            let gate = Gate()
            let holder = Task { try await store.write { _ in gate.hold() } }
            await gate.waitUntilHeld()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 { group.addTask { try await store.write { _ in } } }
                while store.waitingWrites < 3 { await Task.yield() }
                await #expect(throws: StoreError.full(.writes)) { try await store.write { _ in } }
                gate.open()
                try await group.waitForAll()
            }
            try await holder.value
            try await store.write { _ in }
        }
    }

    @Test("refuses everything after the store is closed, and closing twice is harmless", arguments: TestEngine.allCases)
    func closing(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            await fixture.store.close()
            await fixture.store.close()
            await #expect(throws: StoreError.closed) { try await fixture.store.write { _ in } }
            await #expect(throws: StoreError.closed) { try await fixture.store.read { _ in } }
            await #expect(throws: StoreError.closed) { try await fixture.store.ping() }
        }
    }
}
