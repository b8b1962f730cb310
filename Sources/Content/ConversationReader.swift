import Core

/// Reads `tests:`.
struct ConversationReader {
    private(set) var conversations: [ConversationTest] = []
    /// False when a conversation was too broken to be kept.
    private(set) var isComplete = true

    private static let testKeys = ["name", "at", "as", "steps"]
    private static let inputs = ["user", "payload", "attachment", "wait"]
    private static let stepKeys = inputs + ["bot", "slots", "changes", "intent"]

    mutating func read(_ node: YAMLNode, file: String, _ problems: inout Problems) {
        guard !node.isEmpty else { return }
        guard case .list(let items) = node.value else {
            problems.error(
                file, node.line, "'tests' must be a list, and is \(node.kind).",
                mend: "Begin each conversation with '- name: …'.")
            return
        }
        for item in items {
            guard let test = conversation(item, file, &problems) else {
                isComplete = false
                continue
            }
            if let known = conversations.first(where: { $0.name == test.name }) {
                problems.warning(
                    at: test.location, "Another conversation has the name '\(test.name)' (\(known.location)).",
                    mend: "Give each a name of its own, so that failures can be told apart.")
            }
            conversations.append(test)
        }
    }

    private func conversation(_ node: YAMLNode, _ file: String, _ problems: inout Problems) -> ConversationTest? {
        guard let fields = Fields(node, subject: "a test", known: Self.testKeys, file: file, &problems) else {
            return nil
        }
        let name = fields.text("name", required: true, &problems)
        let at = fields.text("at", required: true, &problems).flatMap { text -> Instant? in
            if let instant = Instant(iso8601: text) { return instant }
            problems.error(
                at: fields.location(of: "at"), "'\(text)' is not a point in time.",
                mend: "Write it like \"2026-11-24T09:00:00+07:00\".")
            return nil
        }
        let role =
            fields.has("as")
            ? fields.text("as", &problems).flatMap { RoleReader.role($0, file, fields.line(of: "as"), &problems) }
            : .parent
        let items = fields.list("steps", required: true, &problems)
        if fields.has("steps"), items.isEmpty, case .list? = fields.node("steps")?.value {
            problems.error(
                at: fields.location(of: "steps"), "The test says nothing.", mend: "Add at least one step '- user: …'.")
        }
        let steps = items.map { step($0, file, &problems) }
        guard let name, let at, let role, !steps.isEmpty, steps.allSatisfy({ $0 != nil }) else { return nil }
        return ConversationTest(
            name: name, at: at, role: role, steps: steps.compactMap(\.self),
            location: SourceLocation(file: file, line: node.line))
    }

    private func step(_ node: YAMLNode, _ file: String, _ problems: inout Problems) -> ConversationTest.Step? {
        guard let fields = Fields(node, subject: "a step", known: Self.stepKeys, file: file, &problems) else {
            return nil
        }
        let given = Self.inputs.filter { fields.has($0) }
        guard given.count == 1, let word = given.first else {
            problems.error(
                file, node.line,
                given.isEmpty ? "The step does not say what happens." : "Two things happen in one step.",
                mend: "Write exactly one of 'user:', 'payload:', 'attachment:' and 'wait:' in it.")
            return nil
        }
        let input = input(word, fields, &problems)
        let answers = self.answers(fields, &problems)
        var slots: [String: String] = [:]
        for (name, text, _) in fields.pairs("slots", &problems) { slots[name] = text }
        let changes = fields.has("changes") ? fields.texts("changes", &problems) : nil
        for (change, line) in changes ?? [] where !ConversationTest.Step.changeNames.contains(change) {
            problems.error(
                file, line, "There is no change '\(change)'.",
                mend: Suggestion.mend(
                    for: change, among: ConversationTest.Step.changeNames,
                    else: "Use one of \(ConversationTest.Step.changeNames.joined(separator: ", "))."))
        }
        let intent = fields.text("intent", &problems)
        if intent != nil, word != "user" {
            problems.error(
                at: fields.location(of: "intent"), "'intent' can only stand beside 'user'.",
                mend: "Remove it from this step.")
        }
        guard let input else { return nil }
        return ConversationTest.Step(
            input: input, answers: answers, slots: slots, changes: changes?.map(\.text), intent: intent,
            location: SourceLocation(file: file, line: node.line))
    }

    private func input(_ word: String, _ fields: Fields, _ problems: inout Problems) -> ConversationTest.Step.Input? {
        guard let text = fields.text(word, required: true, &problems) else { return nil }
        let location = fields.location(of: word)
        switch word {
        case "user": return .text(ReplyBook.tidied(text))
        case "payload":
            guard ButtonPayload(text) != nil else {
                problems.error(at: location, "'\(text)' is not what a button sends.", mend: PayloadCheck.grammar)
                return nil
            }
            return .payload(text)
        case "attachment":
            if let kind = Attachment.Kind(rawValue: text) { return .attachment(kind) }
            let all = ["image", "audio", "video", "file", "sticker", "gif", "location", "link", "contact", "unknown"]
            problems.error(
                at: location, "There is no kind of attachment '\(text)'.",
                mend: Suggestion.mend(for: text, among: all, else: "Use one of \(all.joined(separator: ", "))."))
            return nil
        default:
            if let duration = Self.duration(text) { return .wait(duration) }
            problems.error(
                at: location, "'\(text)' is not a length of time.", mend: "Write it like 30s, 40m, 2h, 3d or 1h30m.")
            return nil
        }
    }

    private func answers(_ fields: Fields, _ problems: inout Problems) -> [ConversationTest.Step.Answer] {
        var answers: [ConversationTest.Step.Answer] = []
        for item in fields.list("bot", required: true, &problems) {
            guard
                let answer = Fields(
                    item, subject: "an answer of the bot", known: ["key", "contains", "excludes"], file: fields.file,
                    &problems), let key = answer.text("key", required: true, &problems)
            else { continue }
            answers.append(
                .init(
                    key: key, contains: answer.texts("contains", &problems).map(\.text),
                    excludes: answer.texts("excludes", &problems).map(\.text)))
        }
        return answers
    }

    /// `40m`, `1h30m`; nil for anything else, for nothing, and for more than 400 days.
    static func duration(_ text: String) -> Duration? {
        var total = 0
        var number: Int?
        for scalar in text.unicodeScalars {
            if let digit = Int(String(scalar)), scalar.isASCII {
                let next = (number ?? 0) * 10 + digit
                guard next <= 1_000_000 else { return nil }
                number = next
                continue
            }
            guard let count = number else { return nil }
            number = nil
            switch scalar {
            case "s": total += count
            case "m": total += count * 60
            case "h": total += count * 3_600
            case "d": total += count * 86_400
            default: return nil
            }
            guard total <= 400 * 86_400 else { return nil }
        }
        return number == nil && total > 0 ? .seconds(total) : nil
    }
}

extension ConversationTest.Step {
    /// What may stand in ``changes``.
    package static let changeNames = [
        "enrol", "cancel", "promote", "hand_over", "set_timer", "cancel_timer", "subscribe", "notify", "open_case",
        "append_to_case", "classify_case", "note_case_intake_confirmed", "note_case_reporter_left", "note_case_reporter_silent",
        "note_case_not_safe_now", "acknowledge_case", "redeem_link", "start_broadcast", "pause_broadcast", "resume_broadcast",
        "cancel_broadcast",
    ]
}
