/// Reads the part of Mustache that replies may use: variables, sections, inverted sections and comments.
struct TemplateScanner {
    private struct Open {
        var name: TemplateName
        var written: String
        var inverted: Bool
        var line: Int
        var children: [TemplateNode] = []
    }

    /// Sections within sections; more than any reply needs.
    private static let maximumDepth = 8

    private var rest: Substring.UnicodeScalarView
    private var line = 0
    private var root: [TemplateNode] = []
    private var open: [Open] = []

    static func nodes(of text: String) throws(TemplateFault) -> [TemplateNode] {
        var scanner = TemplateScanner(rest: Substring(text).unicodeScalars)
        return try scanner.scan()
    }

    private init(rest: Substring.UnicodeScalarView) { self.rest = rest }

    private mutating func scan() throws(TemplateFault) -> [TemplateNode] {
        while let scalar = rest.popFirst() {
            if scalar == "\n" { line += 1 }
            guard scalar == "{", rest.first == "{" else { continue }
            rest.removeFirst()
            try tag()
        }
        if let unclosed = open.last {
            throw TemplateFault(
                line: unclosed.line, message: "The section '{{#\(unclosed.written)}}' is not closed.",
                mend: "Write '{{/\(unclosed.written)}}' where the section ends.")
        }
        return root
    }

    private mutating func tag() throws(TemplateFault) {
        let start = line
        var content = String.UnicodeScalarView()
        while true {
            guard let scalar = rest.popFirst() else {
                throw TemplateFault(
                    line: start, message: "'{{' is not closed.", mend: "Write '}}' after the placeholder's name.")
            }
            if scalar == "}", rest.first == "}" {
                rest.removeFirst()
                break
            }
            if scalar == "\n" { line += 1 }
            content.append(scalar)
        }
        let text = String(content)
        switch content.first {
        case "!": return
        case "{":
            throw TemplateFault(
                line: start, message: "Three braces are not used here.",
                mend: "Write two braces, '{{name}}'; texts are never escaped.")
        case "&", ">", "<", "$", "=", "%":
            throw TemplateFault(
                line: start, message: "'{{\(text)}}' is a kind of tag that replies do not have.",
                mend: "Use only '{{name}}', '{{#name}}…{{/name}}', '{{^name}}…{{/name}}' and '{{! remark}}'.")
        case "#", "^":
            let written = Self.trimmed(content.dropFirst())
            let name = try self.name(written, at: start)
            guard open.count < Self.maximumDepth else {
                throw TemplateFault(
                    line: start, message: "Sections stand more than \(Self.maximumDepth) deep in each other.",
                    mend: "Split the reply into several keys.")
            }
            open.append(Open(name: name, written: written, inverted: content.first == "^", line: start))
        case "/":
            let written = Self.trimmed(content.dropFirst())
            guard let section = open.popLast() else {
                throw TemplateFault(
                    line: start, message: "'{{/\(written)}}' closes a section that was not opened.",
                    mend: "Remove it, or write '{{#\(written)}}' where the section starts.")
            }
            guard section.written == written else {
                throw TemplateFault(
                    line: start, message: "'{{/\(written)}}' stands where '{{/\(section.written)}}' is needed.",
                    mend: "Close the section '\(section.written)' first.")
            }
            append(.section(section.name, inverted: section.inverted, line: section.line, section.children))
        default:
            append(.variable(try name(Self.trimmed(content[...]), at: start), line: start))
        }
    }

    private mutating func append(_ node: TemplateNode) {
        if open.isEmpty {
            root.append(node)
        } else {
            open[open.count - 1].children.append(node)
        }
    }

    private func name(_ written: String, at line: Int) throws(TemplateFault) -> TemplateName {
        var rest = Substring(written)
        var transforms: [String] = []
        while let bracket = rest.firstIndex(of: "(") {
            let transform = String(rest[..<bracket])
            guard TemplateName.allTransforms.contains(transform), rest.last == ")" else {
                throw TemplateFault(
                    line: line, message: "'\(transform)(…)' is not known.",
                    mend: Suggestion.mend(
                        for: transform, among: TemplateName.allTransforms,
                        else: "Use one of \(TemplateName.allTransforms.sorted().joined(separator: ", "))."))
            }
            transforms.append(transform)
            rest = rest[rest.index(after: bracket)...].dropLast()
        }
        let path = String(rest)
        let isPlace = path.isEmpty && transforms.last.map(TemplateName.transformsOfPlace.contains) == true
        guard isPlace || path == "." || Self.isName(path) else {
            throw TemplateFault(
                line: line, message: "'{{\(written)}}' is not a placeholder's name.",
                mend: "Use letters without accents, digits and '_', for example '{{child_name}}'.")
        }
        return TemplateName(path: path, transforms: transforms)
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first == UInt8(ascii: "_") || isLetter(first) else { return false }
        return text.utf8.allSatisfy { isLetter($0) || $0 == UInt8(ascii: "_") || (48...57).contains($0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte) || (65...90).contains(byte) }

    private static func trimmed(_ scalars: Substring.UnicodeScalarView) -> String {
        String(String.UnicodeScalarView(scalars.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()))
    }
}
