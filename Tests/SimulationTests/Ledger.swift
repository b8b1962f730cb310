import Core
@testable import Store

/// What the database has committed, kept beside it by simpler rules, with every rule checked as it grows.
final class Ledger {
    enum State: Equatable {
        case waiting
        case inFlight(owner: String, until: Int64)
        case settled(Int, reason: String)
    }

    struct Message {
        let id: String
        let conversation: String
        let account: String
        let lane: Lane
        let key: String
        let event: String?
        let commit: Int
        let sealed: [UInt8]
        var sequence: Int64
        var due: Int64
        var state = State.waiting
        var leasedAt = 0
        /// Since when nothing of its own conversation and lane stands before it, and its time has come.
        var freeSince: Int64 = .max
    }

    struct Event {
        let id: String
        let key: String
        let conversation: String
        let kind: String
        let lane: Lane
        let order: (Int64, Int64, Int64)
        let commit: Int
        var isWaiting: Bool
        var isParked = false
        var finishes = 0
        var effects: Set<Int> = []
    }

    private let clock: any WallClock
    private(set) var commits = 0
    private(set) var messages: [String: Message] = [:]
    private(set) var events: [String: Event] = [:]
    private(set) var eventByKey: [String: String] = [:]
    /// Person by conversation, `connection/person`.
    private(set) var people: [String: String] = [:]
    /// Conversation by person.
    private(set) var conversations: [String: String] = [:]
    private(set) var violations: [String] = []
    /// Cases that each event opened.
    private(set) var caseByEvent: [String: [String]] = [:]
    private var byConversation: [String: [String]] = [:]
    private var eventsByConversation: [String: [String]] = [:]
    private var openSafety: Set<String> = []
    private var unsubscribed: Set<String> = []
    private var lastTaking: [String: Int] = [:]
    private(set) var waitingEvents = 0
    private(set) var openMessages = 0

    init(clock: any WallClock) { self.clock = clock }

    private var now: Int64 { clock.now().milliseconds }

    func violate(_ text: String) { violations.append(text) }

    func adopt(conversation: String, person: String) {
        people[conversation] = person
        conversations[person] = conversation
    }

    // MARK: Commits

    func commit(_ statements: [WatchedConnection.Statement]) {
        guard !statements.isEmpty else { return }
        commits += 1
        var openedCases: [String] = []
        var answered: Set<String> = []
        for statement in statements {
            switch statement.kind {
            case .conversation: noteConversation(statement)
            case .event: noteEvent(statement)
            case .takeConversation: lastTaking[statement.text("conversation") ?? ""] = commits
            case .finish:
                noteFinish(statement, opened: openedCases)
                openedCases = []
            case .park: notePark(statement)
            case .openCase: openedCases.append(statement.text("id") ?? "")
            case .message: if let event = noteMessage(statement) { answered.insert(event) }
            case .admit:
                change(statement) { message in
                    message.sequence = statement.integer("sequence") ?? 0
                }
            case .lease: noteLease(statement)
            case .returnAbandoned:
                let now = statement.integer("now") ?? 0
                giveBack { if case .inFlight(_, let until) = $0 { until <= now } else { false } }
            case .restart: giveBack { if case .inFlight = $0 { true } else { false } }
            case .releaseSends:
                let gone = statement.text("owner")
                giveBack { if case .inFlight(let owner, _) = $0 { owner == gone } else { false } }
            case .part: break
            case .retry, .postpone:
                change(statement) { message in
                    message.state = .waiting
                    message.due = statement.integer("at") ?? 0
                    message.freeSince = max(now, message.due)
                }
            case .close:
                settle(statement, Int(statement.integer("state") ?? 0))
            case .withdraw: settle(statement, SendState.withdrawn)
            case .subscribe:
                let conversation = statement.text("id") ?? ""
                if statement.integer("subscribed") == 1 { unsubscribed.remove(conversation) } else { unsubscribed.insert(conversation) }
            }
        }
        for id in answered.sorted() where events[id].map({ $0.isWaiting && !$0.isParked }) ?? true {
            violate("an answer to event \(id) was committed without the event being done")
        }
    }

    private func noteConversation(_ statement: WatchedConnection.Statement) {
        guard statement.changed > 0, let id = statement.text("id") else { return }
        adopt(conversation: id, person: "\(statement.text("connection") ?? "")/\(statement.text("person") ?? "")")
    }

    private func noteEvent(_ statement: WatchedConnection.Statement) {
        guard statement.changed > 0, let id = statement.text("id") else { return }
        let key = "\(statement.text("connection") ?? "")/\(statement.text("key") ?? "")"
        if eventByKey[key] != nil { violate("event \(key) was stored twice") }
        let event = Event(
            id: id, key: key, conversation: statement.text("conversation") ?? "", kind: statement.text("kind") ?? "",
            lane: Lane(rawValue: Int(statement.integer("lane") ?? 1)) ?? .reply,
            order: (statement.integer("ordered") ?? 0, statement.integer("received") ?? 0, statement.integer("position") ?? 0),
            commit: commits, isWaiting: statement.integer("state") == 0)
        events[id] = event
        eventByKey[key] = id
        eventsByConversation[event.conversation, default: []].append(id)
        if event.isWaiting { waitingEvents += 1 }
    }

    private func noteFinish(_ statement: WatchedConnection.Statement, opened: [String]) {
        guard let id = statement.text("id"), let event = events[id] else { return violate("an unknown event was done") }
        if !opened.isEmpty { caseByEvent[id, default: []] += opened }
        guard statement.changed > 0 else { return }
        events[id]?.finishes += 1
        if event.finishes > 0 { violate("event \(event.key) was done twice") }
        if event.isWaiting { waitingEvents -= 1 }
        events[id]?.isWaiting = false
        checkOrder(of: event)
    }

    /// Of the events that waited when the conversation was taken, those that came first are done first.
    private func checkOrder(of event: Event) {
        let taken = lastTaking[event.conversation] ?? 0
        for other in eventsByConversation[event.conversation, default: []].compactMap({ events[$0] })
        where other.isWaiting && other.id != event.id && other.commit < taken && other.order < event.order {
            violate("event \(event.key) was done before \(other.key), which came first")
        }
    }

    private func notePark(_ statement: WatchedConnection.Statement) {
        guard statement.changed > 0, let id = statement.text("id") else { return }
        if events[id]?.isWaiting == true { waitingEvents -= 1 }
        events[id]?.isWaiting = false
        events[id]?.isParked = true
        violate("event \(events[id]?.key ?? "") was given up: \(statement.text("reason") ?? "")")
    }

    /// - Returns: the event that it answers.
    private func noteMessage(_ statement: WatchedConnection.Statement) -> String? {
        guard let id = statement.text("id"), let conversation = statement.text("conversation") else { return nil }
        let event = statement.text("event")
        var message = Message(
            id: id, conversation: conversation,
            account: "\(statement.text("connection") ?? "")/\(statement.text("account") ?? "")",
            lane: Lane(rawValue: Int(statement.integer("lane") ?? 1)) ?? .reply, key: statement.text("key") ?? "", event: event,
            commit: commits, sealed: statement.bytes("body") ?? [], sequence: statement.integer("sequence") ?? 0,
            due: statement.integer("due") ?? 0)
        if firstUnsettled(before: message) == nil { message.freeSince = max(now, message.due) }
        messages[id] = message
        byConversation[conversation, default: []].append(id)
        openMessages += 1
        if message.lane == .safety { openSafety.insert(id) }
        guard let event else { return nil }
        events[event]?.effects.insert(commits)
        if let known = events[event], known.effects.count > 1 { violate("event \(known.key) had its effect twice") }
        return event
    }

    private func noteLease(_ statement: WatchedConnection.Statement) {
        guard let id = statement.text("id"), let message = messages[id] else { return violate("an unknown message was taken") }
        let until = statement.integer("until") ?? 0
        let now = until - 60_000
        if case .waiting = message.state {} else { violate("message \(id) was taken while it was \(message.state)") }
        if message.lane == .bulk, unsubscribed.contains(message.conversation) {
            violate("bulk message \(id) was taken after its person had opted out")
        }
        if message.lane != .safety, let first = openSafety.sorted().first(where: { mayGo($0, account: message.account, now: now) }) {
            violate("message \(id) (\(message.lane)) was taken while safety message \(first) waited")
        }
        messages[id]?.state = .inFlight(owner: statement.text("owner") ?? "", until: until)
        messages[id]?.leasedAt = commits
    }

    private func mayGo(_ id: String, account: String, now: Int64) -> Bool {
        guard let message = messages[id], message.account == account, message.state == .waiting, message.due <= now,
            message.commit < commits
        else { return false }
        return firstUnsettled(before: message) == nil
    }

    /// An earlier message of the same conversation and lane that has no outcome yet.
    func firstUnsettled(before message: Message) -> Message? {
        byConversation[message.conversation, default: []].compactMap { messages[$0] }.first { other in
            if case .settled = other.state { return false }
            return other.lane == message.lane && other.sequence > 0 && other.sequence < message.sequence
        }
    }

    func messages(of person: String) -> [Message] {
        byConversation[conversations[person] ?? "", default: []].compactMap { messages[$0] }
    }

    private func giveBack(_ isConcerned: (State) -> Bool) {
        for (id, message) in messages where isConcerned(message.state) {
            messages[id]?.state = .waiting
            messages[id]?.freeSince = now
        }
    }

    private func change(_ statement: WatchedConnection.Statement, _ body: (inout Message) -> Void) {
        guard let id = statement.text("id"), var message = messages[id] else { return }
        body(&message)
        messages[id] = message
    }

    private func settle(_ statement: WatchedConnection.Statement, _ state: Int) {
        guard let id = statement.text("id"), let message = messages[id] else { return }
        if case .settled = message.state { return violate("message \(id) was settled twice") }
        messages[id]?.state = .settled(state, reason: statement.text("reason") ?? "")
        openMessages -= 1
        openSafety.remove(id)
        let next = byConversation[message.conversation, default: []].compactMap { messages[$0] }.first { other in
            other.lane == message.lane && other.state == .waiting && firstUnsettled(before: other) == nil
        }
        if let next { messages[next.id]?.freeSince = max(now, next.due) }
    }
}
