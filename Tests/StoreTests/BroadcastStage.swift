import Core
import Programmes
import Store
import Testing

/// A province with two schools and parents in one of them.
struct BroadcastStage: Sendable {
    static let text = "Thứ bảy này lớp kỹ năng bơi học lúc 8 giờ."

    let fixture: StoreFixture
    /// Of `p0`, `p1` …
    let people: [ConversationID]

    var names: [String] { people.indices.map { "p\($0)" } }

    init(_ fixture: StoreFixture, parents: Int) async throws {
        self.fixture = fixture
        let now = fixture.now
        let entries = (0..<parents).map { Self.entry("p\($0)", role: "parent", "THCS-A", schoolClass: "6A") }
        people = try await fixture.store.write { tx in
            try tx.saveSendingRules(BroadcastTests.rules)
            try tx.saveOrganisations(OrganisationTests.tree, now: now)
            try tx.addPeople(entries, now: now)
            return try entries.compactMap { try tx.findConversation(fixture.address($0.person)) }
        }
    }

    func entry(_ person: String, role: String, _ organisation: String, connection: String = "zalo") -> PersonEntry {
        Self.entry(person, role: role, organisation, connection: connection)
    }

    private static func entry(
        _ person: String, role: String, _ organisation: String, connection: String = "zalo", schoolClass: String = ""
    ) -> PersonEntry {
        PersonEntry(
            connection: ConnectionID(connection), account: "oa", person: person, role: role, organisation: organisation,
            schoolClass: schoolClass)
    }

    func audience(_ code: String, roles: [String] = [], schoolClass: String? = nil) async throws -> Audience {
        let organisation = try #require(try await fixture.store.read { try $0.organisation(code: code) })
        return Audience(roles: roles, organisation: organisation.id, schoolClass: schoolClass)
    }

    @discardableResult
    func start(
        _ audience: Audience? = nil, expires: Duration = .seconds(86_400), number: String? = nil
    ) async throws -> BroadcastID {
        let everybody = try await self.audience("TH")
        let now = fixture.now
        var random = SystemRandom()
        let broadcast = Broadcast(
            id: IdentifierSource().make(at: now, random: &random),
            number: number ?? CheckedNumber.make(prefix: CheckedNumber.broadcastPrefix, random: &random),
            audience: audience ?? everybody, text: Self.text, author: nil, createdAt: now, expiresAt: now + expires)
        try await fixture.apply([.startBroadcast(broadcast)], in: try await fixture.conversation("author"))
        return broadcast.id
    }

    func command(_ id: BroadcastID, _ command: BroadcastCommand) async throws {
        let now = fixture.now
        try await fixture.store.write { try $0.commandBroadcast(id, command, by: .operator, now: now) }
    }

    func advance(_ id: BroadcastID, pace: BroadcastPace = BroadcastPace()) async throws -> BroadcastAdvance {
        let now = fixture.now
        return try await fixture.store.write { try $0.advanceBroadcast(id, owner: "me", leaseFor: .seconds(30), pace: pace, now: now) }
    }

    /// Until there is nothing more to do at once.
    func advanceToEnd(_ id: BroadcastID, pace: BroadcastPace = BroadcastPace()) async throws -> BroadcastAdvance {
        for _ in 0..<1_000 {
            let step = try await advance(id, pace: pace)
            if !step.madeProgress { return step }
        }
        Issue.record("the broadcast does not come to an end")
        return .notNow
    }

    /// Until everybody is written down, and no further.
    func plan(_ id: BroadcastID) async throws {
        for _ in 0..<1_000 where try await result(id).0.status == .planning { _ = try await advance(id) }
    }

    /// What a sender does; returns who got something.
    func sendAll(limit: Int = .max) async throws -> [String] {
        var received: [String] = []
        while received.count < limit, let send = try await fixture.claimSends(1).first {
            received.append(send.address.person)
            try await fixture.settle(send.id, .accepted(externalID: "x-\(send.id)"))
        }
        return received
    }

    func receipt(_ externalID: String, _ status: DeliveryStatus) async throws {
        let now = fixture.now
        try await fixture.store.write {
            try $0.raiseStatus(connection: StoreFixture.zalo, account: "oa", externalID: externalID, to: status, now: now)
        }
    }

    func result(_ id: BroadcastID) async throws -> (Broadcast, BroadcastProgress) {
        let (broadcast, progress) = try await fixture.store.read { (try $0.broadcast(id), try $0.progress(of: id)) }
        return (try #require(broadcast), progress)
    }

    func progress(_ id: BroadcastID) async throws -> [BroadcastProgress.Outcome: Int] {
        Dictionary(try await result(id).1.rows.map { ($0.outcome, $0.people) }, uniquingKeysWith: +)
    }

    func recipients(_ id: BroadcastID, page: Int) async throws -> [BroadcastRecipient] {
        var all: [BroadcastRecipient] = []
        while true {
            let last = all.last?.conversation
            let next = try await fixture.store.read { try $0.recipients(of: id, after: last, limit: page) }
            if next.isEmpty { return all }
            all += next
        }
    }
}
