/// The folded words of the training set with their counts, and what is one slip away from them.
struct Vocabulary: Sendable {
    /// FNV over the folded word → number.
    private(set) var index = HashIndex()
    private(set) var counts: [Int32] = []
    /// All words, one after the other.
    private(set) var letters: [UInt8] = []
    /// Where word n ends in `letters`; it begins where the one before ends.
    private(set) var ends: [Int32] = []

    /// Words by what is left of them without one letter.
    private var shortened = HashIndex()
    private var shortenedStarts: [Int32] = []
    private var shortenedWords: [Int32] = []

    /// Longer words are names of files, keyboard slides and the like: not worth mending, and costly to try.
    static let longestMended = 24

    init() {}

    /// Counts the words of `texts`.
    init(texts: [PreparedText]) {
        for text in texts {
            for token in text.tokens { count(text.folded(token), key: token.key.letters, 1) }
        }
        indexShortened()
    }

    /// From the parts that a model file holds; nil when they do not fit together.
    init?(counts: [Int32], letters: [UInt8], ends: [Int32]) {
        guard counts.count == ends.count else { return nil }
        var start = 0
        for (word, end) in ends.enumerated() {
            guard Int(end) > start, Int(end) <= letters.count else { return nil }
            let slice = letters[start..<Int(end)]
            count(slice, key: FNV.hash(slice), counts[word])
            start = Int(end)
        }
        guard index.count == counts.count, start == letters.count else { return nil }
        indexShortened()
    }

    private mutating func count(_ word: ArraySlice<UInt8>, key: UInt64, _ times: Int32) {
        let number = index.insert(key)
        if number == counts.count {
            counts.append(0)
            letters.append(contentsOf: word)
            ends.append(Int32(truncatingIfNeeded: letters.count))
        }
        counts[number] = counts[number].addingReportingOverflow(times).partialValue
    }

    func contains(_ key: UInt64) -> Bool { index.position(of: key) != nil }

    func count(of key: UInt64) -> Int32 { index.position(of: key).map { counts[$0] } ?? 0 }

    func word(_ number: Int) -> ArraySlice<UInt8> {
        let start = number == 0 ? 0 : Int(ends[number - 1])
        return letters[start..<Int(ends[number])]
    }

    private mutating func indexShortened() {
        var pairs: [(key: UInt64, word: Int32)] = []
        for number in 0..<counts.count {
            let word = word(number)
            guard word.count >= 2, word.count <= Self.longestMended else { continue }
            var previous: UInt8?
            for skipped in word.indices {
                // Of a doubled letter it does not matter which one is left out.
                defer { previous = word[skipped] }
                if previous == word[skipped] { continue }
                pairs.append((Self.key(of: word, without: skipped), Int32(truncatingIfNeeded: number)))
            }
        }
        pairs.sort { ($0.key, $0.word) < ($1.key, $1.word) }
        shortened = HashIndex(keys: [])
        shortenedStarts = []
        shortenedWords = []
        shortenedWords.reserveCapacity(pairs.count)
        for pair in pairs {
            if shortened.insert(pair.key) == shortenedStarts.count {
                shortenedStarts.append(Int32(truncatingIfNeeded: shortenedWords.count))
            }
            shortenedWords.append(pair.word)
        }
        shortenedStarts.append(Int32(truncatingIfNeeded: shortenedWords.count))
    }

    private static func key(of word: ArraySlice<UInt8>, without skipped: Int) -> UInt64 {
        var hash = FNV()
        hash.add(word[..<skipped])
        hash.add(word[(skipped + 1)...])
        return hash.value
    }

    /// The likeliest word one insertion, deletion, substitution or transposition away.
    ///
    /// Likelier are frequent words, four times so with the same letters, twice so with the same first letter;
    /// equals are decided by the alphabet.
    func nearest(to typed: ArraySlice<UInt8>) -> Int? {
        guard typed.count >= 3, typed.count <= Self.longestMended else { return nil }
        var best: Int?
        var bestWeight: Int64 = 0
        func consider(_ number: Int) {
            let word = word(number)
            guard Self.isOneSlip(typed, word) else { return }
            var weight = Int64(counts[number])
            if Self.haveSameLetters(typed, word) { weight *= 4 }
            if typed.first == word.first { weight *= 2 }
            guard weight >= bestWeight else { return }
            if weight == bestWeight, let best, self.word(best).lexicographicallyPrecedes(word) { return }
            best = number
            bestWeight = weight
        }
        func considerShortened(_ key: UInt64) {
            guard let entry = shortened.position(of: key) else { return }
            for place in Int(shortenedStarts[entry])..<Int(shortenedStarts[entry + 1]) {
                consider(Int(shortenedWords[place]))
            }
        }
        considerShortened(FNV.hash(typed))
        for skipped in typed.indices {
            let key = Self.key(of: typed, without: skipped)
            if let number = index.position(of: key) { consider(number) }
            considerShortened(key)
        }
        return best
    }

    static func isOneSlip(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Bool {
        if a.count < b.count { return isOneSlip(b, a) }
        guard a.count - b.count <= 1 else { return false }
        var x = a
        var y = b
        while let first = x.first, first == y.first {
            x.removeFirst()
            y.removeFirst()
        }
        while let last = x.last, last == y.last {
            x.removeLast()
            y.removeLast()
        }
        switch (x.count, y.count) {
        case (1, 0), (1, 1): return true
        case (2, 2): return x.first == y.last && x.last == y.first
        default: return false
        }
    }

    private static func haveSameLetters(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Bool {
        a.count == b.count && a.sorted() == b.sorted()
    }
}
