import ArgumentParser
import Core
import Foundation
import JSON
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

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() async throws {
            let assembly = try Assembly.load(configuration: config)
            let store = try assembly.store()
            let path = assembly.databasePlace
            let facts: JSONValue = ["path": .string(path), "schema": JSONValue(store.schemaVersion)]
            Console.data(json ? facts.compactText : "\(path): schema \(store.schemaVersion)")
            await store.close()
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Counts what is stored and what is waiting.")

        @Option(help: "The configuration file.")
        var config: String?

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() async throws {
            let assembly = try Assembly.load(configuration: config)
            let store = try assembly.store()
            let now = SystemClock().now()
            let (inbox, outbox, counts, paused) = try await store.read { tx in
                (try tx.inboxDepth(), try tx.outboxDepth(), try tx.counts(), try tx.pausedAccounts(now: now))
            }
            await store.close()
            let facts: JSONValue = [
                "schema": JSONValue(store.schemaVersion), "conversations": JSONValue(counts.conversations),
                "events_waiting": JSONValue(inbox.waiting), "events_parked": JSONValue(inbox.failed),
                "messages_waiting": JSONValue(outbox.waiting.values.reduce(0, +)), "dead_letters": JSONValue(outbox.dead),
                "classes": JSONValue(counts.classes), "enrolments": JSONValue(counts.enrolments),
                "open_desk_items": JSONValue(counts.openDeskItems),
                "paused_accounts": .array(
                    paused.map { ["connection": .string($0.connection.rawValue), "reason": .string($0.reason)] }),
            ]
            guard !json else { return Console.data(facts.compactText) }
            for member in facts.objectValue?.members ?? [] {
                let label = member.key.replacing("_", with: " ").padding(toLength: 18, withPad: " ", startingAt: 0)
                Console.data(label + member.value.compactText)
            }
        }
    }
}
