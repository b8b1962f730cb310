import Core
import Foundation
import Programmes
import Sealing
import Store
import Testing

/// The engines that every contract test runs on. A second one is one more case here.
enum TestEngine: CaseIterable, CustomTestStringConvertible {
    case sqlite

    var testDescription: String {
        switch self {
        case .sqlite: "SQLite"
        }
    }
}

/// One database for one test, with a clock that stands still.
struct StoreFixture: Sendable {
    let store: Store
    let clock: ManualClock
    let master: MasterKey
    let directory: String

    static let start = CivilDate(year: 2026, month: 11, day: 24)?.at(hour: 9) ?? Instant(milliseconds: 0)

    var now: Instant { clock.now() }
    var path: String { directory + "/nhipcau.sqlite" }

    /// Opens another store on the same data.
    func reopen(master other: MasterKey? = nil) throws -> Store {
        try Store.open(.sqlite(path: path), keys: KeyRing(master: other ?? master), clock: clock)
    }

    /// Everything that is on disk now.
    func bytesOnDisk() throws -> [UInt8] {
        try ["", "-wal"].reduce(into: []) { bytes, suffix in
            if FileManager.default.fileExists(atPath: path + suffix) {
                bytes += try Data(contentsOf: URL(fileURLWithPath: path + suffix))
            }
        }
    }
}

/// Runs a test on a fresh database and removes it afterwards.
func withStore<T>(
    _ engine: TestEngine, limits: StoreLimits = StoreLimits(), seed: UInt64? = nil,
    _ body: (StoreFixture) async throws -> T
) async throws -> T {
    try await withDirectory { directory in
        let clock = ManualClock(StoreFixture.start)
        let master = MasterKey.random()
        let store = try Store.open(
            .sqlite(path: directory + "/nhipcau.sqlite"), keys: KeyRing(master: master), clock: clock, limits: limits,
            seed: seed)
        let result: Result<T, any Error>
        do {
            result = .success(
                try await body(StoreFixture(store: store, clock: clock, master: master, directory: directory)))
        } catch {
            result = .failure(error)
        }
        await store.close()
        return try result.get()
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
