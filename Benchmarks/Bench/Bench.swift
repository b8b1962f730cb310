import Foundation

/// `make bench` prints one table of one run: what we make of a thing beside the bare thing underneath it, a peer or a
/// goal, measured in turns on the same machine. ``Options/usage`` says how to choose.
///
/// A new row is a value of ``Measure`` in ``all``.
@main
enum Bench {
    static let all: [Measure] =
        [.acknowledgements, .overNginx]
        + Engine.allCases.map(Measure.endToEnd)
        + [.transportOverHTTP1, .transportOverHTTP2]
        + Engine.allCases.map(Measure.dispatcher)
        + [.broadcast]
        + Engine.allCases.map(Measure.filled)
        + [.start, .memory, .peer, .triage]

    static func main() async throws {
        guard let options = Options(Array(CommandLine.arguments.dropFirst())) else {
            FileHandle.standardError.write(Data((Options.usage + "\n").utf8))
            exit(64)
        }
        if let child = options.child { return try await Child.run(child, options) }
        if options.isList {
            for measure in all { say(measure.name) }
            return
        }
        let table = Table(isJSON: options.isJSON)
        if !options.isJSON { say(table.head) }
        var hasFailed = false
        for measure in all where options.keeps(measure.name) {
            if let reason = measure.whySkipped() {
                say(table.line(.skipped(measure.name, reason)))
                continue
            }
            do {
                for row in try await measure.run(options) { say(table.line(row)) }
            } catch {
                hasFailed = true
                say(table.line(.skipped(measure.name, "failed: \(error)")))
            }
        }
        if hasFailed { exit(1) }
    }

    /// Each line at once, also into a file.
    static func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
