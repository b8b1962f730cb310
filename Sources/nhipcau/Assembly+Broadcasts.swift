import Channels
import Config
import Content
import Core
import Foundation
import Programmes
import Store

extension Assembly {
    /// Where people can be written to, as ``BroadcastService`` and the counting of audiences need it.
    func sendingRules(_ channels: [ConnectionID: any Channel]) -> SendingRules {
        SendingRules(
            connections: channels.mapValues { channel in
                SendingRules.Rule(
                    channel: channel.kind, window: channel.capability.window,
                    isPull: channel.kind == .web || channel.kind == .terminal)
            })
    }

    /// The configured connections with our own accounts on them, as far as they are known.
    var ownAccounts: [String: [String]] {
        var accounts: [String: [String]] = [:]
        for connection in settings.connections {
            let named = ["address", "from", "page_id", "phone_number_id"].lazy.compactMap { connection.options[$0] }.first ?? ""
            var known = named.split { $0 == "," || $0 == " " }.map(String.init)
            if known.isEmpty, connection.kind == .telegram {
                known += [TelegramChannel.botID(inToken: connection.secrets["auth_token"])].compactMap(\.self)
            }
            accounts[connection.id.rawValue] = known
        }
        return accounts
    }

    /// The made-up organisations of `config/demo/organisations.csv`.
    func demoOrganisations(_ catalogue: Catalogue) throws -> [OrganisationEntry] {
        let path = home.path("config/demo/organisations.csv")
        let sheet = OrganisationSheet(
            try Sheet.read(path), known: [], communes: Set(catalogue.gazetteer.communes.map(\.code)))
        guard sheet.problems.isEmpty else {
            Sheet.show(sheet.problems, of: home.shown(path))
            throw Exit.failed
        }
        return sheet.entries
    }

    /// Runs `body` on the configured database, beside a service that may be running on it; says in words what the
    /// store refuses.
    static func withStore(_ config: String?, _ body: (Assembly, Store) async throws -> Void) async throws {
        let assembly = try load(configuration: config)
        let store = try assembly.store()
        do {
            try await body(assembly, store)
        } catch let error as StoreError {
            await store.close()
            Console.words("Not done: \(error.text)")
            throw Exit.failed
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }
}

/// A table that somebody gave to a command.
enum Sheet {
    /// So many mistakes are shown; the rest is counted.
    static let shown = 50

    /// - Throws: exit code 2 when it cannot be read as text.
    static func read(_ file: String) throws -> String {
        let bytes = try Console.read(file)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            Console.words("\(file): not UTF-8 text. Save it as “CSV UTF-8”.")
            throw Exit.brokenInput
        }
        return text
    }

    static func show(_ problems: [SheetProblem], of file: String) {
        for problem in problems.prefix(shown) {
            let column = problem.column.isEmpty ? "" : " \(problem.column):"
            Console.words("\(file):\(problem.line):\(column) \(problem.message)\n    → \(problem.mend)")
        }
        if problems.count > shown { Console.words("… and \(problems.count - shown) more.") }
    }
}
