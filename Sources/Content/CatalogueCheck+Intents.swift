import Core

extension CatalogueCheck {
    /// Fewer examples than this teach little.
    static let fewestExamples = 8

    /// Each intent has a flow, enough examples and a test conversation.
    func checkIntents(_ problems: inout Problems) {
        var counts: [String: Int] = [:]
        for example in examples { counts[example.intent, default: 0] += 1 }
        let unclaimed = flows.keys.filter { intentPlaces[$0] == nil }.sorted()
        for (intent, place) in intentPlaces.sorted(by: { $0.value < $1.value }) {
            guard ButtonPayload("#intent:\(intent)") == .intent(intent, slots: [:]) else {
                problems.error(
                    at: place, "'\(intent)' is not a name for an intent.",
                    mend: "Use letters without accents, digits, '.', '_' and '-' only, for example 'classes.find'.")
                continue
            }
            if flows[intent] == nil {
                problems.error(
                    at: place, "The intent '\(intent)' has no flow.",
                    mend: Suggestion.mend(
                        for: intent, among: unclaimed,
                        else: "Add '\(intent):' to flows.yml, with 'handler: answer' and 'reply: …' for a plain answer."
                    ))
            }
            checkArea(intent, place, &problems)
            let count = counts[intent, default: 0]
            if count < Self.fewestExamples {
                problems.warning(
                    at: place, "The intent '\(intent)' has \(count) example\(count == 1 ? "" : "s").",
                    mend: "Write at least \(Self.fewestExamples), in the words that different people use.")
            }
        }
        for intent in unclaimed {
            guard let flow = flows[intent], handlers[flow.handler]?.isPressedOnly != true else { continue }
            problems.warning(
                at: flow.location, "The flow '\(intent)' has no examples; only a button can start it.",
                mend: Suggestion.mend(
                    for: intent, among: intentPlaces.keys.filter { flows[$0] == nil }.sorted(),
                    else: "Add '- intent: \(intent)' with examples to nlu.yml."))
        }
        guard knowsAllConversations else { return }
        let tested = testedIntents()
        for flow in orderedFlows where !tested.contains(flow.intent) {
            problems.warning(
                at: flow.location, "No test conversation uses the intent '\(flow.intent)'.",
                mend: "Add one to tests.yml, with 'intent: \(flow.intent)' beside 'user: …'.")
        }
    }

    /// The first part of a name says which area of the service answers for it.
    private func checkArea(_ intent: String, _ place: SourceLocation, _ problems: inout Problems) {
        guard intent.unicodeScalars.contains(".") else { return }
        let prefix = String(intent.prefix { $0 != "." })
        let areas = Area.allCases.filter { $0 != .none }.map(\.rawValue)
        guard !areas.contains(prefix) else { return }
        problems.warning(
            at: place, "'\(prefix)' is not an area; '\(intent)' counts as common.",
            mend: Suggestion.mend(
                for: prefix, among: areas, else: "Begin with one of \(areas.joined(separator: ", "))."))
    }

    /// Intents that a conversation names, presses, or answers with a reply of their own.
    private func testedIntents() -> Set<String> {
        var tested: Set<String> = []
        var said: Set<String> = []
        for step in conversations.flatMap(\.steps) {
            if let intent = step.intent { tested.insert(intent) }
            if case .payload(let text) = step.input, case .intent(let name, _)? = ButtonPayload(text) {
                tested.insert(name)
            }
            said.formUnion(step.answers.map(\.key))
        }
        for flow in flows.values where !tested.contains(flow.intent) {
            let own = keys(of: flow).map(\.key) + (handlers[flow.handler]?.replyKeys ?? [])
            let prefix = flow.intent + "."
            if own.contains(where: said.contains)
                || said.contains(where: { $0 == flow.intent || $0.dropping(prefix: prefix) != nil })
            {
                tested.insert(flow.intent)
            }
        }
        return tested
    }

    /// No two intents may be taught by the same words.
    func checkExamples(_ problems: inout Problems) {
        var exact: [String: [Example]] = [:]
        var near: [String: [Example]] = [:]
        for example in examples {
            let words = Folding.words(example.text)
            exact[words.isEmpty ? example.text : words.joined(separator: " "), default: []].append(example)
            let content = words.filter { !Self.particles.contains($0) }.sorted()
            if content.count >= 2 { near[content.joined(separator: " "), default: []].append(example) }
        }
        for (_, group) in exact.sorted(by: { $0.key < $1.key }) where group.count > 1 {
            tellSame(group, &problems)
        }
        for (_, group) in near.sorted(by: { $0.key < $1.key }) where group.count > 1 {
            tellNear(group, &problems)
        }
    }

    /// Words that are said for politeness, folded.
    private static let particles: Set<String> = [
        "a", "ah", "ad", "anh", "ban", "cho", "da", "em", "hoi", "minh", "nha", "nhe", "nhi", "oi", "toi", "vay", "voi",
    ]

    private func tellSame(_ group: [Example], _ problems: inout Problems) {
        guard let first = group.first else { return }
        var seen: [Example] = [first]
        for example in group.dropFirst() {
            defer { seen.append(example) }
            if let twin = seen.first(where: { $0.intent == example.intent }) {
                let isSame = Folding.accentedKey(twin.text) == Folding.accentedKey(example.text)
                problems.warning(
                    at: example.location,
                    isSame
                        ? "'\(example.text)' stands in '\(example.intent)' already (\(twin.location))."
                        : "'\(example.text)' differs from '\(twin.text)' (\(twin.location)) in accents only.",
                    mend: "Delete one of the two; texts are read with and without accents.")
                continue
            }
            guard let rival = seen.first(where: { $0.intent != example.intent }) else { continue }
            let place = "'\(rival.intent)' (\(rival.location))"
            let rivalKey = Folding.accentedKey(rival.text)
            let ownKey = Folding.accentedKey(example.text)
            let bare = Folding.key(example.text)
            if rivalKey != ownKey, rivalKey != bare, ownKey != bare {
                problems.warning(
                    at: example.location,
                    "Typed without accents, '\(example.text)' is '\(rival.text)' of \(place).",
                    mend: "Make one of the two longer, if people write it so.")
            } else {
                problems.error(
                    at: example.location,
                    "'\(example.text)' is an example of both '\(example.intent)' and \(place).",
                    mend: "Keep it in the intent that should answer it.")
            }
        }
    }

    private func tellNear(_ group: [Example], _ problems: inout Problems) {
        var seen: [(key: String, example: Example)] = []
        for example in group {
            let key = Folding.key(example.text)
            defer { seen.append((key, example)) }
            guard let rival = seen.first(where: { $0.example.intent != example.intent && $0.key != key })?.example
            else {
                continue
            }
            problems.warning(
                at: example.location,
                "'\(example.text)' has the words of '\(rival.text)' of '\(rival.intent)' (\(rival.location)).",
                mend: "Make the two sentences differ in a word that tells the intents apart.")
        }
    }
}
