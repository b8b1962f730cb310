/// One comparison to be: what is compared, and how to measure it.
struct Measure: Sendable {
    var name: String
    /// Why it cannot be measured on this machine; nil when it can.
    var whySkipped: @Sendable () -> String?
    var run: @Sendable (Options) async throws -> [Row]

    init(
        name: String, whySkipped: @escaping @Sendable () -> String? = { nil }, run: @escaping @Sendable () async throws -> Row
    ) {
        self.name = name
        self.whySkipped = whySkipped
        self.run = { _ in [try await run()] }
    }

    /// Several rows that one preparation serves.
    static func rows(
        _ name: String, whySkipped: @escaping @Sendable () -> String? = { nil },
        run: @escaping @Sendable (Options) async throws -> [Row]
    ) -> Measure {
        var measure = Measure(name: name, whySkipped: whySkipped) { Row.skipped(name, "") }
        measure.run = run
        return measure
    }
}

/// What a figure has to be.
enum Goal: Sendable {
    case ratioAtLeast(Double)
    case ratioAtMost(Double)
    case oursAtMost(Double)

    func isMet(by row: Row) -> Bool {
        switch self {
        case .ratioAtLeast(let least): row.ratio.map { $0 >= least } ?? false
        case .ratioAtMost(let most): row.ratio.map { $0 <= most } ?? false
        case .oursAtMost(let most): row.ours <= most
        }
    }

    var text: String {
        switch self {
        case .ratioAtLeast(let least): "ratio ≥ \(Row.figure(least))"
        case .ratioAtMost(let most): "ratio ≤ \(Row.figure(most))"
        case .oursAtMost(let most): "≤ \(Row.figure(most))"
        }
    }
}

/// One line of the table.
struct Row: Sendable {
    var name: String
    /// What the two figures count, per second or otherwise.
    var unit: String
    var ours = 0.0
    /// The other side; nil where a figure stands by itself.
    var bare: Double?
    /// The middle of the rounds' own ratios: rounds are taken in turns, so a noisy moment meets both sides.
    var ratio: Double?
    /// The smallest and the largest of the rounds' ratios, or of the figures where there is no ratio.
    var spread: ClosedRange<Double>?
    var rounds = 1
    var goal: Goal?
    /// Why there is no figure.
    var skipped: String?

    static func skipped(_ name: String, _ reason: String) -> Row { Row(name: name, unit: "", skipped: reason) }

    /// - Parameter pairs: figures of ours and of the other side, one pair a round.
    static func of(
        _ name: String, unit: String, rounds pairs: [(ours: Double, bare: Double)], goal: Goal? = nil
    ) -> Row {
        let ratios = pairs.map { $0.ours / $0.bare }.sorted()
        return Row(
            name: name, unit: unit, ours: middle(pairs.map(\.ours)), bare: middle(pairs.map(\.bare)),
            ratio: middle(ratios), spread: (ratios.first ?? 0)...(ratios.last ?? 0), rounds: pairs.count, goal: goal)
    }

    /// A figure that is compared with nothing but its goal.
    static func of(_ name: String, unit: String, figures: [Double], goal: Goal? = nil) -> Row {
        Row(
            name: name, unit: unit, ours: middle(figures), spread: (figures.min() ?? 0)...(figures.max() ?? 0),
            rounds: figures.count, goal: goal)
    }

    static func middle(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }

    static func figure(_ value: Double) -> String {
        if value >= 100 { return String(Int(value.rounded())) }
        let hundredths = Int((value * 100).rounded())
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }
}
