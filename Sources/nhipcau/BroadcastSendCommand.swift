import ArgumentParser
import Channels
import Core
import Foundation
import JSON
import Programmes
import Store
import Understanding

extension BroadcastCommand {
    struct Send: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows who would be reached, asks, and writes the broadcast down for sending.",
            discussion: "Texts that speak of an incident are refused: names and accusations must not be spread.")

        @OptionGroup var who: AudienceOptions

        @Option(help: "The text.")
        var text: String?

        @Option(help: "A file with the text (UTF-8), or - for standard input.")
        var file: String?

        @Option(help: "Nothing is sent after this time: 90m, 24h, 7d.")
        var expires = "24h"

        @Flag(help: "Do not ask.")
        var yes = false

        @Flag(help: "Follow it until everybody has an outcome.")
        var wait = false

        @Flag(help: "Print one JSON object.")
        var json = false

        @Option(help: "The configuration file.")
        var config: String?

        mutating func validate() throws {
            guard (text == nil) != (file == nil) else { throw ValidationError("Give the text with --text or --file, one of them.") }
            guard Self.duration(expires) != nil else {
                throw ValidationError("--expires “\(expires)” is not a time between 1m and 30d; write for example 24h.")
            }
        }

        func run() async throws {
            let canAsk = isatty(STDIN_FILENO) == 1 && file != "-"
            guard yes || canAsk else {
                Console.words("Nobody can be asked here: check with `nhipcau broadcast preview`, then send with --yes.")
                throw ExitCode(64)
            }
            let message = BroadcastText.cleaned(try text ?? Sheet.read(file ?? "-"))
            try await Assembly.withStore(config) { assembly, store in
                try check(message, assembly)
                let audience = try await who.audience(in: store)
                let preview = try await BroadcastCommand.preview(audience, assembly, store)
                Console.words(preview.table)
                guard preview.reachable > 0 else {
                    Console.words("Nobody of them can be reached now, so nothing was written down.")
                    throw Exit.failed
                }
                try warnAboutParts(message, preview, assembly)
                if !yes { try confirm(preview) }
                let broadcast = try await start(audience, message, in: store)
                let facts: JSONValue = [
                    "number": .string(broadcast.number), "status": .string(broadcast.status.rawValue),
                    "people": JSONValue(preview.total), "reachable": JSONValue(preview.reachable),
                    "expires_at": .string(broadcast.expiresAt.iso8601InVietnam),
                ]
                Console.data(json ? facts.compactText : broadcast.number)
                Console.words("`nhipcau serve` sends it. Watch: nhipcau broadcast status \(broadcast.number)")
                if wait { try await BroadcastCommand.follow(broadcast, in: store) }
            }
        }

        private func check(_ message: String, _ assembly: Assembly) throws {
            let interpreter = try assembly.interpreter(try assembly.catalogue())
            guard let problem = BroadcastText.problem(of: message, triage: interpreter.triage(message)) else { return }
            if json { Console.data((["error": .string(problem.code)] as JSONValue).compactText) }
            Console.words("Not sent: \(problem.text)")
            throw Exit.failed
        }

        private func warnAboutParts(_ message: String, _ preview: AudiencePreview, _ assembly: Assembly) throws {
            let reached = Set(preview.rows.filter { $0.reach == .reachable }.map(\.channel))
            let count = message.unicodeScalars.count
            for channel in try assembly.channels().values.sorted(by: { $0.kind.rawValue < $1.kind.rawValue })
            where reached.contains(channel.kind) && count > channel.capability.maximumText {
                Console.words(
                    "On \(channel.kind.rawValue) one message holds \(channel.capability.maximumText) characters: this one of \(count) goes in parts."
                )
            }
        }

        /// - Throws: exit code 1 when the answer is anything but yes.
        private func confirm(_ preview: AudiencePreview) throws {
            FileHandle.standardError.write(Data("Gửi cho \(preview.reachable) người? Send to \(preview.reachable) people? (có/yes) ".utf8))
            let answer = readLine(strippingNewline: true)?.lowercased().filter { !$0.isWhitespace } ?? ""
            guard ["yes", "y", "có", "co"].contains(answer) else {
                Console.words("Nothing was written down.")
                throw Exit.failed
            }
        }

        private func start(_ audience: Audience, _ message: String, in store: Store) async throws -> Broadcast {
            var random = SystemRandom()
            let now = SystemClock().now()
            let broadcast = Broadcast(
                id: IdentifierSource().make(at: now, random: &random),
                number: CheckedNumber.make(prefix: CheckedNumber.broadcastPrefix, random: &random), audience: audience, text: message,
                author: nil, createdAt: now, expiresAt: now + (Self.duration(expires) ?? .seconds(86_400)))
            try await store.write { tx in try tx.startBroadcast(broadcast, now: now) }
            return broadcast
        }

        /// `90m`, `24h`, `7d`; from a minute to thirty days.
        static func duration(_ text: String) -> Duration? {
            let units: [Character: Int64] = ["m": 60, "h": 3_600, "d": 86_400]
            guard let last = text.last, let unit = units[last], let number = Int64(text.dropLast()), (1...43_200).contains(number) else {
                return nil
            }
            let seconds = number * unit
            return (60...30 * 86_400).contains(seconds) ? .seconds(seconds) : nil
        }
    }
}
