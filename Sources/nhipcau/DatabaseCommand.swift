import ArgumentParser
import Core
import Store

struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "database", abstract: "Looks after the database.", subcommands: [Check.self, Migrate.self])
}

extension DatabaseCommand {
    struct Migrate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Brings the database to this program's schema, making it when there is none.")

        @Option(help: "The configuration file.")
        var config: String?

        func run() async throws {
            let assembly = try Assembly.load(configuration: config)
            let store = try assembly.store()
            Console.data("\(assembly.home.shown(assembly.databasePath)): schema \(store.schemaVersion)")
            await store.close()
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Counts what is stored and what is waiting.")

        @Option(help: "The configuration file.")
        var config: String?

        func run() async throws {
            let assembly = try Assembly.load(configuration: config)
            let store = try assembly.store()
            let now = SystemClock().now()
            let (inbox, outbox, paused) = try await store.read { tx in
                (try tx.inboxDepth(), try tx.outboxDepth(), try tx.pausedAccounts(now: now))
            }
            await store.close()
            Console.data(
                """
                schema        \(store.schemaVersion)
                inbox         \(inbox.waiting) waiting, \(inbox.failed) parked
                outbox        \(outbox.waiting.values.reduce(0, +)) waiting, \(outbox.dead) dead letters
                paused        \(paused.isEmpty ? "no account" : paused.map { "\($0.connection) (\($0.reason))" }.joined(separator: ", "))
                """)
        }
    }
}
