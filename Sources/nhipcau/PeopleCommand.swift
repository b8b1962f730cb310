import ArgumentParser
import Core
import JSON
import Programmes
import Store

struct PeopleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "people", abstract: "Who can be written to, and what they are to an organisation.",
        subcommands: [Import.self, Export.self])
}

extension PeopleCommand {
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Adds people from a table. Repeating it changes nothing, so an import that was broken off is simply run again.",
            discussion: """
                Columns: connection, account (may be empty where there is one), person (the platform's id), role (parent, \
                pupil, teacher, staff), organisation (a code), class. Lines with mistakes are told and left out; the others \
                are added all the same. The command ends with 2 when there were any. Who has opted out stays so.
                """)

        /// Lines that are written in one transaction.
        static let page = 500
        static let progressEvery = 10_000

        @OptionGroup var options: ImportOptions

        func run() async throws {
            guard !options.template, let file = options.file else { return Console.data(String(PeopleSheet.template.dropLast())) }
            let text = try Sheet.read(file)
            try await Assembly.withStore(options.config) { assembly, store in
                let codes = try await store.read { tx in Set(try tx.organisations(after: nil, limit: .max).map(\.code)) }
                let sheet = PeopleSheet(text, organisations: codes, connections: assembly.ownAccounts)
                Sheet.show(sheet.problems, of: file)
                if sheet.isUnreadable { throw Exit.brokenInput }
                var result = PeopleImport()
                if !options.dryRun {
                    let rules = assembly.sendingRules(try assembly.channels())
                    try await store.write { tx in try tx.saveSendingRules(rules) }
                    result = try await add(sheet.people, to: store)
                }
                show(result, sheet)
                if !sheet.problems.isEmpty { throw Exit.brokenInput }
            }
        }

        private func add(_ people: [PersonEntry], to store: Store) async throws -> PeopleImport {
            var result = PeopleImport()
            var start = 0
            while start < people.count {
                let page = Array(people[start..<min(people.count, start + Self.page)])
                result += try await store.write { tx in try tx.addPeople(page, now: SystemClock().now()) }
                start += page.count
                if start.isMultiple(of: Self.progressEvery), start < people.count { Console.words("\(start) of \(people.count) lines …") }
            }
            if result.memberships > 0 {
                let detail = "people \(result.conversations), memberships \(result.memberships)"
                try await store.write { tx in
                    try tx.appendAudit(
                        actor: .operator, action: "people.added", subject: "people", detail: detail, now: SystemClock().now())
                }
            }
            return result
        }

        private func show(_ result: PeopleImport, _ sheet: PeopleSheet) {
            let bad = Set(sheet.problems.map(\.line)).count
            let facts: JSONValue = [
                "lines": JSONValue(sheet.people.count + bad), "bad": JSONValue(bad), "new_people": JSONValue(result.conversations),
                "new_memberships": JSONValue(result.memberships), "known": JSONValue(result.known), "dry_run": .bool(options.dryRun),
            ]
            if options.json { return Console.data(facts.compactText) }
            let good =
                options.dryRun
                ? "\(sheet.people.count) good lines (nothing was written)"
                : "\(result.memberships) new memberships, \(result.conversations) new people, \(result.known) lines known before"
            Console.words("\(sheet.people.count + bad) lines: \(good), \(bad) with mistakes.")
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Prints everybody as a table that can be imported.")

        @Option(help: "The configuration file.")
        var config: String?

        func run() async throws {
            try await Assembly.withStore(config) { _, store in
                Console.data(CSVTable.line(PeopleSheet.columns))
                var last: Membership?
                while true {
                    let page = try await store.read { [last] tx in try tx.people(after: last, limit: 1_000) }
                    guard let end = page.last else { return }
                    last = end.membership
                    Console.data(page.map(Self.line).joined(separator: "\n"))
                }
            }
        }

        private static func line(_ person: PersonRecord) -> String {
            CSVTable.line([
                person.address.connection.rawValue, person.address.account, person.address.person, person.membership.role,
                person.organisationCode, person.membership.schoolClass,
            ])
        }
    }
}
