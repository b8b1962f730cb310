package import Core

/// The phrases and gates that say how urgent a text may be (`intents/reports/triage.yml`).
package struct TriageRubric: Sendable, Equatable {
    /// Words that raise a level.
    package struct Rule: Sendable, Equatable {
        /// Stable name, shown to staff as the reason.
        package var id: String
        package var level: Triage.Level
        package var category: String
        /// As written with diacritics; matched on word boundaries, accented and folded. May hold ``TriageRubric/words``.
        package var phrases: [String]
        /// Folded phrases that may be read harmlessly: when the input has no diacritics, one safety question is asked
        /// in place of a level, unless one of `supports` stands in the text.
        package var ambiguousWhenFolded: Bool
        package var supports: [String]
        package var location: SourceLocation

        package init(
            id: String, level: Triage.Level, category: String, phrases: [String], ambiguousWhenFolded: Bool = false,
            supports: [String] = [], location: SourceLocation
        ) {
            self.id = id
            self.level = level
            self.category = category
            self.phrases = phrases
            self.ambiguousWhenFolded = ambiguousWhenFolded
            self.supports = supports
            self.location = location
        }
    }

    /// Words around a phrase that make it harmless (a class about prevention, a film, an idiom, a negation).
    package struct Gate: Sendable, Equatable {
        package var id: String
        package var phrases: [String]
        /// The level at most, when the gate applies.
        package var caps: Triage.Level
        /// The rules it applies to, by id; empty = all.
        package var rules: [String]
        /// How many words before the phrase it may stand; nil = anywhere in the text.
        package var wordsBefore: Int?
        package var location: SourceLocation

        package init(
            id: String, phrases: [String], caps: Triage.Level, rules: [String] = [], wordsBefore: Int? = nil,
            location: SourceLocation
        ) {
            self.id = id
            self.phrases = phrases
            self.caps = caps
            self.rules = rules
            self.wordsBefore = wordsBefore
            self.location = location
        }
    }

    package var rules: [Rule]
    package var gates: [Gate]
    /// Words of one kind under one name: `<child>` in a phrase stands for each of them.
    package var words: [String: [String]]

    package init(rules: [Rule] = [], gates: [Gate] = [], words: [String: [String]] = [:]) {
        self.rules = rules
        self.gates = gates
        self.words = words
    }

    /// More variants than this are not made of one phrase; the rest is dropped.
    package static let greatestVariants = 2_000

    /// Every way to read a phrase: `<name>` is each word of that name, `(a|b|)` each of the choices.
    ///
    /// An unknown name and a bracket that is not closed make no variant at all.
    package func variants(of phrase: String) -> [String] {
        var variants = [""]
        var rest = phrase[...]
        while let open = rest.firstIndex(where: { $0 == "<" || $0 == "(" }) {
            let isName = rest[open] == "<"
            guard let close = rest[open...].firstIndex(of: isName ? ">" : ")") else { return [] }
            let inner = rest[rest.index(after: open)..<close]
            let choices =
                isName ? words[String(inner)] ?? [] : inner.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            let before = rest[..<open]
            var longer: [String] = []
            for variant in variants where longer.count < Self.greatestVariants {
                for choice in choices.prefix(Self.greatestVariants - longer.count) { longer.append(variant + before + choice) }
            }
            variants = longer
            rest = rest[rest.index(after: close)...]
        }
        return variants.map { $0 + rest }
    }
}
