import Yams

/// A parser's complaint in an author's words.
struct YAMLFault {
    private let line: Int
    private let message: String
    private let mend: String

    init(_ error: YamlError, in text: String) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
            let known = Self.words(for: problem)
            // Where a quotation or a key began says more than where the parser gave up.
            line = known.isToldAtStart ? context?.mark.line ?? mark.line : mark.line
            (message, mend) = (known.message, known.mend)
        case .composer(_, let problem, let mark, _):
            line = mark.line
            let known = Self.words(for: problem)
            (message, mend) = (known.message, known.mend)
        case .duplicatedKeysInMapping(let duplicates, let context):
            let key = duplicates.first ?? ""
            line = Self.secondLine(of: key, after: context.mark, in: text)
            message = "The key '\(key)' stands here for the second time (first in line \(context.mark.line))."
            mend = "Keep one of the two, or give this one another name."
        default:
            line = 1
            message = "The file cannot be read as YAML."
            mend = "Compare it with a file that works."
        }
    }

    func tell(_ file: String, _ problems: inout Problems) {
        problems.error(file, max(1, line), message, mend: mend)
    }

    private struct Words {
        var message: String
        var mend: String
        var isToldAtStart = false
    }

    private static func words(for problem: String) -> Words {
        if problem.contains("nesting level") {
            return Words(
                message: "Values stand too deep in each other.", mend: "Check the brackets and the indentation.")
        }
        if problem.contains("mapping values are not allowed") {
            return Words(
                message: "A ':' stands where none is expected.",
                mend: "Put the text in quotation marks, or indent this line like its neighbours.")
        }
        if problem.contains("could not find expected ':'") {
            return Words(
                message: "A 'key:' is expected here, and there is no ':'.",
                mend: "Write ': ' after the key, or indent the line so that it belongs to the text above.",
                isToldAtStart: true)
        }
        if problem.contains("unexpected end of stream") {
            return Words(
                message: "A quotation mark is opened and not closed.", mend: "Close it at the end of the text.",
                isToldAtStart: true)
        }
        if problem.contains("cannot start any token") || problem.contains("tab character") {
            return Words(
                message: "The line begins with a character that YAML does not allow there, perhaps a tab.",
                mend: "Indent with spaces only; put texts that begin with @, %, ` or a tab in quotation marks.")
        }
        if problem.contains("unknown escape character") {
            return Words(
                message: "A '\\' in double quotation marks begins no known escape.",
                mend: "Write '\\\\', or use single quotation marks.")
        }
        if problem.contains("',' or ']'") || problem.contains("',' or '}'") {
            return Words(
                message: "A bracket is opened and not closed.",
                mend: "Close it, or put a text that begins with '[' or '{' in quotation marks.", isToldAtStart: true)
        }
        if problem.contains("undefined alias") {
            return Words(
                message: "A text begins with '*', which YAML reads as a reference.", mend: "Put it in quotation marks.")
        }
        if problem.contains("another document") {
            return Words(message: "A second document begins here.", mend: "Remove the line '---', or split the file.")
        }
        if problem.contains("expected") {
            return Words(
                message: "The line does not fit the lines above it.",
                mend: "Indent it like its neighbours, with spaces only; lists need '- ', keys need ': '.")
        }
        return Words(
            message: "The file cannot be read as YAML (\(problem)).",
            mend: "Check quotation marks, brackets and indentation around this line.")
    }

    private static func secondLine(of key: String, after first: Mark, in text: String) -> Int {
        let indent = max(0, first.column - 1)
        let lines = text.unicodeScalars.split(omittingEmptySubsequences: false) { $0 == "\n" }
        for (index, line) in lines.enumerated().dropFirst(first.line) {
            // A list's dash takes the place of a space.
            guard line.count > indent, line.prefix(indent).allSatisfy({ $0 == " " || $0 == "-" }) else { continue }
            let rest = String(String.UnicodeScalarView(line.dropFirst(indent)))
            if [key, "\"\(key)\"", "'\(key)'"].contains(where: { rest.dropping(prefix: $0)?.first == ":" }) {
                return index + 1
            }
        }
        return max(1, first.line)
    }
}
