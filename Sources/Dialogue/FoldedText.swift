import Core

/// A short text cut into words, each also without case and diacritics, for recognising commands and mentions.
struct FoldedText: Sendable, Equatable {
    struct Word: Sendable, Equatable {
        /// Lower case, without diacritics: `Hủy` → `huy`, `Đồng` → `dong`.
        var folded: String
        var original: String
        /// Whether punctuation other than a hyphen or an apostrophe stands between this word and the next.
        var endsPhrase = false

        var isCapitalised: Bool { original.unicodeScalars.first?.properties.isUppercase ?? false }
        var number: Int? { folded.utf8.count <= 6 ? Int(folded) : nil }
    }

    /// Texts are looked at up to here; nothing that a command needs stands later.
    private static let maximumWords = 300

    private(set) var words: [Word] = []
    /// The folded words with one space between them.
    private(set) var joined = ""
    let isQuestion: Bool

    init(_ text: String) {
        var original = String.UnicodeScalarView()
        var folded = String.UnicodeScalarView()
        var hasQuestionMark = false
        func close(_ words: inout [Word]) {
            guard !folded.isEmpty else { return }
            words.append(Word(folded: String(folded), original: String(original)))
            original = .init()
            folded = .init()
        }
        var found: [Word] = []
        for scalar in text.unicodeScalars.prefix(Limits.textScalars) where found.count < Self.maximumWords {
            if Folding.isMark(scalar) {
                if !folded.isEmpty { original.append(scalar) }
            } else if Folding.isWordPart(scalar) {
                original.append(scalar)
                folded.append(contentsOf: Folding.folded(scalar))
            } else {
                close(&found)
                if scalar == "?" { hasQuestionMark = true }
                if !scalar.properties.isWhitespace || scalar == "\n", scalar != "-", scalar != "'", !found.isEmpty {
                    found[found.count - 1].endsPhrase = true
                }
            }
        }
        close(&found)
        words = found
        joined = found.map(\.folded).joined(separator: " ")
        let padded = " " + joined + " "
        isQuestion = hasQuestionMark || Phrases.questionWords.contains { padded.contains(" " + $0 + " ") }
    }

    var isEmpty: Bool { words.isEmpty }
    var count: Int { words.count }

    /// Whether these folded words stand in the text, one after the other, on word boundaries.
    func contains(_ phrase: String) -> Bool { (" " + joined + " ").contains(" " + phrase + " ") }

    /// Whether the text starts with these folded words.
    func starts(with phrase: String) -> Bool { (joined + " ").hasPrefix(phrase + " ") }

    /// The folded text without words of politeness around it: "dạ cho em thoát ạ" → "thoat".
    var bare: String {
        var rest = words[...]
        while rest.count > 1, let first = rest.first, Phrases.politeBefore.contains(first.folded) { rest.removeFirst() }
        while rest.count > 1, let last = rest.last, Phrases.politeAfter.contains(last.folded) { rest.removeLast() }
        return rest.map(\.folded).joined(separator: " ")
    }
}

/// Folding of single scalars by a fixed table, so that it does not depend on the platform's collation.
enum Folding {
    private static let bases: [Unicode.Scalar: Unicode.Scalar] = {
        let groups: [(Unicode.Scalar, String)] = [
            ("a", "àáảãạăằắẳẵặâầấẩẫậ"), ("e", "èéẻẽẹêềếểễệ"), ("i", "ìíỉĩị"), ("o", "òóỏõọôồốổỗộơờớởỡợ"),
            ("u", "ùúủũụưừứửữự"), ("y", "ỳýỷỹỵ"), ("d", "đ"),
        ]
        var bases: [Unicode.Scalar: Unicode.Scalar] = [:]
        for (base, forms) in groups {
            for form in forms.unicodeScalars { bases[form] = base }
        }
        return bases
    }()

    static func isMark(_ scalar: Unicode.Scalar) -> Bool { (0x0300...0x036F).contains(scalar.value) }

    static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal
    }

    static func folded(_ scalar: Unicode.Scalar) -> String.UnicodeScalarView {
        var result = String.UnicodeScalarView()
        for lower in scalar.properties.lowercaseMapping.unicodeScalars where !isMark(lower) {
            result.append(bases[lower] ?? lower)
        }
        return result
    }

    static func folded(_ text: String) -> String { FoldedText(text).joined }
}
