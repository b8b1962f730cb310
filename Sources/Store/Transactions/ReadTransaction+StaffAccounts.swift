package import Core
package import Programmes
import Sealing

/// What decides about a member, without what is sealed.
struct StaffRow {
    var id: StaffID
    var login: String
    var sealedName: [UInt8]?
    var sealedEmail: [UInt8]?
    var roles: Set<StaffRole>
    var organisation: OrganisationID
    var isActive: Bool
    var conversation: ConversationID?
    var publicKey: SealingPublicKey?
    var lockedKey: [UInt8]?
    var createdAt: Instant
    var updatedAt: Instant
    /// Of the organisation; nil when it is gone.
    var kind: Organisation.Kind?
    var commune: String?
}

extension ReadTransaction {
    package func staff(_ id: StaffID) throws -> StaffAccount? { try staffRow(id).map(account) }

    /// - Parameter login: case does not matter.
    package func staff(login: String) throws -> StaffAccount? {
        try connection.row(StaffSQL.byLogin, ["login": .text(login.lowercased().withoutNUL)]).map { try account(staffRow($0)) }
    }

    /// Everybody, disabled members too, by login.
    package func allStaff(limit: Int) throws -> [StaffAccount] {
        try connection.rows(StaffSQL.all, ["limit": .int(max(0, limit))]).map { try account(staffRow($0)) }
    }

    package func staffMember(conversation: ConversationID) throws -> StaffMember? {
        guard let row = try connection.row(StaffSQL.byConversation, ["conversation": .id(conversation)]) else { return nil }
        let staff = try staffRow(row)
        return staff.isActive ? try account(staff).member : nil
    }

    package func linkOffer(code: String, now: Instant) throws -> LinkOffer? {
        guard let hash = StaffLinkCode.hash(code),
            let found = try connection.row(StaffSQL.linkFor, ["hash": .blob(hash.bytes), "now": .time(now)]),
            let row = try staffRow(found.id(0)), row.isActive
        else { return nil }
        let organisation = try connection.row(StaffSQL.organisation, ["id": .id(row.organisation)])?.text(0)
        return LinkOffer(
            staff: row.id, name: try name(of: row), roles: row.roles, organisationName: organisation ?? "")
    }

    func staffRow(_ id: StaffID) throws -> StaffRow? {
        try connection.row(StaffSQL.byID, ["id": .id(id)]).map(staffRow)
    }

    func activeStaff() throws -> [StaffRow] { try connection.rows(StaffSQL.active, [:]).map(staffRow) }

    func name(of row: StaffRow) throws -> String { try readable(row.sealedName, .staffName, of: row) ?? row.login }

    func email(of row: StaffRow) throws -> String? { try readable(row.sealedEmail, .staffEmail, of: row) }

    /// Nil when it is damaged: one such member must not keep all others from being paged.
    private func readable(_ sealed: [UInt8]?, _ place: SealedPlace, of row: StaffRow) throws -> String? {
        do {
            return try sealed.flatMap { try open($0, place, id: row.id.rawValue) }.map { String(decoding: $0, as: UTF8.self) }
        } catch StoreError.unreadable {
            return nil
        }
    }

    private func staffRow(_ row: SQLRow) throws -> StaffRow {
        StaffRow(
            id: try row.id(0), login: try row.text(1), sealedName: try row.blobOrNil(2),
            sealedEmail: try row.blobOrNil(3),
            roles: Set(try row.text(4).split(separator: ",").compactMap { StaffRole(rawValue: String($0)) }),
            organisation: try row.id(5), isActive: try row.bool(6),
            conversation: try row.textOrNil(7).map { ConversationID($0) },
            publicKey: try row.blobOrNil(8).flatMap { try? SealingPublicKey(bytes: $0) }, lockedKey: try row.blobOrNil(9),
            createdAt: try row.time(10), updatedAt: try row.time(11),
            kind: try row.textOrNil(12).flatMap { Organisation.Kind(rawValue: $0) }, commune: try row.textOrNil(13))
    }

    private func account(_ row: StaffRow) throws -> StaffAccount {
        let member = StaffMember(
            id: row.id, login: row.login, name: try name(of: row), roles: row.roles, organisation: row.organisation,
            isActive: row.isActive, conversation: row.conversation, email: try email(of: row), createdAt: row.createdAt)
        let locked = try row.lockedKey.flatMap { try open($0, .staffKey, id: row.id.rawValue) }
        do {
            return StaffAccount(
                member: member, publicKey: row.publicKey, lockedKey: try locked.map { try PasswordSealedKey(encoded: $0) },
                updatedAt: row.updatedAt)
        } catch is SealingError {
            throw StoreError.unreadable("staff.locked_key")
        }
    }
}
