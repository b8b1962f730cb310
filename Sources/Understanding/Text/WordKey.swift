/// A word reduced to what comparing needs: its folded letters and, apart from them, its marks.
///
/// The tone counts for the word, not for a letter, so that hoà = hòa and a tone typed before a breve is no matter.
struct WordKey: Sendable, Equatable {
    /// FNV over the folded UTF-8.
    var letters: UInt64 = 0
    /// Over the places of shape marks; 0 = none.
    var shapes: UInt64 = 0
    /// Four bits a tone, counting its occurrences; 0 = none.
    var tones: UInt32 = 0
    /// đ is all that marks it, or it is unmarked: as people type who only hit the d key twice.
    var isAtMostStroked = true
    /// The word begins with đ.
    var beginsWithStroke = false

    var isMarked: Bool { shapes != 0 || tones != 0 }

    /// How a typed word may stand for a written one.
    enum Agreement: Sendable {
        /// Same letters, same marks.
        case exact
        /// Same letters, typed without its marks.
        case bare
    }

    /// Whether this typed word can be `written`; nil when a letter or a mark speaks against it.
    /// - Parameter relaxed: hỏi and ngã count as the same tone, as in much of the country's speech.
    @inline(__always)
    func agrees(with written: WordKey, relaxed: Bool = false) -> Agreement? {
        guard letters == written.letters else { return nil }
        if shapes == written.shapes {
            if tones == written.tones { return .exact }
            if relaxed, Self.merged(tones) == Self.merged(written.tones) { return .exact }
        }
        guard isMarked else { return .bare }
        return isAtMostStroked && written.beginsWithStroke && beginsWithStroke ? .bare : nil
    }

    /// Tilde (bits 16…19) counted as hook (bits 12…15).
    private static func merged(_ tones: UInt32) -> UInt32 {
        (tones & ~0x000F_F000) | ((((tones >> 12) & 0xF) + ((tones >> 16) & 0xF)) & 0xF) << 12
    }
}
