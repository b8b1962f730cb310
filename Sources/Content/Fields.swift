/// A mapping whose keys are known in advance, read with a complaint for each key or value that does not fit.
struct Fields {
    let file: String
    let line: Int
    /// "a slot", "the flow 'x'": the subject of complaints.
    let subject: String
    private let entries: [String: YAMLNode.Entry]

    /// Nil when `node` is not a mapping. Unknown keys are complained of and left out.
    init?(
        _ node: YAMLNode, subject: String, known: [String], ignoring ignored: Set<String> = [], file: String,
        _ problems: inout Problems
    ) {
        guard case .map(let pairs) = node.value else {
            problems.error(
                file, node.line, "\(subject.capitalizedFirst) must be written as 'key: value', and is \(node.kind).",
                mend: "Write \(known.map { "'\($0):'" }.joined(separator: ", ")) with two spaces of indentation.")
            return nil
        }
        self.file = file
        line = node.line
        self.subject = subject
        var entries: [String: YAMLNode.Entry] = [:]
        for pair in pairs where !ignored.contains(pair.key) {
            guard known.contains(pair.key) else {
                problems.error(
                    file, pair.line, "\(subject.capitalizedFirst) has no key '\(pair.key)'.",
                    mend: Suggestion.mend(
                        for: pair.key, among: known,
                        else: "Use only \(known.map { "'\($0)'" }.joined(separator: ", "))."))
                continue
            }
            entries[pair.key] = pair
        }
        self.entries = entries
    }

    func has(_ key: String) -> Bool { entries[key] != nil }

    func node(_ key: String) -> YAMLNode? { entries[key]?.value }

    /// The key's line, or the mapping's where it is missing.
    func line(of key: String) -> Int { entries[key]?.line ?? line }

    func location(of key: String) -> SourceLocation { SourceLocation(file: file, line: line(of: key)) }

    /// A text that is not empty. A missing one is complained of when it is required.
    func text(_ key: String, required: Bool = false, _ problems: inout Problems) -> String? {
        guard let entry = entries[key] else {
            if required { missing(key, &problems) }
            return nil
        }
        return Self.text(entry.value, line: entry.line, subject: "'\(key)' of \(subject)", file: file, &problems)
    }

    /// `true` or `false`.
    func flag(_ key: String, _ problems: inout Problems) -> Bool {
        guard let entry = entries[key] else { return false }
        if case .text(let text, .plain) = entry.value.value {
            if text == "true" { return true }
            if text == "false" { return false }
        }
        problems.error(
            file, entry.line, "'\(key)' of \(subject) must be true or false.",
            mend: "Write '\(key): true' or '\(key): false', without quotation marks.")
        return false
    }

    /// A whole number within `range`.
    func number(_ key: String, in range: ClosedRange<Int>, _ problems: inout Problems) -> Int? {
        guard let entry = entries[key] else { return nil }
        if case .text(let text, .plain) = entry.value.value, let number = Int(text), range.contains(number) {
            return number
        }
        problems.error(
            file, entry.line, "'\(key)' of \(subject) must be a whole number.",
            mend: "Write a number from \(range.lowerBound) to \(range.upperBound).")
        return nil
    }

    /// The items of a list; empty when the key is missing.
    func list(_ key: String, required: Bool = false, _ problems: inout Problems) -> [YAMLNode] {
        guard let entry = entries[key] else {
            if required { missing(key, &problems) }
            return []
        }
        guard case .list(let items) = entry.value.value else {
            problems.error(
                file, entry.line, "'\(key)' of \(subject) must be a list, and is \(entry.value.kind).",
                mend: "Begin each item with '- ', or write [one, two].")
            return []
        }
        return items
    }

    /// A list of texts that are not empty, each with its line.
    func texts(_ key: String, required: Bool = false, _ problems: inout Problems) -> [(text: String, line: Int)] {
        let items = list(key, required: required, &problems)
        if required, has(key), items.isEmpty, case .list? = node(key)?.value {
            problems.error(
                file, line(of: key), "'\(key)' of \(subject) is an empty list.", mend: "Write at least one item.")
        }
        return items.compactMap { item in
            Self.text(item, line: item.line, subject: "an item of '\(key)'", file: file, &problems).map {
                ($0, item.line)
            }
        }
    }

    /// `{name: text}` with free keys; a text may be `""`.
    func pairs(_ key: String, _ problems: inout Problems) -> [(key: String, text: String, line: Int)] {
        guard let entry = entries[key] else { return [] }
        guard case .map(let pairs) = entry.value.value else {
            problems.error(
                file, entry.line, "'\(key)' of \(subject) must be written as 'name: value'.",
                mend: "Write {name: value}, or each 'name: value' in a line of its own.")
            return []
        }
        return pairs.compactMap { pair in
            Self.text(
                pair.value, line: pair.line, subject: "'\(pair.key)' in '\(key)'", file: file, allowsEmpty: true,
                &problems
            ).map { (pair.key, $0, pair.line) }
        }
    }

    func missing(_ key: String, _ problems: inout Problems) {
        problems.error(
            file, line, "\(subject.capitalizedFirst) has no '\(key)'.", mend: "Add a line '\(key): …'.")
    }

    /// A text that is not empty; numbers and words like `yes` are texts, too.
    static func text(
        _ node: YAMLNode, line: Int, subject: String, file: String, allowsEmpty: Bool = false,
        _ problems: inout Problems
    ) -> String? {
        guard case .text(let text, let style) = node.value, !node.isEmpty else {
            problems.error(
                file, line, "\(subject.capitalizedFirst) must be a text, and is \(node.kind).",
                mend: "Write the text after the ':', in quotation marks if it has ':', '#' or brackets.")
            return nil
        }
        if !(allowsEmpty && style == .quoted), text.unicodeScalars.allSatisfy({ $0.properties.isWhitespace }) {
            problems.error(file, line, "\(subject.capitalizedFirst) is empty.", mend: "Write the text.")
            return nil
        }
        return text
    }
}

extension String {
    /// With its first letter large, for the beginning of a sentence.
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
