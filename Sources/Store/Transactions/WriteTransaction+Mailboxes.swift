package import Core
import Programmes
package import Sealing

extension WriteTransaction {
    /// Makes the reporter's mailbox and uses the one-time link up.
    ///
    /// - Returns: whose mailbox it is.
    /// - Throws: ``StoreError/missing(_:)`` when the link is unknown, used or too old; ``StoreError/conflict(_:)`` when the
    ///   code is taken (make another one; the link is still good then), or the case has a mailbox.
    @discardableResult
    package func createMailbox(link: TokenHash, _ mailbox: Mailbox, now: Instant) throws -> CaseID {
        guard let id = try caseForLink(link, now: now) else { throw StoreError.missing("report link") }
        guard try connection.row(MailboxSQL.ofCase, ["case": .id(id)]) == nil else {
            throw StoreError.conflict("the case has a mailbox")
        }
        guard try connection.row(MailboxSQL.byMark, ["mark": .blob(mailbox.codeMark)]) == nil else {
            throw StoreError.conflict("the code is taken")
        }
        let used = try connection.execute(MailboxSQL.useLink, ["hash": .blob(link.bytes), "now": .time(now)])
        guard used == 1 else { throw StoreError.missing("report link") }
        // Once more under the standing key: PINs cannot be tried with the database alone.
        let locked = try seal(mailbox.locked.encoded, .mailboxKey, id: id.rawValue, standing: true)
        try connection.execute(
            MailboxSQL.insert,
            ["case": .id(id), "mark": .blob(mailbox.codeMark), "locked": .blob(locked), "now": .time(now)])
        try appendAudit(actor: .reporter, action: "mailbox.created", subject: id.rawValue, now: now)
        return id
    }

    /// Notes that code and PIN were right.
    package func noteMailboxOpened(_ id: CaseID, now: Instant) throws {
        try connection.execute(MailboxSQL.noteOpened, ["case": .id(id), "now": .time(now)])
        try appendAudit(actor: .reporter, action: "mailbox.opened", subject: id.rawValue, now: now)
    }

    /// Notes that the code was right and the PIN was not.
    package func noteMailboxFailure(_ id: CaseID, now: Instant) throws {
        try connection.execute(MailboxSQL.noteFailure, ["case": .id(id)])
        try appendAudit(actor: .reporter, action: "mailbox.refused", subject: id.rawValue, now: now)
    }

    /// Seals a message of the reporter into their case, and has whoever has the case told that there is one.
    ///
    /// - Throws: ``StoreError/missing(_:)``; ``StoreError/conflict(_:)`` when the case is closed.
    package func appendFromMailbox(_ id: CaseID, text: String, now: Instant) throws {
        let row = try openRow(id)
        try add(CaseEntry(kind: .mailbox, text: text, at: now), to: id, key: row.publicKey, by: .reporter, now: now)
        // Where people are being paged already, one more word changes nothing about that.
        if row.nextPage == nil { try setPaging(id, next: now, pages: 0, reason: .wrote) }
        try appendAudit(actor: .reporter, action: "mailbox.wrote", subject: id.rawValue, now: now)
    }
}

extension ReadTransaction {
    /// The case behind a one-time link; nil when it is unknown, used or too old: nothing tells which.
    package func caseForLink(_ link: TokenHash, now: Instant) throws -> CaseID? {
        try connection.row(MailboxSQL.link, ["hash": .blob(link.bytes), "now": .time(now)])?.id(0)
    }

    /// The mailbox with this mark; nil when there is none.
    package func mailbox(codeMark: [UInt8]) throws -> CaseMailbox? {
        guard let row = try connection.row(MailboxSQL.byMark, ["mark": .blob(codeMark)]) else { return nil }
        let id: CaseID = try row.id(0)
        return CaseMailbox(
            caseID: id, mailbox: try mailbox(of: id, mark: codeMark, locked: row.blobOrNil(1)),
            createdAt: try row.time(2), openedAt: try row.timeOrNil(3), failures: try row.int(4))
    }

    /// What the team has written to the reporter, oldest first, sealed to the mailbox.
    package func mailboxMessages(of id: CaseID) throws -> [MailboxMessage] {
        try connection.rows(CaseSQL.messages, ["case": .id(id)]).map { row in
            MailboxMessage(id: try row.id(0), caseID: id, at: try row.time(1), sealed: try row.blobOrNil(2) ?? [])
        }
    }

    func mailboxKey(of id: CaseID) throws -> SealingPublicKey? {
        guard let row = try connection.row(MailboxSQL.ofCase, ["case": .id(id)]) else { return nil }
        return try mailbox(of: id, mark: row.blobOrNil(0) ?? [], locked: row.blobOrNil(1)).publicKey
    }

    private func mailbox(of id: CaseID, mark: [UInt8], locked: [UInt8]?) throws -> Mailbox {
        let encoded = try locked.flatMap { try open($0, .mailboxKey, id: id.rawValue) }
        do {
            return try Mailbox(codeMark: mark, locked: PasswordSealedKey(encoded: encoded ?? []))
        } catch {
            throw StoreError.unreadable("case_mailboxes.locked")
        }
    }
}

enum MailboxSQL {
    static let insertLink = SQLStatement(
        "INSERT INTO report_links (token_hash, case_id, expires_at) VALUES (:hash, :case, :expires)")
    static let link = SQLStatement(
        "SELECT case_id FROM report_links WHERE token_hash = :hash AND used_at IS NULL AND expires_at > :now")
    static let useLink = SQLStatement(
        "UPDATE report_links SET used_at = :now WHERE token_hash = :hash AND used_at IS NULL AND expires_at > :now")
    static let dropLinks = SQLStatement("DELETE FROM report_links WHERE case_id = :case")
    static let insert = SQLStatement(
        "INSERT INTO case_mailboxes (case_id, code_mark, locked, created_at) VALUES (:case, :mark, :locked, :now)")
    static let byMark = SQLStatement(
        "SELECT case_id, locked, created_at, opened_at, failures FROM case_mailboxes WHERE code_mark = :mark")
    static let ofCase = SQLStatement("SELECT code_mark, locked FROM case_mailboxes WHERE case_id = :case")
    static let noteOpened = SQLStatement(
        "UPDATE case_mailboxes SET opened_at = :now, failures = 0 WHERE case_id = :case")
    static let noteFailure = SQLStatement("UPDATE case_mailboxes SET failures = failures + 1 WHERE case_id = :case")
    static let drop = SQLStatement("DELETE FROM case_mailboxes WHERE case_id = :case")
}
