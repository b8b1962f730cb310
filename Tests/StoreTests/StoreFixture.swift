import Core
import Foundation
import PrivatePostgres
import Programmes
import Sealing
import Store
import Testing

/// The engines that every contract test runs on.
enum TestEngine: CaseIterable, CustomTestStringConvertible {
    case sqlite
    case postgres

    /// Without PostgreSQL where there is none; the suite “Engines” says so, and `make test` insists on both.
    static let allCases: [TestEngine] = PrivatePostgres.shared == nil ? [.sqlite] : [.sqlite, .postgres]

    var testDescription: String {
        switch self {
        case .sqlite: "SQLite"
        case .postgres: "PostgreSQL"
        }
    }
}

/// One database for one test, with a clock that stands still.
struct StoreFixture: Sendable {
    let engine: TestEngine
    let location: DatabaseLocation
    let store: Store
    let clock: ManualClock
    let master: MasterKey
    let directory: String

    static let start = CivilDate(year: 2026, month: 11, day: 24)?.at(hour: 9) ?? Instant(milliseconds: 0)

    var now: Instant { clock.now() }
    /// The file of an embedded database.
    var path: String { directory + "/nhipcau.sqlite" }

    /// Opens another store on the same data, as another process would.
    func reopen(master other: MasterKey? = nil, limits: StoreLimits = StoreLimits()) throws -> Store {
        try Store.open(location, keys: KeyRing(master: other ?? master), clock: clock, limits: limits)
    }

    /// Everything that is on disk now; of a server, what can be read from its tables.
    func bytesKept() async throws -> [UInt8] {
        switch engine {
        case .sqlite:
            return try ["", "-wal"].reduce(into: []) { bytes, suffix in
                if FileManager.default.fileExists(atPath: path + suffix) {
                    bytes += try Data(contentsOf: URL(fileURLWithPath: path + suffix))
                }
            }
        case .postgres: return try tableContents()
        }
    }
}

/// Runs a test on a fresh database and removes it afterwards.
func withStore<T>(
    _ engine: TestEngine, limits: StoreLimits = StoreLimits(), seed: UInt64? = nil,
    _ body: (StoreFixture) async throws -> T
) async throws -> T {
    try await withLocation(engine) { location, directory in
        let clock = ManualClock(StoreFixture.start)
        let master = MasterKey.random()
        let store = try Store.open(location, keys: KeyRing(master: master), clock: clock, limits: limits, seed: seed)
        let fixture = StoreFixture(
            engine: engine, location: location, store: store, clock: clock, master: master, directory: directory)
        let result: Result<T, any Error>
        do {
            result = .success(try await body(fixture))
        } catch {
            result = .failure(error)
        }
        await store.close()
        return try result.get()
    }
}

/// Runs a test with a place for a database that does not exist yet.
func withLocation<T>(_ engine: TestEngine, _ body: (DatabaseLocation, String) async throws -> T) async throws -> T {
    try await withDirectory { directory in
        switch engine {
        case .sqlite: return try await body(.sqlite(path: directory + "/nhipcau.sqlite"), directory)
        case .postgres:
            guard let server = PrivatePostgres.shared else { throw StoreError.missing("PostgreSQL server") }
            return try await ServerSeats.shared.taking {
                let schema = try server.makeSchema()
                defer { try? server.drop(schema) }
                return try await body(try DatabaseLocation(url: schema.address), directory)
            }
        }
    }
}

/// A server has so many connections only, and each store takes up to eight.
private actor ServerSeats {
    static let shared = ServerSeats()
    private var free = 10
    private var waiting: [CheckedContinuation<Void, Never>] = []

    nonisolated func taking<T>(_ body: () async throws -> T) async throws -> T {
        await take()
        let result: Result<T, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        await give()
        return try result.get()
    }

    private func take() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    private func give() {
        if waiting.isEmpty {
            free += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}

/// Runs a test with a directory of its own.
func withDirectory<T>(_ body: (String) async throws -> T) async throws -> T {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("store-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    return try await body(directory.path)
}

extension StoreFixture {
    static let zalo = ConnectionID("zalo")

    /// A message of one person.
    func incoming(
        _ key: String, from person: String = "an", text: String = "xin chào", lane: Lane = .reply,
        at timestamp: Instant? = nil, kind: InboundEvent.Kind = .message
    ) -> IncomingEvent {
        IncomingEvent(
            connection: Self.zalo, channel: .zaloOA,
            event: InboundEvent(
                kind: kind, sender: person, recipient: "oa", person: person, account: "oa", name: "user_send_text",
                deduplicationKey: key, externalID: key, text: text, timestamp: timestamp),
            lane: lane)
    }

    func address(_ person: String, account: String = "oa", channel: ChannelKind = .zaloOA) -> ConversationAddress {
        ConversationAddress(
            connection: channel == .web ? ConnectionID("web") : Self.zalo, channel: channel, account: account,
            person: person)
    }

    @discardableResult
    func accept(_ events: IncomingEvent...) async throws -> Acceptance {
        try await store.write { [now] in try $0.acceptEvents(events, now: now) }
    }

    func claim(_ limit: Int = 10, owner: String = "worker") async throws -> [ClaimedConversation] {
        try await store.write { [now] in
            try $0.claimConversations(limit: limit, owner: owner, leaseFor: .seconds(60), now: now)
        }
    }

    func release(_ id: ConversationID, owner: String = "worker") async throws {
        try await store.write { try $0.releaseConversation(id, owner: owner) }
    }

    func conversation(
        _ person: String = "an", account: String = "oa", channel: ChannelKind = .zaloOA
    ) async throws -> ConversationID {
        let address = address(person, account: account, channel: channel)
        return try await store.write { [now] in try $0.findOrCreateConversation(address, now: now) }
    }

    @discardableResult
    func enqueue(
        _ conversation: ConversationID, _ text: String, lane: Lane = .reply, notBefore: Instant? = nil,
        expires: Instant? = nil
    ) async throws -> MessageID {
        let draft = OutboxDraft(
            conversation: conversation, lane: lane, key: "k", message: OutboundMessage(text: text),
            notBefore: notBefore, expires: expires)
        return try await store.write { [now] in try $0.enqueue(draft, now: now) }
    }

    func claimSends(_ limit: Int = 10, channels: [ChannelKind] = [.zaloOA]) async throws -> [ClaimedSend] {
        try await store.write { [now] in
            try $0.claimSends(limit: limit, owner: "sender", leaseFor: .seconds(60), now: now, channels: channels)
        }
    }

    @discardableResult
    func settle(_ id: MessageID, _ settlement: Settlement) async throws -> Bool {
        try await store.write { [now] in try $0.settle(id, settlement, now: now) }
    }

    func apply(_ changes: [Change], in conversation: ConversationID) async throws {
        try await store.write { [now] in try $0.apply(changes, in: conversation, event: nil, now: now) }
    }

    func offer(_ id: String, code: String = "KNS-1", capacity: Int = 20, topic: String = "drowning") -> ClassOffer {
        ClassOffer(
            id: ClassID(id), code: code, title: "Kỹ năng an toàn dưới nước", topic: topic, commune: "14758",
            venue: "Nhà văn hoá", sessions: [.init(start: now + .seconds(86_400), end: now + .seconds(90_000))],
            grades: 1...5, capacity: capacity, fee: 0, organiser: "Trung tâm", instructor: "Cô Hà",
            safeguardingContact: "0237", licence: nil, registrationCloses: now + .seconds(80_000))
    }

    func enrolment(
        _ id: String, in classID: String, guardian: ConversationID, child: String = "Bình",
        status: Enrolment.Status = .enrolled
    ) -> Enrolment {
        Enrolment(
            id: EnrolmentID(id), classID: ClassID(classID), guardian: guardian, childName: child,
            grade: Grade(number: 3, suffix: "A2"), status: status, createdAt: now)
    }
}
