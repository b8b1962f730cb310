import FoundationEssentials

/// Takes Rasa's entity annotations out of an example's text.
struct AnnotationReader {
    /// What is wrong with an annotation.
    struct Fault: Error, Equatable {
        var message: String
        var mend: String
    }

    private(set) var text = String.UnicodeScalarView()
    private(set) var annotations: [Annotation] = []
    /// Square brackets that stayed in the text although they look like an annotation.
    private(set) var doubt: Fault?

    init(_ line: some StringProtocol) throws(Fault) {
        let scalars = Array(line.unicodeScalars)
        var index = 0
        while index < scalars.count {
            guard scalars[index] == "[", let close = Self.index(of: "]", in: scalars, after: index), close > index + 1
            else {
                text.append(scalars[index])
                index += 1
                continue
            }
            let next = close + 1 < scalars.count ? scalars[close + 1] : " "
            switch next {
            case "(", "{", "[":
                let start = text.count
                text.append(contentsOf: scalars[(index + 1)..<close])
                index = try read(next, scalars, at: close + 1, span: start..<text.count)
            default:
                if close + 2 < scalars.count, next == " ", scalars[close + 2] == "(" || scalars[close + 2] == "{" {
                    doubt = Fault(
                        message: "'[…] (…)' with a space between is not an annotation; it stays in the text.",
                        mend: "Remove the space, or the square brackets.")
                }
                text.append(contentsOf: scalars[index...close])
                index = close + 1
            }
        }
    }

    /// - Returns: The index after the annotation.
    private mutating func read(_ kind: Unicode.Scalar, _ scalars: [Unicode.Scalar], at open: Int, span: Range<Int>)
        throws(Fault) -> Int
    {
        let closing: Unicode.Scalar = kind == "(" ? ")" : kind == "{" ? "}" : "]"
        guard let close = Self.index(of: closing, in: scalars, after: open) else {
            throw Fault(
                message: "An annotation '[…]\(kind)' is not closed.", mend: "Write '\(closing)' after the entity.")
        }
        let content = Self.string(scalars[(open + 1)..<close])
        switch kind {
        case "(":
            let parts = content.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            try add(Described(entity: String(parts[0]), value: parts.count > 1 ? String(parts[1]) : nil), span)
        case "{": try add(Self.described("{" + content + "}"), span)
        default:
            guard let list = try? JSONDecoder().decode([Described].self, from: Data(("[" + content + "]").utf8)),
                !list.isEmpty
            else { throw Self.notJSON }
            for described in list { try add(described, span) }
        }
        return close + 1
    }

    private mutating func add(_ described: Described, _ span: Range<Int>) throws(Fault) {
        if let unknown = described.unknownKey {
            throw Fault(
                message: "An annotation has no key '\(unknown)'.",
                mend: Suggestion.mend(
                    for: unknown, among: Described.keys, else: "Use only entity, role, group and value."))
        }
        guard let entity = described.entity, !entity.isEmpty,
            !entity.unicodeScalars.contains(where: { $0.properties.isWhitespace })
        else {
            throw Fault(
                message: "An annotation does not name its entity.",
                mend: "Write '[text](entity)' or '[text]{\"entity\": \"name\"}', the name without spaces.")
        }
        annotations.append(
            Annotation(
                start: span.lowerBound, end: span.upperBound, entity: entity, value: described.value,
                role: described.role, group: described.group))
    }

    private static let notJSON = Fault(
        message: "What stands in the braces after '[…]' is not JSON.",
        mend: "Write '{\"entity\": \"name\", \"value\": \"…\"}' with double quotation marks.")

    private static func described(_ json: String) throws(Fault) -> Described {
        do {
            return try JSONDecoder().decode(Described.self, from: Data(json.utf8))
        } catch {
            throw notJSON
        }
    }

    private static func index(of scalar: Unicode.Scalar, in scalars: [Unicode.Scalar], after index: Int) -> Int? {
        scalars[(index + 1)...].firstIndex(of: scalar)
    }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}

/// The braces of `[…]{"entity": …}`.
private struct Described: Decodable {
    static let keys = ["entity", "role", "group", "value"]

    var entity: String?
    var value: String?
    var role: String?
    var group: String?
    var unknownKey: String?

    init(entity: String?, value: String?) {
        self.entity = entity
        self.value = value
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.singleValueContainer().decode([String: Loose].self)
        entity = fields["entity"]?.text
        value = fields["value"]?.text
        role = fields["role"]?.text
        group = fields["group"]?.text
        unknownKey = fields.keys.sorted().first { !Self.keys.contains($0) }
    }

    /// A text, number or truth value, as text.
    private struct Loose: Decodable {
        let text: String?

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                text = nil
            } else if let string = try? container.decode(String.self) {
                text = string
            } else if let flag = try? container.decode(Bool.self) {
                text = String(flag)
            } else if let number = try? container.decode(Int.self) {
                text = String(number)
            } else {
                text = String(try container.decode(Double.self))
            }
        }
    }
}
