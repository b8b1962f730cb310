#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How scores become confidences and decisions; fitted on scores of examples that their model had not seen.
struct Calibration: Sendable, Equatable {
    /// Confidences are softmax(temperature · score).
    var temperature: Float = 8
    /// Best score + coverage below this is out of scope.
    var leastAcceptance: Float = 0.6
    /// Best score + coverage below this is not acted on: with so many unknown words the text may mean something else.
    var leastSureAcceptance: Float = 0.6
    /// A best confidence below this is not acted on.
    var leastConfidence: Float = 0.5
    /// Nor is one that leads by less than this.
    static let leastLead: Float = 0.15

    /// Of texts like the examples, so many in a hundred are asked back for their unknown words at most.
    private static let surePercentile = 20

    init() {}

    /// One example scored by a model that was trained without it.
    struct Sample {
        /// By intent; nil where that model did not know the intent.
        var decisions: [Float?]
        /// The true intent, which that model did know.
        var intent: Int
        var acceptance: Float
    }

    /// Too few samples to say anything keep the defaults.
    private static let fewest = 12

    init(samples: [Sample]) {
        guard samples.count >= Self.fewest else { return }
        temperature = Self.fittedTemperature(samples)
        let acceptances = samples.map(\.acceptance).sorted()
        // The fifth percentile: of texts like the examples, one in twenty is asked back.
        leastAcceptance = acceptances[acceptances.count / 20]
        leastSureAcceptance = acceptances[acceptances.count * Self.surePercentile / 100]
        leastConfidence = Self.fittedConfidence(samples, temperature)
    }

    static func confidences(_ decisions: [Float], temperature: Float) -> [Float] {
        guard let best = decisions.max() else { return [] }
        var sum: Float = 0
        var result = decisions.map { expf(temperature * ($0 - best)) }
        for value in result { sum += value }
        for index in result.indices { result[index] /= sum }
        return result
    }

    /// Minimises the negative log-likelihood by golden-section search over log temperature.
    private static func fittedTemperature(_ samples: [Sample]) -> Float {
        func loss(_ logarithm: Double) -> Double {
            let temperature = exp(logarithm)
            var total = 0.0
            for sample in samples {
                guard let own = sample.decisions[sample.intent] else { continue }
                var sum = 0.0
                for case let decision? in sample.decisions { sum += exp(temperature * Double(decision - own)) }
                total += log(sum)
            }
            return total
        }
        let ratio = (5.0.squareRoot() - 1) / 2
        var low = log(0.5)
        var high = log(60.0)
        var left = high - ratio * (high - low)
        var right = low + ratio * (high - low)
        var leftLoss = loss(left)
        var rightLoss = loss(right)
        for _ in 0..<24 {
            if leftLoss <= rightLoss {
                high = right
                (right, rightLoss) = (left, leftLoss)
                left = high - ratio * (high - low)
                leftLoss = loss(left)
            } else {
                low = left
                (left, leftLoss) = (right, rightLoss)
                right = low + ratio * (high - low)
                rightLoss = loss(right)
            }
        }
        return Float(exp((low + high) / 2))
    }

    /// The lowest confidence above which at least 95 of 100 samples are right, within 0.35…0.7.
    private static func fittedConfidence(_ samples: [Sample], _ temperature: Float) -> Float {
        var judged: [(confidence: Float, isRight: Bool)] = samples.map { sample in
            let decisions = sample.decisions.map { $0 ?? -.infinity }
            let confidences = confidences(decisions, temperature: temperature)
            let best = confidences.indices.max { confidences[$0] < confidences[$1] } ?? 0
            return (confidences[best], best == sample.intent)
        }
        judged.sort { $0.confidence > $1.confidence }
        var right = 0
        var least: Float = 1
        for (index, sample) in judged.enumerated() {
            if sample.isRight { right += 1 }
            if right * 100 >= (index + 1) * 95 { least = sample.confidence }
        }
        return min(max(least, 0.35), 0.7)
    }
}
