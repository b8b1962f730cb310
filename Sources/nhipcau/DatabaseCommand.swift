import ArgumentParser
import Core
import Foundation
import JSON
import Store

struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "database", abstract: "Looks after the database.",
        subcommands: [Check.self, Migrate.self, Backup.self, Restore.self, Copy.self])
}

extension DatabaseCommand {
    struct Migrate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Brings the database to this program's schema, making it when there is none.",
            discussion: """
                Forward only, in one transaction: interrupted, nothing has changed. Of several that start together, one migrates and the \
                others wait. Make a backup first.
                """)

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
        static let configuration = CommandConfiguration(
            abstract: "Looks at the database without changing it: schema, soundness, keys, what is stored and what is waiting.",
            discussion: "Ends with 1 when something is wrong, or when the schema is older than the program's (nhipcau database migrate).")

        @Option(help: "The configuration file.")
        var config: String?

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() async throws {
            let assembly = try Assembly.load(configuration: config)
            let (place, keys) = (try assembly.place(), try assembly.keyRing())
            let now = SystemClock().now()
            let found = try Assembly.orFail("Không kiểm được. The database cannot be checked") {
                try Inspection.make(place, keys: keys, now: now)
            }
            var facts = facts(of: found)
            if found.schema == found.known, found.foreignKeys == 0 { try await addQueues(assembly, now: now, to: &facts) }
            if json {
                Console.data(JSONValue.object(facts).compactText)
            } else {
                for member in facts.members where member.key != "rows" {
                    let label = member.key.replacing("_", with: " ").padding(toLength: 18, withPad: " ", startingAt: 0)
                    Console.data(label + (member.value.stringValue ?? member.value.compactText))
                }
            }
            guard !found.isSound else { return }
            if found.schema < found.known {
                Console.words("Lược đồ \(found.schema), chương trình cần \(found.known). Run: nhipcau database migrate")
            }
            if found.foreignKeys > 0 { Console.words("\(found.foreignKeys) data keys do not open with this master key.") }
            throw Exit.failed
        }

        private func facts(of found: Inspection) -> JSONObject {
            var facts = JSONObject()
            facts["schema"] = JSONValue(found.schema)
            facts["schema_known"] = JSONValue(found.known)
            facts["integrity"] = .string(found.integrity)
            facts["orphan_rows"] = JSONValue(found.orphans.values.reduce(0, +))
            facts["data_keys"] = JSONValue(found.keys)
            facts["foreign_data_keys"] = JSONValue(found.foreignKeys)
            for (name, value) in found.settings.sorted(by: { $0.key < $1.key }) { facts[name] = .string(value) }
            var rows = JSONObject()
            for (name, count) in found.rows.sorted(by: { $0.key < $1.key }) { rows[name] = JSONValue(count) }
            facts["rows"] = .object(rows)
            return facts
        }

        private func addQueues(_ assembly: Assembly, now: Instant, to facts: inout JSONObject) async throws {
            let store = try assembly.store()
            let (inbox, outbox, counts, paused) = try await store.read { tx in
                (try tx.inboxDepth(), try tx.outboxDepth(), try tx.counts(), try tx.pausedAccounts(now: now))
            }
            await store.close()
            let numbers = [
                ("conversations", counts.conversations), ("events_waiting", inbox.waiting), ("events_parked", inbox.failed),
                ("messages_waiting", outbox.waiting.values.reduce(0, +)), ("dead_letters", outbox.dead), ("classes", counts.classes),
                ("enrolments", counts.enrolments), ("open_desk_items", counts.openDeskItems),
            ]
            for (name, number) in numbers { facts[name] = JSONValue(number) }
            facts["paused_accounts"] = .array(
                paused.map { ["connection": .string($0.connection.rawValue), "reason": .string($0.reason)] })
        }
    }
}
