import CLinear
import Synchronization

/// Makes a ``RankingModel`` from examples. Equal examples in equal order give equal models, bit for bit.
struct Trainer {
    struct Row: Sendable {
        var text: PreparedText
        var intent: String
    }

    var teencode: Teencode

    /// The solver's cost of a mistake.
    private static let cost = 1.0
    private static let folds = 3
    /// Of larger sets only one fold is scored for calibration: it has examples enough.
    private static let mostFullyFolded = 6_000
    /// The solver counts in 32 bits and its seed belongs to the whole process.
    private static let solver = Mutex(())

    func train(_ rows: [Row]) throws(UnderstandingError) -> RankingModel {
        let rows = rows.filter { !$0.text.tokens.isEmpty }
        var model = try fit(rows)
        model.calibration = Calibration(samples: try outOfFold(rows, intents: model.intents))
        return model
    }

    /// Scores each row by a model trained on other rows. Rows whose intent has no others are left out.
    private func outOfFold(_ rows: [Row], intents: [String]) throws(UnderstandingError) -> [Calibration.Sample] {
        guard intents.count > 1 else { return [] }
        var seen: [String: Int] = [:]
        var folds: [Int] = []
        for row in rows {
            let number = seen[row.intent, default: 0]
            seen[row.intent] = number + 1
            folds.append(number % Self.folds)
        }
        var numbers: [String: Int] = [:]
        for (number, intent) in intents.enumerated() { numbers[intent] = number }
        var samples: [Calibration.Sample] = []
        for fold in 0..<(rows.count <= Self.mostFullyFolded ? Self.folds : 1) {
            let model = try fit(rows.indices.filter { folds[$0] != fold }.map { rows[$0] })
            guard model.intents.count > 1 else { continue }
            let normaliser = Normaliser(vocabulary: model.vocabulary, teencode: teencode)
            for index in rows.indices where folds[index] == fold {
                guard let intent = numbers[rows[index].intent], model.intents.contains(rows[index].intent) else {
                    continue
                }
                let scores = model.scores(normaliser.words(of: rows[index].text))
                var decisions = [Float?](repeating: nil, count: intents.count)
                for (column, name) in model.intents.enumerated() {
                    if let number = numbers[name] { decisions[number] = scores.decisions[column] }
                }
                samples.append(Calibration.Sample(decisions: decisions, intent: intent, acceptance: scores.acceptance))
            }
        }
        return samples
    }

    /// Trains without calibration.
    private func fit(_ rows: [Row]) throws(UnderstandingError) -> RankingModel {
        var model = RankingModel()
        model.intents = Set(rows.map(\.intent)).sorted {
            $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars)
        }
        guard !model.intents.isEmpty else { return model }
        model.vocabulary = Vocabulary(texts: rows.map(\.text))
        let matrix = try Matrix(rows, vocabulary: model.vocabulary, teencode: teencode)
        model.features = matrix.features
        model.values = matrix.values
        model.largestValue = matrix.largestValue
        let stride = model.stride
        let featureCount = matrix.features.count
        model.weights = [Float](repeating: 0, count: (featureCount + 1) * stride)
        guard model.intents.count > 1 else { return model }

        let count = model.intents.count
        var numbers: [String: Int32] = [:]
        for (number, intent) in model.intents.enumerated() { numbers[intent] = Int32(truncatingIfNeeded: number) }
        let labels = rows.map { numbers[$0.intent] ?? 0 }
        var dense = [Double](repeating: 0, count: (featureCount + 1) * count)
        let result = Self.solver.withLock { _ in
            clinear_train(
                Int32(rows.count), Int32(featureCount), Int32(count), matrix.starts, matrix.columns, matrix.entries,
                labels, Self.cost, &dense)
        }
        guard result == 0 else { throw .trainingFailed }
        dense.withUnsafeBufferPointer { dense in
            model.weights.withUnsafeMutableBufferPointer { weights in
                for feature in 0...featureCount {
                    for column in 0..<count {
                        weights[feature * stride + column] = Float(dense[feature * count + column])
                    }
                }
            }
        }
        return model
    }
}

/// The training set as the solver wants it: sparse rows over features in order of first appearance.
private struct Matrix {
    var features = HashIndex()
    var values: [Float] = []
    var largestValue: Float = 1
    var starts: [Int32] = [0]
    var columns: [Int32] = []
    var entries: [Double] = []

    init(_ rows: [Trainer.Row], vocabulary: Vocabulary, teencode: Teencode) throws(UnderstandingError) {
        let normaliser = Normaliser(vocabulary: vocabulary, teencode: teencode)
        var features = HashIndex()
        var blocks: [Features.Block] = []
        var frequencies: [Int32] = []
        var lastRow: [Int32] = []
        var sparse: [[Int32]] = []
        sparse.reserveCapacity(rows.count)
        for (number, row) in rows.enumerated() {
            var found: [Int32] = []
            Features.visit(normaliser.words(of: row.text)) { block, key in
                let feature = features.insert(key)
                if feature == blocks.count {
                    blocks.append(block)
                    frequencies.append(0)
                    lastRow.append(-1)
                }
                guard lastRow[feature] != number else { return }
                lastRow[feature] = Int32(truncatingIfNeeded: number)
                frequencies[feature] += 1
                found.append(Int32(truncatingIfNeeded: feature))
            }
            found.sort()
            sparse.append(found)
        }
        let total = sparse.reduce(0) { $0 + $1.count }
        guard rows.count < 1 << 24, features.count < 1 << 26, total < 1 << 30 else { throw .trainingSetTooLarge }
        values = Self.values(blocks, frequencies, rows: rows.count)
        self.features = features
        largestValue = zip(blocks, values).reduce(Float(1)) { $1.0 == .words ? max($0, $1.1) : $0 }
        columns.reserveCapacity(total)
        entries.reserveCapacity(total)
        for row in sparse {
            append(row, blocks)
            starts.append(Int32(truncatingIfNeeded: columns.count))
        }
    }

    private mutating func append(_ row: [Int32], _ blocks: [Features.Block]) {
        var squares = [Double](repeating: 0, count: Features.Block.allCases.count)
        for feature in row {
            let value = Double(values[Int(feature)])
            squares[blocks[Int(feature)].rawValue] += value * value
        }
        for feature in row {
            let block = blocks[Int(feature)]
            let scale = block == .skips ? Double(RankingModel.skipWeight) : 1
            columns.append(feature)
            entries.append(scale * Double(values[Int(feature)]) / squares[block.rawValue].squareRoot())
        }
    }

    private static func values(_ blocks: [Features.Block], _ frequencies: [Int32], rows: Int) -> [Float] {
        zip(blocks, frequencies).map { block, frequency in
            block == .words ? Float(Logarithm.natural(Double(1 + rows) / Double(1 + frequency))) + 1 : 1
        }
    }
}
