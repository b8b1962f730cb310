import Channels
import Content
import Core
import Dialogue
import JSON
import Programmes
import Understanding

/// A whole conversation, with the real flows, replies, places and rules of triage.
///
/// The first line has words about who speaks (`pupil`, `teacher`, `staff`; a parent otherwise) and how things are
/// (`demo`, `public`, `nobody`, `member`). Each further line is a step:
///
///     a text                   #yes … a pressed button        *2 the second of what was offered
///     =classes.find a text     ?classes.find a text           read as that for sure, or not for sure
///     ~ a text                 changed afterwards             !image a file
///     +40 minutes pass         %follow, %unfollow, %status, %echo, %close (the team closes the case)
enum IntakeEntry {
    static func run(_ bytes: UnsafeRawBufferPointer) {
        guard let stage = IntakeStage.shared else { return promise(false, "the content of intents/ can be loaded") }
        var input = FuzzInput(bytes)
        var talk = Talk(stage, words: Set(input.line().split(separator: " ").map(String.init)))
        for line in input.text.split(separator: "\n").prefix(40) { talk.take(String(line)) }
    }
}

/// One conversation and what it must keep to.
private struct Talk {
    /// What is remembered of one conversation is small, whatever was said. In bytes.
    private static let greatestState = 32_000
    private static let conversation = ConversationID("fuzz")

    private let stage: IntakeStage
    private let dialogue: Dialogue
    private let role: Role
    private var records: MemoryRecords
    private var state = ConversationState()
    private var now = CivilDate(dayNumber: 20_781).at(hour: 9)
    private var timers: [String: ConversationTimer] = [:]
    private var random = SeededRandom(seed: 1)
    private var events = 0

    init(_ stage: IntakeStage, words: Set<String>) {
        self.stage = stage
        dialogue = Dialogue(
            catalogue: stage.catalogue,
            policies: Policies(
                isDemo: words.contains("demo"), publicURL: words.contains("public") ? "https://bot.example.vn" : nil))
        role = Role.allCases.first { words.contains($0.rawValue) } ?? .parent
        records = stage.records
        if words.contains("nobody") { records.coverage = .nobody }
        guard words.contains("member") else { return }
        records.staff = [
            StaffMember(
                id: StaffID("m1"), login: "lan", name: "Cô Lan", roles: Set(StaffRole.allCases), organisation: OrganisationID("1"),
                conversation: Self.conversation, createdAt: now)
        ]
    }

    mutating func take(_ line: String) {
        let rest = String(line.dropFirst())
        switch line.unicodeScalars.first {
        case "#": step(event(.postback, payload: line))
        case "*":
            guard let number = Int(rest), state.choices.indices.contains(number - 1) else { return }
            step(event(.postback, payload: state.choices[number - 1].payload))
        case "+": wait(min(max(Int64(rest) ?? 0, 0), 20_000))
        case "!": step(event(.message, attachments: [Attachment(kind: Attachment.Kind(rawValue: rest) ?? .unknown)]))
        case "~": say(rest, name: "edited_message")
        case "=", "?":
            let sides = rest.split(separator: " ", maxSplits: 1)
            guard sides.count == 2, stage.catalogue.flows[String(sides[0])] != nil else { return }
            say(String(sides[1]), as: RankedIntent(name: String(sides[0]), confidence: 0.6), line.first == "=" ? .sure : .unsure)
        case "%":
            if rest == "close" {
                if let report = state.report { records.close(report.id) }
            } else if let kind = InboundEvent.Kind(rawValue: rest), [.follow, .unfollow, .status, .echo].contains(kind) {
                step(event(kind, by: .staff))
            }
        default: say(line)
        }
    }

    private mutating func event(
        _ kind: InboundEvent.Kind, text: String? = nil, payload: String? = nil, attachments: [Attachment] = [],
        name: String = "fuzz", by: InboundEvent.Author? = nil
    ) -> InboundEvent {
        events += 1
        return InboundEvent(
            kind: kind, sender: "person", recipient: "us", person: "person", account: "us", name: name,
            deduplicationKey: "\(events)", text: text, attachments: attachments, payload: payload, timestamp: now, by: by)
    }

    private mutating func say(
        _ text: String, as intent: RankedIntent? = nil, _ certainty: Certainty = .sure, name: String = "fuzz"
    ) {
        guard let text = InboundText.cleaned(text) else { return }
        var reading = stage.interpreter.read(text, at: now)
        if let intent {
            reading.ranking = [intent]
            reading.certainty = certainty
        }
        step(event(.message, text: text, name: name), reading)
    }

    private mutating func wait(_ minutes: Int64) {
        let end = now + .seconds(minutes * 60)
        var rung = 0
        while let timer = timers.values.filter({ $0.due <= end }).min(by: { ($0.due, $0.key) < ($1.due, $1.key) }) {
            timers[timer.key] = nil
            now = max(now, timer.due)
            step(event(.timer, payload: timer.payload, name: timer.key))
            rung += 1
            promise(rung < 100, "timers come to an end")
        }
        now = end
    }

    private mutating func step(_ event: InboundEvent, _ reading: Reading? = nil) {
        let turn = Turn(event: event, reading: reading, conversation: Self.conversation, role: role)
        let before = state
        guard
            let decision = try? dialogue.step(
                turn, state: state, records: records, now: now, random: &random, ids: IdentifierSource())
        else { return promise(false, "records in memory do not fail") }
        state = decision.state
        for change in decision.changes {
            records.apply(change, in: Self.conversation)
            switch change {
            case .setTimer(let timer): timers[timer.key] = timer
            case .cancelTimer(let key): timers[key] = nil
            case .count(let metric, _): promise(!metric.hasPrefix("reply_failed"), "everything can be said")
            default: break
            }
        }
        for reply in decision.replies {
            promise(!reply.message.text.isEmpty, "what is said is not empty")
            promise(reply.message.buttons.allSatisfy { !$0.title.isEmpty && !$0.payload.isEmpty }, "buttons say what they are")
        }
        for offer in records.offers {
            promise((records.listing(offer.id)?.seatsTaken ?? 0) <= offer.capacity, "no class is over its capacity")
        }
        guard let encoded = try? state.encoded() else { return promise(false, "a state can be stored") }
        promise(ConversationState(restoring: encoded) == state, "a stored state is restored")
        promise(encoded.count <= Self.greatestState, "what is remembered is small")
        guard let reading, let text = event.text else { return }
        let isDanger = reading.triage.level >= .s2
        if isDanger { checkDanger(decision, text) }
        if isDanger || (before.report?.phase != nil && state.report?.phase != nil) { checkSilence(before, encoded, text) }
    }

    /// Who is in danger gets the numbers first, and their words reach the case.
    private func checkDanger(_ decision: Decision, _ text: String) {
        let isHeard = decision.changes.contains { change in
            switch change {
            case .openCase: true
            case .appendToCase(_, let entry): entry.kind != .triage && (entry.question != nil || entry.text.contains(text))
            default: false
            }
        }
        promise(isHeard, "danger reaches a case, in its own words")
        promise(decision.replies.first?.lane == .safety, "the numbers come first")
        promise(decision.replies.first?.message.text.contains("111") == true, "the number for children is among them")
    }

    /// The fuzzer sees the numbers of cases when they are compared, and writes them into its texts.
    private static func isLikeOurIDs(_ piece: String) -> Bool {
        piece.utf8.contains { (48...57).contains($0) }
            && piece.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 95 }
    }

    /// Nothing of what was told stays in what is remembered.
    private func checkSilence(_ before: ConversationState, _ encoded: [UInt8], _ text: String) {
        let after = IntakeStage.strings(of: encoded)
        let scalars = Array(text.unicodeScalars)
        for start in stride(from: 0, to: scalars.count, by: 12) where start + 12 <= scalars.count {
            let piece = String(String.UnicodeScalarView(scalars[start..<(start + 12)]))
            guard after.contains(piece), let old = try? before.encoded(), !IntakeStage.strings(of: old).contains(piece) else { continue }
            promise(Self.isLikeOurIDs(piece) || stage.ownWords.contains(piece), "nothing of a report stays in the conversation's state")
        }
    }
}

/// What all conversations have in common.
private struct IntakeStage {
    let catalogue: Catalogue
    let interpreter: Interpreter
    let records: MemoryRecords
    /// All that is said without anybody having written it.
    let ownWords: String

    static let shared: IntakeStage? = {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        guard
            let loaded = try? ContentLoader.load(
                directory: "/" + root + "/intents", handlers: Dialogue.handlers, commonReplyKeys: Dialogue.commonReplyKeys),
            let interpreter = try? Interpreter.make(
                training: SmallCatalogue.training, gazetteer: loaded.catalogue.gazetteer, triage: loaded.catalogue.triage)
        else { return nil }
        let catalogue = loaded.catalogue
        let offers = (1...3).map(offer)
        var words = catalogue.replies.variants.values.flatMap(\.values).joined()
            .flatMap { [$0.text] + $0.buttons.flatMap { [$0.title, $0.payload] } }
        words += catalogue.flows.keys.map { "#intent:" + $0 }
        for question in IntakeQuestion.allCases {
            words += IntakeVoice.allCases.flatMap(question.options).map { "#slot:report.\(question.rawValue)=\($0)" }
        }
        words += catalogue.gazetteer.communes.flatMap { [$0.name, $0.code] }
        words += offers.flatMap { [$0.title, $0.code, $0.id.rawValue] }
        return IntakeStage(
            catalogue: catalogue, interpreter: interpreter, records: MemoryRecords(offers: offers),
            ownWords: words.joined(separator: "\n"))
    }()

    private static func offer(_ number: Int) -> ClassOffer {
        let start = CivilDate(dayNumber: 20_781 + number * 3).at(hour: 8)
        return ClassOffer(
            id: ClassID("class-\(number)"), code: "KNS-1\(number)", title: "Lớp thử \(number)", topic: "drowning", commune: "14797",
            venue: "Nhà văn hóa", sessions: [.init(start: start, end: start + .seconds(7_200))], grades: 1...9, capacity: number,
            fee: 0, organiser: "Trung tâm học tập cộng đồng", instructor: "Cô Hoa", safeguardingContact: "Cô Lan 0900000000",
            licence: nil, registrationCloses: start - .seconds(3_600), isCancelled: false, isDemo: true)
    }

    /// Every text in a state, one a line.
    static func strings(of encoded: [UInt8]) -> String {
        guard let value = try? JSONValue(parsing: encoded) else { return "" }
        var found: [String] = []
        func collect(_ value: JSONValue) {
            switch value {
            case .string(let text): found.append(text)
            case .array(let elements): elements.forEach(collect)
            case .object(let object):
                for member in object.members {
                    found.append(member.key)
                    collect(member.value)
                }
            case .null, .bool, .number: break
            }
        }
        collect(value)
        return found.joined(separator: "\n")
    }
}
