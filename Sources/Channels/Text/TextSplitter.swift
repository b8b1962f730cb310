/// Cuts a text into parts that a platform takes.
package enum TextSplitter {
    /// The length of a text as the platform counts it. `characters` counts Unicode scalars, the stricter reading.
    package static func length(_ text: some StringProtocol, in unit: Capability.Unit) -> Int {
        switch unit {
        case .characters: text.unicodeScalars.count
        case .utf16: text.utf16.count
        case .bytes: text.utf8.count
        }
    }

    /// Parts of at most `limit` units, in order: cut after a sentence where one ends late enough in the part, else at
    /// a space, else between two graphemes. A grapheme is only broken when it alone is over the limit. White space at
    /// the cuts is dropped, and so are parts of nothing else. Time is linear in the length.
    ///
    /// A text within the limit comes back as it is; one of only white space gives no part.
    package static func split(_ text: String, limit: Int, unit: Capability.Unit) -> [String] {
        let limit = max(limit, 4)
        if length(text, in: unit) <= limit { return text.allSatisfy(\.isWhitespace) ? [] : [text] }
        let pieces = pieces(of: text, limit: limit, unit: unit)
        var parts: [String] = []
        var first = 0
        while true {
            while first < pieces.count, pieces[first].isSpace { first += 1 }
            guard first < pieces.count else { return parts }
            let end = endOfPart(from: first, in: pieces, limit: limit)
            var last = end
            while last > first, pieces[last - 1].isSpace { last -= 1 }
            parts.append(String(text[pieces[first].start..<pieces[last - 1].end]))
            first = end
        }
    }

    /// One grapheme, or a scalar of a grapheme that is over the limit by itself.
    private struct Piece {
        var start: String.Index
        var end: String.Index
        var length: Int
        var isSpace: Bool
        /// A line break, or a space after the end of a sentence.
        var endsSentence: Bool
    }

    private static func pieces(of text: String, limit: Int, unit: Capability.Unit) -> [Piece] {
        var pieces: [Piece] = []
        var start = text.startIndex
        var afterSentence = false
        while start < text.endIndex {
            let end = text.index(after: start)
            let character = text[start]
            let length = length(text[start..<end], in: unit)
            if length <= limit {
                let isSpace = character.isWhitespace
                pieces.append(
                    Piece(
                        start: start, end: end, length: length, isSpace: isSpace,
                        endsSentence: isSpace && (afterSentence || character.isNewline)))
            } else {
                var scalar = start
                while scalar < end {
                    let next = text.unicodeScalars.index(after: scalar)
                    pieces.append(
                        Piece(
                            start: scalar, end: next, length: self.length(text[scalar..<next], in: unit),
                            isSpace: false, endsSentence: false))
                    scalar = next
                }
            }
            switch character {
            case ".", "!", "?", "…", "。": afterSentence = true
            case "\"", "”", "’", "'", ")", "»": break
            default: afterSentence = false
            }
            start = end
        }
        return pieces
    }

    /// The index after the last piece of the part that begins at `first`; always beyond it.
    private static func endOfPart(from first: Int, in pieces: [Piece], limit: Int) -> Int {
        var used = 0
        var sentence = first
        var space = first
        var index = first
        while index < pieces.count {
            let piece = pieces[index]
            // A space may hang over the limit, because it is dropped there.
            if piece.isSpace {
                // Cuts too near the start would make many short parts, and more than linear time.
                if used >= limit / 4 { space = index }
                if piece.endsSentence, used >= limit / 2 { sentence = index }
            }
            if used + piece.length > limit {
                return sentence > first ? sentence : space > first ? space : index
            }
            used += piece.length
            index += 1
        }
        return index
    }
}
