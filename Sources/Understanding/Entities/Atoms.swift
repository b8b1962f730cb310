/// A text's words cut once more where letters meet digits: "8h30" is 8, h, 30. What rules for times and numbers read.
struct Atoms {
    struct Atom {
        /// In Unicode scalars of the whole text.
        var start: Int
        var end: Int
        var key = WordKey()
        /// The value of up to nine digits; nil for words and longer numbers.
        var number: Int?
        /// How many digits it has; 0 for words.
        var digits = 0
        /// Nil when nothing stands between the atom before and this one.
        var gap: PreparedText.Gap?
        var isCapitalised = false
        var meaning = Meaning()
        /// What a number word counts ("hai" = 2).
        var spelledNumber: Int?
        /// Taken by a reader before; later ones leave it alone.
        var isTaken = false

        var isWord: Bool { digits == 0 }
    }

    let text: PreparedText
    private(set) var list: [Atom] = []

    init(_ text: PreparedText) {
        self.text = text
        list.reserveCapacity(text.tokens.count + 8)
        for token in text.tokens {
            if token.hasDigit, !token.isNumber { split(token) } else { append(token) }
        }
    }

    var count: Int { list.count }

    /// Nil outside the text.
    subscript(_ index: Int) -> Atom? { list.indices.contains(index) ? list[index] : nil }

    /// Marks the atoms within `range`, counted in scalars, as taken.
    mutating func take(_ range: Range<Int>) {
        for index in list.indices where list[index].start < range.upperBound && list[index].end > range.lowerBound {
            list[index].isTaken = true
        }
    }

    mutating func take(atoms: Range<Int>) {
        for index in atoms.clamped(to: list.indices) { list[index].isTaken = true }
    }

    /// The scalars in front of atom `index`, back to the atom before it.
    private func separator(before index: Int) -> ArraySlice<Unicode.Scalar> {
        guard let atom = self[index] else { return [] }
        let from = index > 0 ? list[index - 1].end : text.offset
        let range = (from - text.offset)..<max(from - text.offset, atom.start - text.offset)
        return text.scalars[range.clamped(to: 0..<text.scalars.count)].prefix(8)
    }

    /// A dash of any kind, and at most white space beside it.
    func hasDash(before index: Int) -> Bool {
        let separator = separator(before: index)
        guard index > 0, !separator.isEmpty, separator.count <= 3 else { return false }
        return separator.contains { $0 == "-" || $0 == "–" || $0 == "—" || $0 == "~" }
    }

    /// The one mark of punctuation that joins atom `index` to the one before.
    func mark(before index: Int) -> UInt8? {
        guard let gap = self[index]?.gap, case .mark(let mark) = gap else { return nil }
        return mark
    }

    func isGlued(_ index: Int) -> Bool { index > 0 && index < list.count && list[index].gap == nil }

    /// What follows atom `index` directly.
    func scalar(after index: Int) -> Unicode.Scalar? {
        guard let atom = self[index] else { return nil }
        let place = atom.end - text.offset
        return text.scalars.indices.contains(place) ? text.scalars[place] : nil
    }

    /// Atom `index` belongs to a word or number of several atoms.
    func isPartOfWord(_ index: Int) -> Bool { isGlued(index) || isGlued(index + 1) }

    // MARK: Making

    private mutating func append(_ token: PreparedText.Token) {
        var atom = Atom(start: token.start, end: token.end)
        atom.key = token.key
        atom.gap = token.gap
        atom.isCapitalised = token.isCapitalised
        if token.isNumber {
            count(text.folded(token), &atom)
        } else {
            Lexicon.shared.look(up: &atom, isMarkedText: text.isMarked)
        }
        list.append(atom)
    }

    private mutating func split(_ token: PreparedText.Token) {
        var start = token.letters.lowerBound
        while start < token.letters.upperBound {
            let isDigit = Self.isDigit(text.letters[start])
            var end = start + 1
            while end < token.letters.upperBound, Self.isDigit(text.letters[end]) == isDigit { end += 1 }
            let from = Int(text.places[start])
            let to = end < token.letters.upperBound ? Int(text.places[end]) : token.end
            var atom = Atom(start: from, end: max(to, from + 1))
            if start == token.letters.lowerBound { atom.gap = token.gap }
            if isDigit {
                count(text.letters[start..<end], &atom)
            } else {
                let range = (from - text.offset..<atom.end - text.offset).clamped(to: 0..<text.scalars.count)
                if let word = PreparedText(text.scalars[range]).tokens.first {
                    atom.key = word.key
                    atom.isCapitalised = word.isCapitalised
                }
                Lexicon.shared.look(up: &atom, isMarkedText: text.isMarked)
            }
            list.append(atom)
            start = end
        }
    }

    private func count(_ digits: ArraySlice<UInt8>, _ atom: inout Atom) {
        atom.digits = digits.count
        guard digits.count <= 9 else { return }
        atom.number = digits.reduce(0) { $0 * 10 + Int($1) - 48 }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
