import Core
import Programmes
import Sealing
@testable import Store
import Testing

/// A province with a commune and a school, and people in each.
struct Team: Sendable {
    let duty: SealingPrivateKey
    /// By login.
    let keys: [String: SealingPrivateKey]
    let province: OrganisationID
    let commune: OrganisationID
    let school: OrganisationID

    /// A member's id is their login here.
    func key(_ login: String) throws -> SealingPrivateKey { try #require(keys[login]) }
}

extension StoreFixture {
    static let communeCode = "14758"

    /// Stores the duty key, three organisations, and a member of the team in each: `tinh`, `xa`, `truong`; another commune's
    /// `xakhac`; and the province's administrator `quantri`. All can be reached by mail.
    func prepareTeam(dutyKey: Bool = true) async throws -> Team {
        let now = now
        let duty = SealingPrivateKey.make()
        let places = try await store.write { transaction in
            if dutyKey { try transaction.setSealingKey(.duty, duty.publicKey, by: .program, now: now) }
            _ = try transaction.saveOrganisations(
                [
                    OrganisationEntry(code: "TH", name: "Sở", kind: .province),
                    OrganisationEntry(
                        code: "X14758", name: "Xã A", kind: .commune, parent: "TH", commune: Self.communeCode),
                    OrganisationEntry(code: "X14759", name: "Xã B", kind: .commune, parent: "TH", commune: "14759"),
                    OrganisationEntry(
                        code: "THCS-A", name: "Trường A", kind: .school, parent: "X14758", commune: Self.communeCode),
                ], now: now)
            return try ["TH", "X14758", "X14759", "THCS-A"].map { try transaction.organisation(code: $0)?.id }
        }
        let ids = try places.map { try #require($0) }
        var keys: [String: SealingPrivateKey] = [:]
        let people: [(login: String, role: StaffRole, place: OrganisationID)] = [
            ("tinh", .safeguarding, ids[0]), ("xa", .safeguarding, ids[1]), ("xakhac", .safeguarding, ids[2]),
            ("truong", .safeguarding, ids[3]), ("quantri", .administrator, ids[0]),
        ]
        for person in people {
            let key = SealingPrivateKey.make()
            keys[person.login] = key
            try await add(member(person.login, roles: [person.role], at: person.place), key: key)
        }
        return Team(duty: duty, keys: keys, province: ids[0], commune: ids[1], school: ids[3])
    }

    func member(
        _ login: String, roles: Set<StaffRole> = [.safeguarding], at organisation: OrganisationID, email: String? = "a@x.test"
    ) -> StaffMember {
        StaffMember(
            id: StaffID(login), login: login, name: "Người \(login)", roles: roles, organisation: organisation,
            email: email, createdAt: now)
    }

    func add(_ member: StaffMember, key: SealingPrivateKey?) async throws {
        let now = now
        var locked: PasswordSealedKey?
        if let key { locked = try await self.locked(key, for: member.id) }
        let kept = locked
        try await store.write { try $0.addStaff(member, key: kept, by: .operator, now: now) }
    }

    func locked(_ key: SealingPrivateKey, for id: StaffID, password: String = "mật khẩu") async throws -> PasswordSealedKey {
        try await PasswordSealedKey.make(key, password: password, place: StaffAccount.keyPlace(of: id), cost: .forTests)
    }

    func opening(
        _ id: String = "case1", level: Triage.Level = .s1, commune: String? = communeCode,
        cause: CaseOpening.Cause = .message, accused: CaseFacts.Accused? = nil, link: String? = nil
    ) -> CaseOpening {
        CaseOpening(
            id: CaseID(id), cause: cause,
            facts: CaseFacts(
                level: level, categories: ["weapon"], rules: ["weapon.knife"], commune: commune, accused: accused),
            role: "pupil", language: .vietnamese, linkToken: link, linkExpires: now + .seconds(86_400), openedAt: now)
    }

    /// Opens a case in a conversation of its own, without an event.
    @discardableResult
    func openCase(_ opening: CaseOpening) async throws -> CaseID {
        let conversation = try await conversation("reporter \(opening.id)")
        try await apply([.openCase(opening)], in: conversation)
        return opening.id
    }

    /// Hands the conversation's next event to `changes`, as the pipeline does.
    func handle(_ changes: @escaping @Sendable (EventID) -> [Change]) async throws {
        let claimed = try #require(try await claim(1).first)
        let event = try #require(claimed.events.first)
        try await store.write { [now] transaction in
            try #require(try transaction.beginEvent(event.id))
            try transaction.apply(changes(event.id), in: claimed.conversation, event: event.id, now: now)
            try transaction.finishEvent(event.id, now: now)
        }
        try await release(claimed.conversation)
    }

    func summary(_ id: CaseID) async throws -> CaseSummary {
        try #require(try await store.read { try $0.caseSummary(id) })
    }

    func listing(_ id: CaseID) async throws -> CaseListing {
        try #require(try await store.read { try $0.caseListing(id) })
    }

    /// Everything in a case, opened with the key of one holder.
    func entries(of id: CaseID, holder: CaseHolder, key: SealingPrivateKey) async throws -> [CaseEntry] {
        let (wrap, sealed) = try await store.read { (try $0.caseWrap(of: id, holder: holder), try $0.caseEntries(of: id)) }
        let caseKey = try #require(wrap).open(with: key)
        return try sealed.map { try $0.open(with: caseKey) }
    }

    func holds(_ login: String, _ id: CaseID) async throws -> Bool {
        try await store.read { try $0.caseWrap(of: id, holder: .member(StaffID(login))) } != nil
    }

    func duePages(at instant: Instant? = nil) async throws -> [DuePage] {
        let now = instant ?? now
        return try await store.write { try $0.claimDuePages(limit: 100, now: now) }
    }

    func actions() async throws -> [String] {
        try await store.read { try $0.auditEntries(limit: 1000) }.map(\.action)
    }
}

extension StoreFixture {
    func code(_ seed: UInt64) -> ReceiptCode {
        var random = SeededRandom(seed: seed)
        return ReceiptCode.make(random: &random)
    }

    func pin(_ seed: UInt64) -> ReceiptPIN {
        var random = SeededRandom(seed: seed)
        return ReceiptPIN.make(random: &random)
    }

    func mailbox(_ seed: UInt64) async throws -> Mailbox {
        try await Mailbox.make(code: code(seed), pin: pin(seed), keys: KeyRing(master: master), cost: .forTests)
    }
}

extension ReadTransaction {
    /// Keys of the replies whose content is still there.
    func messagesWithContent() throws -> [String] {
        try connection.rows(SQLStatement("SELECT reply_key FROM outbox WHERE body IS NOT NULL"), [:]).map { try $0.text(0) }
    }

    func eventsWithContent() throws -> Int {
        try connection.row(SQLStatement("SELECT COUNT(*) FROM events WHERE payload IS NOT NULL"), [:])?.int(0) ?? 0
    }
}
