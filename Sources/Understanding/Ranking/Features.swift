/// The binary features of a text, in three blocks that are normalised apart from each other.
///
/// - words: single words and neighbours, between marks for the text's beginning and end;
/// - pieces: two to five letters in a row within a word, with its borders;
/// - skips: two words with one or two others between them.
enum Features {
    enum Block: Int, CaseIterable, Sendable { case words, pieces, skips }

    /// Calls `visit` with the key of each feature; repeated ones are repeated.
    @inline(__always)
    static func visit(_ words: Words, _ visit: (Block, UInt64) -> Void) {
        words.letters.withUnsafeBufferPointer { letters in
            words.ranges.withUnsafeBufferPointer { ranges in
                visitWords(letters, ranges, visit)
                visitPieces(letters, ranges, visit)
                visitSkips(letters, ranges, visit)
            }
        }
    }

    private static let wordPrefix = prefix("w")
    private static let piecePrefix = prefix("c_")
    private static let skipPrefix = prefix("s")
    private static let opening = prefix("w<s>")
    private static let closing = prefix("w</s>")

    private static func prefix(_ text: StaticString) -> FNV {
        var hash = FNV()
        for index in 0..<text.utf8CodeUnitCount { hash.add(text.utf8Start[index]) }
        return hash
    }

    @inline(__always)
    private static func visitWords(
        _ letters: UnsafeBufferPointer<UInt8>, _ ranges: UnsafeBufferPointer<Range<Int>>,
        _ visit: (Block, UInt64) -> Void
    ) {
        visit(.words, opening.value)
        var previous = opening
        for range in ranges {
            var single = wordPrefix
            previous.add(UInt8(ascii: " "))
            for index in range {
                single.add(letters[index])
                previous.add(letters[index])
            }
            visit(.words, single.value)
            visit(.words, previous.value)
            previous = single
        }
        previous.add(UInt8(ascii: " "))
        for byte in "</s>".utf8 { previous.add(byte) }
        visit(.words, previous.value)
        visit(.words, closing.value)
    }

    @inline(__always)
    private static func visitPieces(
        _ letters: UnsafeBufferPointer<UInt8>, _ ranges: UnsafeBufferPointer<Range<Int>>,
        _ visit: (Block, UInt64) -> Void
    ) {
        let border = UInt8(ascii: "_")
        var plain = FNV()
        plain.add(UInt8(ascii: "c"))
        for range in ranges {
            // From the opening border.
            var hash = piecePrefix
            for index in range.prefix(4) {
                hash.add(letters[index])
                visit(.pieces, hash.value)
            }
            if range.count <= 3 {
                hash.add(border)
                visit(.pieces, hash.value)
            }
            // From each letter, as far as the closing border.
            for start in range {
                var hash = plain
                hash.add(letters[start])
                let rest = range.upperBound - start
                for index in start + 1..<start + min(rest, 5) {
                    hash.add(letters[index])
                    visit(.pieces, hash.value)
                }
                if rest <= 4 {
                    hash.add(border)
                    visit(.pieces, hash.value)
                }
            }
        }
    }

    @inline(__always)
    private static func visitSkips(
        _ letters: UnsafeBufferPointer<UInt8>, _ ranges: UnsafeBufferPointer<Range<Int>>,
        _ visit: (Block, UInt64) -> Void
    ) {
        for first in ranges.indices.dropLast(2) {
            var head = skipPrefix
            for index in ranges[first] { head.add(letters[index]) }
            head.add(UInt8(ascii: "."))
            head.add(UInt8(ascii: "."))
            for second in [first + 2, first + 3] where second < ranges.count {
                var hash = head
                for index in ranges[second] { hash.add(letters[index]) }
                visit(.skips, hash.value)
            }
        }
    }
}
