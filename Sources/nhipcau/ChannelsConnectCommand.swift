import ArgumentParser
import Channels
import Config
import Core
import JSON
import Outbound

extension ChannelsCommand {
    struct Connect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tells a platform where to deliver, and says what is wrong.",
            discussion: """
                For telegram: checks the token, sets the webhook to server.public_url with the connection's secret_token \
                and reads it back. Run it again whenever the address, the secret or the bot has changed.
                """)

        @Argument(help: "The kind of channel: telegram.")
        var kind: String

        @Option(help: "The configuration file.")
        var config: String?

        @Option(help: "Only the connection with this id.")
        var connection: String?

        @Option(help: "How many requests at once Telegram may make, 1 to 100.")
        var maxConnections = 40

        @Flag(help: "Throw away what waits at the platform.")
        var dropPending = false

        @Flag(help: "Only look; change nothing.")
        var check = false

        @Flag(help: "Print one JSON object per connection.")
        var json = false

        mutating func validate() throws {
            try checkKind(kind)
            guard (1...100).contains(maxConnections) else { throw ValidationError("--max-connections is 1 to 100.") }
        }

        func run() async throws {
            guard kind == ChannelKind.telegram.rawValue else {
                Console.words(
                    "Webhooks of “\(kind)” are set at the platform's own console: give it server.public_url + /webhooks/ + the "
                        + "connection's id (docs/channels/).")
                throw Exit.failed
            }
            let assembly = try Assembly.load(configuration: config)
            let connections = try chosen(assembly.settings.connections)
            let transport = try assembly.transport()
            var isGood = true
            for connection in connections {
                let link = TelegramLink(
                    connection, publicURL: assembly.settings.server.publicURL, transport: transport, now: SystemClock().now())
                let state = await check ? link.look() : link.connect(connections: maxConnections, dropsPending: dropPending)
                show(state)
                isGood = isGood && state.isGood
            }
            await transport.shutdown(grace: .seconds(1))
            guard isGood else { throw Exit.failed }
        }

        private func chosen(_ all: [Settings.Connection]) throws -> [Settings.Connection] {
            let chosen = all.filter { $0.kind == .telegram && (connection == nil || $0.id.rawValue == connection) }
            if chosen.isEmpty {
                let which = connection.map { "with the id “\($0.prefix(64))” " } ?? ""
                Console.words(
                    "The configuration has no connection \(which)of the kind telegram.\n    → Add one: docs/channels/telegram.md.")
                throw Exit.failed
            }
            return chosen
        }

        private func show(_ state: TelegramLink.State) {
            if json { return Console.data(state.json.compactText) }
            for finding in state.findings {
                let mark = finding.level == .good ? "✔" : finding.level == .warning ? "!" : "✘"
                Console.data(
                    "\(mark) connection \(state.connection): \(finding.text)" + (finding.mend.map { "\n    → \($0)" } ?? ""))
            }
        }
    }
}
