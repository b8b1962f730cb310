import Core

/// A short text cut into words, each also without case and diacritics, for recognising commands and mentions.
struct FoldedText: Sendable, Equatable {
    struct Word: Sendable, Equatable {
        /// Lower case, without diacritics: `Hủy` → `huy`, `Đồng` → `dong`.
        var folded: String
        var original: String
        /// The accents in a fixed order, wherever they stand in the word: equal for "hủy" and "huỷ", not for "đúng"
        /// and "dừng". Empty for a word that was written without any.
        var marks: [Unicode.Scalar] = []
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
        var marks: [Unicode.Scalar] = []
        var hasQuestionMark = false
        func close(_ words: inout [Word]) {
            guard !folded.isEmpty else { return }
            words.append(Word(folded: String(folded), original: String(original), marks: marks.sorted()))
            original = .init()
            folded = .init()
            marks = []
        }
        var found: [Word] = []
        for scalar in text.unicodeScalars.prefix(Limits.textScalars) where found.count < Self.maximumWords {
            if Folding.isMark(scalar) {
                guard !folded.isEmpty else { continue }
                original.append(scalar)
                Folding.fold(scalar, into: &folded, &marks)
            } else if Folding.isWordPart(scalar) {
                original.append(scalar)
                Folding.fold(scalar, into: &folded, &marks)
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
        let asksAtTheEnd = found.count >= 3 && (found.last.map { Phrases.questionEnds.contains($0.folded) } ?? false)
        isQuestion =
            hasQuestionMark || asksAtTheEnd || Phrases.questionWords.contains { [joined] in Self.stands($0, in: joined) }
    }

    /// Looks for bytes, from word to word: this runs for every message while the database waits, and comparing characters
    /// took a quarter of that time.
    private static func stands(_ phrase: String, in joined: String) -> Bool {
        var joined = joined
        var phrase = phrase
        return joined.withUTF8 { text in
            phrase.withUTF8 { phrase in
                let space = UInt8(ascii: " ")
                var start = 0
                while start + phrase.count <= text.count {
                    let end = start + phrase.count
                    if end == text.count || text[end] == space, text[start..<end].elementsEqual(phrase) { return true }
                    guard let next = text[start...].firstIndex(of: space) else { return false }
                    start = next + 1
                }
                return false
            }
        }
    }

    var isEmpty: Bool { words.isEmpty }
    var count: Int { words.count }

    /// Whether these folded words stand in the text, one after the other, on word boundaries.
    func contains(_ phrase: String) -> Bool { Self.stands(phrase, in: joined) }

    /// Whether a phrase's words stand in the text with the same accents, or without any.
    func contains(_ phrase: FoldedText) -> Bool {
        guard !phrase.isEmpty, count >= phrase.count else { return false }
        return (0...(count - phrase.count)).contains { start in
            zip(words[start...], phrase.words).allSatisfy {
                $0.folded == $1.folded && ($0.marks.isEmpty || $0.marks == $1.marks)
            }
        }
    }

    /// Whether the text starts with these folded words.
    func starts(with phrase: String) -> Bool { (joined + " ").hasPrefix(phrase + " ") }

    /// The folded text without words of politeness around it: "dạ cho em thoát ạ" → "thoat".
    var bare: String { bareWords.map(\.folded).joined(separator: " ") }

    private var bareWords: ArraySlice<Word> {
        var rest = words[...]
        while rest.count > 1, let first = rest.first, Phrases.politeBefore.contains(first.folded) { rest.removeFirst() }
        while rest.count > 1, let last = rest.last, Phrases.politeAfter.contains(last.folded) { rest.removeLast() }
        return rest
    }

    /// Whether the whole text, politeness aside, is one of the phrases: with the same accents, or without any.
    func isOne(of phrases: PhraseSet) -> Bool { phrases.contains(words[...]) || phrases.contains(bareWords) }
}

/// Folding of single scalars by a fixed table, so that it does not depend on the platform's collation.
enum Folding {
    private struct Letter {
        var base: Unicode.Scalar
        /// Tone 1…5 (huyền, sắc, hỏi, ngã, nặng) and shape (b ă, c â ê ô, h ơ ư, d đ).
        var marks: [Unicode.Scalar]
    }

    private static let letters: [Unicode.Scalar: Letter] = {
        // Each row: the letter without tone, then with the five tones.
        let rows: [(Unicode.Scalar, Unicode.Scalar?, String)] = [
            ("a", nil, "aàáảãạ"), ("a", "b", "ăằắẳẵặ"), ("a", "c", "âầấẩẫậ"), ("e", nil, "eèéẻẽẹ"),
            ("e", "c", "êềếểễệ"),
            ("i", nil, "iìíỉĩị"), ("o", nil, "oòóỏõọ"), ("o", "c", "ôồốổỗộ"), ("o", "h", "ơờớởỡợ"),
            ("u", nil, "uùúủũụ"),
            ("u", "h", "ưừứửữự"), ("y", nil, "yỳýỷỹỵ"), ("d", "d", "đ"),
        ]
        let tones: [Unicode.Scalar?] = [nil, "1", "2", "3", "4", "5"]
        var letters: [Unicode.Scalar: Letter] = [:]
        for (base, shape, forms) in rows {
            for (form, tone) in zip(forms.unicodeScalars, tones) {
                letters[form] = Letter(base: base, marks: [shape, tone].compactMap { $0 })
            }
        }
        return letters
    }()

    private static let combining: [Unicode.Scalar: Unicode.Scalar] = [
        "\u{300}": "1", "\u{301}": "2", "\u{309}": "3", "\u{303}": "4", "\u{323}": "5", "\u{306}": "b", "\u{302}": "c",
        "\u{31B}": "h",
    ]

    static func isMark(_ scalar: Unicode.Scalar) -> Bool { (0x0300...0x036F).contains(scalar.value) }

    static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal
    }

    /// Appends a scalar's letters without case and accents to `word`, and its accents to `marks`.
    static func fold(
        _ scalar: Unicode.Scalar, into word: inout String.UnicodeScalarView, _ marks: inout [Unicode.Scalar]
    ) {
        if isMark(scalar) {
            if let mark = combining[scalar] { marks.append(mark) }
            return
        }
        for lower in scalar.properties.lowercaseMapping.unicodeScalars where !isMark(lower) {
            if let letter = letters[lower] {
                word.append(letter.base)
                marks += letter.marks
            } else {
                word.append(lower)
            }
        }
    }

    static func folded(_ text: String) -> String { FoldedText(text).joined }
}
