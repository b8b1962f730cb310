import Core
import Programmes
import Sealing
import Store
import Testing

@Suite("Staff accounts")
struct StaffAccountTests {
    @Test("keep who somebody is, and their key under their password", arguments: TestEngine.allCases)
    func accounts(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let team = try await fixture.prepareTeam()
            let account = try #require(try await fixture.store.read { try $0.staff(login: "XA") })
            #expect(account.member == fixture.member("xa", at: team.commune))
            #expect(account.publicKey == (try team.key("xa").publicKey))
            let key = try await #require(account.lockedKey).open(
                password: "mật khẩu", place: StaffAccount.keyPlace(of: account.member.id))
            #expect(key.bytes == (try team.key("xa").bytes))
            #expect(
                try await fixture.store.read { try $0.allStaff(limit: 9) }.map(\.member.login)
                    == ["quantri", "tinh", "truong", "xa", "xakhac"])
            let now = fixture.now
            let again = StaffMember(
                id: StaffID("other"), login: "xa", name: "x", roles: [], organisation: team.commune, createdAt: now)
            await #expect(throws: StoreError.conflict("the login is taken")) { try await fixture.add(again, key: nil) }
            for login in ["", "Hoa", "hoa huệ", "hoà", String(repeating: "a", count: 65)] {
                await #expect(throws: StoreError.conflict("a login has lower-case letters, digits, dots and hyphens")) {
                    try await fixture.add(fixture.member(login, at: team.commune), key: nil)
                }
            }
            await #expect(throws: StoreError.missing("organisation")) {
                try await fixture.add(fixture.member("hoa", at: OrganisationID("none")), key: nil)
            }
        }
    }

    @Test("change: roles, place and name at once, the chat of a disabled member never again", arguments: TestEngine.allCases)
    func changes(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let team = try await fixture.prepareTeam()
            let chat = try await fixture.conversation("hoa")
            let now = fixture.now
            let invitation = try await fixture.store.write { try $0.inviteStaff(StaffID("xa"), by: .operator, now: now) }
            try await fixture.apply([.redeemLink(code: invitation.code, StaffID("xa"))], in: chat)
            var member = fixture.member("xa", roles: [.sender, .safeguarding], at: team.province, email: nil)
            member.name = "Cô Hoa"
            let changed = member
            try await fixture.store.write { try $0.updateStaff(changed, by: .operator, now: now) }
            member.conversation = chat
            #expect(try await fixture.store.read { try $0.staff(StaffID("xa")) }?.member == member)
            let later = try await fixture.store.write { try $0.inviteStaff(StaffID("xa"), by: .operator, now: now) }
            member.isActive = false
            let disabled = member
            try await fixture.store.write { try $0.updateStaff(disabled, by: .operator, now: now) }
            #expect(try await fixture.store.read { try $0.staffMember(conversation: chat) } == nil)
            #expect(try await fixture.store.read { try $0.conversation(chat) }?.role == "parent")
            #expect(try await fixture.store.read { try $0.linkOffer(code: later.code, now: now) } == nil)
            await #expect(throws: StoreError.missing("active member")) {
                try await fixture.store.write { try $0.inviteStaff(StaffID("xa"), by: .operator, now: now) }
            }
        }
    }

    @Test("are linked to one chat by a code that is good once, for a week", arguments: TestEngine.allCases)
    func links(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            _ = try await fixture.prepareTeam()
            let chat = try await fixture.conversation("hoa")
            let other = try await fixture.conversation("other")
            let now = fixture.now
            let id = StaffID("xa")
            func invite() async throws -> StaffInvitation {
                try await fixture.store.write { try $0.inviteStaff(id, by: .operator, now: now) }
            }
            func offer(_ code: String, at instant: Instant) async throws -> LinkOffer? {
                try await fixture.store.read { try $0.linkOffer(code: code, now: instant) }
            }
            let first = try await invite()
            #expect(first.expires == now + .seconds(7 * 86_400))
            let second = try await invite()
            #expect(try await offer(first.code, at: now) == nil, "a later code ends the earlier one")
            let typed = second.code.lowercased().split(separator: "-").joined(separator: " ")
            let expected = LinkOffer(staff: id, name: "Người xa", roles: [.safeguarding], organisationName: "Xã A")
            #expect(try await offer(typed, at: now) == expected)
            #expect(try await offer(second.code, at: second.expires) == nil)
            for wrong in ["", "7777-7777-7777", second.code + "2", String(repeating: "\u{301}", count: 99)] {
                #expect(try await offer(wrong, at: now) == nil)
            }
            await #expect(throws: StoreError.conflict("the code is not valid")) {
                try await fixture.apply([.redeemLink(code: second.code, StaffID("tinh"))], in: chat)
            }
            try await fixture.apply([.redeemLink(code: typed, id)], in: chat)
            #expect(try await fixture.store.read { try $0.staffMember(conversation: chat) }?.id == id)
            #expect(try await fixture.store.read { try $0.conversation(chat) }?.role == "staff")
            #expect(try await offer(second.code, at: now) == nil)
            await #expect(throws: StoreError.conflict("the code is not valid")) {
                try await fixture.apply([.redeemLink(code: second.code, id)], in: other)
            }
            // Another chat takes the place of the first one.
            let third = try await invite()
            try await fixture.apply([.redeemLink(code: third.code, id)], in: other)
            #expect(try await fixture.store.read { try $0.staffMember(conversation: chat) } == nil)
            #expect(try await fixture.store.read { try $0.conversation(chat) }?.role == "parent")
            // And another member takes that chat over.
            let fourth = try await fixture.store.write { try $0.inviteStaff(StaffID("tinh"), by: .operator, now: now) }
            try await fixture.apply([.redeemLink(code: fourth.code, StaffID("tinh"))], in: other)
            #expect(try await fixture.store.read { try $0.staffMember(conversation: other) }?.id == StaffID("tinh"))
            #expect(try await fixture.store.read { try $0.staff(id) }?.member.conversation == nil)
            try await fixture.store.write { try $0.unlinkStaff(StaffID("tinh"), by: .operator, now: now) }
            #expect(try await fixture.store.read { try $0.conversation(other) }?.role == "parent")
        }
    }

    @Test("with a new key lose what was sealed to the old one, and say what that costs", arguments: TestEngine.allCases)
    func keys(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let team = try await fixture.prepareTeam(dutyKey: false)
            let alone = try await fixture.openCase(fixture.opening("alone", commune: nil))
            let shared = try await fixture.openCase(fixture.opening("shared"))
            let id = StaffID("tinh")
            let now = fixture.now
            let number = try await fixture.summary(alone).number
            #expect(try await fixture.store.read { try $0.casesHeldOnly(by: id) } == [number])
            let old = try await fixture.locked(try team.key("tinh"), for: id, password: "khác")
            #expect(
                try await fixture.store.write { try $0.setStaffKey(of: id, old, by: .member(id), now: now) }
                    == StaffKeyReset(removedWraps: 0, lostCases: []))
            #expect(try await fixture.holds("tinh", shared))
            let new = try await fixture.locked(.make(), for: id)
            #expect(
                try await fixture.store.write { try $0.setStaffKey(of: id, new, by: .operator, now: now) }
                    == StaffKeyReset(removedWraps: 2, lostCases: [number]))
            #expect(try await !fixture.holds("tinh", shared))
            #expect(try await fixture.holds("xa", shared))
            #expect(try await fixture.store.read { try $0.staff(id) }?.lockedKey == new)
        }
    }

    @Test("that leave the team lose its cases, but no case is lost by that", arguments: TestEngine.allCases, [true, false])
    func leaving(engine: TestEngine, isDisabled: Bool) async throws {
        try await withStore(engine) { fixture in
            let team = try await fixture.prepareTeam(dutyKey: false)
            let alone = try await fixture.openCase(fixture.opening("alone", commune: nil))
            let shared = try await fixture.openCase(fixture.opening("shared"))
            var member = fixture.member("tinh", roles: isDisabled ? [.safeguarding] : [.sender], at: team.province)
            member.isActive = !isDisabled
            let left = member
            let now = fixture.now
            try await fixture.store.write { try $0.updateStaff(left, by: .operator, now: now) }
            #expect(try await !fixture.holds("tinh", shared))
            #expect(try await fixture.holds("xa", shared))
            #expect(try await fixture.holds("tinh", alone))
        }
    }

    @Test("are told apart by the keys to which every case is sealed: another duty key is refused", arguments: TestEngine.allCases)
    func sealingKeys(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let key = SealingPrivateKey.make().publicKey
            let other = SealingPrivateKey.make().publicKey
            let now = fixture.now
            #expect(try await fixture.store.read { try $0.sealingKey(.duty) } == nil)
            try await fixture.store.write { transaction in
                try transaction.setSealingKey(.duty, key, by: .program, now: now)
                try transaction.setSealingKey(.duty, key, by: .program, now: now)
            }
            await #expect(throws: StoreError.conflict("another duty key is stored")) {
                try await fixture.store.write { try $0.setSealingKey(.duty, other, by: .program, now: now) }
            }
            #expect(try await fixture.store.read { try $0.sealingKey(.duty) } == key)
            try await fixture.store.write { try $0.setSealingKey(.duty, other, by: .operator, replacing: true, now: now) }
            #expect(try await fixture.store.read { try $0.sealingKey(.duty) } == other)
            #expect(try await fixture.actions() == ["key.set", "key.set"])
        }
    }
}
