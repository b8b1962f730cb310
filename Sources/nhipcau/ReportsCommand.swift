import ArgumentParser
import Channels
import Config
import Core
import Foundation
import JSON
import Programmes
import Sealing
import Store

struct ReportsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reports", abstract: "Reports of violence, for the team that answers them.",
        discussion: """
            Lists show numbers, levels and times, never content. Opening content needs a member's password (--as NAME) or the duty key
            (--duty-key), and each opening is written to the audit log.
            """,
        subcommands: [
            List.self, Show.self, Acknowledge.self, Note.self, Assign.self, Level.self, Close.self, Share.self, EscrowKey.self,
        ])

    /// Who acts, and on which installation.
    struct Acting: ParsableArguments {
        @Option(help: "The configuration file.")
        var config: String?

        @Option(name: .customLong("as"), help: "Your name as a member of the team (login).")
        var login: String?

        @Flag(help: "Act as whoever holds the duty key (reports.duty_key_file).")
        var dutyKey = false

        @OptionGroup var passphrase: Passphrase

        func validate() throws {
            guard (login != nil) != dutyKey else { throw ValidationError("Say who you are: --as NAME, or --duty-key.") }
        }

        func signIn(_ assembly: Assembly, _ store: Store) async throws -> TeamMember {
            if let login { return try await TeamMember.signIn(login, passphrase, in: store) }
            return try await TeamMember.onDuty(keyFile: assembly.home.path(assembly.settings.reports.dutyKeyFile), in: store)
        }
    }

    /// Opens the database, signs in, finds the case and runs `body`; says in words what the store refuses.
    static func withCase(
        _ number: String, _ acting: Acting, _ body: (Store, TeamMember, CaseSummary) async throws -> Void
    ) async throws {
        let assembly = try Assembly.load(configuration: acting.config)
        let store = try assembly.store()
        do {
            let team = try await acting.signIn(assembly, store)
            guard let summary = try await store.read({ tx in try tx.caseSummary(number: number) }) else {
                Console.words("There is no case \(number).")
                throw Exit.failed
            }
            try await body(store, team, summary)
        } catch {
            await store.close()
            throw said(error)
        }
        await assembly.noteErasures(of: store)
        await store.close()
    }

    /// Tells in words what store and keys refuse; anything else stays what it is.
    static func said(_ error: any Error) -> any Error {
        let text: String
        switch error {
        case StoreError.conflict(let what): text = what + "."
        case let error as StoreError: text = error.text
        case let error as SealingError: text = error.text
        default: return error
        }
        Console.words("Not done: \(text)")
        return Exit.failed
    }

    /// A text that is to be sealed: from a file or standard input, never an argument, which everybody on the machine sees.
    private static func text(in file: String) throws -> String {
        let text = InboundText.cleaned(String(decoding: try Console.read(file, limit: 64 << 10), as: UTF8.self))?
            .trimmingCharacters(in: .whitespacesAndNewlines)
        guard let text, !text.isEmpty else {
            Console.words("The text is empty.")
            throw Exit.brokenInput
        }
        return text
    }
}

extension ReportsCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Open cases, the gravest and oldest first; no content.")

        @Option(help: "The configuration file.")
        var config: String?

        @Option(help: "Only new, acknowledged, assigned or closed ones.")
        var status: String?

        @Option(help: "At most so many.")
        var limit = 200

        @Flag(help: "Print one JSON object per case.")
        var json = false

        func run() async throws {
            var wanted: CaseSummary.Status?
            if let status {
                guard let known = CaseSummary.Status(rawValue: status) else {
                    throw ValidationError("There is no status “\(status)”: new, acknowledged, assigned or closed.")
                }
                wanted = known
            }
            let assembly = try Assembly.load(configuration: config)
            let store = try assembly.store()
            let limit = max(1, min(limit, 10_000))
            let (cases, names) = try await store.read { [wanted] tx in
                let cases = try tx.openCases(limit: limit, status: wanted)
                let names = try tx.allStaff(limit: 10_000).map { ($0.member.id, $0.member.login) }
                return (cases, Dictionary(names) { first, _ in first })
            }
            await store.close()
            if json {
                for listing in cases { Console.data(listing.json(assignee: listing.summary.assignee.flatMap { names[$0] }).compactText) }
                return
            }
            guard !cases.isEmpty else { return Console.words("No cases.") }
            Console.data("CASE          LEVEL STATUS        OPENED            ASSIGNED TO      NOTES")
            for listing in cases { Console.data(listing.line(assignee: listing.summary.assignee.flatMap { names[$0] })) }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Opens one case. The opening is written to the audit log before anything is shown.")

        @Argument(help: "The case's number: VV-….")
        var number: String

        @OptionGroup var acting: Acting

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() async throws {
            try await ReportsCommand.withCase(number, acting) { store, team, summary in
                let key = try await team.openKey(of: summary, in: store)
                let id = summary.id
                let actor = team.actor
                try await store.write { tx in try tx.noteRead(id, by: actor, now: SystemClock().now()) }
                let (listing, sealed, closing, names) = try await store.read { tx in
                    let names = try tx.allStaff(limit: 10_000).map { ($0.member.id.rawValue, $0.member.name) }
                    return (
                        try tx.caseListing(id), try tx.caseEntries(of: id), try tx.closing(of: id),
                        Dictionary(names) { first, _ in first }
                    )
                }
                let sheet = CaseSheet(
                    summary: summary, listing: listing, closing: closing,
                    lines: sealed.map { entry in CaseSheet.Line(entry, key: key, author: names[entry.author] ?? entry.author) })
                Console.data(json ? sheet.json.compactText : sheet.text)
            }
        }
    }

    struct Acknowledge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Says that you see to a case; ends the paging.")

        @Argument(help: "The case's number: VV-….")
        var number: String

        @OptionGroup var acting: Acting

        func run() async throws {
            try await ReportsCommand.withCase(number, acting) { store, team, summary in
                try await store.write { tx in try tx.acknowledgeCase(summary.id, as: team.actor, now: SystemClock().now()) }
                Console.words(
                    "\(summary.number): \(summary.acknowledgedAt == nil ? "acknowledged" : "was acknowledged before"). Paging has ended.")
            }
        }
    }

    struct Note: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Adds a note for the team, or writes to the reporter.",
            discussion: "The reporter reads messages at /r with code and PIN; nothing is sent to their phone.")

        @Argument(help: "The case's number: VV-….")
        var number: String

        @OptionGroup var acting: Acting

        @Option(help: "File with the text, or - for standard input. It is sealed.")
        var file = "-"

        @Flag(help: "For the reporter, not only for the team.")
        var toReporter = false

        func run() async throws {
            try await ReportsCommand.withCase(number, acting) { store, team, summary in
                let text = try ReportsCommand.text(in: file)
                _ = try await team.openKey(of: summary, in: store)
                let (id, actor, toReporter) = (summary.id, team.actor, toReporter)
                let hasReached = try await store.write { tx -> Bool in
                    guard toReporter else {
                        try tx.addCaseNote(id, text: text, by: actor, now: SystemClock().now())
                        return true
                    }
                    guard try tx.caseListing(id)?.hasMailbox == true else { return false }
                    return try tx.replyToReporter(id, text: text, by: actor, now: SystemClock().now())
                }
                guard hasReached else {
                    Console.words("Not written: the reporter has not taken a code, so there is no mailbox to write to.")
                    throw Exit.failed
                }
                Console.words(toReporter ? "Written; the reporter sees it with code and PIN." : "Noted.")
            }
        }
    }

    struct Assign: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Gives a case to a member of the team and shares it with them.")

        @Argument(help: "The case's number: VV-….")
        var number: String

        @Option(help: "The member's name (login).")
        var to: String

        @OptionGroup var acting: Acting

        func run() async throws {
            try await ReportsCommand.withCase(number, acting) { store, team, summary in
                guard let account = try await store.read({ tx in try tx.staff(login: to) }), account.member.isActive else {
                    Console.words("There is no active member “\(to)”.")
                    throw Exit.failed
                }
                guard let publicKey = account.publicKey else {
                    Console.words("“\(to)” has no key yet: nhipcau staff reset \(to)")
                    throw Exit.failed
                }
                let key = try await team.openKey(of: summary, in: store)
                let holder = CaseHolder.member(account.member.id)
                let wrap = try key.wrapped(for: publicKey, caseID: summary.id.rawValue, holder: holder.text)
                try await store.write { tx in
                    try tx.assignCase(summary.id, to: account.member.id, wrap: wrap, by: team.actor, now: SystemClock().now())
                }
                Console.words("\(summary.number) now belongs to \(account.member.name) (\(to)).")
            }
        }
    }

    struct Level: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Confirms or changes the level that the program proposed. Only people lower it, with a reason.")

        @Argument(help: "The case's number: VV-….")
        var number: String

        @Argument(help: "S1, S2, S3, S4 or S0.")
        var level: String

        @Option(help: "File that says why, or - for standard input. It is sealed into the case.")
        var file = "-"

        @OptionGroup var acting: Acting

        func run() async throws {
            guard let wanted = Triage.Level(rawValue: level.uppercased()) else {
                throw ValidationError("There is no level “\(level)”: S1, S2, S3, S4 or S0.")
            }
            try await ReportsCommand.withCase(number, acting) { store, team, summary in
                _ = try await team.openKey(of: summary, in: store)
                let reason = try ReportsCommand.text(in: file)
                try await store.write { tx in
                    let now = SystemClock().now()
                    try tx.setCaseLevel(summary.id, wanted, by: team.actor, now: now)
                    try tx.addCaseNote(summary.id, text: "\(wanted.rawValue): \(reason)", by: team.actor, now: now)
                }
                Console.words("\(summary.number): \(summary.facts.level.rawValue) → \(wanted.rawValue)")
            }
        }
    }

    struct Close: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Closes a case with what came of it. Nobody on duty can open it afterwards; its team still can.")

        @Argument(help: "The case's number: VV-….")
        var number: String

        @Option(help: "made_safe, handed_over, settled_at_school, not_confirmed, not_reachable or no_incident. S1 and S2 need one.")
        var outcome: String?

        @Option(parsing: .upToNextOption, help: "Who was told: family school commune police line_111 health department.")
        var told: [String] = []

        @Option(help: "When somebody asks again how it goes: YYYY-MM-DD.")
        var followUp: String?

        @OptionGroup var acting: Acting

        func run() async throws {
            let closing = CaseClosing(
                outcome: try outcome.map { try Self.known($0, CaseOutcome.self, "outcome") },
                told: try told.map { try Self.known($0, CaseTold.self, "told") },
                followUp: try followUp.map { text in
                    guard text.utf8.count == 10, let day = Instant(iso8601: text).map({ CivilTime($0).date }) else {
                        throw ValidationError("“\(text)” is not a day: YYYY-MM-DD.")
                    }
                    return day
                })
            try await ReportsCommand.withCase(number, acting) { store, team, summary in
                try await store.write { tx in try tx.closeCase(summary.id, closing, by: team.actor, now: SystemClock().now()) }
                Console.words("\(summary.number): closed.")
            }
        }

        private static func known<Word: RawRepresentable & CaseIterable>(_ text: String, _ kind: Word.Type, _ name: String) throws -> Word
        where Word.RawValue == String {
            if let word = Word(rawValue: text) { return word }
            throw ValidationError("--\(name): there is no “\(text)”: \(Word.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
    }

    struct Share: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "With the duty key: shares open cases with members who should be able to open them and cannot yet.",
            discussion: "For members who joined later, got a new password, or whose commune became known after the case was opened.")

        @Option(help: "The configuration file.")
        var config: String?

        func run() async throws {
            let assembly = try Assembly.load(configuration: config)
            let store = try assembly.store()
            let duty = try await TeamMember.onDuty(keyFile: assembly.home.path(assembly.settings.reports.dutyKeyFile), in: store)
            var (shared, failed) = (0, Set<String>())
            while true {
                let missing = try await store.read { [count = failed.count] tx in try tx.missingWraps(limit: count + 200) }
                    .filter { !failed.contains("\($0.caseID) \($0.staff)") }
                if missing.isEmpty { break }
                for gap in missing {
                    // One that cannot be given away must not keep the others.
                    do {
                        let key = try gap.dutyWrap.open(with: duty.key)
                        let wrap = try key.wrapped(
                            for: gap.publicKey, caseID: gap.caseID.rawValue, holder: CaseHolder.member(gap.staff).text)
                        try await store.write { tx in
                            try tx.shareCase(gap.caseID, with: gap.staff, wrap: wrap, by: .duty, now: SystemClock().now())
                        }
                        shared += 1
                    } catch {
                        failed.insert("\(gap.caseID) \(gap.staff)")
                    }
                }
            }
            await store.close()
            Console.words(shared == 0 ? "Nothing to share." : "Shared: \(shared).")
            guard failed.isEmpty else {
                Console.words("Could not be shared: \(failed.count). They were sealed for another duty key, or are damaged.")
                throw Exit.failed
            }
        }
    }

    struct EscrowKey: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "escrow-key", abstract: "Makes a key pair for the safe: with its private half every case can be opened.",
            discussion: "The private half is printed once, and kept nowhere. Write it on paper and lock it away.")

        func run() throws {
            let key = SealingPrivateKey.make()
            Console.words("Private half (for the safe; never on this machine):")
            Console.data("private " + key.bytes.map { Self.hexadecimal($0) }.joined())
            Console.words("Public half (reports.escrow_public_key in the configuration):")
            Console.data("public " + key.publicKey.bytes.map { Self.hexadecimal($0) }.joined())
        }

        private static func hexadecimal(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
    }
}
