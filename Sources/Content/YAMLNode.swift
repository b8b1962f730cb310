import Core
import Yams

/// A YAML value with its place, without anything that a file of content does not need (tags, aliases, typed scalars).
struct YAMLNode: Sendable {
    enum Value: Sendable {
        case text(String, Style)
        case list([YAMLNode])
        case map([Entry])
    }

    enum Style: Sendable { case plain, quoted, literal, folded }

    struct Entry: Sendable {
        var key: String
        var line: Int
        var value: YAMLNode
    }

    /// Values in one file, each use of an alias counted anew.
    static let maximumValues = 2_000_000

    var value: Value
    /// From 1.
    var line: Int

    /// True for `key:` with nothing after it, and for `~` and `null`.
    var isEmpty: Bool {
        guard case .text(let text, .plain) = value else { return false }
        return text.isEmpty || text == "~" || text == "null"
    }

    /// What an author would call it.
    var kind: String {
        switch value {
        case .text: isEmpty ? "nothing" : "a text"
        case .list: "a list"
        case .map: "a list of 'key: value'"
        }
    }

    /// Parses one document. Nil when there is none or it is broken; then a problem says why.
    static func parse(_ text: String, file: String, _ problems: inout Problems) -> YAMLNode? {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text, .basic, .default, .utf8)
        } catch let error as YamlError {
            YAMLFault(error, in: text).tell(file, &problems)
            return nil
        } catch {
            problems.error(file, 1, "The file cannot be read as YAML.", mend: "Compare it with a file that works.")
            return nil
        }
        guard let root else {
            problems.error(file, 1, "The file is empty.", mend: "Write its content, or delete the file.")
            return nil
        }
        var reader = YAMLNodeReader(file: file)
        guard let node = reader.node(root, depth: 0) else {
            reader.problem.map { problems.error(at: $0.location, $0.message, mend: $0.mend) }
            return nil
        }
        return node
    }
}

/// Copies Yams' nodes, within bounds.
private struct YAMLNodeReader {
    let file: String
    private(set) var problem: ContentProblem?
    private var count = 0

    init(file: String) { self.file = file }

    mutating func node(_ node: Node, depth: Int) -> YAMLNode? {
        let line = node.mark?.line ?? 1
        count += 1
        guard count <= YAMLNode.maximumValues else {
            return refuse(line, "The file holds too many values.", "Split it, and write aliases ('*name') out.")
        }
        guard depth < Limits.nesting else {
            return refuse(
                line, "Values stand more than \(Limits.nesting) deep in each other.",
                "Check the brackets and the indentation above this line.")
        }
        switch node {
        case .scalar(let scalar): return text(scalar, line)
        case .sequence(let sequence):
            guard isPlainTag(sequence.tag, line) else { return nil }
            var items: [YAMLNode] = []
            items.reserveCapacity(sequence.count)
            for item in sequence {
                guard let item = self.node(item, depth: depth + 1) else { return nil }
                items.append(item)
            }
            return YAMLNode(value: .list(items), line: line)
        case .mapping(let mapping):
            guard isPlainTag(mapping.tag, line) else { return nil }
            var entries: [YAMLNode.Entry] = []
            entries.reserveCapacity(mapping.count)
            for (key, value) in mapping {
                let keyLine = key.mark?.line ?? line
                guard case .scalar(let scalar) = key else {
                    return refuse(keyLine, "A key must be a word.", "Put the key in quotation marks.")
                }
                guard let value = self.node(value, depth: depth + 1) else { return nil }
                entries.append(YAMLNode.Entry(key: scalar.string, line: keyLine, value: value))
            }
            return YAMLNode(value: .map(entries), line: line)
        case .alias:
            return refuse(line, "An alias ('*name') cannot stand here.", "Write the text out.")
        }
    }

    private mutating func text(_ scalar: Node.Scalar, _ line: Int) -> YAMLNode? {
        guard isPlainTag(scalar.tag, line) else { return nil }
        for character in scalar.string.unicodeScalars
        where character.value < 0x20 && character != "\n" && character != "\t" && character != "\r" {
            return refuse(
                line, "The text holds an invisible control character (code \(character.value)).",
                "Delete the escape '\\…' that makes it.")
        }
        let style: YAMLNode.Style =
            switch scalar.style {
            case .any, .plain: .plain
            case .singleQuoted, .doubleQuoted: .quoted
            case .literal: .literal
            case .folded: .folded
            }
        return YAMLNode(value: .text(scalar.string, style), line: line)
    }

    private mutating func isPlainTag(_ tag: Tag, _ line: Int) -> Bool {
        switch tag.rawValue {
        case Tag.Name.implicit.rawValue, Tag.Name.nonSpecific.rawValue, Tag.Name.str.rawValue, Tag.Name.seq.rawValue,
            Tag.Name.map.rawValue:
            return true
        default:
            _ = refuse(
                line, "A tag ('!…') stands before the value.", "Remove it, or put the text in quotation marks.")
            return false
        }
    }

    private mutating func refuse(_ line: Int, _ message: String, _ mend: String) -> YAMLNode? {
        if problem == nil {
            problem = ContentProblem(.error, at: SourceLocation(file: file, line: line), message, mend: mend)
        }
        return nil
    }
}
