/// A text taken apart once for all readers: folded letters, words, and the way back to the text's own scalars.
struct PreparedText: Sendable {
    /// A maximal run of letters and digits.
    struct Token: Sendable {
        /// In ``PreparedText/letters``.
        var letters: Range<Int>
        /// In Unicode scalars of the whole text; `end` is exclusive.
        var start: Int
        var end: Int
        var key = WordKey()
        /// ASCII digits only.
        var isNumber = true
        var hasDigit = false
        var isCapitalised = false
        /// What stands between the token before and this one.
        var gap = Gap.start
    }

    enum Gap: Sendable, Equatable {
        case start
        /// Only white space.
        case space
        /// Exactly one scalar, a mark of punctuation: "28/11".
        case mark(UInt8)
        /// Punctuation inside a clause: commas, dashes, brackets, quotation marks.
        case clause
        /// The end of a sentence or line.
        case sentence
    }

    /// The interpreted scalars.
    private(set) var scalars: [Unicode.Scalar] = []
    /// The number of scalars before `scalars` in the whole text.
    let offset: Int
    /// Folded UTF-8 of all tokens, one after the other.
    private(set) var letters: [UInt8] = []
    private(set) var tokens: [Token] = []
    /// Where each of `letters` comes from, in scalars of the whole text.
    private(set) var places: [Int32] = []
    /// Vietnamese marks anywhere.
    private(set) var isMarked = false

    /// - Parameters:
    ///   - offset: the place of the first of `source` in the whole text.
    ///   - limit: no more scalars than this are taken.
    init(_ source: some Sequence<Unicode.Scalar>, offset: Int = 0, limit: Int = .max) {
        self.offset = offset
        let expected = min(limit, max(16, source.underestimatedCount))
        scalars.reserveCapacity(expected)
        letters.reserveCapacity(expected)
        places.reserveCapacity(expected)
        tokens.reserveCapacity(expected / 4 + 2)
        var builder = TokenBuilder()
        for scalar in source.lazy.prefix(limit) {
            scalars.append(scalar)
            take(scalar, at: offset + scalars.count - 1, into: &builder)
        }
        close(&builder, at: offset + scalars.count)
    }

    init(_ text: String, limit: Int = .max) { self.init(text.unicodeScalars, limit: limit) }

    /// The text's own scalars in `range`, counted in the whole text.
    func text(_ range: Range<Int>) -> String {
        var view = String.UnicodeScalarView()
        let bounds = (range.lowerBound - offset..<range.upperBound - offset).clamped(to: 0..<scalars.count)
        view.append(contentsOf: scalars[bounds])
        return String(view)
    }

    /// The folded word.
    func folded(_ token: Token) -> ArraySlice<UInt8> { letters[token.letters] }
}

extension PreparedText {
    /// The token that is being collected, and what has been seen since the last one.
    private struct TokenBuilder {
        var isOpen = false
        var token = Token(letters: 0..<0, start: 0, end: 0)
        var hash = FNV()
        var shapes = FNV()
        var separators = 0
        var gap = Gap.start
        var end = 0
    }

    private mutating func take(_ scalar: Unicode.Scalar, at place: Int, into builder: inout TokenBuilder) {
        var value = scalar.value
        if (0xFF01...0xFF5E).contains(value) { value -= 0xFEE0 }  // full-width forms
        if value < 0x80 {
            let byte = UInt8(truncatingIfNeeded: value)
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"):
                append(byte, at: place, &builder)
                builder.token.isNumber = false
            case UInt8(ascii: "A")...UInt8(ascii: "Z"):
                if !builder.isOpen { builder.token.isCapitalised = true }
                append(byte | 0x20, at: place, &builder)
                builder.token.isNumber = false
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                append(byte, at: place, &builder)
                builder.token.hasDigit = true
            default:
                close(&builder, at: place)
                separate(byte, &builder)
            }
            return
        }
        if let letter = LetterTable.letter(value) {
            let isUpper =
                value < 0x100 ? value < 0xDF : value >= 0x1E00 ? value & 1 == 0 : scalar.properties.isUppercase
            if !builder.isOpen, isUpper { builder.token.isCapitalised = true }
            append(letter.base, at: place, &builder)
            builder.token.isNumber = false
            mark(shape: letter.shape, tone: letter.tone, &builder)
        } else if let combining = LetterTable.mark(value) {
            if builder.isOpen {
                builder.end = place + 1
                mark(shape: combining.shape, tone: combining.tone, &builder)
            }
        } else {
            takeForeign(scalar, at: place, &builder)
        }
    }

    /// Anything outside Latin: other scripts' letters make words too, everything else separates.
    private mutating func takeForeign(_ scalar: Unicode.Scalar, at place: Int, _ builder: inout TokenBuilder) {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber:
            let lower = scalar.properties.generalCategory == .uppercaseLetter ? scalar.properties.lowercaseMapping : ""
            for byte in lower.isEmpty ? Array(String(scalar).utf8) : Array(lower.utf8) {
                append(byte, at: place, &builder)
            }
            builder.token.isNumber = false
        case .nonspacingMark, .enclosingMark, .format, .spacingMark:
            // Zero-width characters and accents of other scripts neither separate nor count.
            if builder.isOpen { builder.end = place + 1 }
        case .lineSeparator, .paragraphSeparator:
            close(&builder, at: place)
            separate(UInt8(ascii: "\n"), &builder)
        case .spaceSeparator, .control:
            close(&builder, at: place)
            separate(UInt8(ascii: " "), &builder)
        default:
            close(&builder, at: place)
            separate(scalar == "…" || scalar == "。" ? UInt8(ascii: ".") : UInt8(ascii: "-"), &builder)
        }
    }

    private mutating func append(_ byte: UInt8, at place: Int, _ builder: inout TokenBuilder) {
        if !builder.isOpen {
            builder.isOpen = true
            builder.token.letters = letters.count..<letters.count
            builder.token.start = place
            builder.token.gap = builder.gap
        }
        builder.end = place + 1
        builder.hash.add(byte)
        letters.append(byte)
        places.append(Int32(truncatingIfNeeded: place))
    }

    private mutating func mark(shape: UInt8, tone: UInt8, _ builder: inout TokenBuilder) {
        if shape != 0 {
            let index = letters.count - builder.token.letters.lowerBound
            builder.shapes.add(UInt8(truncatingIfNeeded: index))
            builder.shapes.add(shape)
            builder.token.key.shapes = builder.shapes.value
            if shape != 4 { builder.token.key.isAtMostStroked = false }
            if shape == 4, index == 1 { builder.token.key.beginsWithStroke = true }
            isMarked = true
        }
        if tone != 0 {
            builder.token.key.tones &+= 1 << (4 * UInt32(tone))
            builder.token.key.isAtMostStroked = false
            isMarked = true
        }
    }

    private mutating func close(_ builder: inout TokenBuilder, at place: Int) {
        guard builder.isOpen else { return }
        builder.token.letters = builder.token.letters.lowerBound..<letters.count
        builder.token.end = builder.end
        builder.token.key.letters = builder.hash.value
        builder.token.isNumber = builder.token.isNumber && builder.token.hasDigit
        tokens.append(builder.token)
        builder = TokenBuilder()
        builder.gap = .space
    }

    private func separate(_ byte: UInt8, _ builder: inout TokenBuilder) {
        builder.separators += 1
        let isSpace = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
        let ends: Bool
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"), UInt8(ascii: ";"), UInt8(ascii: "\n"),
            UInt8(ascii: "\r"):
            ends = true
        default: ends = false
        }
        switch builder.gap {
        case .start, .sentence: break
        case .clause: if ends { builder.gap = .sentence }
        case .space where builder.separators == 1 && !isSpace && byte > 0x20: builder.gap = .mark(byte)
        case .space: if !isSpace { builder.gap = ends ? .sentence : .clause }
        case .mark(let first): builder.gap = ends || Self.endsSentence(first) ? .sentence : .clause
        }
    }

    /// Whether a mark that is followed by white space ends a sentence.
    private static func endsSentence(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"), UInt8(ascii: ";"): true
        default: false
        }
    }
}
