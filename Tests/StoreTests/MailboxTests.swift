import Core
import Programmes
import Sealing
import Store
import Testing

@Suite("A reporter's mailbox")
struct MailboxTests {
    private static let link = TokenHash(of: "secret")

    @Test("is made behind a link that opens once", arguments: TestEngine.allCases)
    func link(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            _ = try await fixture.prepareTeam()
            let id = try await fixture.openCase(fixture.opening(link: "secret"))
            let now = fixture.now
            let mailbox = try await fixture.mailbox(1)
            #expect(try await fixture.store.read { try $0.caseForLink(Self.link, now: now) } == id)
            #expect(try await fixture.store.read { try $0.caseForLink(TokenHash(of: "other"), now: now) } == nil)
            #expect(try await fixture.store.write { try $0.createMailbox(link: Self.link, mailbox, now: now) } == id)
            #expect(try await fixture.store.read { try $0.caseForLink(Self.link, now: now) } == nil)
            let second = try await fixture.mailbox(2)
            await #expect(throws: StoreError.missing("report link")) {
                try await fixture.store.write { try $0.createMailbox(link: Self.link, second, now: now) }
            }
            let found = try #require(try await fixture.store.read { try $0.mailbox(codeMark: mailbox.codeMark) })
            #expect(found == CaseMailbox(caseID: id, mailbox: mailbox, createdAt: now, failures: 0))
            #expect(try await fixture.store.read { try $0.mailbox(codeMark: second.codeMark) } == nil)
            #expect(try await fixture.listing(id).hasMailbox)
        }
    }

    @Test("goes to one of many who hold the same link", arguments: TestEngine.allCases)
    func race(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            _ = try await fixture.prepareTeam()
            try await fixture.openCase(fixture.opening(link: "secret"))
            let now = fixture.now
            var mailboxes: [Mailbox] = []
            for seed in 0..<6 { mailboxes.append(try await fixture.mailbox(UInt64(seed))) }
            let won = await withTaskGroup(of: Bool.self) { group in
                for mailbox in mailboxes {
                    group.addTask {
                        (try? await fixture.store.write { try $0.createMailbox(link: Self.link, mailbox, now: now) }) != nil
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(won == 1)
        }
    }

    @Test("is not made when the link is too old, and a taken code leaves the link good", arguments: TestEngine.allCases)
    func limits(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            _ = try await fixture.prepareTeam()
            try await fixture.openCase(fixture.opening(link: "secret"))
            try await fixture.openCase(fixture.opening("case2", link: "secret2"))
            let mailbox = try await fixture.mailbox(1)
            let now = fixture.now
            try await fixture.store.write { try $0.createMailbox(link: Self.link, mailbox, now: now) }
            let other = TokenHash(of: "secret2")
            await #expect(throws: StoreError.conflict("the code is taken")) {
                try await fixture.store.write { try $0.createMailbox(link: other, mailbox, now: now) }
            }
            #expect(try await fixture.store.read { try $0.caseForLink(other, now: now) } == CaseID("case2"))
            let late = now + .seconds(86_400)
            let free = try await fixture.mailbox(2)
            #expect(try await fixture.store.read { try $0.caseForLink(other, now: late) } == nil)
            await #expect(throws: StoreError.missing("report link")) {
                try await fixture.store.write { try $0.createMailbox(link: other, free, now: late) }
            }
        }
    }

    @Test("carries messages both ways, each sealed to its reader", arguments: TestEngine.allCases)
    func messages(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let team = try await fixture.prepareTeam()
            let id = try await fixture.openCase(fixture.opening(link: "secret"))
            let now = fixture.now
            let member = Actor.member(StaffID("xa"))
            // Before there is a mailbox, what the team writes reaches only the team.
            #expect(try await fixture.store.write { try $0.replyToReporter(id, text: "sớm", by: member, now: now) } == false)
            let mailbox = try await fixture.mailbox(1)
            try await fixture.store.write { try $0.createMailbox(link: Self.link, mailbox, now: now) }
            #expect(try await fixture.store.write { try $0.replyToReporter(id, text: "em có an toàn không?", by: member, now: now) })
            try await fixture.store.write { try $0.appendFromMailbox(id, text: "dạ có", now: now) }

            let found = try #require(try await fixture.store.read { try $0.mailbox(codeMark: mailbox.codeMark) })
            let key = try await Mailbox.open(found.mailbox, code: fixture.code(1), pin: fixture.pin(1), cost: .forTests)
            let messages = try await fixture.store.read { try $0.mailboxMessages(of: id) }
            #expect(try messages.map { try $0.open(with: key).text } == ["em có an toàn không?"])
            let entries = try await fixture.entries(of: id, holder: .duty, key: team.duty)
            #expect(entries.map(\.kind) == [.triage, .reply, .reply, .mailbox])
            #expect(entries.map(\.text).suffix(2) == ["em có an toàn không?", "dạ có"])
            #expect(try await fixture.store.read { try $0.caseEntries(of: id) }.map(\.author) == ["program", "xa", "xa", "reporter"])
            // The mailbox key opens nothing of the case, and the duty key nothing of the mailbox.
            let sealed = try #require(try await fixture.store.read { try $0.caseEntries(of: id) }.last)
            #expect(throws: StoreError.self) { try sealed.open(with: key) }
            #expect(throws: StoreError.self) { try messages.first?.open(with: team.duty) }
        }
    }

    @Test("counts wrong PINs, and is closed with its case", arguments: TestEngine.allCases)
    func door(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            _ = try await fixture.prepareTeam()
            let id = try await fixture.openCase(fixture.opening(level: .s4, link: "secret"))
            let mailbox = try await fixture.mailbox(1)
            let now = fixture.now
            try await fixture.store.write { transaction in
                try transaction.createMailbox(link: Self.link, mailbox, now: now)
                try transaction.noteMailboxFailure(id, now: now)
                try transaction.noteMailboxFailure(id, now: now)
            }
            #expect(try await fixture.store.read { try $0.mailbox(codeMark: mailbox.codeMark) }?.failures == 2)
            try await fixture.store.write { try $0.noteMailboxOpened(id, now: now) }
            let found = try #require(try await fixture.store.read { try $0.mailbox(codeMark: mailbox.codeMark) })
            #expect(found.failures == 0 && found.openedAt == now)
            try await fixture.store.write { try $0.closeCase(id, CaseClosing(outcome: .noIncident), by: .duty, now: now) }
            await #expect(throws: StoreError.conflict("the case is closed")) {
                try await fixture.store.write { try $0.appendFromMailbox(id, text: "x", now: now) }
            }
            // What the team has written stays to be read.
            #expect(try await fixture.store.read { try $0.mailbox(codeMark: mailbox.codeMark) } != nil)
        }
    }
}
