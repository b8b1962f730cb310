import Core
import Foundation
import Programmes
import Sealing
import Store
import Testing

@Suite("A case")
struct CaseTests {
    private static let knife = "bạn ấy có dao ở cổng trường"

    @Test("takes the person's last messages out of the transcript, sealed", arguments: TestEngine.allCases)
    func transcript(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let team = try await fixture.prepareTeam()
            for index in 0..<12 {
                try await fixture.accept(fixture.incoming("m\(index)", text: "câu \(index)"))
                try await fixture.handle { _ in [] }
            }
            try await fixture.accept(fixture.incoming("r", kind: .status))
            try await fixture.handle { _ in [] }
            try await fixture.accept(fixture.incoming("s1", text: Self.knife, lane: .safety))
            let opening = fixture.opening()
            try await fixture.handle { _ in [.openCase(opening)] }

            let entries = try await fixture.entries(of: opening.id, holder: .duty, key: team.duty)
            #expect(entries.map(\.kind) == Array(repeating: .transcript, count: 9) + [.message, .triage])
            #expect(entries.prefix(10).map(\.text) == (3..<12).map { "câu \($0)" } + [Self.knife])
            let account = try #require(entries.last?.text)
            #expect(account.contains("level: S1") && account.contains("rules: weapon.knife"))
            // Where they were, they are no more: three older ones and the receipt have kept theirs.
            let kept = try await fixture.store.read { try $0.eventsWithContent() }
            #expect(kept == 4)
            #expect(try await fixture.store.read { try $0.inboxDepth() }.waiting == 0)
            // The next event is handled as ever.
            try await fixture.accept(fixture.incoming("next", text: "dạ"))
            try await fixture.handle { _ in [.appendToCase(opening.id, CaseEntry(kind: .message, text: "dạ", at: fixture.now))] }
            #expect(try await fixture.entries(of: opening.id, holder: .duty, key: team.duty).last?.text == "dạ")
            #expect(try await fixture.store.read { try $0.eventsWithContent() } == 4)
            #expect(try await fixture.store.read { try $0.failedEvents(limit: 9) }.isEmpty)
        }
    }

    @Test("leaves what still waits in the conversation alone", arguments: TestEngine.allCases)
    func waitingEvents(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let team = try await fixture.prepareTeam()
            try await fixture.accept(fixture.incoming("1", text: Self.knife), fixture.incoming("2", text: "chú công an ơi"))
            let opening = fixture.opening()
            try await fixture.handle { _ in [.openCase(opening)] }
            let entries = try await fixture.entries(of: opening.id, holder: .duty, key: team.duty)
            #expect(entries.map(\.kind) == [.message, .triage])
            #expect(try await fixture.claim().first?.events.map(\.event.text) == ["chú công an ơi"])
        }
    }

    @Test("can be opened by duty, escrow, commune and province, and by nobody else", arguments: TestEngine.allCases)
    func holders(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let team = try await fixture.prepareTeam()
            let escrow = SealingPrivateKey.make()
            let now = fixture.now
            try await fixture.store.write { try $0.setSealingKey(.escrow, escrow.publicKey, by: .operator, now: now) }
            let id = try await fixture.openCase(fixture.opening())
            #expect(try await fixture.entries(of: id, holder: .duty, key: team.duty).count == 1)
            #expect(try await fixture.entries(of: id, holder: .escrow, key: escrow).count == 1)
            for login in ["tinh", "xa"] {
                let holder = CaseHolder.member(StaffID(login))
                #expect(try await fixture.entries(of: id, holder: holder, key: team.key(login)).count == 1)
            }
            for login in ["truong", "xakhac", "quantri"] { #expect(try await !fixture.holds(login, id), "\(login)") }
            // A wrap opens only with its holder's key, an entry only with its case's.
            let other = try await fixture.openCase(fixture.opening("case2", commune: nil))
            #expect(try await !fixture.holds("xa", other))
            let wrap = try #require(try await fixture.store.read { try $0.caseWrap(of: id, holder: .duty) })
            #expect(throws: StoreError.self) { try wrap.open(with: escrow) }
            let entry = try #require(try await fixture.store.read { try $0.caseEntries(of: other) }.first)
            #expect(throws: StoreError.self) { try entry.open(with: wrap.open(with: team.duty)) }
        }
    }

    @Test("that nobody could ever open is not begun, and nothing is lost", arguments: TestEngine.allCases)
    func nobody(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            try await fixture.accept(fixture.incoming("1", text: Self.knife))
            let opening = fixture.opening()
            await #expect(throws: StoreError.missing("key that could open the case")) {
                try await fixture.handle { _ in [.openCase(opening)] }
            }
            #expect(try await fixture.store.read { try $0.caseSummary(opening.id) } == nil)
            #expect(try await fixture.actions().isEmpty)
            fixture.clock.advance(by: .seconds(61))
            #expect(try await fixture.claim().first?.events.map(\.event.text) == [Self.knife])
        }
    }

    @Test("is opened once", arguments: TestEngine.allCases)
    func twice(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            _ = try await fixture.prepareTeam()
            try await fixture.openCase(fixture.opening())
            await #expect(throws: StoreError.conflict("the case exists already")) {
                try await fixture.openCase(fixture.opening())
            }
            let summary = try await fixture.summary(CaseID("case1"))
            #expect(CheckedNumber.normalised(summary.number, prefix: "VV") == summary.number)
            let typed = summary.number.lowercased().split(separator: "-").joined(separator: " ")
            #expect(try await fixture.store.read { try $0.caseSummary(number: typed) } == summary)
            #expect(summary.status == .new && summary.facts.rules == ["weapon.knife"])
        }
    }

    @Test("becomes graver, never less grave, by what becomes known", arguments: TestEngine.allCases)
    func classify(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            _ = try await fixture.prepareTeam()
            let id = try await fixture.openCase(fixture.opening(level: .s3, commune: nil))
            let conversation = try await fixture.conversation()
            let more = CaseFacts(level: .s4, categories: ["online"], commune: "14758", accused: .pupil)
            try await fixture.apply([.classifyCase(id, more)], in: conversation)
            var facts = try await fixture.summary(id).facts
            #expect(facts.level == .s3 && facts.categories == ["online", "weapon"])
            #expect(facts.commune == "14758" && facts.accused == .pupil)
            try await fixture.apply([.noteCase(id, .notSafeNow)], in: conversation)
            facts = try await fixture.summary(id).facts
            #expect(facts.level == .s1)
            #expect(try await fixture.summary(id).milestones == [.notSafeNow])
            let now = fixture.now
            try await fixture.store.write { try $0.setCaseLevel(id, .s3, by: .member(StaffID("tinh")), now: now) }
            #expect(try await fixture.summary(id).facts.level == .s3)
            #expect(try await fixture.actions().suffix(2) == ["case.raised", "case.level"])
        }
    }

    @Test("is closed with an outcome, and then duty cannot open it any more", arguments: TestEngine.allCases)
    func closing(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let team = try await fixture.prepareTeam()
            let id = try await fixture.openCase(fixture.opening())
            let now = fixture.now
            let actor = Actor.member(StaffID("xa"))
            await #expect(throws: StoreError.conflict("a case of this level is closed with an outcome")) {
                try await fixture.store.write { try $0.closeCase(id, CaseClosing(), by: actor, now: now) }
            }
            let closing = CaseClosing(
                outcome: .madeSafe, told: [.commune, .family], followUp: CivilDate(year: 2026, month: 12, day: 1))
            try await fixture.store.write { try $0.closeCase(id, closing, by: actor, now: now) }
            #expect(try await fixture.store.read { try $0.closing(of: id) } == closing)
            #expect(try await fixture.store.read { try $0.caseWrap(of: id, holder: .duty) } == nil)
            #expect(try await fixture.entries(of: id, holder: .member(StaffID("xa")), key: team.key("xa")).count == 1)
            #expect(try await fixture.summary(id).status == .closed)
            #expect(try await fixture.store.read { try $0.nextPageDue() } == nil)
            let conversation = try await fixture.conversation()
            for change in [
                Change.appendToCase(id, CaseEntry(kind: .message, text: "x", at: now)), .noteCase(id, .reporterLeft),
                .classifyCase(id, CaseFacts(level: .s1)), .acknowledgeCase(id, StaffID("xa")),
            ] {
                await #expect(throws: StoreError.conflict("the case is closed")) {
                    try await fixture.apply([change], in: conversation)
                }
            }
            await #expect(throws: StoreError.missing("case")) {
                try await fixture.apply([.noteCase(CaseID("none"), .reporterLeft)], in: conversation)
            }
        }
    }

    @Test("that only the duty key opens is not closed before somebody has it", arguments: TestEngine.allCases)
    func closingAlone(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let now = fixture.now
            let duty = SealingPrivateKey.make()
            try await fixture.store.write { try $0.setSealingKey(.duty, duty.publicKey, by: .program, now: now) }
            let id = try await fixture.openCase(fixture.opening(level: .s4))
            await #expect(throws: StoreError.self) {
                try await fixture.store.write { try $0.closeCase(id, CaseClosing(), by: .duty, now: now) }
            }
            #expect(try await fixture.summary(id).status == .new)
        }
    }

    @Test("is assigned and shared only where it may go", arguments: TestEngine.allCases)
    func assigning(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let team = try await fixture.prepareTeam()
            let id = try await fixture.openCase(fixture.opening())
            let now = fixture.now
            let actor = Actor.member(StaffID("tinh"))
            let key = try #require(try await fixture.store.read { try $0.caseWrap(of: id, holder: .duty) }).open(with: team.duty)
            func wrap(_ login: String) throws -> [UInt8] {
                let holder = CaseHolder.member(StaffID(login)).text
                return try key.wrapped(for: team.key(login).publicKey, caseID: id.rawValue, holder: holder)
            }
            let forSchool = try wrap("truong")
            let forOther = try wrap("xakhac")
            await #expect(throws: StoreError.conflict("the case must not go to that organisation")) {
                try await fixture.store.write {
                    try $0.shareCase(id, with: StaffID("truong"), wrap: forSchool, by: actor, now: now)
                }
            }
            for (target, actor) in [("quantri", actor), ("xa", .member(StaffID("quantri")))] {
                await #expect(throws: StoreError.conflict("the member is not of the team")) {
                    try await fixture.store.write {
                        try $0.assignCase(id, to: StaffID(target), wrap: forOther, by: actor, now: now)
                    }
                }
            }
            await #expect(throws: StoreError.conflict("the member could not open the case")) {
                try await fixture.store.write {
                    try $0.assignCase(id, to: StaffID("xakhac"), wrap: nil, by: actor, now: now)
                }
            }
            try await fixture.store.write {
                try $0.assignCase(id, to: StaffID("xakhac"), wrap: forOther, by: actor, now: now)
            }
            let summary = try await fixture.summary(id)
            #expect(summary.status == .assigned && summary.assignee == StaffID("xakhac") && summary.acknowledgedAt == now)
            #expect(try await fixture.entries(of: id, holder: .member(StaffID("xakhac")), key: team.key("xakhac")).count == 1)
            // Once it is known that another pupil did it, the school may help.
            try await fixture.apply(
                [.classifyCase(id, CaseFacts(level: .s4, accused: .pupil))], in: try await fixture.conversation())
            try await fixture.store.write {
                try $0.shareCase(id, with: StaffID("truong"), wrap: forSchool, by: actor, now: now)
            }
            #expect(try await fixture.holds("truong", id))
        }
    }

    @Test("is taken from a school when it turns out that an adult there did it", arguments: TestEngine.allCases)
    func unsharing(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let team = try await fixture.prepareTeam()
            let id = try await fixture.openCase(fixture.opening(level: .s3, accused: .pupil))
            let school = StaffID("truong")
            let now = fixture.now
            let key = try #require(try await fixture.store.read { try $0.caseWrap(of: id, holder: .duty) }).open(with: team.duty)
            let wrap = try key.wrapped(
                for: team.key("truong").publicKey, caseID: id.rawValue, holder: CaseHolder.member(school).text)
            try await fixture.store.write { transaction in
                try transaction.assignCase(id, to: school, wrap: wrap, by: .member(StaffID("tinh")), now: now)
                try transaction.noteRead(id, by: .member(school), now: now)
            }
            try await fixture.apply(
                [.classifyCase(id, CaseFacts(level: .s3, accused: .adultAtSchool))], in: try await fixture.conversation())
            #expect(try await !fixture.holds("truong", id))
            #expect(try await fixture.holds("xa", id))
            let summary = try await fixture.summary(id)
            #expect(summary.status == .new && summary.assignee == nil)
            #expect(try await fixture.duePages().first?.recipients.map(\.staff.rawValue).sorted() == ["tinh", "xa"])
            for refused in [
                { @Sendable in try $0.noteRead(id, by: .member(school), now: now) },
                { @Sendable in try $0.acknowledgeCase(id, by: school, now: now) },
            ] as [@Sendable (WriteTransaction) throws -> Void] {
                await #expect(throws: StoreError.conflict("the case must not go to that organisation")) {
                    try await fixture.store.write(refused)
                }
            }
            #expect(try await fixture.actions().contains("case.unshared"))
        }
    }

    @Test("leaves nothing of what was said about it in the outbox", arguments: TestEngine.allCases)
    func outbox(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let pushed = try await fixture.conversation()
            let pulled = try await fixture.conversation("web", account: "", channel: .web)
            func say(_ key: String) -> Change { .reply(Reply(key: key, message: OutboundMessage(text: "x"))) }
            let keys = ["reports.card", "reports.ask", "reports.done", "classes.list", "reportsx"]
            for chat in [pushed, pulled] { try await fixture.apply(keys.map(say), in: chat) }
            #expect(try await fixture.store.read { try $0.messagesWithContent() }.count == 10)
            let settlements: [Settlement] = [
                .accepted(externalID: "1"), .dead(code: "rejected"), .ambiguousKept(code: "timeout"), .accepted(externalID: "4"),
                .dead(code: "rejected"),
            ]
            for settlement in settlements {
                let send = try #require(try await fixture.claimSends(1).first)
                try await fixture.settle(send.id, settlement)
            }
            let now = fixture.now
            let last = try #require(try await fixture.store.read { try $0.pullMessages(pulled, after: 0, limit: 9) }.last)
            try await fixture.store.write { try $0.acknowledgePull(pulled, upTo: last.cursor, now: now) }
            let kept = try await fixture.store.read { try $0.messagesWithContent() }
            #expect(kept.sorted() == ["classes.list", "classes.list", "reportsx", "reportsx"])
        }
    }

    @Test("takes notes for the team, and each look at it is written down", arguments: TestEngine.allCases)
    func notes(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let team = try await fixture.prepareTeam()
            let id = try await fixture.openCase(fixture.opening())
            let now = fixture.now
            try await fixture.store.write { transaction in
                try transaction.noteRead(id, by: .member(StaffID("xa")), now: now)
                try transaction.addCaseNote(id, text: "đã gọi cho xã", by: .member(StaffID("xa")), now: now)
            }
            let entries = try await fixture.entries(of: id, holder: .duty, key: team.duty)
            #expect(entries.map(\.text).last == "đã gọi cho xã")
            #expect(try await fixture.store.read { try $0.caseEntries(of: id) }.map(\.author) == ["program", "xa"])
            await #expect(throws: StoreError.conflict("the member is not of the team")) {
                try await fixture.store.write { try $0.noteRead(id, by: .member(StaffID("quantri")), now: now) }
            }
            #expect(try await fixture.actions().suffix(2) == ["case.read", "case.noted"])
        }
    }

    @Test("is listed by urgency, then age, for those who can open it", arguments: TestEngine.allCases)
    func lists(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            _ = try await fixture.prepareTeam()
            for (id, level, commune) in [("a", Triage.Level.s3, "14758"), ("b", .s1, "14759"), ("c", .s0, "14758"), ("d", .s1, "14758")] {
                try await fixture.openCase(fixture.opening(id, level: level, commune: commune))
                fixture.clock.advance(by: .seconds(1))
            }
            func ids(_ status: CaseSummary.Status? = nil, _ holder: String? = nil, limit: Int = 9) async throws -> [String] {
                try await fixture.store.read {
                    try $0.openCases(limit: limit, status: status, heldBy: holder.map { StaffID($0) })
                }.map(\.summary.id.rawValue)
            }
            #expect(try await ids() == ["b", "d", "a", "c"])
            #expect(try await ids(limit: 1) == ["b"])
            #expect(try await ids(nil, "xa") == ["d", "a", "c"])
            let now = fixture.now
            try await fixture.store.write { transaction in
                try transaction.closeCase(CaseID("a"), CaseClosing(), by: .duty, now: now)
                try transaction.acknowledgeCase(CaseID("d"), by: StaffID("xa"), now: now)
            }
            #expect(try await ids() == ["b", "d", "c"])
            #expect(try await ids(.closed) == ["a"])
            #expect(try await ids(.acknowledged) == ["d"])
        }
    }

    @Test("is erased for good: wraps, entries and mailbox go, a line in the register stays", arguments: TestEngine.allCases)
    func erasure(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            _ = try await fixture.prepareTeam()
            let id = try await fixture.openCase(fixture.opening(link: "token"))
            let number = try await fixture.summary(id).number
            let now = fixture.now
            try await fixture.store.write { try $0.eraseCase(id, by: .operator, now: now) }
            #expect(try await fixture.store.read { try $0.caseEntries(of: id) }.isEmpty)
            for holder in [CaseHolder.duty, .member(StaffID("xa"))] {
                #expect(try await fixture.store.read { try $0.caseWrap(of: id, holder: holder) } == nil)
            }
            #expect(try await fixture.store.read { try $0.caseForLink(TokenHash(of: "token"), now: now) } == nil)
            let register = try await fixture.store.read { try $0.erasures(limit: 9) }
            #expect(register == [CaseErasure(number: number, caseID: id, at: now)])
            let listing = try await fixture.listing(id)
            #expect(listing.isErased && listing.summary.status == .closed)
            #expect(listing.summary.facts == CaseFacts(level: .s1))
            #expect(try await fixture.store.read { try $0.nextPageDue() } == nil)
        }
    }

    @Test("leaves no word of it anywhere in the clear", arguments: TestEngine.allCases)
    func secrecy(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let mark = "XOAI-THANH-CA-9917"
            _ = try await fixture.prepareTeam()
            try await fixture.accept(fixture.incoming("1", text: "trước \(mark)"))
            try await fixture.handle { _ in [] }
            try await fixture.accept(fixture.incoming("2", text: "dao \(mark)"))
            let now = fixture.now
            let opening = fixture.opening(commune: "MARK14758", link: "LINK-\(mark)")
            let said = Reply(key: "reports.opened", message: OutboundMessage(text: mark))
            try await fixture.handle { _ in
                [
                    .openCase(opening), .appendToCase(opening.id, CaseEntry(kind: .answer, question: "harm", text: mark, at: now)),
                    .reply(said), .reply(said),
                ]
            }
            let mailbox = try await fixture.mailbox(7)
            let reply = try await fixture.store.write { transaction in
                try transaction.createMailbox(link: TokenHash(of: "LINK-\(mark)"), mailbox, now: now)
                try transaction.appendFromMailbox(opening.id, text: mark, now: now)
                try transaction.addCaseNote(opening.id, text: mark, by: .duty, now: now)
                return try transaction.replyToReporter(opening.id, text: mark, by: .duty, now: now)
            }
            #expect(reply)
            let sends = try await fixture.claimSends()
            for send in sends { try await fixture.settle(send.id, .dead(code: "rejected")) }
            let rest = try await fixture.claimSends()
            for send in rest { try await fixture.settle(send.id, .accepted(externalID: "x")) }
            #expect(sends.count + rest.count == 2)
            // Dead letters of reports keep no content.
            #expect(try await fixture.store.read { try $0.deadLetters(limit: 9) }.map(\.message) == [nil])
            let bytes = Data(try await fixture.bytesKept())
            #expect(bytes.range(of: Data("case.opened".utf8)) != nil, "the search finds what is there")
            for word in [mark, "MARK14758", "Người tinh", "a@x.test", fixture.code(7).text] {
                #expect(bytes.range(of: Data(word.utf8)) == nil, "\(word)")
            }
        }
    }
}
