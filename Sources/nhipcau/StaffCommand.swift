import ArgumentParser
import Core
import Foundation
import JSON
import Programmes
import Sealing
import Store

struct StaffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "staff", abstract: "The people who work with the bot: roles, scope, keys, chat.",
        discussion: "Roles: safeguarding (answers reports), sender (sends broadcasts), administrator.",
        subcommands: [Add.self, List.self, Invite.self, Change.self, Disable.self, Reset.self])

    /// Runs `body` on the database; says in words what the store refuses.
    static func with(_ config: String?, _ body: (Store) async throws -> Void) async throws {
        let assembly = try Assembly.load(configuration: config)
        let store = try assembly.store()
        do {
            try await body(store)
        } catch {
            await store.close()
            throw ReportsCommand.said(error)
        }
        await assembly.noteErasures(of: store)
        await store.close()
    }

    static func account(_ login: String, in store: Store) async throws -> StaffAccount {
        guard let account = try await store.read({ tx in try tx.staff(login: login) }) else {
            Console.words("There is no member “\(login)”: nhipcau staff list")
            throw Exit.failed
        }
        return account
    }

    static func organisation(_ code: String, in store: Store) async throws -> Organisation {
        guard let organisation = try await store.read({ tx in try tx.organisation(code: code) }) else {
            Console.words("There is no organisation “\(code)”: import it first (nhipcau organisations import FILE).")
            throw Exit.failed
        }
        return organisation
    }

    /// Only the address: a name beside it would be taken for part of it.
    static func email(_ text: String) throws -> String {
        guard let address = MailAddress(text), address.name == nil else {
            throw ValidationError("--email: “\(text)” is not an address: name@place.vn.")
        }
        return address.address
    }

    /// Says so when a change has left nobody who is paged about reports.
    static func warnIfNobodyIsPaged(in store: Store) async throws {
        guard try await store.read({ tx in try tx.dutyRecipients(commune: nil, rung: .first).isEmpty }) else { return }
        Console.words(
            "Nobody of the province is paged about reports now: a member with the role safeguarding and a linked chat or an e-mail address "
                + "is missing.")
    }

    static func roles(_ text: String) throws -> Set<StaffRole> {
        let roles = Set(
            try text.split(separator: ",").map { word in
                guard let role = StaffRole(rawValue: word.trimmingCharacters(in: .whitespaces)) else {
                    throw ValidationError("There is no role “\(word)”: \(StaffRole.allCases.map(\.rawValue).joined(separator: ", ")).")
                }
                return role
            })
        guard !roles.isEmpty else { throw ValidationError("--role is empty.") }
        return roles
    }
}

extension StaffCommand {
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Adds a member, with a key of their own under their password, and prints a code to link their chat.")

        @Argument(help: "Login: lower-case letters, digits, dots and hyphens.")
        var login: String

        @Option(help: "The name as people know it.")
        var name: String

        @Option(help: "safeguarding,sender,administrator.")
        var role: String

        @Option(help: "Code of the organisation they are responsible for, with everything below it.")
        var organisation: String

        @Option(help: "E-mail address for pages.")
        var email: String?

        @Option(help: "The configuration file.")
        var config: String?

        @OptionGroup var passphrase: Passphrase

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() async throws {
            let roles = try StaffCommand.roles(role)
            let email = try email.map { try StaffCommand.email($0) }
            try await StaffCommand.with(config) { store in
                let place = try await StaffCommand.organisation(organisation, in: store)
                let password = try passphrase.read("New password of \(login)", isNew: true)
                var random = SystemRandom()
                let now = SystemClock().now()
                let id: StaffID = IdentifierSource().make(at: now, random: &random)
                let member = StaffMember(
                    id: id, login: login, name: name, roles: roles, organisation: place.id, email: email, createdAt: now)
                let key = try await PasswordSealedKey.make(.make(), password: password, place: StaffAccount.keyPlace(of: id))
                let invitation = try await store.write { tx in
                    try tx.addStaff(member, key: key, by: .operator, now: now)
                    return try tx.inviteStaff(id, by: .operator, now: now)
                }
                StaffCommand.show(invitation, login: login, json: json)
            }
        }
    }

    struct Invite: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints a one-time code with which a member links their chat. An earlier code stops working.")

        @Argument(help: "The member's login.")
        var login: String

        @Option(help: "The configuration file.")
        var config: String?

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() async throws {
            try await StaffCommand.with(config) { store in
                let account = try await StaffCommand.account(login, in: store)
                let id = account.member.id
                let invitation = try await store.write { tx in try tx.inviteStaff(id, by: .operator, now: SystemClock().now()) }
                StaffCommand.show(invitation, login: login, json: json)
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "All members, with what they may do and how they can be reached.")

        @Option(help: "The configuration file.")
        var config: String?

        @Flag(help: "Print one JSON object per member.")
        var json = false

        func run() async throws {
            try await StaffCommand.with(config) { store in
                let (accounts, places) = try await store.read { tx in
                    let accounts = try tx.allStaff(limit: 10_000)
                    var places: [OrganisationID: String] = [:]
                    for account in accounts where places[account.member.organisation] == nil {
                        places[account.member.organisation] = try tx.organisation(account.member.organisation)?.code
                    }
                    return (accounts, places)
                }
                if !json { Console.data("LOGIN            ROLES                      ORGANISATION  CHAT    MAIL  KEY   STATUS    NAME") }
                for account in accounts {
                    let member = account.member
                    let roles = member.roles.sorted().map(\.rawValue)
                    let place = places[member.organisation] ?? "?"
                    if json {
                        Console.data(
                            ([
                                "login": .string(member.login), "name": .string(member.name),
                                "roles": .array(roles.map { .string($0) }), "organisation": .string(place),
                                "chat_linked": .bool(member.conversation != nil), "email": member.email.map { .string($0) } ?? .null,
                                "has_key": .bool(account.publicKey != nil), "active": .bool(member.isActive),
                            ] as JSONValue).compactText)
                    } else {
                        Console.data(
                            [
                                member.login.padded(16), roles.joined(separator: ",").padded(26), place.padded(13),
                                (member.conversation == nil ? "–" : "linked").padded(7), (member.email == nil ? "–" : "yes").padded(5),
                                (account.publicKey == nil ? "–" : "yes").padded(5), (member.isActive ? "active" : "disabled").padded(9),
                                member.name,
                            ].joined(separator: " "))
                    }
                }
            }
        }
    }

    struct Change: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Changes name, roles, organisation or e-mail address; enables a disabled member again.")

        @Argument(help: "The member's login.")
        var login: String

        @Option(help: "The name as people know it.")
        var name: String?

        @Option(help: "safeguarding,sender,administrator.")
        var role: String?

        @Option(help: "Code of the organisation.")
        var organisation: String?

        @Option(help: "E-mail address for pages; empty removes it.")
        var email: String?

        @Flag(help: "Active again.")
        var enable = false

        @Option(help: "The configuration file.")
        var config: String?

        func run() async throws {
            let roles = try role.map { try StaffCommand.roles($0) }
            let email = try email.map { $0.isEmpty ? "" : try StaffCommand.email($0) }
            try await StaffCommand.with(config) { store in
                var member = try await StaffCommand.account(login, in: store).member
                if let name { member.name = name }
                if let roles { member.roles = roles }
                if let organisation { member.organisation = try await StaffCommand.organisation(organisation, in: store).id }
                if let email { member.email = email.isEmpty ? nil : email }
                if enable { member.isActive = true }
                try await store.write { [member] tx in try tx.updateStaff(member, by: .operator, now: SystemClock().now()) }
                Console.words("\(login): changed.")
                try await StaffCommand.warnIfNobodyIsPaged(in: store)
            }
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A member can no longer sign in, is no longer paged, and their chat is unlinked.")

        @Argument(help: "The member's login.")
        var login: String

        @Option(help: "The configuration file.")
        var config: String?

        func run() async throws {
            try await StaffCommand.with(config) { store in
                var member = try await StaffCommand.account(login, in: store).member
                let id = member.id
                let alone = try await store.read { tx in try tx.casesHeldOnly(by: id) }
                member.isActive = false
                try await store.write { [member] tx in try tx.updateStaff(member, by: .operator, now: SystemClock().now()) }
                Console.words("\(login): disabled.")
                if !alone.isEmpty { Console.words("Only \(login) could open: \(alone.joined(separator: ", ")).") }
                try await StaffCommand.warnIfNobodyIsPaged(in: store)
            }
        }
    }

    struct Reset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Gives a member a new password and a new key. What was shared with the old key must be shared again.")

        @Argument(help: "The member's login.")
        var login: String

        @Option(help: "The configuration file.")
        var config: String?

        @OptionGroup var passphrase: Passphrase

        @Flag(help: "Also when nobody could open some cases any more.")
        var loseCases = false

        func run() async throws {
            try await StaffCommand.with(config) { store in
                let id = try await StaffCommand.account(login, in: store).member.id
                let alone = try await store.read { tx in try tx.casesHeldOnly(by: id) }
                guard alone.isEmpty || loseCases else {
                    Console.words(
                        "Not done: only the present key of \(login) opens \(alone.joined(separator: ", ")); with a new one nobody could ever again. "
                            + "If that must be: --lose-cases.")
                    throw Exit.failed
                }
                let password = try passphrase.read("New password of \(login)", isNew: true)
                let key = try await PasswordSealedKey.make(.make(), password: password, place: StaffAccount.keyPlace(of: id))
                let reset = try await store.write { tx in try tx.setStaffKey(of: id, key, by: .operator, now: SystemClock().now()) }
                Console.words(
                    "\(login): new password and key. \(reset.removedWraps) cases are no longer sealed to them; share open ones again:")
                Console.words("  nhipcau reports share")
                if !reset.lostCases.isEmpty {
                    Console.words("Nobody can open these any more: \(reset.lostCases.joined(separator: ", ")).")
                }
            }
        }
    }

    static func show(_ invitation: StaffInvitation, login: String, json: Bool) {
        if json {
            return Console.data(
                ([
                    "login": .string(login), "code": .string(invitation.code), "expires": .string(invitation.expires.iso8601InVietnam),
                ] as JSONValue).compactText)
        }
        Console.words("\(login) links a chat by writing this to the bot, once, until \(invitation.expires.localText):")
        Console.data("/lienket \(invitation.code)")
    }
}
