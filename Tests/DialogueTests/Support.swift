import Content
import Core
import Dialogue
import Programmes
import Testing

/// The real flows and replies with a small gazetteer, so that tests do not depend on the province's lists.
enum TestContent {
    static let catalogue: Catalogue = {
        do {
            var catalogue = try ContentLoader.load(
                directory: directory, handlers: Dialogue.handlers, commonReplyKeys: Dialogue.commonReplyKeys
            ).catalogue
            catalogue.gazetteer = gazetteer
            return catalogue
        } catch {
            Issue.record("intents/ does not load: \(error)")
            return Catalogue(
                training: TrainingData(), flows: [:], replies: ReplyBook(), gazetteer: gazetteer,
                triage: TriageRubric(), conversations: [], digest: "")
        }
    }()

    static let directory: String = {
        var parts = #filePath.split(separator: "/").map(String.init)
        parts.removeLast(3)
        return "/" + parts.joined(separator: "/") + "/intents"
    }()

    private static let gazetteer = Gazetteer(
        communes: [
            .init(code: "10001", name: "Phường Sông Xanh", spellings: ["Sông Xanh"]),
            .init(code: "10002", name: "Xã Núi Lam", spellings: ["Núi Lam"]),
            .init(code: "10003", name: "Xã Bãi Cát", spellings: ["Bãi Cát"]),
        ],
        topics: [
            .init(id: "drowning", names: ["vi": "Phòng, chống đuối nước", "en": "Water safety"], triggers: []),
            .init(id: "bullying", names: ["vi": "Phòng, chống bắt nạt", "en": "Preventing bullying"], triggers: []),
        ])
}

extension Entity {
    static func commune(_ code: String, _ name: String, at start: Int = 0) -> Entity {
        Entity(value: .commune(code: code, name: name, former: nil), start: start, end: start + 5, text: name)
    }
    static func topic(_ id: String) -> Entity { Entity(value: .topic(id: id, name: id), start: 0, end: 3, text: id) }
    static func grade(_ number: Int, _ suffix: String? = nil) -> Entity {
        Entity(value: .grade(Grade(number: number, suffix: suffix)), start: 0, end: 3, text: "\(number)")
    }
    static func day(_ date: String) -> Entity {
        let day = Instant(iso8601: date).map { CivilTime($0).date } ?? CivilDate(dayNumber: 0)
        return Entity(
            value: .time(TimeSpan(from: day.at(), to: day.adding(days: 1).at(), grain: .day)), start: 0, end: 3,
            text: date)
    }
}

/// A few conversations over the same records.
struct Play {
    var dialogue: Dialogue
    var records: MemoryRecords
    var now: Instant
    var states: [ConversationID: ConversationState] = [:]
    var timers: [ConversationID: [String: ConversationTimer]] = [:]
    var notified: [(ConversationID, Reply)] = []
    var role: Role = .parent
    var openings: [CaseOpening] = []
    /// Everything that the last turn changed.
    var changes: [Change] = []
    private var random: SeededRandom
    private var events = 0

    static let mother = ConversationID("mother")
    static let father = ConversationID("father")

    /// Tuesday, 24 November 2026, 9:00 unless told otherwise.
    init(
        at time: String = "2026-11-24T09:00:00+07:00", offers: [ClassOffer] = Offers.all,
        policies: Policies = Policies(), hotlines: [Hotline] = Hotline.national, seed: UInt64 = 7
    ) {
        dialogue = Dialogue(catalogue: TestContent.catalogue, policies: policies, hotlines: hotlines)
        records = MemoryRecords(offers: offers)
        now = Instant(iso8601: time) ?? Instant(milliseconds: 0)
        random = SeededRandom(seed: seed)
    }

    var state: ConversationState {
        get { states[Self.mother] ?? ConversationState() }
        set { states[Self.mother] = newValue }
    }
    var replies: [Reply] { changes.compactMap { if case .reply(let reply) = $0 { reply } else { nil } } }
    var keys: [String] { replies.map(\.key) }
    var text: String { replies.map(\.message.text).joined(separator: "\n") }
    var buttons: [Button] { replies.flatMap(\.message.buttons) }
    var counted: [String] {
        changes.compactMap { if case .count(let metric, let label) = $0 { metric + ":" + label } else { nil } }
    }
    var deskItems: [DeskItem] { changes.compactMap { if case .handOver(let item) = $0 { item } else { nil } } }

    mutating func run(
        _ kind: InboundEvent.Kind, text: String? = nil, payload: String? = nil, attachments: [Core.Attachment] = [],
        name: String = "test", by: InboundEvent.Author? = nil, reading: Reading? = nil,
        from who: ConversationID = mother
    ) throws {
        events += 1
        let event = InboundEvent(
            kind: kind, sender: "p", recipient: "us", person: "p", account: "us", name: name,
            deduplicationKey: "\(events)", text: text, attachments: attachments, payload: payload, timestamp: now,
            by: by)
        let turn = Turn(event: event, reading: reading, conversation: who, role: role)
        let before = states[who] ?? ConversationState()
        let decision = try dialogue.step(
            turn, state: before, records: records, now: now, random: &random, ids: IdentifierSource())
        // What the store does: every state goes through bytes.
        states[who] = ConversationState(restoring: try decision.state.encoded())
        #expect(states[who] == decision.state)
        changes = decision.changes
        for change in changes {
            records.apply(change, in: who)
            switch change {
            case .setTimer(let timer): timers[who, default: [:]][timer.key] = timer
            case .setTimerFor(let other, let timer): timers[other, default: [:]][timer.key] = timer
            case .cancelTimer(let key): timers[who]?[key] = nil
            case .notify(let other, let reply): notified.append((other, reply))
            case .openCase(let opening): openings.append(opening)
            default: break
            }
        }
        #expect(!counted.contains { $0.hasPrefix("reply_failed") }, "\(counted)")
    }

    /// A text with its reading made by hand: `intent` nil is out of scope.
    mutating func say(
        _ text: String, _ intent: String? = nil, _ entities: [Entity] = [], certainty: Certainty? = nil,
        others: [String] = [], triage: Triage = Triage(), language: Language = .vietnamese,
        from who: ConversationID = mother
    ) throws {
        let names = (intent.map { [$0] } ?? []) + others
        let reading = Reading(
            text: text, language: language,
            ranking: names.enumerated().map { RankedIntent(name: $1, confidence: $0 == 0 ? 0.6 : 0.2) },
            certainty: certainty ?? (intent == nil ? .outOfScope : .sure), entities: entities, triage: triage)
        try run(.message, text: text, reading: reading, from: who)
    }

    mutating func press(_ payload: String, from who: ConversationID = mother) throws {
        try run(.postback, payload: payload, from: who)
    }

    /// The entries of the only case, or of the last one.
    var entries: [CaseEntry] { openings.last.flatMap { records.caseEntries[$0.id] } ?? [] }
    var entriesNow: [CaseEntry] { changes.compactMap { if case .appendToCase(_, let entry) = $0 { entry } else { nil } } }
    var openedNow: [CaseOpening] { changes.compactMap { if case .openCase(let opening) = $0 { opening } else { nil } } }
    var milestones: [CaseMilestone] { changes.compactMap { if case .noteCase(_, let milestone) = $0 { milestone } else { nil } } }
    var classified: [CaseFacts] { changes.compactMap { if case .classifyCase(_, let facts) = $0 { facts } else { nil } } }
    /// The level that the last case stands at.
    var level: Triage.Level? { openings.last.flatMap { records.caseSummary($0.id)?.facts.level } }

    mutating func send(_ kind: Core.Attachment.Kind) throws {
        try run(.message, attachments: [Core.Attachment(kind: kind)])
    }

    /// Lets time pass and rings what falls due; afterwards ``changes`` holds everything that the timers did.
    mutating func wait(_ duration: Duration, for who: ConversationID = mother) throws {
        let end = now + duration
        var all: [Change] = []
        while let timer = (timers[who] ?? [:]).values.filter({ $0.due <= end })
            .min(by: { ($0.due, $0.key) < ($1.due, $1.key) })
        {
            timers[who]?[timer.key] = nil
            now = max(now, timer.due)
            try run(.timer, payload: timer.payload, name: timer.key, from: who)
            all += changes
        }
        now = end
        changes = all
    }

    /// Has the notice of the first answer behind it.
    static func begun(at time: String = "2026-11-24T09:00:00+07:00", offers: [ClassOffer] = Offers.all) throws -> Play {
        var play = Play(at: time, offers: offers)
        try play.say("chào", "common.greet")
        return play
    }

    /// Enrols a child from the given conversation, through the whole form.
    mutating func enrol(_ child: String, in code: String, grade: Int, from who: ConversationID = mother) throws {
        try press("#intent:classes.enrol?class=\(code)", from: who)
        if states[who]?.form?.phase == .waitingList { try press("#yes", from: who) }
        try say(child, from: who)
        try say("lớp \(grade)", nil, [.grade(grade)], from: who)
        try press("#yes", from: who)
    }
}

enum Offers {
    static func make(
        _ code: String, topic: String = "drowning", commune: String = "10001", start: String,
        grades: ClosedRange<Int> = 3...6,
        capacity: Int = 10, fee: Int = 0, sessions: Int = 1, licence: String? = nil, closes: String? = nil,
        isCancelled: Bool = false, isDemo: Bool = true
    ) -> ClassOffer {
        let first = Instant(iso8601: start) ?? Instant(milliseconds: 0)
        return ClassOffer(
            id: ClassID("id-" + code), code: code, title: "Lớp thử " + code, topic: topic, commune: commune,
            venue: "Nhà văn hóa",
            sessions: (0..<sessions).map {
                let begin = first + .seconds(Int64($0) * 7 * 86_400)
                return .init(start: begin, end: begin + .seconds(7200))
            },
            grades: grades, capacity: capacity, fee: fee, organiser: "Trung tâm học tập cộng đồng",
            instructor: "Cô Hoa",
            safeguardingContact: "Cô Lan 0900000000", licence: licence,
            registrationCloses: closes.flatMap { Instant(iso8601: $0) } ?? first - .seconds(3600),
            isCancelled: isCancelled, isDemo: isDemo)
    }

    static let all: [ClassOffer] = [
        make("KNS-11", start: "2026-11-28T08:00:00+07:00", capacity: 2, sessions: 3),
        make("KNS-12", start: "2026-12-05T14:00:00+07:00", fee: 120_000, licence: "GP-01"),
        make("KNS-13", start: "2026-11-29T08:00:00+07:00", grades: 0...2),
        make("KNS-21", commune: "10002", start: "2026-11-28T15:00:00+07:00"),
        make("KNS-31", topic: "bullying", commune: "10001", start: "2026-12-12T08:00:00+07:00", grades: 6...9),
        make("KNS-90", commune: "10003", start: "2026-11-28T08:00:00+07:00", isCancelled: true),
        make("KNS-91", commune: "10003", start: "2026-11-28T08:00:00+07:00", closes: "2026-11-20T08:00:00+07:00"),
    ]
}
