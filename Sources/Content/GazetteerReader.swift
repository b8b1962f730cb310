/// Reads `topics:`, `communes:` with `former:`, and `teencode:`.
struct GazetteerReader {
    private(set) var gazetteer = Gazetteer()
    private(set) var topicPlaces: [String: SourceLocation] = [:]
    private var communePlaces: [String: SourceLocation] = [:]
    private var successors: [(code: String, location: SourceLocation)] = []
    private var triggerPlaces: [String: (topic: String, location: SourceLocation)] = [:]

    mutating func readTopics(_ node: YAMLNode, file: String, _ problems: inout Problems) {
        for item in Self.items(node, "topics", file, &problems) {
            guard
                let fields = Fields(
                    item, subject: "a topic", known: ["id", "names", "triggers"], file: file, &problems),
                let id = fields.text("id", required: true, &problems)
            else { continue }
            let location = SourceLocation(file: file, line: item.line)
            guard Self.isNew(id, "topic", location, &topicPlaces, &problems) else { continue }
            if !fields.has("names") { fields.missing("names", &problems) }
            var names: [String: String] = [:]
            for (language, name, _) in fields.pairs("names", &problems) { names[language] = name }
            if fields.has("names"), names["vi"]?.isEmpty ?? true {
                problems.error(
                    at: fields.location(of: "names"), "The topic '\(id)' has no Vietnamese name.",
                    mend: "Add 'vi: …' to its names.")
            }
            let triggers = fields.texts("triggers", required: true, &problems)
            for (trigger, line) in triggers {
                let folded = Folding.key(trigger)
                if let known = triggerPlaces[folded], known.topic != id {
                    problems.warning(
                        file, line, "'\(trigger)' leads to the topic '\(known.topic)' already (\(known.location)).",
                        mend: "Keep it in one topic, or make it longer.")
                } else {
                    triggerPlaces[folded] = (id, SourceLocation(file: file, line: line))
                }
            }
            gazetteer.topics.append(Gazetteer.Topic(id: id, names: names, triggers: triggers.map(\.text)))
        }
    }

    mutating func readCommunes(_ node: YAMLNode, file: String, _ problems: inout Problems) {
        for item in Self.items(node, "communes", file, &problems) {
            guard
                let fields = Fields(
                    item, subject: "a commune", known: ["code", "name", "spellings"], file: file, &problems),
                let code = fields.text("code", required: true, &problems),
                let name = fields.text("name", required: true, &problems)
            else { continue }
            let location = SourceLocation(file: file, line: item.line)
            guard code.utf8.count == 5, code.utf8.allSatisfy({ (48...57).contains($0) }) else {
                problems.error(
                    at: fields.location(of: "code"), "'\(code)' is not a commune's code.",
                    mend: "Write the five digits of the official list, in quotation marks.")
                continue
            }
            guard Self.isNew(code, "commune", location, &communePlaces, &problems) else { continue }
            gazetteer.communes.append(
                Gazetteer.Commune(
                    code: code, name: name, spellings: fields.texts("spellings", required: true, &problems).map(\.text))
            )
        }
    }

    mutating func readFormerUnits(_ node: YAMLNode, file: String, _ problems: inout Problems) {
        for item in Self.items(node, "former", file, &problems) {
            guard
                let fields = Fields(
                    item, subject: "a former unit", known: ["name", "spellings", "district", "into"], file: file,
                    &problems), let name = fields.text("name", required: true, &problems)
            else { continue }
            let into = fields.texts("into", required: true, &problems)
            successors += into.map { ($0.text, SourceLocation(file: file, line: $0.line)) }
            gazetteer.formerUnits.append(
                Gazetteer.FormerUnit(
                    name: name, spellings: fields.texts("spellings", required: true, &problems).map(\.text),
                    district: fields.text("district", &problems) ?? "", successors: into.map(\.text)))
        }
    }

    mutating func readTeencode(_ node: YAMLNode, file: String, _ problems: inout Problems) {
        guard !node.isEmpty else { return }
        guard case .map(let entries) = node.value else {
            problems.error(
                file, node.line, "'teencode' must be written as 'short: word', and is \(node.kind).",
                mend: "Write {ko: không, dc: được}.")
            return
        }
        for entry in entries {
            guard
                let reading = Fields.text(
                    entry.value, line: entry.line, subject: "the reading of '\(entry.key)'", file: file, &problems)
            else { continue }
            let short = Folding.key(entry.key)
            let folded = Folding.key(reading)
            guard !short.isEmpty, !folded.isEmpty else {
                problems.error(
                    file, entry.line, "'\(entry.key)' holds no letters or digits.", mend: "Remove it.")
                continue
            }
            if let known = gazetteer.teencode[short], known != folded {
                problems.warning(
                    file, entry.line, "'\(entry.key)' is read in two ways ('\(known)' and '\(folded)').",
                    mend: "Keep only short forms that mean one thing everywhere; the first one counts.")
                continue
            }
            gazetteer.teencode[short] = folded
        }
    }

    /// Once all files are read: former units must lead to communes that exist.
    func checkSuccessors(_ problems: inout Problems) {
        for (code, location) in successors where communePlaces[code] == nil {
            problems.error(
                at: location, "There is no commune with the code '\(code)'.",
                mend: Suggestion.mend(
                    for: code, among: communePlaces.keys.sorted(), else: "Write the code of a commune in 'communes'."))
        }
    }

    private static func items(_ node: YAMLNode, _ key: String, _ file: String, _ problems: inout Problems)
        -> [YAMLNode]
    {
        if node.isEmpty { return [] }
        guard case .list(let items) = node.value else {
            problems.error(
                file, node.line, "'\(key)' must be a list, and is \(node.kind).", mend: "Begin each item with '- '.")
            return []
        }
        return items
    }

    private static func isNew(
        _ id: String, _ what: String, _ location: SourceLocation, _ places: inout [String: SourceLocation],
        _ problems: inout Problems
    ) -> Bool {
        if let known = places[id] {
            problems.error(
                at: location, "The \(what) '\(id)' stands already in \(known).", mend: "Keep one of the two.")
            return false
        }
        places[id] = location
        return true
    }
}
