import Yams

/// Walks a YAML mapping, remembering which keys were asked for, and collects every mistake with its place.
struct ConfigurationReader {
    /// Collects what the readers of one document found.
    final class Findings {
        var problems: [ConfigurationProblem] = []
        let file: String

        init(file: String) { self.file = file }

        func add(line: Int?, key: String, _ message: String, mend: String, place: String? = nil) {
            let where_ = place ?? (line.map { "\(file):\($0)" } ?? file)
            problems.append(ConfigurationProblem(place: where_, key: key, message: message, mend: mend))
        }
    }

    let path: String
    let findings: Findings
    private let mapping: Node.Mapping?
    private let line: Int?
    /// Overrides from the environment, by upper-case key path with `__` between levels.
    private let overrides: [String: String]
    private var known: Set<String> = []

    init(node: Node?, path: String, findings: Findings, overrides: [String: String]) {
        self.path = path
        self.findings = findings
        self.overrides = overrides
        line = node?.mark?.line
        switch node {
        case .mapping(let mapping): self.mapping = mapping
        case .scalar(let scalar) where scalar.string.isEmpty || scalar.string == "~" || scalar.string == "null": mapping = nil
        case nil: mapping = nil
        default:
            mapping = nil
            findings.add(
                line: line, key: path, "expected a mapping of keys and values",
                mend: "Write the keys of this section indented below it, one per line.")
        }
    }

    func full(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// The environment variable that overrides a key of this section.
    private func variable(_ key: String) -> String {
        "NHIPCAU_" + full(key).split(separator: ".").joined(separator: "__").uppercased()
    }

    mutating func node(_ key: String) -> Node? {
        known.insert(key)
        return mapping?.first { $0.key.string == key }?.value
    }

    /// A scalar's text, from the environment first.
    private mutating func scalar(_ key: String) -> (text: String, place: String?, line: Int?)? {
        let node = node(key)
        if let text = overrides[variable(key)] { return (text, "environment \(variable(key))", nil) }
        guard let node else { return nil }
        guard case .scalar(let scalar) = node else {
            findings.add(
                line: node.mark?.line, key: full(key), "expected one value",
                mend: "Write a single value after the colon.")
            return nil
        }
        if scalar.style == .plain, ["", "~", "null"].contains(scalar.string) { return nil }
        return (scalar.string, nil, node.mark?.line)
    }

    mutating func string(_ key: String, notEmpty: Bool = true) -> String? {
        guard let found = scalar(key) else { return nil }
        if notEmpty, found.text.allSatisfy(\.isWhitespace) {
            findings.add(
                line: found.line, key: full(key), "is empty", mend: "Give it a value or remove the line.",
                place: found.place)
            return nil
        }
        return found.text
    }

    mutating func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let found = scalar(key) else { return nil }
        guard let value = Int(found.text), range.contains(value) else {
            findings.add(
                line: found.line, key: full(key),
                "“\(found.text.prefix(40))” is not a whole number from \(range.lowerBound) to \(range.upperBound)",
                mend: "Write a whole number from \(range.lowerBound) to \(range.upperBound).", place: found.place)
            return nil
        }
        return value
    }

    /// `45s`, `30m`, `24h`, `90d`.
    mutating func duration(_ key: String) -> Duration? {
        guard let found = scalar(key) else { return nil }
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let unit = found.text.last, let factor = units[unit], let count = Int64(found.text.dropLast()),
            count > 0, count <= 36_500
        else {
            findings.add(
                line: found.line, key: full(key), "“\(found.text.prefix(40))” is not a length of time",
                mend: "Write a number and a unit: 45s, 30m, 24h or 90d.", place: found.place)
            return nil
        }
        return .seconds(count * factor)
    }

    mutating func choice<Value: RawRepresentable & CaseIterable>(_ key: String, _ type: Value.Type) -> Value?
    where Value.RawValue == String {
        guard let found = scalar(key) else { return nil }
        guard let value = Value(rawValue: found.text) else {
            let words = Value.allCases.map(\.rawValue).joined(separator: ", ")
            findings.add(
                line: found.line, key: full(key), "“\(found.text.prefix(40))” is not known",
                mend: "Use one of: \(words).", place: found.place)
            return nil
        }
        return value
    }

    mutating func strings(_ key: String) -> [String]? {
        if let text = overrides[variable(key)] {
            known.insert(key)
            return text.split(separator: ",").map { String($0.trimming) }
        }
        guard let node = node(key) else { return nil }
        guard case .sequence(let items) = node else {
            findings.add(
                line: node.mark?.line, key: full(key), "expected a list", mend: "Write it as a list: [a, b] or one “- item” per line.")
            return nil
        }
        return items.compactMap(\.string)
    }

    mutating func section(_ key: String) -> ConfigurationReader {
        ConfigurationReader(node: node(key), path: full(key), findings: findings, overrides: overrides)
    }

    mutating func list(_ key: String) -> [ConfigurationReader] {
        guard let node = node(key) else { return [] }
        if case .scalar(let scalar) = node, scalar.string.isEmpty { return [] }
        guard case .sequence(let items) = node else {
            findings.add(
                line: node.mark?.line, key: full(key), "expected a list", mend: "Write one “- …” entry per item.")
            return []
        }
        return items.enumerated().map { index, item in
            ConfigurationReader(node: item, path: "\(full(key))[\(index)]", findings: findings, overrides: overrides)
        }
    }

    /// A value that must not stand in the file itself: `{env: NAME}` or `{file: PATH}`.
    mutating func secret(_ key: String, environment: [String: String], readFile: (String) -> String?) -> String? {
        guard let node = node(key) else { return nil }
        if case .scalar(let scalar) = node, ["", "~", "null"].contains(scalar.string) { return nil }
        let line = node.mark?.line
        guard case .mapping(let source) = node, source.count == 1, let entry = source.first,
            let kind = entry.key.string, let name = entry.value.string, !name.isEmpty
        else {
            findings.add(
                line: line, key: full(key), "a secret must not stand in this file",
                mend: "Write `{env: NAME}` (an environment variable) or `{file: PATH}` (a file that only the service may read).")
            return nil
        }
        switch kind {
        case "env":
            guard let value = environment[name], !value.isEmpty else {
                findings.add(
                    line: line, key: full(key), "the environment variable \(name) is not set",
                    mend: "Set \(name) for the service (for example in its EnvironmentFile) and start again.")
                return nil
            }
            return value.trimming
        case "file":
            guard let value = readFile(name)?.trimming, !value.isEmpty else {
                findings.add(
                    line: line, key: full(key), "the file \(name) cannot be read or is empty",
                    mend: "Put the secret alone into \(name), readable by the service only (chmod 600).")
                return nil
            }
            return value
        default:
            findings.add(
                line: line, key: full(key), "“\(kind)” is not a place for secrets",
                mend: "Write `{env: NAME}` or `{file: PATH}`.")
            return nil
        }
    }

    var keys: [String] { mapping?.compactMap(\.key.string) ?? [] }

    /// Says which keys nobody asked for. Call once, when the section has been read.
    func finish(alsoKnown: Set<String> = []) {
        guard let mapping else { return }
        var seen: Set<String> = []
        for entry in mapping {
            let key = entry.key.string ?? ""
            let entryLine = entry.key.mark?.line
            if !seen.insert(key).inserted {
                findings.add(
                    line: entryLine, key: full(key), "stands twice", mend: "Keep one of the two lines.")
            }
            if known.contains(key) || alsoKnown.contains(key) { continue }
            let nearest = known.union(alsoKnown).min { key.distance(to: $0) < key.distance(to: $1) }
            let hint = nearest.flatMap { key.distance(to: $0) <= 2 ? "Did you mean “\($0)”? " : nil } ?? ""
            let words = known.union(alsoKnown).sorted().joined(separator: ", ")
            findings.add(
                line: entryLine, key: full(key), "is not a key that exists", mend: "\(hint)Known here: \(words).")
        }
    }
}

extension StringProtocol {
    var trimming: String {
        var view = self[...]
        while let first = view.first, first.isWhitespace { view.removeFirst() }
        while let last = view.last, last.isWhitespace { view.removeLast() }
        return String(view)
    }

    /// Edit distance over at most 40 characters; for “did you mean”.
    func distance(to other: some StringProtocol) -> Int {
        let left = Array(self.prefix(40)), right = Array(other.prefix(40))
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var previous = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let above = row[j + 1]
                row[j + 1] = Swift.min(above + 1, row[j] + 1, previous + (a == b ? 0 : 1))
                previous = above
            }
        }
        return row[right.count]
    }
}
