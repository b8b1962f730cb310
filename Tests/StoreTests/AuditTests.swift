import Core
import Programmes
import Sealing
@testable import Store
import Testing

@Suite("The audit log")
struct AuditTests {
    private func fill(_ fixture: StoreFixture, _ count: Int) async throws {
        let now = fixture.now
        for index in 0..<count {
            try await fixture.store.write {
                try $0.appendAudit(
                    actor: .member(StaffID("m")), action: "case.read", subject: "c\(index)", detail: "a\u{0}b", now: now)
            }
        }
    }

    private func report(_ fixture: StoreFixture, noted: AuditHead? = nil) async throws -> AuditReport {
        try await fixture.store.read { try $0.verifyAudit(noted: noted) }
    }

    @Test("is a chain without gaps, read in pages", arguments: TestEngine.allCases)
    func chain(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            #expect(try await report(fixture) == AuditReport(faults: [], count: 0, head: AuditHead(count: 0, hash: AuditChain.origin)))
            try await fill(fixture, 5)
            let report = try await report(fixture)
            #expect(report.faults.isEmpty && report.count == 5)
            #expect(try await fixture.store.read { try $0.auditHead() } == report.head)
            let page = try await fixture.store.read { try $0.auditEntries(after: 2, limit: 2) }
            #expect(page.map(\.sequence) == [3, 4] && page.map(\.subject) == ["c2", "c3"])
            #expect(page.map(\.actor) == ["m", "m"] && page.map(\.detail) == ["ab", "ab"])
        }
    }

    @Test("goes with what it tells of: undone together", arguments: TestEngine.allCases)
    func together(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            try await fill(fixture, 1)
            let now = fixture.now
            await #expect(throws: StoreError.missing("case")) {
                try await fixture.store.write { transaction in
                    try transaction.appendAudit(actor: .program, action: "x", subject: "y", now: now)
                    try transaction.noteRead(CaseID("none"), by: .duty, now: now)
                }
            }
            try await fill(fixture, 1)
            let report = try await report(fixture)
            #expect(report.faults.isEmpty && report.count == 2)
        }
    }

    @Test("stays a chain when many write at once, from several processes", arguments: TestEngine.allCases)
    func concurrent(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let other = engine == .postgres ? try fixture.reopen() : fixture.store
            let now = fixture.now
            let written = await withTaskGroup(of: Bool.self) { group in
                for index in 0..<24 {
                    let store = index.isMultiple(of: 2) ? fixture.store : other
                    group.addTask {
                        let kind: WriteKind = index.isMultiple(of: 3) ? .queue : .decision
                        return
                            (try? await store.write(kind) {
                                try $0.appendAudit(actor: .program, action: "a", subject: "\(index)", now: now)
                            }) != nil
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            if engine == .postgres { await other.close() }
            let report = try await report(fixture)
            // A writer that was refused too often has written nothing, and left no gap.
            #expect(report.faults.isEmpty && report.count == Int64(written))
            #expect(written > 0)
        }
    }

    @Test(
        "shows what was changed, taken out, or cut off", arguments: TestEngine.allCases,
        [
            "UPDATE audit SET detail = 'x' WHERE sequence = 3", "UPDATE audit SET actor = 'x' WHERE sequence = 3",
            "UPDATE audit SET made_at = made_at + 1 WHERE sequence = 3", "DELETE FROM audit WHERE sequence = 3",
            "DELETE FROM audit WHERE sequence > 3", "DELETE FROM audit", "DELETE FROM audit_head",
            "UPDATE audit_head SET sequence = 4",
        ])
    func tampering(engine: TestEngine, statement: String) async throws {
        try await withStore(engine) { fixture in
            try await fill(fixture, 5)
            try await fixture.store.write { try $0.connection.execute(SQLStatement(statement), [:]) }
            #expect(try await !report(fixture).faults.isEmpty)
        }
    }

    @Test("that was cut off and mended is found by a head noted elsewhere", arguments: TestEngine.allCases)
    func noted(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            try await fill(fixture, 5)
            let noted = try await report(fixture).head
            try await fixture.store.write { transaction in
                try transaction.connection.execute(SQLStatement("DELETE FROM audit WHERE sequence > 3"), [:])
                try transaction.connection.execute(
                    SQLStatement("UPDATE audit_head SET sequence = 3, hash = (SELECT hash FROM audit WHERE sequence = 3)"), [:])
            }
            #expect(try await report(fixture).faults.isEmpty)
            #expect(try await report(fixture, noted: noted).faults == [.endMissing(noted: 5, found: 3)])
        }
    }
}
