/// Reads `nlu:` of Rasa's training data, formats 2 and 3.
struct TrainingReader {
    private(set) var data = TrainingData()
    private var synonymPlaces: [String: SourceLocation] = [:]

    private enum Part: String, CaseIterable { case intent, synonym, lookup, regex }

    private static let known = Part.allCases.map(\.rawValue) + ["examples", "metadata"]

    mutating func read(_ node: YAMLNode, file: String, _ problems: inout Problems) {
        // `nlu:` with nothing below it is what Rasa writes for an empty file.
        if node.isEmpty { return }
        guard case .list(let items) = node.value else {
            problems.error(
                file, node.line, "'nlu' must be a list, and is \(node.kind).",
                mend: "Begin each item with '- intent: name'.")
            return
        }
        for item in items { self.item(item, file, &problems) }
    }

    private mutating func item(_ node: YAMLNode, _ file: String, _ problems: inout Problems) {
        guard let fields = Fields(node, subject: "an item of 'nlu'", known: Self.known, file: file, &problems) else {
            return
        }
        let parts = Part.allCases.filter { fields.has($0.rawValue) }
        guard let part = parts.first, parts.count == 1 else {
            problems.error(
                file, node.line,
                parts.isEmpty
                    ? "An item of 'nlu' does not say what it is." : "An item of 'nlu' is two things at once.",
                mend: "Write exactly one of 'intent:', 'synonym:', 'lookup:' and 'regex:' in it.")
            return
        }
        guard let name = fields.text(part.rawValue, required: true, &problems) else { return }
        guard let examples = fields.node("examples") else {
            problems.error(
                file, node.line, "The \(part.rawValue) '\(name)' has no examples.",
                mend: "Add 'examples: |' and below it lines that begin with '- '.")
            return
        }
        let lines = self.lines(of: examples, keyLine: fields.line(of: "examples"), owner: name, file, &problems)
        switch part {
        case .intent:
            for line in lines { example(line, of: name, file, &problems) }
        case .synonym:
            for line in lines { synonym(line, value: name, file, &problems) }
        case .lookup: data.lookups[name, default: []] += lines.map(\.text)
        case .regex:
            for line in lines {
                guard (try? Regex(line.text)) != nil else {
                    problems.warning(
                        file, line.line, "The pattern of '\(name)' cannot be read and is left out.",
                        mend: "Check its brackets, or write the words as a lookup.")
                    continue
                }
                data.regexes[name, default: []].append(line.text)
            }
        }
    }

    private mutating func example(
        _ line: (text: String, line: Int), of intent: String, _ file: String, _ problems: inout Problems
    ) {
        do {
            let read = try AnnotationReader(line.text)
            if let doubt = read.doubt { problems.warning(file, line.line, doubt.message, mend: doubt.mend) }
            data.examples.append(
                Example(
                    text: String(read.text), intent: intent, annotations: read.annotations,
                    location: SourceLocation(file: file, line: line.line)))
        } catch {
            problems.error(file, line.line, error.message, mend: error.mend)
        }
    }

    private mutating func synonym(
        _ line: (text: String, line: Int), value: String, _ file: String, _ problems: inout Problems
    ) {
        if let other = data.synonyms[line.text], other != value {
            let place = synonymPlaces[line.text].map { " (\($0))" } ?? ""
            problems.warning(
                file, line.line, "'\(line.text)' is a synonym of both '\(other)'\(place) and '\(value)'.",
                mend: "Keep it in one of them; the first one counts.")
            return
        }
        data.synonyms[line.text] = value
        synonymPlaces[line.text] = SourceLocation(file: file, line: line.line)
    }

    /// The texts of `examples`, in either of Rasa's shapes.
    private func lines(
        of node: YAMLNode, keyLine: Int, owner: String, _ file: String, _ problems: inout Problems
    ) -> [(text: String, line: Int)] {
        switch node.value {
        case .text(let block, let style):
            guard !node.isEmpty else {
                problems.error(
                    file, keyLine, "'\(owner)' has no examples.",
                    mend: "Write lines that begin with '- ' below 'examples: |'.")
                return []
            }
            guard style == .literal else {
                problems.error(
                    file, keyLine, "The examples of '\(owner)' run together in one line.",
                    mend: "Write 'examples: |' with the bar, and each example in a line of its own.")
                return []
            }
            return lines(ofBlock: block, firstLine: node.line + 1, file, &problems)
        case .list(let items):
            return items.compactMap { item in
                if case .map = item.value {
                    guard
                        let fields = Fields(
                            item, subject: "an example", known: ["text", "metadata"], file: file, &problems),
                        let text = fields.text("text", required: true, &problems)
                    else { return nil }
                    let isBlock = if case .text(_, .literal)? = fields.node("text")?.value { true } else { false }
                    return (Self.trimmed(text), fields.line(of: "text") + (isBlock ? 1 : 0))
                }
                return Fields.text(item, line: item.line, subject: "an example", file: file, &problems)
                    .map { (Self.trimmed($0), item.line) }
            }
        case .map:
            problems.error(
                file, keyLine, "The examples of '\(owner)' are not a list.",
                mend: "Write 'examples: |' and below it lines that begin with '- '.")
            return []
        }
    }

    private func lines(ofBlock block: String, firstLine: Int, _ file: String, _ problems: inout Problems)
        -> [(text: String, line: Int)]
    {
        var found: [(text: String, line: Int)] = []
        for (offset, raw) in block.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = Self.trimmed(String(raw))
            let place = firstLine + offset
            guard let first = line.unicodeScalars.first else { continue }
            if first == "#" {
                problems.warning(
                    file, place, "A remark inside the examples is left out.",
                    mend: "Move it above the line 'examples: |'.")
                continue
            }
            guard first == "-" else {
                problems.error(
                    file, place, "The line is inside the examples and does not begin with '- '.",
                    mend: "Write '- ' before it, or join it with the example above.")
                continue
            }
            let text = Self.trimmed(String(line.unicodeScalars.dropFirst()))
            guard !text.isEmpty else {
                problems.error(file, place, "The example is empty.", mend: "Write a sentence after '- ', or delete it.")
                continue
            }
            found.append((text, place))
        }
        return found
    }

    private static func trimmed(_ text: String) -> String {
        func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }
        var view = Substring(text).unicodeScalars
        while let first = view.first, isSpace(first) { view.removeFirst() }
        while let last = view.last, isSpace(last) { view.removeLast() }
        return String(view)
    }
}
