import Core
@testable import Store
import Synchronization

/// What must hold when a run has come to rest, beside what ``Ledger`` and ``Platform`` check on the way.
struct Invariants {
    let world: World
    private var found: [String] = []

    init(_ world: World) { self.world = world }

    static func check(_ world: World, isAtRest: Bool) -> [String] {
        var invariants = Invariants(world)
        let strangers = world.machine.strangers.load(ordering: .relaxed)
        if strangers > 0 { invariants.found.append("\(strangers) jobs came from another thread: the run cannot be repeated") }
        if !isAtRest { invariants.found.append("not at rest: \(invariants.openWork)") }
        do {
            invariants.checkEvents()
            invariants.checkMessages()
            invariants.checkRates()
            try invariants.checkReports()
            try invariants.checkSeats()
            try invariants.checkOptOuts()
            try invariants.checkBroadcasts()
        } catch {
            invariants.found.append("the database could not be asked: \(error)")
        }
        return world.ledger.violations + invariants.found
    }

    private var openWork: String {
        let open = world.ledger.messages.values.filter { if case .settled = $0.state { false } else { true } }
        let messages = open.map { "\($0.key) \($0.state) \($0.due)" }
        return "\(world.people.unconfirmed) webhooks, \(world.ledger.waitingEvents) events, messages \(messages)"
    }

    /// What was confirmed is stored and has had its effect; a question has one answer.
    private mutating func checkEvents() {
        for key in world.people.confirmed {
            guard let id = world.ledger.eventByKey[key], let event = world.ledger.events[id] else {
                found.append("event \(key) was confirmed and is not stored")
                continue
            }
            if event.conversation.isEmpty { continue }
            if event.finishes != 1 { found.append("event \(key) was confirmed and had its effect \(event.finishes) times") }
            guard world.people.questions.contains(key) else { continue }
            let answers = world.ledger.messages.values.filter { $0.event == id }
            if answers.isEmpty || Set(answers.map(\.commit)).count != 1 { found.append("question \(key) has \(answers.count) answers") }
        }
    }

    /// Delivered, or dead with a reason.
    private mutating func checkMessages() {
        for message in world.ledger.messages.values.sorted(by: { $0.id < $1.id }) {
            guard case .settled(let state, let reason) = message.state else {
                if message.sequence > 0 { found.append("message \(message.id) has no outcome: \(message.state)") }
                continue
            }
            let parts = world.platform.parts[message.id] ?? 1
            let arrived = (0..<parts).filter { world.platform.taken["\(message.id)/\($0)"] != nil }.count
            switch state {
            case SendState.accepted:
                if arrived != parts { found.append("message \(message.id) counts as sent, and \(arrived) of \(parts) parts arrived") }
            case SendState.dead, SendState.ambiguous:
                if reason.isEmpty { found.append("message \(message.id) was given up without a reason") }
            default: break
            }
        }
    }

    /// No stretch of time has more sends than the bucket allows; safety is not held back and is not counted.
    private mutating func checkRates() {
        for (account, arrivals) in world.platform.arrivals.sorted(by: { $0.key < $1.key }) where !account.hasPrefix("mail/") {
            let byProcess = Dictionary(grouping: arrivals.filter { $0.lane != .safety }, by: \.process)
            for (process, sends) in byProcess.sorted(by: { $0.key < $1.key }) {
                check(sends, World.sendsPerSecond, burst: World.sendsPerSecond, "account \(account) by \(process)")
                guard account.hasPrefix("telegram/") else { continue }
                for (person, sends) in Dictionary(grouping: sends, by: \.person).sorted(by: { $0.key < $1.key }) {
                    check(sends, 1, burst: 5, "\(person) by \(process)")
                }
            }
        }
    }

    private mutating func check(_ sends: [Platform.Arrival], _ rate: Double, burst: Double, _ who: String) {
        for first in sends.indices {
            for last in sends.indices[first...] {
                let seconds = Double(sends[last].at - sends[first].at) / 1_000
                let count = Double(last - first + 1)
                if count > burst + rate * seconds + 0.01 {
                    found.append("\(who) was sent \(Int(count)) messages in \(seconds) s, at \(sends[first].at - Stage.start.milliseconds)")
                    return
                }
            }
        }
    }

    /// Who tells of danger has one case, in the transaction that read the message, and somebody was paged.
    private mutating func checkReports() throws {
        for person in world.people.everybody where person.hasReported {
            let conversation = world.ledger.conversations[person.key] ?? ""
            let cases = world.ledger.events.values.filter { $0.conversation == conversation }
                .flatMap { world.ledger.caseByEvent[$0.id] ?? [] }
            if cases.count != 1 { found.append("\(person.key) reported, and there are \(cases.count) cases") }
        }
        let pages = world.ledger.messages.values.filter { $0.key.hasPrefix("reports.page") }
        let cases = world.ledger.caseByEvent.values.flatMap(\.self).count
        if cases > 0, pages.isEmpty { found.append("\(cases) cases, and nobody was paged") }
        let stored = try ask("SELECT COUNT(*) FROM cases")
        if stored != Int64(cases) { found.append("\(stored) cases are stored, \(cases) were opened") }
        let keyless = try ask("SELECT COUNT(*) FROM cases AS c WHERE NOT EXISTS (SELECT 1 FROM case_wraps AS w WHERE w.case_id = c.id)")
        if keyless != 0 { found.append("\(keyless) cases can be opened by nobody") }
    }

    /// No class over its seats, nobody waiting beside an empty one, and each family what it was told.
    private mutating func checkSeats() throws {
        for (code, seats) in Stage.seats.sorted(by: { $0.key < $1.key }) {
            let taken = try ask("SELECT COUNT(*) FROM enrolments WHERE class = 'class-\(code)' AND status = 'enrolled'")
            let waiting = try ask("SELECT COUNT(*) FROM enrolments WHERE class = 'class-\(code)' AND status = 'waiting'")
            if taken > Int64(seats) { found.append("class \(code) has \(taken) children on \(seats) seats") }
            if waiting > 0, taken < Int64(seats) { found.append("\(waiting) wait for class \(code), which has \(taken) of \(seats)") }
        }
        for person in world.people.everybody {
            guard case .family = person.part, let id = world.ledger.conversations[person.key] else { continue }
            let all = try ask("SELECT COUNT(*) FROM enrolments WHERE guardian = '\(id)'")
            let live = try ask("SELECT COUNT(*) FROM enrolments WHERE guardian = '\(id)' AND status <> 'cancelled'")
            if all > 1 { found.append("\(person.key) asked for one place and has \(all)") }
            if all == 1, person.presses == 0 { found.append("\(person.key) has a place without having agreed") }
            if person.hasEnrolled, all != 1 { found.append("\(person.key) was told of a place, and there are \(all)") }
            if person.hasCancelled, live != 0 { found.append("\(person.key) was told that the place is given back, and has it") }
            if person.hasEnrolled, !person.isCancelling, live != 1 { found.append("\(person.key) kept the place, and has \(live)") }
        }
    }

    private mutating func checkOptOuts() throws {
        for person in world.people.everybody where person.hasStopped {
            let id = world.ledger.conversations[person.key] ?? ""
            if try ask("SELECT subscribed FROM conversations WHERE id = '\(id)'") != 0 {
                found.append("\(person.key) was told that nothing more comes, and is still written to")
            }
        }
    }

    /// Everybody has one outcome, and nobody two messages.
    private mutating func checkBroadcasts() throws {
        let broadcasts = try ask("SELECT COUNT(*) FROM broadcasts")
        let open = try ask("SELECT COUNT(*) FROM broadcast_recipients WHERE state < 2")
        if open != 0 { found.append("\(open) people of a broadcast have no outcome") }
        let unfinished = try ask("SELECT COUNT(*) FROM broadcasts WHERE status <> 'done'")
        if unfinished != 0 { found.append("\(unfinished) broadcasts are not over") }
        let perPerson = Dictionary(grouping: world.ledger.messages.values.filter { $0.key == "broadcasts.message" }, by: \.conversation)
        for (conversation, messages) in perPerson where Int64(messages.count) > broadcasts {
            found.append("\(conversation) was written \(messages.count) messages of \(broadcasts) broadcasts")
        }
    }

    private func ask(_ text: String) throws -> Int64 {
        try world.engine.read { connection in try connection.row(SQLStatement(text), [:])?.integer(0) } ?? -1
    }
}
