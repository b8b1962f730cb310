import Core
import Foundation
import Programmes
import Sealing
@testable import Store
import Testing

/// What must hold when somebody, or something in the database, is not as it should be.
@Suite("A case is guarded")
struct CaseGuardTests {
    @Test("against members who cannot open it: only those who are paged may take it", arguments: TestEngine.allCases)
    func strangers(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            _ = try await fixture.prepareTeam()
            let id = try await fixture.openCase(fixture.opening(link: "secret"))
            let now = fixture.now
            let other = Actor.member(StaffID("xakhac"))
            let refused: [@Sendable (WriteTransaction) throws -> Void] = [
                { try $0.closeCase(id, CaseClosing(outcome: .noIncident), by: other, now: now) },
                { try $0.setCaseLevel(id, .s4, by: other, now: now) },
                { try $0.addCaseNote(id, text: "x", by: other, now: now) },
                { try $0.replyToReporter(id, text: "x", by: other, now: now) },
                { try $0.assignCase(id, to: StaffID("xa"), wrap: nil, by: other, now: now) },
                { try $0.shareCase(id, with: StaffID("xakhac"), wrap: [1], by: other, now: now) },
            ]
            for change in refused {
                await #expect(throws: StoreError.conflict("the member cannot open the case")) { try await fixture.store.write(change) }
            }
            await #expect(throws: StoreError.conflict("the member is not of the case's team")) {
                try await fixture.store.write { try $0.acknowledgeCase(id, by: StaffID("xakhac"), now: now) }
            }
            #expect(try await fixture.duePages().map(\.summary.id) == [id], "people are still paged")
            // The province's administrators are paged at last, so they may end it, though they cannot open the case.
            try await fixture.store.write { try $0.acknowledgeCase(id, by: StaffID("quantri"), now: now) }
            #expect(try await fixture.summary(id).status == .acknowledged)
        }
    }

    @Test("against one damaged key: the report is taken, and the others can open it", arguments: TestEngine.allCases)
    func damagedKeys(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let team = try await fixture.prepareTeam()
            try await fixture.store.write { transaction in
                let damage = SQLStatement("UPDATE staff SET public_key = :key WHERE id = :id")
                try transaction.connection.execute(damage, ["key": .blob([1, 2, 3]), "id": .text("tinh")])
                // A point that gives everybody the same secret: of the right length, and useless.
                try transaction.connection.execute(damage, ["key": .blob(Array(repeating: 0, count: 32)), "id": .text("xa")])
            }
            let id = try await fixture.openCase(fixture.opening())
            #expect(try await fixture.entries(of: id, holder: .duty, key: team.duty).count == 1)
            for login in ["tinh", "xa"] { #expect(try await !fixture.holds(login, id)) }
        }
    }

    @Test("against damage in one row: everybody else is paged about everything else", arguments: TestEngine.allCases)
    func damagedRows(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            _ = try await fixture.prepareTeam()
            let damaged = try await fixture.openCase(fixture.opening("a", accused: .pupil))
            let whole = try await fixture.openCase(fixture.opening("b"))
            try await fixture.store.write { transaction in
                let junk: [UInt8] = Array(repeating: 7, count: 80)
                try transaction.connection.execute(
                    SQLStatement("UPDATE cases SET facts = :junk, public_key = :junk WHERE id = :id"),
                    ["junk": .blob(junk), "id": .id(damaged)])
                try transaction.connection.execute(
                    SQLStatement("UPDATE staff SET name = :junk, email = :junk WHERE id = :id"), ["junk": .blob(junk), "id": .text("xa")])
            }
            let pages = try await fixture.duePages()
            #expect(pages.map(\.summary.id).sorted { $0.rawValue < $1.rawValue } == [damaged, whole])
            #expect(pages.first { $0.summary.id == damaged }?.recipients.map(\.staff.rawValue) == ["tinh"], "its place is lost")
            let recipients = try #require(pages.first { $0.summary.id == whole }).recipients
            #expect(recipients.map(\.staff.rawValue) == ["tinh"], "a member without a readable address has no way")
            #expect(try await fixture.store.read { try $0.openCases(limit: 9) }.count == 2)
            let facts = try await fixture.summary(damaged).facts
            #expect(facts.level == .s1 && !facts.mayReach(.school), "the level stands beside; who did it is not known")
        }
    }

    @Test("against what was parked before: it moves into the case too", arguments: TestEngine.allCases)
    func parked(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let team = try await fixture.prepareTeam()
            try await fixture.accept(fixture.incoming("1", text: "có dao"))
            let event = try #require(try await fixture.claim().first?.events.first)
            for _ in 0..<5 { try await fixture.store.write { [now = fixture.now] in try $0.failEvent(event.id, reason: "x", now: now) } }
            let conversation = try await fixture.conversation()
            try await fixture.release(conversation)
            try await fixture.accept(fixture.incoming("2", text: "cứu em"))
            let opening = fixture.opening()
            try await fixture.handle { _ in [.openCase(opening)] }
            let entries = try await fixture.entries(of: opening.id, holder: .duty, key: team.duty)
            #expect(entries.prefix(2).map(\.text) == ["có dao", "cứu em"])
            #expect(try await fixture.store.read { try $0.eventsWithContent() } == 0)
            #expect(try await fixture.store.read { try $0.failedEvents(limit: 9) }.count == 1, "it is still known that it failed")
        }
    }

    @Test("against echoes: what a platform repeats of our words is forgotten when it was heard", arguments: TestEngine.allCases)
    func echoes(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            try await fixture.accept(fixture.incoming("1", text: "Gọi 111 ngay. https://x.test/r/secret", kind: .echo))
            try await fixture.accept(fixture.incoming("2", text: "dạ"))
            for _ in 0..<2 { try await fixture.handle { _ in [] } }
            #expect(try await fixture.store.read { try $0.eventsWithContent() } == 1)
        }
    }

    @Test("against trying passwords and PINs with the database alone", arguments: TestEngine.allCases)
    func lockedTwice(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            _ = try await fixture.prepareTeam()
            let id = try await fixture.openCase(fixture.opening(link: "secret"))
            let (mailbox, now) = (try await fixture.mailbox(1), fixture.now)
            try await fixture.store.write { try $0.createMailbox(link: TokenHash(of: "secret"), mailbox, now: now) }
            let locked = try #require(try await fixture.store.read { try $0.staff(login: "xa") }?.lockedKey)
            #expect(try await fixture.store.read { try $0.mailbox(codeMark: mailbox.codeMark) }?.mailbox == mailbox)
            let bytes = Data(try await fixture.bytesKept())
            for (salt, sealed) in [(locked.salt, locked.sealed), (mailbox.locked.salt, mailbox.locked.sealed)] {
                #expect(bytes.range(of: Data(salt)) == nil && bytes.range(of: Data(sealed)) == nil)
            }
            // Another member's row does not open: the place is part of it.
            try await fixture.store.write { transaction in
                try transaction.connection.execute(
                    SQLStatement("UPDATE staff SET locked_key = (SELECT locked_key FROM staff WHERE id = 'tinh') WHERE id = 'xa'"), [:])
            }
            await #expect(throws: StoreError.unreadable("staff.locked_key")) {
                try await fixture.store.read { try $0.staff(login: "xa") }
            }
            #expect(try await fixture.duePages().map(\.summary.id) == [id], "people are paged all the same")
        }
    }

    @Test("against a member who goes to where it must not go", arguments: TestEngine.allCases)
    func moved(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let team = try await fixture.prepareTeam()
            let unknown = try await fixture.openCase(fixture.opening("a"))
            let known = try await fixture.openCase(fixture.opening("b", accused: .pupil))
            let (now, member) = (fixture.now, fixture.member("xa", at: team.school))
            try await fixture.store.write { try $0.updateStaff(member, by: .operator, now: now) }
            #expect(try await !fixture.holds("xa", unknown))
            #expect(try await fixture.holds("xa", known))
            #expect(try await fixture.actions().filter { $0 == "case.unshared" }.count == 1)
        }
    }

    @Test("against resting with somebody who has left: others are paged", arguments: TestEngine.allCases)
    func left(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let team = try await fixture.prepareTeam()
            let (id, other) = (try await fixture.openCase(fixture.opening("a")), try await fixture.openCase(fixture.opening("b")))
            _ = try await fixture.duePages()
            let now = fixture.now
            let key = try await fixture.store.read { try $0.caseWrap(of: other, holder: .duty) }?.open(with: team.duty)
            let wrap = try #require(key).wrapped(for: team.key("tinh").publicKey, caseID: other.rawValue, holder: "tinh")
            try await fixture.store.write { transaction in
                for taken in [id, other] { try transaction.acknowledgeCase(taken, by: StaffID("xa"), now: now) }
                try transaction.assignCase(other, to: StaffID("tinh"), wrap: wrap, by: .member(StaffID("xa")), now: now)
            }
            #expect(try await fixture.store.read { try $0.nextPageDue() } == nil)
            var member = fixture.member("xa", at: team.commune)
            member.name = "Cô Xa"
            try await fixture.store.write { [member] in try $0.updateStaff(member, by: .operator, now: now) }
            #expect(try await fixture.duePages().isEmpty, "a new name changes nothing")
            member.isActive = false
            try await fixture.store.write { [member] in try $0.updateStaff(member, by: .operator, now: now) }
            let pages = try await fixture.duePages()
            #expect(pages.map(\.summary.id) == [id], "the other one is the province's")
            #expect(pages.first?.recipients.map(\.staff.rawValue) == ["tinh"])
            #expect(try await fixture.summary(id).status == .new)
            #expect(try await fixture.actions().filter { $0 == "case.released" }.count == 1)
        }
    }

    @Test("against promises: who has only an address cannot be paged where nothing sends mail")
    func noMail() async throws {
        try await withStore(.sqlite) { fixture in
            _ = try await fixture.prepareTeam()
            #expect(try await fixture.store.read { try $0.duty(commune: nil) } == .province)
            var limits = StoreLimits()
            limits.mailsDuty = false
            let store = try fixture.reopen(limits: limits)
            #expect(try await store.read { try $0.duty(commune: nil) } == .nobody)
            #expect(try await store.read { try $0.dutyRecipients(commune: nil, rung: .administrators) }.isEmpty)
            await store.close()
        }
    }

    @Test("against the log: what came of it is not told there", arguments: TestEngine.allCases)
    func closing(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            _ = try await fixture.prepareTeam()
            let (id, now) = (try await fixture.openCase(fixture.opening()), fixture.now)
            try await fixture.store.write {
                try $0.closeCase(id, CaseClosing(outcome: .notConfirmed), by: .member(StaffID("xa")), now: now)
            }
            let bytes = Data(try await fixture.bytesKept())
            #expect(bytes.range(of: Data("case.closed".utf8)) != nil && bytes.range(of: Data("not_confirmed".utf8)) == nil)
            #expect(try await fixture.store.read { try $0.closing(of: id) }?.outcome == .notConfirmed)
        }
    }
}
