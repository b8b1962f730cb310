import ArgumentParser
import Content
import Core
import JSON
import Programmes
import Store

struct OrganisationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "organisations", abstract: "The tree of province, communes, schools, centres and associations.",
        subcommands: [Import.self, Export.self])
}

extension OrganisationsCommand {
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Adds organisations from a table, and changes those whose codes are known.",
            discussion: """
                Columns: code, name, kind (province, commune, school, centre, association), parent (a code, or empty), \
                commune (five digits). With one mistake in the table nothing is changed, and the command ends with 2.
                """)

        @OptionGroup var options: ImportOptions

        func run() async throws {
            guard !options.template, let file = options.file else { return Console.data(String(OrganisationSheet.template.dropLast())) }
            let text = try Sheet.read(file)
            try await Assembly.withStore(options.config) { assembly, store in
                let communes = Set(try assembly.catalogue().gazetteer.communes.map(\.code))
                let known = try await store.read { tx in try tx.organisations(after: nil, limit: .max) }
                let sheet = OrganisationSheet(text, known: known, communes: communes)
                guard sheet.problems.isEmpty else {
                    Sheet.show(sheet.problems, of: file)
                    throw Exit.brokenInput
                }
                let entries = sheet.entries
                let (added, changed) =
                    if options.dryRun { Self.difference(entries, known) } else {
                        try await store.write { tx in try tx.saveOrganisations(entries, now: SystemClock().now()) }
                    }
                let facts: JSONValue = [
                    "lines": JSONValue(entries.count), "added": JSONValue(added), "changed": JSONValue(changed),
                    "dry_run": .bool(options.dryRun),
                ]
                if options.json { return Console.data(facts.compactText) }
                Console.words("\(entries.count) lines: \(added) new, \(changed) changed\(options.dryRun ? " (nothing was written)" : "").")
            }
        }

        /// What saving would add and change, not counting those that only move with another.
        private static func difference(_ entries: [OrganisationEntry], _ known: [Organisation]) -> (added: Int, changed: Int) {
            let codes = Dictionary(known.map { ($0.id, $0.code) }, uniquingKeysWith: { first, _ in first })
            let stored = Dictionary(known.map { ($0.code, OrganisationEntry($0, codes)) }, uniquingKeysWith: { first, _ in first })
            return (
                entries.count { stored[$0.code] == nil },
                entries.count { entry in stored[entry.code].map { $0 != entry } ?? false }
            )
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Prints all organisations as a table that can be imported.")

        @Option(help: "The configuration file.")
        var config: String?

        func run() async throws {
            try await Assembly.withStore(config) { _, store in
                let all = try await store.read { tx in try tx.organisations(after: nil, limit: .max) }
                let codes = Dictionary(all.map { ($0.id, $0.code) }, uniquingKeysWith: { first, _ in first })
                Console.data(CSVTable.line(OrganisationSheet.columns))
                for entry in all.map({ OrganisationEntry($0, codes) }) {
                    Console.data(CSVTable.line([entry.code, entry.name, entry.kind.rawValue, entry.parent ?? "", entry.commune ?? ""]))
                }
            }
        }
    }
}

extension OrganisationEntry {
    init(_ organisation: Organisation, _ codes: [OrganisationID: String]) {
        self.init(
            code: organisation.code, name: organisation.name, kind: organisation.kind,
            parent: organisation.parent.flatMap { codes[$0] }, commune: organisation.commune)
    }
}
