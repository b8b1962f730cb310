/// Examples and word lists in the meaning of Rasa NLU's YAML.
package struct TrainingData: Sendable, Equatable {
    package var examples: [Example]
    /// Surface form → value (`synonym`).
    package var synonyms: [String: String]
    /// Entity → surface forms (`lookup`).
    package var lookups: [String: [String]]
    /// Entity → patterns (`regex`).
    package var regexes: [String: [String]]

    package init(
        examples: [Example] = [], synonyms: [String: String] = [:], lookups: [String: [String]] = [:],
        regexes: [String: [String]] = [:]
    ) {
        self.examples = examples
        self.synonyms = synonyms
        self.lookups = lookups
        self.regexes = regexes
    }
}

/// One sentence that an intent's author wrote, with its entity annotations taken out of the text.
package struct Example: Sendable, Equatable {
    package var text: String
    package var intent: String
    package var annotations: [Annotation]
    package var location: SourceLocation

    package init(text: String, intent: String, annotations: [Annotation] = [], location: SourceLocation) {
        self.text = text
        self.intent = intent
        self.annotations = annotations
        self.location = location
    }
}

/// `[thứ bảy](time)` or `[Hà Nội]{"entity": "city", "role": "from", "group": "1", "value": "HN"}`.
package struct Annotation: Sendable, Equatable {
    /// In Unicode scalars of the example's text; `end` is exclusive.
    package var start: Int
    package var end: Int
    package var entity: String
    package var value: String?
    package var role: String?
    package var group: String?

    package init(start: Int, end: Int, entity: String, value: String? = nil, role: String? = nil, group: String? = nil) {
        self.start = start
        self.end = end
        self.entity = entity
        self.value = value
        self.role = role
        self.group = group
    }
}
