import Content
import Core
import Programmes

/// One conversation in memory: applies decisions and rings timers as the pipeline does.
struct Stage {
    let dialogue: Dialogue
    var records: MemoryRecords
    var role: Role
    var now: Instant
    var state = ConversationState()
    var timers: [String: ConversationTimer] = [:]
    private var random: SeededRandom
    private var events = 0

    static let conversation = ConversationID("test")

    init(dialogue: Dialogue, records: MemoryRecords, role: Role, now: Instant, seed: UInt64) {
        self.dialogue = dialogue
        self.records = records
        self.role = role
        self.now = now
        random = SeededRandom(seed: seed)
    }

    mutating func event(
        _ kind: InboundEvent.Kind, text: String? = nil, payload: String? = nil, attachments: [Attachment] = [],
        name: String = "test"
    ) -> InboundEvent {
        events += 1
        return InboundEvent(
            kind: kind, sender: "person", recipient: "us", person: "person", account: "us", name: name,
            deduplicationKey: "test-\(events)", text: text, attachments: attachments, payload: payload, timestamp: now)
    }

    mutating func hear(_ event: InboundEvent, _ reading: Reading?) throws -> [Change] {
        let turn = Turn(event: event, reading: reading, conversation: Self.conversation, role: role)
        let decision = try dialogue.step(
            turn, state: state, records: records, now: now, random: &random, ids: IdentifierSource())
        state = decision.state
        for change in decision.changes {
            records.apply(change, in: Self.conversation)
            switch change {
            case .setTimer(let timer): timers[timer.key] = timer
            case .cancelTimer(let key): timers[key] = nil
            default: break
            }
        }
        return decision.changes
    }

    /// Lets time pass; timers that fall due meanwhile ring in order.
    mutating func wait(_ duration: Duration) throws -> [Change] {
        let end = now + duration
        var changes: [Change] = []
        while let timer = timers.values.filter({ $0.due <= end }).min(by: { ($0.due, $0.key) < ($1.due, $1.key) }) {
            timers[timer.key] = nil
            now = max(now, timer.due)
            changes += try hear(event(.timer, payload: timer.payload, name: timer.key), nil)
        }
        now = max(now, end)
        return changes
    }
}
