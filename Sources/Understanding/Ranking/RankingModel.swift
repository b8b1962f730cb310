/// A trained linear classifier over ``Features`` and what calibration found out about its scores.
struct RankingModel: Sendable {
    /// In the order of the alphabet.
    var intents: [String] = []
    var vocabulary = Vocabulary()
    var features = HashIndex()
    /// By feature: the inverse document frequency of a word feature, 1 for the others.
    var values: [Float] = []
    /// What an unknown word feature counts in the coverage.
    var largestValue: Float = 1
    /// Row-major, ``stride`` a feature; the last row is the bias.
    var weights: [Float] = []
    var calibration = Calibration()

    /// The weights of one feature: a multiple of eight.
    var stride: Int { Self.stride(intents.count) }

    static func stride(_ count: Int) -> Int { (count + 7) / 8 * 8 }

    /// Weight of the skip block, good for short chat texts.
    static let skipWeight: Float = 0.5

    /// The scores of one text.
    struct Scores: Sendable {
        /// By intent; one more or less than `stride` never.
        var decisions: [Float]
        /// 0…1: the share of the text's words, weighted by rarity, that training has seen.
        var coverage: Float
        /// Whether any of the text's words or neighbours is known.
        var knowsAnything: Bool

        /// What rejection looks at.
        var acceptance: Float { (decisions.max() ?? 0) + coverage }
    }

    func scores(_ words: Words) -> Scores {
        let stride = stride
        guard !intents.isEmpty else { return Scores(decisions: [], coverage: 0, knowsAnything: false) }
        var total = [Float](repeating: 0, count: stride)
        var knownWeight: Float = 0
        var unknownWords: [UInt64] = []
        var knownWords = 0
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: features.count / 64 + 1) { seen in
            seen.initialize(repeating: 0)
            withUnsafeTemporaryAllocation(of: Float.self, capacity: stride * Features.Block.allCases.count) { sums in
                sums.initialize(repeating: 0)
                var squares: (Float, Float, Float) = (0, 0, 0)
                weights.withUnsafeBufferPointer { weights in
                    Features.visit(words) { block, key in
                        guard let row = features.position(of: key) else {
                            if block == .words, unknownWords.count < 256, !unknownWords.contains(key) {
                                unknownWords.append(key)
                            }
                            return
                        }
                        let bit: UInt64 = 1 << UInt64(row & 63)
                        if seen[row >> 6] & bit != 0 { return }
                        seen[row >> 6] |= bit
                        let value = values[row]
                        switch block {
                        case .words:
                            squares.0 += value * value
                            knownWeight += value
                            knownWords += 1
                        case .pieces: squares.1 += 1
                        case .skips: squares.2 += 1
                        }
                        let sum = block.rawValue * stride
                        let weight = row * stride
                        for column in 0..<stride { sums[sum + column] += value * weights[weight + column] }
                    }
                    let scales = (
                        squares.0 > 0 ? 1 / squares.0.squareRoot() : 0, squares.1 > 0 ? 1 / squares.1.squareRoot() : 0,
                        squares.2 > 0 ? Self.skipWeight / squares.2.squareRoot() : 0
                    )
                    let bias = features.count * stride
                    for column in 0..<stride {
                        total[column] =
                            weights[bias + column] + scales.0 * sums[column] + scales.1 * sums[stride + column]
                            + scales.2 * sums[2 * stride + column]
                    }
                }
            }
        }
        total.removeLast(stride - intents.count)
        let all = knownWeight + Float(unknownWords.count) * largestValue
        // The two border marks are always known.
        return Scores(decisions: total, coverage: all > 0 ? knownWeight / all : 0, knowsAnything: knownWords > 2)
    }
}
