import Core

/// Reads `rules:` and `gates:`.
struct TriageReader {
    private(set) var rubric = TriageRubric()
    /// Also those of rules that are broken otherwise.
    private var ruleIDs: Set<String> = []
    private var gateRules: [(rule: String, location: SourceLocation)] = []

    mutating func readRules(_ node: YAMLNode, file: String, _ problems: inout Problems) {
        for item in Self.items(node, "rules", file, &problems) {
            guard
                let fields = Fields(
                    item, subject: "a rule",
                    known: ["id", "level", "category", "phrases", "ambiguous_when_folded", "supports"], file: file,
                    &problems)
            else { continue }
            let id = fields.text("id", required: true, &problems)
            let level = level("level", fields, lowest: .s4, &problems)
            let category = fields.text("category", required: true, &problems)
            let phrases = Self.phrases(fields, &problems)
            let isAmbiguous = fields.flag("ambiguous_when_folded", &problems)
            let supports = fields.texts("supports", &problems).map(\.text)
            let location = SourceLocation(file: file, line: item.line)
            if !supports.isEmpty, !isAmbiguous {
                problems.warning(
                    at: fields.location(of: "supports"), "'supports' counts only with 'ambiguous_when_folded: true'.",
                    mend: "Add that line, or remove 'supports'.")
            }
            if let id { ruleIDs.insert(id) }
            guard let id, let level, let category else { continue }
            if let known = rubric.rules.first(where: { $0.id == id }) {
                problems.error(
                    at: location, "The rule '\(id)' stands already in \(known.location).",
                    mend: "Give it an id of its own.")
                continue
            }
            rubric.rules.append(
                TriageRubric.Rule(
                    id: id, level: level, category: category, phrases: phrases, ambiguousWhenFolded: isAmbiguous,
                    supports: supports, location: location))
        }
    }

    mutating func readGates(_ node: YAMLNode, file: String, _ problems: inout Problems) {
        for item in Self.items(node, "gates", file, &problems) {
            guard
                let fields = Fields(
                    item, subject: "a gate", known: ["id", "phrases", "caps", "rules", "words_before"], file: file,
                    &problems)
            else { continue }
            let id = fields.text("id", required: true, &problems)
            let caps = level("caps", fields, lowest: .s0, &problems)
            let phrases = Self.phrases(fields, &problems)
            let rules = fields.texts("rules", &problems)
            gateRules += rules.map { ($0.text, SourceLocation(file: file, line: $0.line)) }
            let wordsBefore = fields.number("words_before", in: 1...50, &problems)
            let location = SourceLocation(file: file, line: item.line)
            guard let id, let caps else { continue }
            if let known = rubric.gates.first(where: { $0.id == id }) {
                problems.error(
                    at: location, "The gate '\(id)' stands already in \(known.location).",
                    mend: "Give it an id of its own.")
                continue
            }
            rubric.gates.append(
                TriageRubric.Gate(
                    id: id, phrases: phrases, caps: caps, rules: rules.map(\.text), wordsBefore: wordsBefore,
                    location: location))
        }
    }

    /// Once all files are read: gates must name rules that exist.
    func checkGates(_ problems: inout Problems) {
        let ids = ruleIDs.sorted()
        for (rule, location) in gateRules where !ruleIDs.contains(rule) {
            problems.error(
                at: location, "There is no rule '\(rule)'.",
                mend: Suggestion.mend(
                    for: rule, among: ids, else: "Name the id of a rule, or leave 'rules' out for all."))
        }
    }

    private func level(_ key: String, _ fields: Fields, lowest: Triage.Level, _ problems: inout Problems)
        -> Triage.Level?
    {
        guard let word = fields.text(key, required: true, &problems) else { return nil }
        if let level = Triage.Level(rawValue: word), level >= lowest { return level }
        problems.error(
            at: fields.location(of: key), "'\(word)' is not a level.",
            mend: "Write one of \(lowest == .s0 ? "S0, " : "")S4, S3, S2 and S1 (most urgent).")
        return nil
    }

    /// A phrase without letters would stand in every text.
    private static func phrases(_ fields: Fields, _ problems: inout Problems) -> [String] {
        fields.texts("phrases", required: true, &problems).compactMap { phrase in
            guard Folding.key(phrase.text).isEmpty else { return phrase.text }
            problems.error(
                fields.file, phrase.line, "The phrase '\(phrase.text)' has no letters.", mend: "Remove it.")
            return nil
        }
    }

    private static func items(_ node: YAMLNode, _ key: String, _ file: String, _ problems: inout Problems)
        -> [YAMLNode]
    {
        if node.isEmpty { return [] }
        guard case .list(let items) = node.value else {
            problems.error(
                file, node.line, "'\(key)' must be a list, and is \(node.kind).",
                mend: "Begin each item with '- id: …'.")
            return []
        }
        return items
    }
}
