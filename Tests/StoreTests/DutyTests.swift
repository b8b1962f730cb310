import Core
import Programmes
import Sealing
import Store
import Testing

@Suite("Pages to people on duty")
struct DutyTests {
    private func logins(_ page: DuePage?) -> [String] { page?.recipients.map(\.staff.rawValue).sorted() ?? [] }

    @Test("climb from commune and province to administrators, never to a school", arguments: TestEngine.allCases)
    func rungs(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            _ = try await fixture.prepareTeam()
            let id = try await fixture.openCase(fixture.opening())
            let start = fixture.now
            #expect(try await fixture.store.read { try $0.nextPageDue() } == start)
            var pages = try await fixture.duePages()
            #expect(pages.map(\.page) == [0] && pages.first?.rung == .first && pages.first?.reason == .opened)
            #expect(logins(pages.first) == ["tinh", "xa"])
            #expect(pages.first?.recipients.map(\.name).sorted() == ["Người tinh", "Người xa"])
            #expect(pages.first?.recipients.map(\.email) == ["a@x.test", "a@x.test"])
            #expect(pages.first?.summary.id == id)
            #expect(try await fixture.duePages().isEmpty, "each page happens once")
            #expect(try await fixture.store.read { try $0.nextPageDue() } == start + .seconds(300))

            pages = try await fixture.duePages(at: start + .seconds(300))
            #expect(pages.first?.rung == .province && logins(pages.first) == ["tinh", "xa"])
            pages = try await fixture.duePages(at: start + .seconds(600))
            #expect(pages.first?.rung == .administrators && logins(pages.first) == ["quantri", "tinh", "xa"])
            for page in 3...12 {
                pages = try await fixture.duePages(at: start + .seconds(300 * page))
                #expect(pages.map(\.page) == [page] && pages.first?.isGivenUp == false)
            }
            #expect(try await fixture.listing(id).isUnanswered == false)
            pages = try await fixture.duePages(at: start + .seconds(300 * 13))
            #expect(pages.map(\.isGivenUp) == [true] && logins(pages.first) == [])
            #expect(try await fixture.store.read { try $0.nextPageDue() } == nil)
            #expect(try await fixture.listing(id).isUnanswered)
            #expect(try await fixture.actions().filter { $0 == "case.paged" }.count == 13)
            #expect(try await fixture.actions().last == "case.unanswered")
        }
    }

    @Test("happen once, however many processes ask", arguments: TestEngine.allCases)
    func once(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            _ = try await fixture.prepareTeam()
            for index in 0..<10 { try await fixture.openCase(fixture.opening("case\(index)")) }
            let other = engine == .postgres ? try fixture.reopen() : fixture.store
            let now = fixture.now
            let taken = try await withThrowingTaskGroup(of: [String].self) { group in
                for asker in 0..<6 {
                    let store = asker.isMultiple(of: 2) ? fixture.store : other
                    group.addTask {
                        try await store.write { try $0.claimDuePages(limit: 4, now: now) }.map(\.summary.id.rawValue)
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            let rest = try await fixture.duePages().map(\.summary.id.rawValue)
            #expect((taken + rest).sorted() == (0..<10).map { "case\($0)" }.sorted())
            if engine == .postgres { await other.close() }
            #expect(try await fixture.store.read { try $0.verifyAudit() }.faults.isEmpty)
        }
    }

    @Test("end when somebody sees to it; the first one stays", arguments: TestEngine.allCases)
    func acknowledgement(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            _ = try await fixture.prepareTeam()
            let id = try await fixture.openCase(fixture.opening())
            let conversation = try await fixture.conversation()
            _ = try await fixture.duePages()
            let first = fixture.now
            try await fixture.apply([.acknowledgeCase(id, StaffID("xa"))], in: conversation)
            fixture.clock.advance(by: .seconds(10))
            try await fixture.apply([.acknowledgeCase(id, StaffID("tinh"))], in: conversation)
            let summary = try await fixture.summary(id)
            #expect(summary.status == .acknowledged && summary.acknowledgedAt == first)
            #expect(try await fixture.store.read { try $0.nextPageDue() } == nil)
            #expect(try await fixture.actions().filter { $0 == "case.acknowledged" }.count == 1)
            await #expect(throws: StoreError.conflict("the member is not of the team")) {
                try await fixture.apply([.acknowledgeCase(id, StaffID("stranger"))], in: conversation)
            }
        }
    }

    @Test("of a report without urgency wait for the end of the intake", arguments: TestEngine.allCases)
    func patience(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            _ = try await fixture.prepareTeam()
            let conversation = try await fixture.conversation()
            for (id, milestone) in [("a", CaseMilestone.intakeConfirmed), ("b", .reporterLeft), ("c", .reporterSilent)] {
                let id = try await fixture.openCase(fixture.opening(id, level: .s3))
                #expect(try await fixture.duePages().isEmpty)
                #expect(try await fixture.listing(id).nextPage == fixture.now + .seconds(1800))
                fixture.clock.advance(by: .seconds(60))
                try await fixture.apply([.noteCase(id, milestone)], in: conversation)
                let pages = try await fixture.duePages()
                #expect(pages.map(\.reason) == [.intake] && pages.map(\.page) == [0])
                #expect(try await fixture.listing(id).nextPage == fixture.now + .seconds(8 * 3600))
                // Saying it again pages nobody again.
                try await fixture.apply([.noteCase(id, milestone)], in: conversation)
                #expect(try await fixture.duePages().isEmpty)
            }
        }
    }

    @Test("begin anew when the case becomes graver, also after somebody has taken it", arguments: TestEngine.allCases)
    func raised(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            _ = try await fixture.prepareTeam()
            let conversation = try await fixture.conversation()
            let id = try await fixture.openCase(fixture.opening(level: .s4, commune: nil))
            #expect(try await fixture.duePages().isEmpty)
            // Before the first page: it comes at once, and is the first.
            try await fixture.apply([.classifyCase(id, CaseFacts(level: .s2))], in: conversation)
            var pages = try await fixture.duePages()
            #expect(pages.map(\.page) == [0] && logins(pages.first) == ["tinh"])
            // The commune became known: the next page reaches it.
            try await fixture.apply([.classifyCase(id, CaseFacts(level: .s2, commune: "14758"))], in: conversation)
            fixture.clock.advance(by: .seconds(1800))
            #expect(logins(try await fixture.duePages().first) == ["tinh", "xa"])
            try await fixture.apply([.acknowledgeCase(id, StaffID("tinh"))], in: conversation)
            try await fixture.apply([.noteCase(id, .notSafeNow)], in: conversation)
            #expect(try await fixture.summary(id).status == .new)
            pages = try await fixture.duePages()
            #expect(pages.map(\.page) == [0] && pages.map(\.reason) == [.raised])
            #expect(logins(pages.first) == ["tinh", "xa"])
            // S2 is no reason to page again when somebody sees to it.
            let other = try await fixture.openCase(fixture.opening("other", level: .s3))
            try await fixture.apply(
                [.acknowledgeCase(other, StaffID("xa")), .classifyCase(other, CaseFacts(level: .s2))], in: conversation)
            #expect(try await fixture.duePages().isEmpty)
            #expect(try await fixture.summary(other).status == .acknowledged)
        }
    }

    @Test("that the reporter wrote go to who has the case, and end when it is read", arguments: TestEngine.allCases)
    func wrote(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            _ = try await fixture.prepareTeam()
            let id = try await fixture.openCase(fixture.opening())
            let now = fixture.now
            let member = StaffID("xa")
            // People are being paged already: one more word changes nothing about that.
            _ = try await fixture.duePages()
            try await fixture.store.write { try $0.appendFromMailbox(id, text: "vẫn sợ", now: now) }
            #expect(try await fixture.duePages().isEmpty)
            try await fixture.store.write { transaction in
                try transaction.assignCase(id, to: member, wrap: nil, by: .member(member), now: now)
                try transaction.appendFromMailbox(id, text: "em nhắn thêm", now: now)
            }
            var pages = try await fixture.duePages()
            #expect(pages.map(\.reason) == [.wrote] && logins(pages.first) == ["xa"])
            pages = try await fixture.duePages(at: now + .seconds(300))
            #expect(logins(pages.first) == ["tinh", "xa"], "who does not answer is not the only one for long")
            try await fixture.store.write { try $0.noteRead(id, by: .member(member), now: now) }
            #expect(try await fixture.store.read { try $0.nextPageDue() } == nil)
            #expect(try await fixture.summary(id).status == .assigned)
            // Reading ends no page about the case itself.
            let other = try await fixture.openCase(fixture.opening("other"))
            try await fixture.store.write { try $0.noteRead(other, by: .member(member), now: now) }
            #expect(try await fixture.duePages().map(\.summary.id) == [other])
        }
    }

    @Test("reach only those who have a way: coverage says what a reporter may be told", arguments: TestEngine.allCases)
    func coverage(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            func coverage(_ commune: String?) async throws -> DutyCoverage {
                try await fixture.store.read { try $0.duty(commune: commune) }
            }
            #expect(try await coverage("14758") == .nobody)
            let team = try await fixture.prepareTeam()
            #expect(try await coverage("14758") == .commune)
            #expect(try await coverage("99999") == .province)
            #expect(try await coverage(nil) == .province)
            let now = fixture.now
            let unreachable = fixture.member("xa", at: team.commune, email: nil)
            try await fixture.store.write { try $0.updateStaff(unreachable, by: .operator, now: now) }
            #expect(try await coverage("14758") == .province)
            var disabled = fixture.member("tinh", at: team.province)
            disabled.isActive = false
            let gone = disabled
            try await fixture.store.write { try $0.updateStaff(gone, by: .operator, now: now) }
            #expect(try await coverage("14758") == .nobody)
            let id = try await fixture.openCase(fixture.opening())
            let pages = try await fixture.duePages()
            #expect(pages.map(\.summary.id) == [id] && pages.first?.recipients == [])
            // The commune's member still can open it, once they come in.
            #expect(try await fixture.holds("xa", id))
            #expect(try await !fixture.holds("tinh", id))
            #expect(
                try await fixture.store.read { try $0.dutyRecipients(commune: nil, rung: .administrators) }.map(\.staff.rawValue) == [
                    "quantri"
                ])
        }
    }

    @Test("leave proof of who was told", arguments: TestEngine.allCases)
    func proof(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            _ = try await fixture.prepareTeam()
            let id = try await fixture.openCase(fixture.opening())
            let now = fixture.now
            try await fixture.store.write {
                try $0.notePaged(id, page: 0, staff: StaffID("xa"), way: "mail", outcome: "accepted", now: now)
            }
            let entry = try #require(try await fixture.store.read { try $0.auditEntries(limit: 1000) }.last)
            #expect(entry.action == "case.page_sent" && entry.subject == id.rawValue)
            #expect(entry.detail == "0 xa mail accepted" && entry.at == now)
        }
    }

    @Test("find out whose keys are missing, for the duty key to share", arguments: TestEngine.allCases)
    func missingWraps(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let team = try await fixture.prepareTeam()
            let id = try await fixture.openCase(fixture.opening(level: .s3, commune: nil))
            func missing() async throws -> [MissingWrap] { try await fixture.store.read { try $0.missingWraps(limit: 9) } }
            #expect(try await missing().isEmpty)
            try await fixture.apply(
                [.classifyCase(id, CaseFacts(level: .s3, commune: "14758"))], in: try await fixture.conversation())
            let late = SealingPrivateKey.make()
            try await fixture.add(fixture.member("moi", at: team.province), key: late)
            let found = try await missing()
            #expect(found.map(\.staff.rawValue).sorted() == ["moi", "xa"])
            let now = fixture.now
            for wrap in found {
                let key = try wrap.dutyWrap.open(with: team.duty)
                let holder = CaseHolder.member(wrap.staff)
                let new = try key.wrapped(for: wrap.publicKey, caseID: wrap.caseID.rawValue, holder: holder.text)
                try await fixture.store.write {
                    try $0.shareCase(wrap.caseID, with: wrap.staff, wrap: new, by: .duty, now: now)
                }
            }
            #expect(try await missing().isEmpty)
            #expect(try await fixture.entries(of: id, holder: .member(StaffID("moi")), key: late).count == 1)
        }
    }
}
