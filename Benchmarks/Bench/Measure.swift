/// One row to be: what is compared, and how to measure it.
struct Measure: Sendable {
    var name: String
    /// Why it cannot be measured on this machine; nil when it can.
    var whySkipped: @Sendable () -> String? = { nil }
    var run: @Sendable () async throws -> Row
}

/// One line of the table.
struct Row: Sendable {
    var name: String
    /// What the two figures count, per second or otherwise.
    var unit: String
    var ours: Double
    var bare: Double
    /// The middle of the rounds' own ratios: rounds are taken in turns, so a noisy moment meets both sides.
    var ratio: Double
    /// The smallest and the largest of the rounds' ratios.
    var spread: ClosedRange<Double>
    var rounds: Int

    static let head = """
        | measure | unit | ours | bare | ratio | rounds' ratios |
        |---|---|---|---|---|---|
        """

    var line: String {
        "| \(name) | \(unit) | \(Self.figure(ours)) | \(Self.figure(bare)) | \(Self.figure(ratio)) | "
            + "\(Self.figure(spread.lowerBound))–\(Self.figure(spread.upperBound)) (\(rounds)) |"
    }

    static func skipped(_ name: String, _ reason: String) -> String { "| \(name) | skipped: \(reason) | | | | |" }

    /// - Parameter pairs: figures of ours and of the bare thing, one pair a round; larger is better.
    static func of(_ name: String, unit: String, rounds pairs: [(ours: Double, bare: Double)]) -> Row {
        let ratios = pairs.map { $0.ours / $0.bare }.sorted()
        return Row(
            name: name, unit: unit, ours: middle(pairs.map(\.ours)), bare: middle(pairs.map(\.bare)),
            ratio: middle(ratios), spread: (ratios.first ?? 0)...(ratios.last ?? 0), rounds: pairs.count)
    }

    private static func middle(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }

    private static func figure(_ value: Double) -> String {
        if value >= 100 { return String(Int(value.rounded())) }
        let hundredths = Int((value * 100).rounded())
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }
}
