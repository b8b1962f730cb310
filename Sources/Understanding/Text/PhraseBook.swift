/// Many phrases, found in a text in one pass over its words.
///
/// A phrase matches on word boundaries with its own marks, or typed without them; a word that is typed with other
/// marks is another word and never matches.
struct PhraseBook: Sendable {
    struct Phrase: Sendable {
        var words: [WordKey]
        /// How many other words may stand before word n; empty when none may anywhere.
        var slack: [Int] = []
        /// The caller's number for it.
        var owner: Int
    }

    struct Match: Sendable {
        var phrase: Int
        /// In words of the searched sequence.
        var words: Range<Int>
        /// How many of its words were typed without the marks that they have.
        var bareWords: Int
    }

    private(set) var phrases: [Phrase] = []
    /// By the first word's letters: phrases, the longest first.
    private var firsts = HashIndex()
    private var byFirst: [[Int32]] = []
    /// Beside each of them the letters of its second word; 0 where other words may stand before that, or where there is none.
    private var seconds: [[UInt64]] = []

    init(_ phrases: [Phrase] = []) {
        self.phrases = phrases.filter { !$0.words.isEmpty }
        for (number, phrase) in self.phrases.enumerated() {
            guard let first = phrase.words.first else { continue }
            let entry = firsts.insert(first.letters)
            if entry == byFirst.count { byFirst.append([]) }
            byFirst[entry].append(Int32(truncatingIfNeeded: number))
        }
        for entry in byFirst.indices {
            byFirst[entry].sort {
                let (left, right) = (self.phrases[Int($0)].words.count, self.phrases[Int($1)].words.count)
                return left != right ? left > right : $0 < $1
            }
        }
        seconds = byFirst.map { numbers in
            numbers.map { number in
                let phrase = self.phrases[Int(number)]
                return phrase.words.count < 2 || (phrase.slack.count > 1 && phrase.slack[1] > 0) ? 0 : phrase.words[1].letters
            }
        }
    }

    /// The words of `text` as a phrase needs them.
    static func words(of text: String) -> [WordKey] { PreparedText(text).tokens.map(\.key) }

    var isEmpty: Bool { phrases.isEmpty }

    /// Calls `visit` for each phrase that begins at word `start`, the longest first.
    /// - Parameters:
    ///   - letters: the folded key of word `start`.
    ///   - words: what the phrases are looked for in.
    @inline(__always)
    func visit(at start: Int, letters: UInt64, in words: some WordSequence, _ visit: (Match) -> Void) {
        guard let entry = firsts.position(of: letters) else { return }
        let next = start + 1 < words.count ? words.letters(of: start + 1) : (0, 0)
        for (number, second) in zip(byFirst[entry], seconds[entry]) {
            // Most phrases end here, without being looked at.
            if second != 0, second != next.0, second != next.1 { continue }
            var bare = 0
            guard let end = end(phrases[Int(number)], from: 0, at: start, in: words, bare: &bare) else { continue }
            visit(Match(phrase: Int(number), words: start..<end, bareWords: bare))
        }
    }

    /// Where a phrase ends when its word `index` stands at `place` or, as slack allows, a little later.
    private func end(
        _ phrase: Phrase, from index: Int, at place: Int, in words: some WordSequence, bare: inout Int
    ) -> Int? {
        guard index < phrase.words.count else { return place }
        let slack = index < phrase.slack.count ? phrase.slack[index] : 0
        for here in place...place + slack {
            guard here < words.count, index == 0 || !words.breaks(before: here) else { return nil }
            // Skipped words stay within their clause.
            if slack > 0, words.pauses(before: here) { return nil }
            guard let agreement = words.agreement(of: here, with: phrase.words[index]) else { continue }
            var inner = bare + (agreement == .bare ? 1 : 0)
            if let end = end(phrase, from: index + 1, at: here + 1, in: words, bare: &inner) {
                bare = inner
                return end
            }
        }
        return nil
    }
}

/// What ``PhraseBook`` searches.
protocol WordSequence {
    var count: Int { get }
    /// The folded keys by which word `index` may be read, twice the same where there is one.
    func letters(of index: Int) -> (UInt64, UInt64)
    /// Whether word `index` can be `written`; nil when it cannot.
    func agreement(of index: Int, with written: WordKey) -> WordKey.Agreement?
    /// Whether a sentence ends before word `index`; no phrase reaches over that.
    func breaks(before index: Int) -> Bool
    /// Whether a comma or the like stands before word `index`; words are not skipped over that.
    func pauses(before index: Int) -> Bool
}

extension PreparedText: WordSequence {
    var count: Int { tokens.count }

    func letters(of index: Int) -> (UInt64, UInt64) { (tokens[index].key.letters, tokens[index].key.letters) }

    func agreement(of index: Int, with written: WordKey) -> WordKey.Agreement? {
        tokens[index].key.agrees(with: written)
    }

    func breaks(before index: Int) -> Bool { tokens[index].gap == .sentence }

    func pauses(before index: Int) -> Bool { tokens[index].gap == .clause }
}
