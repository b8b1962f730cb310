package import Content
package import Core

/// Proposes how urgent a text is, by the phrases and gates of ``Content/TriageRubric``. A pure value: no clock, no
/// memory; safe on any thread.
///
/// A phrase may hold two signs of its own: `…` between words lets up to five other words of the clause stand there, and `?` at its
/// end says that the words may be harmless even with their marks, so that a question is asked in place of a level.
/// A phrase that ends in `!` must be typed with its marks: without them it could be something else.
/// One that begins with `=` must be the whole text. `<name>` and `(a|b)` stand for several words (``Content/TriageRubric/variants(of:)``).
///
/// The highest level of all matches wins. A gate lowers single matches: those that it overlaps (the "đánh giá" of
/// "cô giáo đánh giá") and those that it stands at most `wordsBefore` words before in the same sentence; one without
/// `wordsBefore` lowers every match of its rules. A gate that is part of the match itself lowers nothing.
package struct TriageReader: Sendable {
    private let rubric: TriageRubric
    private let teencode: Teencode
    private let rulePhrases: PhraseBook
    private let isAlwaysAmbiguous: [Bool]
    /// By rule phrase.
    private let ruleNeedsMarks: [Bool]
    /// By rule phrase: nothing else may stand in the text.
    private let isWholeText: [Bool]
    private let gatePhrases: PhraseBook
    /// By gate phrase.
    private let needsMarks: [Bool]
    /// Owners are rule numbers.
    private let supports: PhraseBook

    /// More reasons than this say nothing new.
    private static let mostReasons = 12
    private static let slackOfEllipsis = 5

    /// - Parameter teencode: short forms and their readings, as in ``Content/Gazetteer/teencode``.
    package init(rubric: TriageRubric, teencode: [String: String] = [:]) {
        self.init(rubric: rubric, teencode: Teencode(teencode))
    }

    init(rubric: TriageRubric, teencode: Teencode) {
        self.rubric = rubric
        self.teencode = teencode
        var rules: [PhraseBook.Phrase] = []
        var ambiguous: [Bool] = []
        var supports: [PhraseBook.Phrase] = []
        var ruleNeedsMarks: [Bool] = []
        var isWholeText: [Bool] = []
        for (number, rule) in rubric.rules.enumerated() {
            for text in rule.phrases.flatMap(rubric.variants) {
                let phrase = Self.phrase(text, owner: number)
                guard !phrase.words.isEmpty else { continue }
                rules.append(phrase)
                ambiguous.append(text.utf8.last == UInt8(ascii: "?"))
                ruleNeedsMarks.append(text.utf8.last == UInt8(ascii: "!"))
                isWholeText.append(text.utf8.first == UInt8(ascii: "="))
            }
            supports += rule.supports.flatMap(rubric.variants).map { Self.phrase($0, owner: number) }
        }
        rulePhrases = PhraseBook(rules)
        isAlwaysAmbiguous = ambiguous
        self.ruleNeedsMarks = ruleNeedsMarks
        self.isWholeText = isWholeText
        self.supports = PhraseBook(supports)
        var gates: [PhraseBook.Phrase] = []
        var needsMarks: [Bool] = []
        for (number, gate) in rubric.gates.enumerated() {
            for text in gate.phrases.flatMap(rubric.variants) {
                let phrase = Self.phrase(text, owner: number)
                guard !phrase.words.isEmpty else { continue }
                gates.append(phrase)
                needsMarks.append(text.utf8.last == UInt8(ascii: "!"))
            }
        }
        gatePhrases = PhraseBook(gates)
        self.needsMarks = needsMarks
    }

    private static func phrase(_ text: String, owner: Int) -> PhraseBook.Phrase {
        var words: [WordKey] = []
        var slack: [Int] = []
        for (number, part) in text.unicodeScalars.split(separator: "…").enumerated() {
            let keys = PreparedText(part).tokens.map(\.key)
            for index in keys.indices { slack.append(index == 0 && number > 0 ? slackOfEllipsis : 0) }
            words += keys
        }
        return PhraseBook.Phrase(words: words, slack: slack.allSatisfy { $0 == 0 } ? [] : slack, owner: owner)
    }

    /// Reads the first and the last ``Core/Limits/textScalars`` scalars of `text`.
    package func read(_ text: String) -> Triage {
        read(text, prepared: PreparedText(text, limit: Limits.textScalars))
    }

    /// - Parameter head: the first ``Core/Limits/textScalars`` scalars of `text`.
    func read(_ text: String, prepared head: PreparedText) -> Triage {
        let scalars = text.unicodeScalars
        let limit = Limits.textScalars
        var triage = read(head)
        // The cheap bound first: no text has fewer bytes than scalars.
        guard text.utf8.count > limit,
            let from = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex),
            from < scalars.endIndex
        else { return triage }
        let rest = scalars[from...]
        let tail = rest.suffix(limit)
        let offset = limit + rest.distance(from: rest.startIndex, to: tail.startIndex)
        triage.merge(read(PreparedText(tail, offset: offset)))
        triage.because = Array(triage.because.prefix(Self.mostReasons))
        return triage
    }

    func read(_ text: PreparedText) -> Triage {
        let words = TriageWords(text, teencode: teencode)
        let matches = Self.matches(rulePhrases, words)
        guard !matches.isEmpty else { return Triage() }
        let gates = Self.matches(gatePhrases, words).filter(isWhole)
        let supports = Self.matches(supports, words)
        var triage = Triage()
        var asked = Triage.Level.s0
        for match in matches {
            if ruleNeedsMarks[match.phrase], match.bareWords > 0 { continue }
            if isWholeText[match.phrase], match.words != words.words.indices { continue }
            let phrase = rulePhrases.phrases[match.phrase]
            let rule = rubric.rules[phrase.owner]
            var level = rule.level
            for gate in gates where applies(gate, to: match, of: rule, words) {
                level = min(level, rubric.gates[gatePhrases.phrases[gate.phrase].owner].caps)
            }
            guard level > .s0 else { continue }
            let isDoubtful = isAlwaysAmbiguous[match.phrase] || (rule.ambiguousWhenFolded && match.bareWords > 0)
            let isSupported = supports.contains {
                self.supports.phrases[$0.phrase].owner == phrase.owner && !$0.words.overlaps(match.words)
            }
            var found = Triage(categories: [rule.category])
            if isDoubtful, !isSupported, level == rule.level {
                found.ask = true
                asked = max(asked, level)
            } else {
                found.level = level
            }
            let (start, end) = (words.words[match.words.lowerBound].start, words.words[match.words.upperBound - 1].end)
            found.because = [Triage.Reason(text: text.text(start..<end), start: start, end: end, rule: rule.id)]
            triage.merge(found)
        }
        // Whoever is in danger for certain is not asked whether.
        if triage.level >= asked { triage.ask = false }
        triage.because = Array(triage.because.prefix(Self.mostReasons))
        return triage
    }

    private static func matches(_ book: PhraseBook, _ words: TriageWords) -> [PhraseBook.Match] {
        var result: [PhraseBook.Match] = []
        guard !book.isEmpty else { return result }
        for index in words.words.indices {
            let word = words.words[index]
            book.visit(at: index, letters: word.key.letters, in: words) { result.append($0) }
            if let alternate = word.alternate, alternate.letters != word.key.letters {
                book.visit(at: index, letters: alternate.letters, in: words) { result.append($0) }
            }
        }
        return result
    }

    /// A gate is typed either with all its marks or with none: the "trong" of "đánh trong lớp" is no trống.
    private func isWhole(_ gate: PhraseBook.Match) -> Bool {
        if gate.bareWords == 0 { return true }
        let phrase = gatePhrases.phrases[gate.phrase]
        return !needsMarks[gate.phrase] && gate.bareWords == phrase.words.count(where: \.isMarked)
    }

    private func applies(
        _ gate: PhraseBook.Match, to match: PhraseBook.Match, of rule: TriageRubric.Rule, _ words: TriageWords
    ) -> Bool {
        let definition = rubric.gates[gatePhrases.phrases[gate.phrase].owner]
        guard definition.rules.isEmpty || definition.rules.contains(rule.id) else { return false }
        // Words of the match's own are no context: "không" inside "không muốn sống nữa" denies nothing.
        // But a gate of the very same words is the harmless reading of them: "tư vấn" of tự vẫn.
        if gate.words.count < match.words.count, gate.words.clamped(to: match.words) == gate.words,
            gate.words.overlaps(match.words)
        {
            return false
        }
        guard let distance = definition.wordsBefore else { return true }
        if gate.words.overlaps(match.words) { return true }
        guard gate.words.upperBound <= match.words.lowerBound,
            match.words.lowerBound - gate.words.upperBound < max(1, distance)
        else { return false }
        return !(gate.words.upperBound...match.words.lowerBound).contains { words.breaks(before: $0) }
    }
}

extension Triage {
    /// Both readings together: the higher level, every category and reason, the most urgent first.
    mutating func merge(_ other: Triage) {
        let isHigher = other.level > level
        level = max(level, other.level)
        ask = ask || other.ask
        let fresh = other.categories.filter { !categories.contains($0) }
        categories = isHigher ? fresh + categories : categories + fresh
        let reasons = other.because.filter { !because.contains($0) }
        because = isHigher ? reasons + because : because + reasons
        if level == .s1 { ask = false }
    }
}
