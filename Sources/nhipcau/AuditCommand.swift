import ArgumentParser
import Core
import JSON
import Sealing
import Store

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "The log of who opened and did what with reports and accounts.",
        subcommands: [Verify.self, List.self])
}

extension AuditCommand {
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Checks that no entry was changed, removed or slipped in.",
            discussion: """
                Prints the last entry's number and mark. Note them somewhere else: only with a noted mark can it be seen that entries were
                cut off at the end (--noted SEQUENCE:MARK).
                """)

        @Option(help: "The configuration file.")
        var config: String?

        @Option(help: "A number and mark noted earlier: SEQUENCE:MARK.")
        var noted: String?

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() async throws {
            var head: AuditHead?
            if let noted {
                guard let given = AuditHead(parsing: noted) else {
                    throw ValidationError("--noted: write SEQUENCE:MARK as `audit verify` printed it.")
                }
                head = given
            }
            let assembly = try Assembly.load(configuration: config)
            let store = try assembly.store()
            let report = try await store.read { [head] tx in try tx.verifyAudit(noted: head) }
            await store.close()
            let isWhole = report.faults.isEmpty
            if json {
                Console.data(
                    ([
                        "entries": JSONValue(Int(report.count)), "whole": .bool(isWhole),
                        "head": .string(report.head.text),
                        "faults": .array(report.faults.map { .string("\($0)") }),
                    ] as JSONValue).compactText)
            } else {
                for fault in report.faults { Console.data("\(fault)") }
                Console.data(
                    "\(report.count) entries, \(isWhole ? "whole" : "NOT WHOLE")" + ", head \(report.head.text)")
            }
            if !isWhole { throw Exit.failed }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The latest entries, oldest first; never content.")

        @Option(help: "The configuration file.")
        var config: String?

        @Option(help: "Only entries about this case or account.")
        var subject: String?

        @Flag(help: "Print one JSON object per entry.")
        var json = false

        func run() async throws {
            let assembly = try Assembly.load(configuration: config)
            let store = try assembly.store()
            var after: Int64 = 0
            while true {
                let page = try await store.read { [after] tx in try tx.auditEntries(after: after, limit: 500) }
                guard let last = page.last else { break }
                for entry in page where subject == nil || entry.subject == subject { show(entry) }
                after = last.sequence
            }
            await store.close()
        }

        private func show(_ entry: AuditEntry) {
            if json {
                return Console.data(
                    ([
                        "sequence": JSONValue(Int(entry.sequence)), "at": .string(entry.at.iso8601InVietnam), "actor": .string(entry.actor),
                        "action": .string(entry.action), "subject": .string(entry.subject), "detail": .string(entry.detail),
                    ] as JSONValue).compactText)
            }
            Console.data("\(entry.sequence)  \(entry.at.localText)  \(entry.actor)  \(entry.action)  \(entry.subject)  \(entry.detail)")
        }
    }
}
