import Core

/// The words of a text as triage reads them: short forms written out, evasions undone.
///
/// "k" is không, "đánhhh" is đánh, "t.ự t.ử" is tự tử, "d@o" is dao, "ch3t" is chết, "bij" may be bị. Every word
/// keeps the place of what was typed.
struct TriageWords: WordSequence {
    struct Word {
        var key: WordKey
        /// Another reading of the same letters.
        var alternate: WordKey?
        var start: Int
        var end: Int
        var breaksBefore: Bool
        var pausesBefore = false
    }

    private(set) var words: [Word] = []

    var count: Int { words.count }

    func letters(of index: Int) -> (UInt64, UInt64) {
        let word = words[index]
        return (word.key.letters, word.alternate?.letters ?? word.key.letters)
    }

    func agreement(of index: Int, with written: WordKey) -> WordKey.Agreement? {
        words[index].key.agrees(with: written, relaxed: true)
            ?? words[index].alternate?.agrees(with: written, relaxed: true)
    }

    func breaks(before index: Int) -> Bool { words[index].breaksBefore }

    func pauses(before index: Int) -> Bool { words[index].pausesBefore }

    init(_ text: PreparedText, teencode: Teencode) {
        words.reserveCapacity(text.tokens.count)
        var index = 0
        while index < text.tokens.count {
            let token = text.tokens[index]
            let isBreak = token.gap == .sentence || token.gap == .start
            if let (joined, next) = Self.joined(text, from: index) {
                words.append(
                    Word(key: joined, start: token.start, end: text.tokens[next - 1].end, breaksBefore: isBreak))
                index = next
                continue
            }
            append(token, of: text, teencode, isBreak)
            index += 1
        }
    }

    private mutating func append(
        _ token: PreparedText.Token, of text: PreparedText, _ teencode: Teencode, _ isBreak: Bool
    ) {
        var word = Word(key: token.key, start: token.start, end: token.end, breaksBefore: isBreak)
        word.pausesBefore = token.gap == .clause
        if !token.key.isMarked || token.key.isAtMostStroked, let reading = teencode.reading(of: token.key.letters) {
            for (number, part) in reading.enumerated() {
                word.key = WordKey(letters: FNV.hash(part))
                word.alternate = number == 0 && reading.count == 1 ? token.key : nil
                words.append(word)
                word.breaksBefore = false
                word.pausesBefore = false
            }
            return
        }
        if token.key.isMarked, let reading = teencode.reading(of: token.key.letters), reading.count == 1, let part = reading.first {
            // "mún" is also muốn; what was typed stays possible.
            word.alternate = WordKey(letters: FNV.hash(part))
        } else if !Syllables.shared.contains(token.key.letters), !token.isNumber {
            word.alternate = Self.mended(text, token)
        }
        words.append(word)
    }

    // MARK: Evasions

    /// Short words pulled apart by marks: "t.ự", "d-a-o", "d@o". Nil when the parts are words of their own.
    private static func joined(_ text: PreparedText, from first: Int) -> (WordKey, next: Int)? {
        let tokens = text.tokens
        guard tokens[first].letters.count <= 3, first + 1 < tokens.count, case .mark = tokens[first + 1].gap else {
            return nil
        }
        var scalars = Self.scalars(text, tokens[first])
        var best: (WordKey, next: Int)?
        var hasFragment = isFragment(tokens[first])
        var index = first + 1
        while index < tokens.count, case .mark(let mark) = tokens[index].gap, !tokens[index].hasDigit {
            switch mark {
            case UInt8(ascii: "@"): scalars.append("a")
            case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "*"), UInt8(ascii: "~"),
                UInt8(ascii: "'"), UInt8(ascii: "|"):
                break
            default: return best
            }
            scalars += Self.scalars(text, tokens[index])
            guard scalars.count <= 7 else { break }
            hasFragment = hasFragment || isFragment(tokens[index])
            index += 1
            if hasFragment, let key = syllable(scalars) { best = (key, index) }
        }
        return best
    }

    private static func isFragment(_ token: PreparedText.Token) -> Bool {
        token.letters.count <= 2 && !Syllables.shared.contains(token.key.letters) || token.letters.count == 1
    }

    /// Letters held down, digits for letters, keystrokes of an input method.
    private static func mended(_ text: PreparedText, _ token: PreparedText.Token) -> WordKey? {
        guard token.letters.count <= Vocabulary.longestMended else { return nil }
        let typed = scalars(text, token)
        if token.hasDigit { return syllable(typed.map(letter)) }
        var single: [Unicode.Scalar] = []
        for scalar in typed where single.last != scalar { single.append(scalar) }
        if single.count < typed.count, let key = syllable(single) { return key }
        // Telex: a tone key at the end, w and doubled letters for shapes.
        guard !token.key.isMarked else { return nil }
        var keys = single.filter { $0 != "w" && $0 != "W" }
        if let last = keys.last, "sfrxjSFRXJ".unicodeScalars.contains(last) { keys.removeLast() }
        return keys.count < typed.count ? syllable(keys) : nil
    }

    private static func letter(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "0": "o"
        case "1": "i"
        case "3": "e"
        case "4": "a"
        default: scalar
        }
    }

    private static func syllable(_ scalars: [Unicode.Scalar]) -> WordKey? {
        guard let token = PreparedText(scalars).tokens.first, token.letters.count > 1,
            Syllables.shared.contains(token.key.letters)
        else { return nil }
        return token.key
    }

    private static func scalars(_ text: PreparedText, _ token: PreparedText.Token) -> [Unicode.Scalar] {
        let range = (token.start - text.offset..<token.end - text.offset).clamped(to: 0..<text.scalars.count)
        return Array(text.scalars[range])
    }
}
