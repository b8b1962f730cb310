/// Turns words as people type them into words as the training set writes them.
///
/// A word that the training set knows, or that is a number, stays. Otherwise the first rule that fits decides:
/// short forms, spelling (a possible syllable stays), leftovers of the Telex input method, two words glued together,
/// one slip of the finger.
struct Normaliser: Sendable {
    let vocabulary: Vocabulary
    let teencode: Teencode

    /// The words of `text`, folded and mended.
    func words(of text: PreparedText) -> Words {
        var words = Words(capacity: text.letters.count + 8, count: text.tokens.count + 4)
        for token in text.tokens { add(text.folded(token), token, to: &words) }
        return words
    }

    private func add(_ word: ArraySlice<UInt8>, _ token: PreparedText.Token, to words: inout Words) {
        let key = token.key.letters
        if token.isNumber || vocabulary.contains(key) { return words.append(word) }
        if let reading = teencode.reading(of: key) {
            for part in reading { words.append(part[...]) }
            return
        }
        if Syllables.shared.contains(key) { return words.append(word) }
        if let decoded = telex(word) { return words.append(decoded) }
        if let cut = split(word) {
            words.append(word[..<cut])
            return words.append(word[cut...])
        }
        if let number = vocabulary.nearest(to: word) { return words.append(vocabulary.word(number)) }
        words.append(word)
    }

    /// The known word that these keystrokes were meant to make ("truowngf" → "truong"); nil when there is none.
    func telex(_ typed: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard typed.count >= 2, typed.count <= Vocabulary.longestMended else { return nil }
        var end = typed.endIndex
        if let last = typed.last, Self.isToneKey(last) { end -= 1 }
        let first = Self.withoutShapeKeys(typed[..<end])
        if !first.isEmpty, vocabulary.contains(FNV.hash(first)) { return first }
        // Tone keys are also struck right after the vowel: "dduwowcj" and "dduwowjc".
        var second: [UInt8] = []
        var afterVowel = false
        for byte in first {
            if afterVowel, Self.isToneKey(byte) { continue }
            second.append(byte)
            afterVowel = Self.isVowel(byte)
        }
        guard second.count < first.count, vocabulary.contains(FNV.hash(second)) else { return nil }
        return second[...]
    }

    private static func withoutShapeKeys(_ typed: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var result: [UInt8] = []
        var previous: UInt8 = 0
        for byte in typed where byte != UInt8(ascii: "w") {
            switch byte {
            case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "o"), UInt8(ascii: "d"):
                if byte == previous {
                    previous = 0
                    continue
                }
            default: break
            }
            result.append(byte)
            previous = byte
        }
        return result[...]
    }

    private static func isToneKey(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "s"), UInt8(ascii: "f"), UInt8(ascii: "r"), UInt8(ascii: "x"), UInt8(ascii: "j"): true
        default: false
        }
    }

    private static func isVowel(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"),
            UInt8(ascii: "y"):
            true
        default: false
        }
    }

    /// Where to cut two glued words; the cut whose rarer word is the most frequent.
    func split(_ word: ArraySlice<UInt8>) -> Int? {
        guard word.count >= 4, word.count <= Vocabulary.longestMended else { return nil }
        var best: Int?
        var bestCount: Int32 = 0
        var head = FNV()
        head.add(word[word.startIndex])
        for cut in word.startIndex + 2...word.endIndex - 2 {
            head.add(word[cut - 1])
            let left = vocabulary.count(of: head.value)
            guard left > bestCount else { continue }
            let count = min(left, vocabulary.count(of: FNV.hash(word[cut...])))
            if count > bestCount {
                best = cut
                bestCount = count
            }
        }
        return best
    }
}

/// Folded words, one after the other in one buffer.
struct Words: Sendable {
    private(set) var letters: [UInt8] = []
    private(set) var ranges: [Range<Int>] = []

    init(capacity: Int, count: Int) {
        letters.reserveCapacity(capacity)
        ranges.reserveCapacity(count)
    }

    mutating func append(_ word: ArraySlice<UInt8>) {
        let start = letters.count
        letters.append(contentsOf: word)
        ranges.append(start..<letters.count)
    }

    /// For tests and traces.
    var strings: [String] { ranges.map { String(decoding: letters[$0], as: UTF8.self) } }
}

/// Short forms of chat and their readings, both folded.
struct Teencode: Sendable {
    private let index: HashIndex
    private let readings: [[[UInt8]]]

    init(_ table: [String: String] = [:]) {
        var index = HashIndex()
        var readings: [[[UInt8]]] = []
        // Sorted, because a dictionary's own order changes from process to process.
        for (short, reading) in table.sorted(by: {
            $0.key.unicodeScalars.lexicographicallyPrecedes($1.key.unicodeScalars)
        }) {
            let typed = PreparedText(short)
            let meant = PreparedText(reading)
            guard let token = typed.tokens.first, typed.tokens.count == 1, !meant.tokens.isEmpty else { continue }
            if index.insert(token.key.letters) == readings.count {
                readings.append(meant.tokens.map { Array(meant.folded($0)) })
            }
        }
        self.index = index
        self.readings = readings
    }

    func reading(of key: UInt64) -> [[UInt8]]? { index.position(of: key).map { readings[$0] } }

    /// Part of what a model depends on.
    func add(to hash: inout FNV) {
        for key in index.keys { hash.add(word: key) }
        for reading in readings {
            for word in reading {
                hash.add(word)
                hash.add(UInt8(0))
            }
            hash.add(UInt8(1))
        }
    }
}
