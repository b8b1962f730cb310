import ArgumentParser
import Config
import Core
import Foundation
import JSON
import Sealing
import Store

extension DatabaseCommand {
    struct Backup: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes a backup into one file, while the service runs.",
            discussion: """
                The file holds everything but the keys; keep copies of those, and of the register of erasures beside the master key, in \
                another place. The same file can be restored into SQLite or PostgreSQL.
                """)

        @Argument(help: "The file to write. It must not exist.")
        var file: String

        @Option(help: "The configuration file.")
        var config: String?

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() async throws {
            let assembly = try Assembly.load(configuration: config)
            let (place, keys, path) = (try assembly.place(), try assembly.keyRing(), assembly.home.current(file))
            let (began, progress) = (ContinuousClock.now, ProgressWords())
            let manifest = try Assembly.orFail("Chưa sao lưu được. No backup was made") {
                try BackupFile.write(place, to: path, program: Nhipcau.version, keys: keys, now: SystemClock().now()) { progress($0) }
            }
            let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? nil
            var facts = DatabaseCommand.facts(of: manifest, path: path)
            facts["bytes"] = size.map { JSONValue($0) } ?? .null
            if json { return Console.data(JSONValue.object(facts).compactText) }
            Console.data(
                "\(path): \(manifest.rows) rows, \((size ?? 0) >> 10) kB, schema \(manifest.schema), \(began.duration(to: .now).shortText)")
            Console.data("audit head \(manifest.auditHead.text)")
            Console.words(
                "Tệp không chứa khóa: giữ bản sao của khóa và sổ xóa ở nơi khác. The keys are not in it: keep copies of them, and of "
                    + "\(assembly.home.shown(ErasureRegister.path(besideKey: assembly.home.path(assembly.settings.database.keyFile)))), elsewhere."
            )
        }
    }

    struct Restore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Puts a backup into the configured database, which must be empty; with --verify only checks the file.",
            discussion: """
                Applies the register of erasures beside the master key, so that nothing comes back that was erased after the backup was \
                made, and stops what must not happen twice.
                """)

        @Argument(help: "The backup.")
        var file: String

        @Flag(help: "Check the file and change nothing.")
        var verify = false

        @Option(help: "Another copy of the register of erasures.")
        var register: String?

        @Flag(help: "There is no register: what was erased after the backup comes back.")
        var withoutRegister = false

        @Option(help: "The configuration file.")
        var config: String?

        @Flag(help: "Print one JSON object.")
        var json = false

        func validate() throws {
            if register != nil, withoutRegister { throw ValidationError("--register and --without-register exclude each other.") }
        }

        func run() async throws {
            let assembly = try Assembly.load(configuration: config)
            let (place, keys, path) = (try assembly.place(), try assembly.keyRing(), assembly.home.current(file))
            let (now, progress) = (SystemClock().now(), ProgressWords())
            if verify {
                let manifest = try Assembly.orFail("Bản sao lưu không dùng được. The backup cannot be used") {
                    try BackupFile.verify(path, keys: keys, now: now) { progress($0) }
                }
                let facts = DatabaseCommand.facts(of: manifest, path: path)
                if json { return Console.data(JSONValue.object(facts).compactText) }
                Console.data("\(path): whole, made \(manifest.madeAt.localText), \(manifest.rows) rows, schema \(manifest.schema)")
                return Console.data("audit head \(manifest.auditHead.text)")
            }
            let entries = try Assembly.orFail("Chưa khôi phục. Nothing was restored") {
                withoutRegister
                    ? []
                    : try register.map { try ErasureRegister(path: assembly.home.current($0), keys: keys).entries() }
                        ?? assembly.erasureRegister().entries()
            }
            let report = try Assembly.orFail("Chưa khôi phục. Nothing was restored") {
                try BackupFile.restore(path, into: place, register: entries, keys: keys, now: now) { progress($0) }
            }
            if json { Console.data(JSONValue.object(facts(of: report, path: path)).compactText) } else { tell(report, assembly) }
        }

        private func facts(of report: RestoreReport, path: String) -> JSONObject {
            var facts = DatabaseCommand.facts(of: report.manifest, path: path)
            func list(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
            facts["erased_again"] = list(report.erasedCases)
            facts["open_again"] = list(report.reopenedCases)
            facts["disabled_again"] = list(report.disabledMembers)
            facts["earlier_passwords"] = list(report.earlierPasswords)
            facts["held_messages"] = JSONValue(report.heldMessages)
            facts["events_waiting"] = JSONValue(report.waitingEvents)
            facts["paused_broadcasts"] = list(report.pausedBroadcasts)
            facts["authorise_again"] = list(report.connections)
            facts["ended_links"] = JSONValue(report.endedLinks)
            return facts
        }

        private func tell(_ report: RestoreReport, _ assembly: Assembly) {
            Console.data("\(assembly.databasePlace): restored, \(report.manifest.rows) rows as of \(report.manifest.madeAt.localText)")
            Console.words("\nViệc cần làm tiếp. What to do next:")
            func item(_ things: [String], _ words: String) {
                if !things.isEmpty { Console.words("- \(words): \(things.joined(separator: ", "))") }
            }
            item(
                report.connections,
                "Authorise these accounts again (their tokens were good for one use) and put the new pair into the configuration")
            item(report.pausedBroadcasts, "Paused; nobody knows who got them after the backup: nhipcau broadcast resume or cancel")
            item(report.reopenedCases, "Were closed after the backup and are open again: close them again")
            item(report.earlierPasswords, "Got another password after the backup; the earlier one is good again: nhipcau staff reset")
            item(report.erasedCases, "Erased again")
            item(report.disabledMembers, "Disabled again")
            if report.heldMessages > 0 {
                Console.words(
                    "- \(report.heldMessages) messages that waited when the backup was made were not sent; they are dead letters (restored)."
                )
            }
            if report.endedLinks > 0 {
                Console.words("- \(report.endedLinks) one-time links and invitations are no longer good: nhipcau staff invite")
            }
            if report.waitingEvents > 0 { Console.words("- \(report.waitingEvents) events wait and will be handled at the start.") }
            Console.words("- nhipcau audit verify; nhipcau doctor; then start the service. Compare the audit head with the one you noted.")
        }
    }

    struct Copy: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Copies the configured database to another place, for example from a file to PostgreSQL, and proves the copy.",
            discussion: """
                Stop the service first. The target must be empty. It holds everything afterwards, or nothing when the copy was interrupted: \
                then run it again. The password of a server stands in NHIPCAU_PASSWORD, PGPASSWORD or libpq's password file.
                """)

        @Argument(help: "postgres://… or sqlite:PATH.")
        var target: String

        @Option(help: "The configuration file.")
        var config: String?

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() async throws {
            let assembly = try Assembly.load(configuration: config)
            let (source, keys, progress) = (try assembly.place(), try assembly.keyRing(), ProgressWords())
            let began = ContinuousClock.now
            let tables = try Assembly.orFail("Chưa chép được. Nothing was copied") {
                let password = ProcessInfo.processInfo.environment["NHIPCAU_PASSWORD"]
                var place = try DatabaseLocation(url: target, password: password)
                if case .sqlite(let path) = place { place = .sqlite(path: assembly.home.path(path)) }
                return try DatabaseCopy.run(from: source, to: place, keys: keys, now: SystemClock().now()) { progress($0) }
            }
            let rows = tables.reduce(0) { $0 + $1.rows }
            if json {
                let facts: JSONValue = ["rows": JSONValue(rows), "tables": DatabaseCommand.list(tables)]
                return Console.data(facts.compactText)
            }
            Console.data("\(rows) rows in \(tables.count) tables, the same on both sides, \(began.duration(to: .now).shortText)")
            Console.words(
                """

                Việc cần làm tiếp. What to do next:
                - Write the new address into database.url. Nothing else changes: the keys stay.
                - nhipcau audit verify; nhipcau doctor; then start the service.
                - Never serve \(assembly.databasePlace) again: it would send what the copy sends. Put it away.
                """)
        }
    }

    static func list(_ tables: [TableContent]) -> JSONValue {
        .array(tables.map { ["table": .string($0.table), "rows": JSONValue($0.rows), "digest": .string(Digits.text($0.digest))] })
    }

    static func facts(of manifest: BackupManifest, path: String) -> JSONObject {
        var facts = JSONObject()
        facts["file"] = .string(path)
        facts["made_at"] = .string(manifest.madeAt.iso8601InVietnam)
        facts["program"] = .string(manifest.program)
        facts["schema"] = JSONValue(manifest.schema)
        facts["rows"] = JSONValue(manifest.rows)
        facts["audit_head"] = .string(manifest.auditHead.text)
        facts["tables"] = list(manifest.tables)
        return facts
    }
}
