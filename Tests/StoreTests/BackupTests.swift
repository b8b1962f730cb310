import Core
import Foundation
import PrivatePostgres
import Programmes
import Sealing
@testable import Store
import Testing

@Suite("Backups and copies")
struct BackupTests {
    /// A database with something in most of its tables.
    private func fill(_ fixture: StoreFixture) async throws -> Team {
        let team = try await fixture.prepareTeam()
        let conversation = try await fixture.conversation()
        try await fixture.accept(fixture.incoming("m1"), fixture.incoming("m2", from: "binh", text: "lớp học 🙂"))
        try await fixture.enqueue(conversation, "chào chị")
        let offer = fixture.offer("c1")
        try await fixture.store.write { try $0.upsertClass(offer) }
        try await fixture.apply([.enrol(fixture.enrolment("e1", in: "c1", guardian: conversation))], in: conversation)
        return team
    }

    private func keys(_ fixture: StoreFixture) -> KeyRing { KeyRing(master: fixture.master) }

    @Test("a backup of either engine, made while it is used, is whole and says what it holds", arguments: TestEngine.allCases)
    func backup(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            _ = try await fill(fixture)
            let path = fixture.directory + "/backup.nhipcau"
            let made = try BackupFile.write(fixture.location, to: path, program: "1", keys: keys(fixture), now: fixture.now)
            #expect(made.tables.first { $0.table == "events" }?.rows == 2)
            #expect(made.tables.first { $0.table == "organisations" }?.rows == 4)
            #expect(try BackupFile.verify(path, keys: keys(fixture), now: fixture.now) == made)
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            #expect(throws: TransferFault.self, "nothing is overwritten") {
                try BackupFile.write(fixture.location, to: path, program: "1", keys: keys(fixture), now: fixture.now)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.directory).filter { $0.contains("partial") } == [])
            // The same content has the same digests, whatever the engine keeps it in.
            let again = fixture.directory + "/again.nhipcau"
            #expect(
                try BackupFile.write(fixture.location, to: again, program: "1", keys: keys(fixture), now: fixture.now).tables == made.tables
            )
        }
    }

    @Test("a changed bit anywhere, a missing end, and another master key are refused")
    func damage() async throws {
        try await withStore(.sqlite) { fixture in
            _ = try await fill(fixture)
            let path = fixture.directory + "/backup.nhipcau"
            _ = try BackupFile.write(fixture.location, to: path, program: "1", keys: keys(fixture), now: fixture.now)
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))
            let spoilt = fixture.directory + "/spoilt.nhipcau"
            var random = SeededRandom(seed: 7)
            for _ in 0..<200 {
                var bytes = whole
                let place = Int(random.next() % UInt64(bytes.count))
                bytes[place] ^= UInt8(1 << (random.next() % 8))
                try bytes.write(to: URL(fileURLWithPath: spoilt))
                #expect(throws: BackupFault.self, "byte \(place)") {
                    try BackupFile.verify(spoilt, keys: keys(fixture), now: fixture.now)
                }
            }
            for length in [0, 1, 100, whole.count / 2, whole.count - 1] {
                try whole.prefix(length).write(to: URL(fileURLWithPath: spoilt))
                #expect(throws: (any Error).self) { try BackupFile.verify(spoilt, keys: keys(fixture), now: fixture.now) }
            }
            #expect(throws: BackupFault.wrongKey) {
                try BackupFile.verify(path, keys: KeyRing(master: .random()), now: fixture.now)
            }
            #expect(throws: StoreError.wrongKey, "nor is one made of a database that the key does not open") {
                try BackupFile.write(
                    fixture.location, to: spoilt + "2", program: "1", keys: KeyRing(master: .random()), now: fixture.now)
            }
        }
    }

    @Test("a copy goes on where the database was: sealed content, audit log, queues", arguments: TestEngine.allCases)
    func copy(engine: TestEngine) async throws {
        try await withStore(.sqlite) { fixture in
            let team = try await fill(fixture)
            _ = try await fixture.claim(1)
            _ = try await fixture.claimSends()
            await fixture.store.close()
            try await withLocation(engine) { target, directory in
                let target = engine == .sqlite ? .sqlite(path: directory + "/copy.sqlite") : target
                let copied = try DatabaseCopy.run(from: fixture.location, to: target, keys: keys(fixture), now: fixture.now)
                #expect(copied.contains { $0.table == "outbox" && $0.rows == 1 })
                let store = try Store.open(target, keys: keys(fixture), clock: fixture.clock)
                let (audit, member, duty) = try await store.read { tx in
                    (try tx.verifyAudit(), try tx.staff(login: "tinh"), try tx.sealingKey(.duty))
                }
                #expect(audit.faults.isEmpty && audit.count > 0)
                #expect(member?.member.name == "Người tinh")
                #expect(duty == team.duty.publicKey)
                let claimed = try await store.write { [now = fixture.now] tx in
                    try tx.claimConversations(limit: 10, owner: "other", leaseFor: .seconds(60), now: now)
                }
                #expect(claimed.count == 2, "what somebody had leased is free")
                let sends = try await store.write { [now = fixture.now] tx in
                    try tx.claimSends(limit: 10, owner: "other", leaseFor: .seconds(60), now: now, channels: [.zaloOA])
                }
                #expect(sends.count == 1)
                await store.close()
                #expect(throws: TransferFault.self, "a target that is not empty is refused") {
                    try DatabaseCopy.run(from: fixture.location, to: target, keys: keys(fixture), now: fixture.now)
                }
            }
        }
    }

    private struct Interrupted: Error {}

    @Test("a copy that ends in the middle leaves the target as empty as before, and can be run again", arguments: TestEngine.allCases)
    func interrupted(engine: TestEngine) async throws {
        try await withStore(.sqlite) { fixture in
            _ = try await fill(fixture)
            await fixture.store.close()
            try await withLocation(engine) { target, directory in
                let target = engine == .sqlite ? .sqlite(path: directory + "/copy.sqlite") : target
                for phase in [TransferProgress.Phase.copying, .verifying] {
                    #expect(throws: Interrupted.self) {
                        try DatabaseCopy.run(from: fixture.location, to: target, keys: keys(fixture), now: fixture.now) { progress in
                            if progress.phase == phase, progress.table == "outbox" { throw Interrupted() }
                        }
                    }
                }
                _ = try DatabaseCopy.run(from: fixture.location, to: target, keys: keys(fixture), now: fixture.now)
            }
        }
    }

    @Test("a database that is served is not moved, and one that is not there is not made")
    func refusals() async throws {
        try await withStore(.sqlite) { fixture in
            try fixture.store.lockForServing()
            let target = DatabaseLocation.sqlite(path: fixture.directory + "/copy.sqlite")
            #expect(throws: StoreError.alreadyServing(path: fixture.path)) {
                try DatabaseCopy.run(from: fixture.location, to: target, keys: keys(fixture), now: fixture.now)
            }
            let nowhere = DatabaseLocation.sqlite(path: fixture.directory + "/nowhere.sqlite")
            #expect(throws: StoreError.self) {
                try DatabaseCopy.run(from: nowhere, to: target, keys: keys(fixture), now: fixture.now)
            }
            #expect(!FileManager.default.fileExists(atPath: fixture.directory + "/nowhere.sqlite"))
        }
    }

    @Test("tables come behind those that they refer to, and none is forgotten")
    func shapes() throws {
        let shapes = try TableShape.all(version: Schema.latest)
        let names = shapes.map(\.name)
        #expect(names.firstIndex(of: "conversations") ?? 99 < names.firstIndex(of: "outbox") ?? 0)
        #expect(names.contains("case_wraps") && names.contains("audit_head") && !names.contains("schema_versions"))
        #expect(shapes.first { $0.name == "organisations" }?.refersToItself == true)
        #expect(shapes.allSatisfy { (1...4).contains($0.key.count) })
    }
}

@Suite("Restoring a backup")
struct RestoreTests {
    private struct Kept {
        let erased: CaseOpening
        let kept: CaseOpening
    }

    @Test("brings nothing back that was erased, and sends nothing twice", arguments: TestEngine.allCases)
    func restore(engine: TestEngine) async throws {
        try await withStore(.sqlite) { fixture in
            let keys = KeyRing(master: fixture.master)
            let team = try await fixture.prepareTeam()
            let now = fixture.now
            let conversation = try await fixture.conversation()
            let (one, two) = (fixture.opening("a"), fixture.opening("b"))
            try await fixture.apply([.openCase(one), .openCase(two)], in: conversation)
            try await fixture.enqueue(conversation, "chào chị")
            try await fixture.accept(fixture.incoming("m1"))
            try await fixture.store.write { tx in
                try tx.saveToken(
                    connection: StoreFixture.zalo, account: "oa", access: "a", refresh: "r", expiresAt: now + .seconds(99), now: now)
            }
            let register = ErasureRegister(path: fixture.directory + "/register", keys: keys)
            #expect(throws: ErasureRegister.Fault.missing(register.path)) { try register.entries() }
            try await register.update(from: fixture.store)
            let path = fixture.directory + "/backup"
            _ = try BackupFile.write(fixture.location, to: path, program: "1", keys: keys, now: now)

            let number = try #require(try await fixture.store.read { try $0.caseSummary(one.id)?.number })
            let member = try #require(try await fixture.store.read { try $0.staff(login: "xakhac")?.member })
            try await fixture.store.write { tx in
                try tx.eraseCase(one.id, by: .operator, now: now)
                var disabled = member
                disabled.isActive = false
                try tx.updateStaff(disabled, by: .operator, now: now)
            }
            #expect(try await register.update(from: fixture.store) == 2)
            #expect(try await register.update(from: fixture.store) == 0)

            try await withLocation(engine) { target, directory in
                let target = engine == .sqlite ? .sqlite(path: directory + "/again.sqlite") : target
                let report = try BackupFile.restore(path, into: target, register: try register.entries(), keys: keys, now: now)
                #expect(report.erasedCases == [number] && report.disabledMembers == ["xakhac"])
                #expect(report.connections == ["zalo"] && report.waitingEvents == 1 && report.heldMessages >= 1)
                let store = try Store.open(target, keys: keys, clock: fixture.clock)
                let (wraps, entries, others) = try await store.read { tx in
                    (
                        try tx.holders(of: one.id), try tx.caseEntries(of: one.id),
                        try tx.holders(of: two.id)
                    )
                }
                #expect(wraps.isEmpty && entries.isEmpty && !others.isEmpty)
                #expect(try await store.read { try $0.staff(login: "xakhac")?.member.isActive } == false)
                #expect(try await store.read { try $0.token(connection: StoreFixture.zalo, account: "oa")?.refresh } == nil)
                #expect(try await store.read { try $0.verifyAudit().faults.isEmpty })
                let sends = try await store.write { tx in
                    try tx.claimSends(limit: 10, owner: "o", leaseFor: .seconds(9), now: now, channels: [.zaloOA])
                }
                #expect(sends.isEmpty)
                // The log went another way from the backup on; the register takes up what is new in it.
                #expect(try await register.update(from: store) == 2)
                #expect(try await register.update(from: store) == 0)
                await store.close()
                #expect(throws: TransferFault.self, "a place that is not empty is refused") {
                    try BackupFile.restore(path, into: target, register: [], keys: keys, now: now)
                }
            }
            _ = team
        }
    }

    @Test("a register that was changed is refused; a line that a crash cut short is not")
    func registerFile() async throws {
        try await withStore(.sqlite) { fixture in
            let keys = KeyRing(master: fixture.master)
            _ = try await fixture.prepareTeam()
            let register = ErasureRegister(path: fixture.directory + "/register", keys: keys)
            for login in ["xa", "truong", "tinh"] {
                let member = try #require(try await fixture.store.read { try $0.staff(login: login)?.member })
                var disabled = member
                disabled.isActive = false
                let changed = disabled
                let now = fixture.now
                try await fixture.store.write { try $0.updateStaff(changed, by: .operator, now: now) }
            }
            try await register.update(from: fixture.store)
            let url = URL(fileURLWithPath: register.path)
            let text = try String(contentsOf: url, encoding: .utf8)
            #expect(try register.entries().count == 3)
            try text.dropLast(9).write(to: url, atomically: false, encoding: .utf8)
            #expect(try register.entries().count == 2)
            #expect(try await register.update(from: fixture.store) == 1)
            #expect(try String(contentsOf: url, encoding: .utf8) == text)
            try text.replacing("truong", with: "khac", maxReplacements: 1).write(to: url, atomically: false, encoding: .utf8)
            #expect(throws: ErasureRegister.Fault.self) { try register.entries() }
            #expect(throws: ErasureRegister.Fault.self) {
                try ErasureRegister(path: register.path, keys: KeyRing(master: .random())).entries()
            }
        }
    }
}
