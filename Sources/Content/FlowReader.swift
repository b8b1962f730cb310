/// Reads `flows:`.
struct FlowReader {
    private(set) var flows: [String: Flow] = [:]

    private static let flowKeys = ["handler", "reply", "roles", "confirm", "slots"]
    private static let slotKeys = [
        "name", "kind", "prompt", "invalid", "remember", "skippable", "skip_when", "limit",
    ]

    mutating func read(_ node: YAMLNode, file: String, _ problems: inout Problems) {
        guard case .map(let entries) = node.value else {
            problems.error(
                file, node.line, "'flows' must name intents, and is \(node.kind).",
                mend: "Write 'intent.name:' with two spaces before it, and its keys below.")
            return
        }
        for entry in entries {
            if let known = flows[entry.key] {
                problems.error(
                    file, entry.line, "The intent '\(entry.key)' has a flow already (\(known.location)).",
                    mend: "Keep one of the two.")
                continue
            }
            if let flow = flow(entry, file, &problems) { flows[entry.key] = flow }
        }
    }

    private func flow(_ entry: YAMLNode.Entry, _ file: String, _ problems: inout Problems) -> Flow? {
        let location = SourceLocation(file: file, line: entry.line)
        guard !entry.value.isEmpty else {
            problems.error(at: location, "The flow '\(entry.key)' is empty.", mend: "Add 'handler: …' below it.")
            return nil
        }
        guard
            let fields = Fields(
                entry.value, subject: "the flow '\(entry.key)'", known: Self.flowKeys, file: file, &problems)
        else { return nil }
        // A broken part is complained of here and kept in some form, so that one mistake is told once.
        let handler = fields.text("handler", required: true, &problems) ?? ""
        let reply = fields.text("reply", &problems)
        if handler == "answer", !fields.has("reply") {
            problems.error(
                at: location, "The flow '\(entry.key)' answers, and does not say what.",
                mend: "Add 'reply: …' with the key of a reply.")
        } else if handler != "answer", !handler.isEmpty, fields.has("reply") {
            problems.warning(
                at: fields.location(of: "reply"), "Only the handler 'answer' says 'reply'; '\(handler)' does not.",
                mend: "Remove the line, or write 'handler: answer'.")
        }
        var slots: [Slot] = []
        for item in fields.list("slots", &problems) {
            guard let slot = slot(item, of: entry.key, file, &problems) else { continue }
            if slots.contains(where: { $0.name == slot.name }) {
                problems.error(
                    at: slot.location, "The slot '\(slot.name)' stands twice in '\(entry.key)'.",
                    mend: "Give one of them another name.")
                continue
            }
            slots.append(slot)
        }
        checkSkips(slots, of: entry.key, &problems)
        return Flow(
            intent: entry.key, handler: handler, roles: roles(fields, &problems), reply: reply, slots: slots,
            confirm: fields.text("confirm", &problems), location: location)
    }

    private func roles(_ fields: Fields, _ problems: inout Problems) -> Set<Role>? {
        guard fields.has("roles") else { return nil }
        var roles: Set<Role> = []
        for (text, line) in fields.texts("roles", required: true, &problems) {
            if let role = RoleReader.role(text, fields.file, line, &problems) { roles.insert(role) }
        }
        return roles
    }

    private func slot(_ node: YAMLNode, of intent: String, _ file: String, _ problems: inout Problems) -> Slot? {
        guard
            let fields = Fields(
                node, subject: "a slot of '\(intent)'", known: Self.slotKeys, file: file, &problems),
            let name = fields.text("name", required: true, &problems)
        else { return nil }
        let word = fields.text("kind", required: true, &problems)
        let kind = word.flatMap(Slot.Kind.init)
        if let word, kind == nil {
            let all = Slot.Kind.allCases.map(\.rawValue)
            problems.error(
                at: fields.location(of: "kind"), "There is no kind of slot '\(word)'.",
                mend: Suggestion.mend(for: word, among: all, else: "Use one of \(all.joined(separator: ", "))."))
        }
        var skipWhen: [String: String] = [:]
        for (key, text, _) in fields.pairs("skip_when", &problems) { skipWhen[key] = text }
        let location = SourceLocation(file: file, line: node.line)
        if fields.has("invalid"), !fields.has("prompt") {
            problems.warning(
                at: fields.location(of: "invalid"),
                "The slot '\(name)' is never asked for, so 'invalid' is never said.",
                mend: "Add 'prompt: …', or remove 'invalid'.")
        }
        return Slot(
            name: name, kind: kind ?? .text, prompt: fields.text("prompt", &problems),
            invalid: fields.text("invalid", &problems),
            remember: fields.flag("remember", &problems), skippable: fields.flag("skippable", &problems),
            skipWhen: skipWhen, limit: fields.number("limit", in: 1...4_000, &problems) ?? 200, location: location)
    }

    /// A slot can only be skipped by what is known before it.
    private func checkSkips(_ slots: [Slot], of intent: String, _ problems: inout Problems) {
        for (index, slot) in slots.enumerated() {
            for other in slot.skipWhen.keys.sorted() {
                guard let place = slots.firstIndex(where: { $0.name == other }) else {
                    problems.error(
                        at: slot.location,
                        "'skip_when' of '\(slot.name)' names the slot '\(other)', which '\(intent)' lacks.",
                        mend: Suggestion.mend(
                            for: other, among: slots.map(\.name), else: "Name a slot that stands above it."))
                    continue
                }
                if place >= index {
                    problems.error(
                        at: slot.location, "'skip_when' of '\(slot.name)' looks at '\(other)', which is asked later.",
                        mend: "Move the slot '\(other)' above '\(slot.name)'.")
                }
            }
        }
    }
}

/// Reads a role's name.
enum RoleReader {
    static func role(_ text: String, _ file: String, _ line: Int, _ problems: inout Problems) -> Role? {
        if let role = Role(rawValue: text) { return role }
        let all = Role.allCases.map(\.rawValue)
        problems.error(
            file, line, "There is no role '\(text)'.",
            mend: Suggestion.mend(for: text, among: all, else: "Use one of \(all.joined(separator: ", "))."))
        return nil
    }
}
