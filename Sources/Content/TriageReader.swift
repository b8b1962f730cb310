import Core

/// Reads `rules:` and `gates:`.
struct TriageReader {
    private(set) var rubric = TriageRubric()
    /// Also those of rules that are broken otherwise.
    private var ruleIDs: Set<String> = []
    private var gateRules: [(rule: String, location: SourceLocation)] = []
    private var allPhrases: [(text: String, location: SourceLocation)] = []

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
            let phrases = phrases(fields, &problems)
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
            let phrases = phrases(fields, &problems)
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

    /// Names of kinds of words, each with its words.
    mutating func readWords(_ node: YAMLNode, file: String, _ problems: inout Problems) {
        guard case .map(let entries) = node.value else {
            if node.isEmpty { return }
            return problems.error(
                file, node.line, "'words' must be written as 'name: [word, word]', and is \(node.kind).",
                mend: "Write a name and its words in brackets.")
        }
        guard let fields = Fields(node, subject: "'words'", known: entries.map(\.key), file: file, &problems) else { return }
        for entry in entries {
            if rubric.words[entry.key] != nil {
                problems.error(file, entry.line, "The words '\(entry.key)' stand already elsewhere.", mend: "Keep one of the two.")
                continue
            }
            rubric.words[entry.key] = fields.texts(entry.key, required: true, &problems).map(\.text)
        }
    }

    /// All phrases together may be read in so many ways.
    private static let greatestVariants = 100_000

    /// Once all files are read: phrases must name words that exist, and stay few enough to be looked for in every message.
    func checkPhrases(_ problems: inout Problems) {
        var total = 0
        for phrase in allPhrases {
            let count = rubric.variants(of: phrase.text).count
            if count == 0 {
                problems.error(
                    at: phrase.location, "The phrase '\(phrase.text)' can be read in no way.",
                    mend: "Close each '<' and '(', and name only words that stand in 'words:'.")
            }
            total += count
            if total > Self.greatestVariants {
                return problems.error(
                    at: phrase.location, "The phrases so far can be read in more than \(Self.greatestVariants) ways.",
                    mend: "Use fewer choices in a phrase, or shorter lists in 'words:'.")
            }
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
    private mutating func phrases(_ fields: Fields, _ problems: inout Problems) -> [String] {
        var phrases: [String] = []
        for phrase in fields.texts("phrases", required: true, &problems) {
            guard !Folding.key(phrase.text).isEmpty else {
                problems.error(
                    fields.file, phrase.line, "The phrase '\(phrase.text)' has no letters.", mend: "Remove it.")
                continue
            }
            allPhrases.append((phrase.text, SourceLocation(file: fields.file, line: phrase.line)))
            phrases.append(phrase.text)
        }
        return phrases
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
