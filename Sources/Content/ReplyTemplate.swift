import Mustache

/// One compiled text of a reply, with what it needs.
struct ReplyTemplate: Sendable {
    /// A text longer than this does not fit any channel.
    static let maximumScalars = 4_000

    let source: String
    let nodes: [TemplateNode]
    /// Nil for a text without tags, which is said as it is.
    private let compiled: MustacheTemplate?

    init(_ source: String) throws(TemplateFault) {
        guard source.unicodeScalars.count <= Self.maximumScalars else {
            throw TemplateFault(
                line: 0, message: "The text is longer than \(Self.maximumScalars) characters.",
                mend: "Say it in fewer words, or split it into several replies.")
        }
        self.source = source
        nodes = try TemplateScanner.nodes(of: source)
        guard source.unicodeScalars.contains("{") else {
            compiled = nil
            return
        }
        do {
            // The pragma has a line of its own, so that the first line is read like any other.
            compiled = try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}\n" + source)
        } catch {
            throw TemplateFault(
                line: 0, message: "The text is not a valid template.",
                mend: "Check that each '{{' has its '}}' and each section its end.")
        }
    }

    /// All names that may be asked for, sections included.
    var names: Set<String> {
        var found: Set<String> = []
        Self.collect(nodes, sections: true, into: &found)
        return found
    }

    /// Names whose text is said.
    var spokenNames: Set<String> {
        var found: Set<String> = []
        Self.collect(nodes, sections: false, into: &found)
        return found
    }

    /// True when the text is one placeholder and nothing else.
    var isOnePlaceholder: Bool {
        guard nodes.count == 1, case .variable(let name, _) = nodes[0] else { return false }
        return source == "{{\(name.path)}}"
    }

    /// What is said whatever the values are: the text without its tags.
    var literal: String {
        var scalars = String.UnicodeScalarView()
        var rest = Substring(source).unicodeScalars
        while let scalar = rest.popFirst() {
            if scalar == "{", rest.first == "{" {
                while let inner = rest.popFirst(), !(inner == "}" && rest.first == "}") {}
                _ = rest.popFirst()
            } else {
                scalars.append(scalar)
            }
        }
        return String(scalars)
    }

    /// Names that these values leave unanswered, in the order they stand.
    func missing(in values: [String: ReplyValue]) -> [String] {
        var found: [String] = []
        ReplyScope(values).check(nodes, into: &found)
        return found
    }

    /// - Parameter object: From ``ReplyValue/object(of:)``.
    func render(_ object: [String: Any]) -> String { compiled?.render(object) ?? source }

    private static func collect(_ nodes: [TemplateNode], sections: Bool, into found: inout Set<String>) {
        for node in nodes {
            switch node {
            case .variable(let name, _):
                if !name.path.isEmpty, name.path != "." { found.insert(name.path) }
            case .section(let name, _, _, let children):
                if sections, !name.path.isEmpty, name.path != "." { found.insert(name.path) }
                collect(children, sections: sections, into: &found)
            }
        }
    }
}

/// The values in reach at one place of a template.
private struct ReplyScope {
    private enum Frame {
        case values([String: ReplyValue])
        case text
    }

    private var frames: [Frame]
    /// Whether `{{index()}}` and its like mean something here.
    private var isItem = false

    init(_ values: [String: ReplyValue]) { frames = [.values(values)] }

    func check(_ nodes: [TemplateNode], into found: inout [String]) {
        for node in nodes {
            switch node {
            case .variable(let name, _): check(name, into: &found)
            case .section(let name, let inverted, _, let children):
                check(name, inverted: inverted, children, into: &found)
            }
        }
    }

    private func check(_ name: TemplateName, into found: inout [String]) {
        let isAnswered: Bool
        if name.path.isEmpty {
            isAnswered = isItem
        } else if name.path == "." {
            if case .text? = frames.last { isAnswered = true } else { isAnswered = false }
        } else {
            switch value(name.path) {
            case .text: isAnswered = name.transforms.allSatisfy(TemplateName.transformsOfText.contains)
            case .list: isAnswered = name.transforms.last == "count"
            case .flag, nil: isAnswered = false
            }
        }
        if !isAnswered, !found.contains(name.shown) { found.append(name.shown) }
    }

    private func check(
        _ name: TemplateName, inverted: Bool, _ children: [TemplateNode], into found: inout [String]
    ) {
        guard name.transforms.isEmpty else {
            if name.path.isEmpty, !isItem, !found.contains(name.shown) { found.append(name.shown) }
            return check(children, into: &found)
        }
        if name.path == "." { return check(children, into: &found) }
        let value = value(name.path)
        guard !inverted else {
            if value?.isShown != true { check(children, into: &found) }
            return
        }
        switch value {
        case .flag(true): check(children, into: &found)
        case .text(let text) where !text.isEmpty: entering(.text, isItem: false).check(children, into: &found)
        case .list(let items):
            for item in items { entering(.values(item), isItem: true).check(children, into: &found) }
        case .flag, .text, nil: break
        }
    }

    private func value(_ name: String) -> ReplyValue? {
        for case .values(let values) in frames.reversed() {
            if let value = values[name] { return value }
        }
        return nil
    }

    private func entering(_ frame: Frame, isItem: Bool) -> ReplyScope {
        var scope = self
        scope.frames.append(frame)
        scope.isItem = isItem
        return scope
    }
}

extension TemplateName {
    /// As the author wrote it.
    fileprivate var shown: String {
        transforms.reduce("") { $0 + $1 + "(" } + path + String(repeating: ")", count: transforms.count)
    }
}

/// Keeps a section with an empty text out, where Mustache would show it.
private struct EmptyText: MustacheCustomRenderable {
    var renderText: String { "" }
    var isNull: Bool { true }
}

extension ReplyValue {
    /// Whether `{{#name}}` shows its content.
    var isShown: Bool {
        switch self {
        case .text(let text): !text.isEmpty
        case .flag(let flag): flag
        case .list(let items): !items.isEmpty
        }
    }

    /// The shape that templates are rendered with.
    static func object(of values: [String: ReplyValue]) -> [String: Any] { values.mapValues(\.object) }

    private var object: Any {
        switch self {
        case .text(let text): text.isEmpty ? EmptyText() : text
        case .flag(let flag): flag
        case .list(let items): items.map(Self.object(of:))
        }
    }

    /// The same values as they stand in a button's payload.
    var encoded: ReplyValue {
        switch self {
        case .text(let text): .text(ButtonPayload.encoded(text))
        case .flag: self
        case .list(let items): .list(items.map { $0.mapValues(\.encoded) })
        }
    }
}
