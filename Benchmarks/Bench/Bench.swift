/// `swift run -c release Bench [WORD]` prints one table of ratios from one run: what we make of a thing, over the
/// bare thing underneath it, measured side by side on the same machine. WORD keeps the rows that contain it.
///
/// A new row is a value of ``Measure`` in ``all``.
@main
enum Bench {
    static let all: [Measure] = [
        .transportOverHTTP1,
        .transportOverHTTP2,
        .acknowledgements,
        .start,
        .memory,
    ]

    static func main() async throws {
        let word = CommandLine.arguments.dropFirst().first ?? ""
        print(Row.head)
        for measure in all where word.isEmpty || measure.name.contains(word) {
            if let reason = measure.whySkipped() {
                print(Row.skipped(measure.name, reason))
            } else {
                print(try await measure.run().line)
            }
        }
    }
}
