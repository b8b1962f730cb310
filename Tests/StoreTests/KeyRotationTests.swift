import Core
import Foundation
import Programmes
import Sealing
@testable import Store
import Testing

@Suite("Changing keys")
struct KeyRotationTests {
    @Test("the master key can be changed while the service runs, and interrupted anywhere", arguments: TestEngine.allCases)
    func master(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let path = fixture.directory + "/master.key"
            _ = try MasterKey.loadOrCreate(at: path)
            try await withLocation(engine) { place, directory in
                let place = engine == .sqlite ? .sqlite(path: directory + "/other.sqlite") : place
                func open() throws -> Store {
                    let ring = KeyRing(master: try MasterKey.load(from: path)) { try? MasterKey.load(from: path) }
                    return try Store.open(place, keys: ring, clock: fixture.clock)
                }
                let running = try open()
                let id = try await running.write { [now = fixture.now] tx in
                    try tx.findOrCreateConversation(fixture.address("an"), now: now)
                }
                let (before, now) = (fixture.now, fixture.now)
                try await running.write { tx in
                    try tx.setTimer(ConversationTimer(key: "t", due: before, payload: "nội dung"), in: id)
                    try tx.appendAudit(actor: .operator, action: "x", subject: "y", now: now)
                }
                // Interrupted after each step: another process opens what there is.
                var file = try MasterKeyFile.load(from: path)
                let first = file.currentMaster
                file.prepareNext()
                try file.save(to: path)
                let next = try #require(file.nextMaster)
                for _ in 0..<2 {
                    let other = try open()
                    _ = try await other.write { try $0.rewrapDataKeys(under: next, by: .operator, now: now) }
                    await other.close()
                }
                #expect(try await running.write { try $0.rewrapDataKeys(under: next, by: .operator, now: now) } == 0)
                file = try MasterKeyFile.load(from: path)
                file.promoteNext()
                try file.save(to: path)
                file.forgetOld()
                try file.save(to: path)
                #expect(throws: StoreError.wrongKey, "the old key opens nothing any more") {
                    try Store.open(place, keys: KeyRing(master: first), clock: fixture.clock)
                }
                // The one that has been running since before goes on, also with keys it has to look up.
                fixture.clock.advance(by: .seconds(2 * 86_400))
                try await running.ping()
                let again = try open()
                #expect(try await again.read { try $0.verifyAudit().faults.isEmpty }, "marks and chains outlive the key")
                let current = file.currentMaster
                #expect(try await again.read { try $0.dataKeys(openedBy: current) }.others == 0)
                await running.close()
                await again.close()
            }
        }
    }

    @Test("a changed duty key opens the cases at hand, and the old one no longer does", arguments: TestEngine.allCases)
    func duty(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let team = try await fixture.prepareTeam()
            let id = try await fixture.openCase(fixture.opening())
            let (next, now) = (SealingPrivateKey.make(), fixture.now)
            let result = try await fixture.store.write { tx in
                let result = try tx.rotateSealingKey(.duty, to: next.publicKey, openedWith: team.duty, by: .operator, now: now)
                return [result.sealed, result.failed]
            }
            #expect(result == [1, 0])
            let wrap = try #require(try await fixture.store.read { try $0.caseWrap(of: id, holder: .duty) })
            #expect(throws: Never.self) { try wrap.open(with: next) }
            #expect(throws: (any Error).self) { try wrap.open(with: team.duty) }
            #expect(try await fixture.store.read { try $0.sealingKey(.duty) } == next.publicKey)
            let escrow = SealingPrivateKey.make()
            _ = try await fixture.store.write { tx in
                try tx.rotateSealingKey(.escrow, to: escrow.publicKey, openedWith: next, by: .operator, now: now).sealed
            }
            let kept = try #require(try await fixture.store.read { try $0.caseWrap(of: id, holder: .escrow) })
            #expect(throws: Never.self) { try kept.open(with: escrow) }
        }
    }

    @Test("the duty key's file changes in one step and can be taken up again")
    func dutyFile() async throws {
        try await withDirectory { directory in
            let (path, next, kept) = (directory + "/duty.key", directory + "/duty.key.next", directory + "/duty.key.old")
            let old = try DutyKey.loadOrCreate(at: path)
            let new = try DutyKey.loadOrCreate(at: next)
            // As after a crash between the two steps.
            try FileManager.default.linkItem(atPath: path, toPath: kept)
            try DutyKey.exchange(path, next: next, keeping: kept)
            #expect(try DutyKey.load(from: path).publicKey == new.publicKey)
            #expect(try DutyKey.load(from: kept).publicKey == old.publicKey)
            #expect(!FileManager.default.fileExists(atPath: next))
        }
    }
}
