import ArgumentParser
import Core
import Foundation
import JSON
import Understanding

struct UnderstandCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "understand", abstract: "Shows how a text is read: intent, entities, triage.",
        discussion: "Needs neither a database nor secrets. With “-” every line of standard input is read.")

    @Argument(help: "The text, or - for one text per line of standard input.")
    var text: String

    @Option(help: "When the text was written (ISO 8601); “tomorrow” depends on it. Default: now.")
    var at: String?

    @Flag(help: "Print one JSON object per text.")
    var json = false

    @Option(help: "The configuration file.")
    var config: String?

    mutating func validate() throws {
        if let at, Instant(iso8601: at) == nil {
            throw ValidationError("--at “\(at)” is not a time; write for example 2026-11-24T09:00:00+07:00.")
        }
    }

    func run() async throws {
        let assembly = try Assembly.load(configuration: config)
        let interpreter = try assembly.interpreter(try assembly.catalogue(failure: 2))
        let now = at.flatMap(Instant.init(iso8601:)) ?? SystemClock().now()
        guard text == "-" else { return show(interpreter.read(text, at: now)) }
        try readLines { show(interpreter.read($0, at: now)) }
    }

    /// A line ends at `\n` only; an empty line is a text too. Lines are handled as they come.
    private func readLines(_ body: (String) -> Void) throws {
        var rest: [UInt8] = []
        while let chunk = try FileHandle.standardInput.read(upToCount: 1 << 16), !chunk.isEmpty {
            rest += chunk
            var start = rest.startIndex
            while let end = rest[start...].firstIndex(of: 0x0A) {
                body(String(decoding: rest[start..<end], as: UTF8.self))
                start = rest.index(after: end)
            }
            rest.removeSubrange(..<start)
        }
        if !rest.isEmpty { body(String(decoding: rest, as: UTF8.self)) }
    }

    private func show(_ reading: Reading) {
        guard !json else { return Console.data(reading.json.compactText) }
        var lines = ["“\(reading.text.prefix(200))”"]
        switch (reading.intent, reading.certainty) {
        case (let intent?, .sure):
            lines.append("  intent    \(intent.name)  \(percent(intent.confidence))  (area \(reading.area.rawValue))")
        case (let intent?, _): lines.append("  intent    \(intent.name)  \(percent(intent.confidence))  unsure: the bot would ask")
        case (nil, _): lines.append("  intent    none: nothing fits")
        }
        for other in reading.ranking.dropFirst().prefix(2) { lines.append("            \(other.name)  \(percent(other.confidence))") }
        for entity in reading.entities {
            lines.append(
                "  \(entity.name.padding(toLength: 9, withPad: " ", startingAt: 0)) “\(entity.text)” → \(entity.value.json.compactText)")
        }
        if reading.triage.level != .s0 || reading.triage.ask {
            lines.append(
                "  triage    \(reading.triage.level.rawValue)\(reading.triage.ask ? ", ask one safety question" : "")  \(reading.triage.categories.joined(separator: ", "))"
            )
        }
        Console.data(lines.joined(separator: "\n"))
    }

    private func percent(_ value: Double) -> String { "\(Int((value * 100).rounded())) %" }
}
