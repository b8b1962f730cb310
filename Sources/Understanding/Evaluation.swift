import Content
import Core

/// How well an interpreter trained on one set of texts reads another: contract `intents evaluate`.
package struct Evaluation: Sendable, Equatable {
    /// A text and its true intent; nil or `oos` for a text that no intent fits.
    package struct Row: Sendable, Equatable {
        package var text: String
        package var intent: String?

        package init(text: String, intent: String?) {
            self.text = text
            self.intent = intent == "oos" ? nil : intent
        }
    }

    /// A text of the test set whose best intent is not the true one.
    package struct Mistake: Sendable, Equatable {
        package var text: String
        package var expected: String
        /// Nil when nothing could be ranked at all.
        package var predicted: String?
        package var confidence: Double
    }

    /// How well texts that no intent fits are told from the others.
    package struct OutOfScope: Sendable, Equatable {
        /// The chance that a text in scope scores above one out of scope; 0.5 is guessing.
        package var auroc: Double
        /// The share of texts out of scope that were rejected.
        package var recall: Double
        /// How many of them were accepted.
        package var falseAccepts: Int
    }

    /// The share of texts in scope whose best intent is the true one, whether it was accepted or not.
    package var accuracy: Double
    /// The unweighted mean of F1 over all intents that occur as truth or as prediction.
    package var macroF1: Double
    /// How many texts in scope were tested.
    package var count: Int
    package var trainSeconds: Double
    /// Mean time of a whole reading, one after the other on one thread.
    package var microsecondsPerText: Double
    /// Nil when the test set has no text out of scope.
    package var outOfScope: OutOfScope?
    package var mistakes: [Mistake]

    /// Trains on `train` and reads every text of `test` at the epoch. Rows of `train` out of scope are not used.
    package static func run(
        train: [Row], test: [Row], teencode: [String: String] = [:]
    ) throws(UnderstandingError) -> Evaluation {
        let clock = ContinuousClock()
        let start = clock.now
        let location = SourceLocation(file: "", line: 0)
        let examples = train.compactMap { row in
            row.intent.map { Example(text: row.text, intent: $0, location: location) }
        }
        let interpreter = try Interpreter.make(
            training: TrainingData(examples: examples), gazetteer: Gazetteer(teencode: teencode))
        let trainSeconds = (clock.now - start) / .seconds(1)

        let readingStart = clock.now
        let readings = test.map { interpreter.read($0.text, at: Instant(milliseconds: 0)) }
        let readingTime = clock.now - readingStart
        var scored = Evaluation(
            accuracy: 0, macroF1: 0, count: 0, trainSeconds: trainSeconds,
            microsecondsPerText: test.isEmpty ? 0 : readingTime / .microseconds(1) / Double(test.count),
            outOfScope: nil, mistakes: [])
        scored.compare(test, readings)
        scored.judgeRejection(test, readings, interpreter)
        return scored
    }

    private mutating func compare(_ test: [Row], _ readings: [Reading]) {
        var right: [String: Int] = [:]
        var expected: [String: Int] = [:]
        var predicted: [String: Int] = [:]
        for (row, reading) in zip(test, readings) {
            guard let truth = row.intent else { continue }
            let best = reading.ranking.first
            count += 1
            expected[truth, default: 0] += 1
            if let best { predicted[best.name, default: 0] += 1 }
            if best?.name == truth {
                right[truth, default: 0] += 1
            } else {
                mistakes.append(
                    Mistake(text: row.text, expected: truth, predicted: best?.name, confidence: best?.confidence ?? 0))
            }
        }
        guard count > 0 else { return }
        accuracy = Double(right.values.reduce(0, +)) / Double(count)
        let names = Set(expected.keys).union(predicted.keys).sorted()
        let scores = names.map { name in
            2 * Double(right[name] ?? 0) / Double((expected[name] ?? 0) + (predicted[name] ?? 0))
        }
        macroF1 = scores.reduce(0, +) / Double(scores.count)
    }

    private mutating func judgeRejection(_ test: [Row], _ readings: [Reading], _ interpreter: Interpreter) {
        var inside: [Double] = []
        var outside: [Double] = []
        var accepted = 0
        for (row, reading) in zip(test, readings) {
            let acceptance = interpreter.acceptance(PreparedText(row.text, limit: Limits.textScalars))
            if row.intent == nil {
                outside.append(acceptance)
                if reading.intent != nil { accepted += 1 }
            } else {
                inside.append(acceptance)
            }
        }
        guard !outside.isEmpty else { return }
        outOfScope = OutOfScope(
            auroc: Self.auroc(inside, outside), recall: Double(outside.count - accepted) / Double(outside.count),
            falseAccepts: accepted)
    }

    /// By ranks (Mann and Whitney), ties counting half; 0.5 when one side is empty.
    static func auroc(_ inside: [Double], _ outside: [Double]) -> Double {
        guard !inside.isEmpty, !outside.isEmpty else { return 0.5 }
        let all = (inside.map { ($0, true) } + outside.map { ($0, false) }).sorted { $0.0 < $1.0 }
        var rankSum = 0.0
        var index = 0
        while index < all.count {
            var end = index
            while end < all.count, all[end].0 == all[index].0 { end += 1 }
            let rank = Double(index + end + 1) / 2
            for place in index..<end where all[place].1 { rankSum += rank }
            index = end
        }
        let (n, m) = (Double(inside.count), Double(outside.count))
        return (rankSum - n * (n + 1) / 2) / (n * m)
    }
}
