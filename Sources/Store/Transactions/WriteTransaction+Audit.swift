package import Core
package import Sealing

extension WriteTransaction {
    /// Adds an entry to the audit log, tied to the one before.
    ///
    /// - Parameters:
    ///   - action: a fixed name, for example `case.read`.
    ///   - subject: an id.
    ///   - detail: codes and numbers; never content.
    package func appendAudit(
        actor: Actor, action: String, subject: String, detail: String = "", now: Instant
    ) throws {
        try connection.execute(AuditSQL.advance, [:])
        guard let head = try connection.row(AuditSQL.head, [:]) else { throw StoreError.missing("audit head") }
        let sequence = try head.integer(0)
        let (subject, detail) = (subject.withoutNUL, detail.withoutNUL)
        let hash = AuditChain.hash(
            previous: try head.blobOrNil(1) ?? AuditChain.origin, sequence: sequence, at: now, actor: actor.text,
            action: action, subject: subject, detail: detail, keys: vault.ring)
        try connection.execute(
            AuditSQL.insert,
            [
                "sequence": .integer(sequence), "at": .time(now), "actor": .text(actor.text), "action": .text(action),
                "subject": .text(subject), "detail": .text(detail), "hash": .blob(hash),
            ])
        try connection.execute(AuditSQL.note, ["hash": .blob(hash)])
    }
}

extension ReadTransaction {
    /// Entries of the audit log in their order, after the one with this number.
    package func auditEntries(after sequence: Int64 = 0, limit: Int) throws -> [AuditEntry] {
        try connection.rows(AuditSQL.page, ["after": .integer(sequence), "limit": .int(max(0, limit))]).map { row in
            AuditEntry(
                sequence: try row.integer(0), at: try row.time(1), actor: try row.text(2), action: try row.text(3),
                subject: try row.text(4), detail: try row.text(5), hash: try row.blobOrNil(6) ?? [])
        }
    }

    /// How far the log goes; nil while it is empty.
    package func auditHead() throws -> AuditHead? {
        guard let row = try connection.row(AuditSQL.head, [:]), let hash = try row.blobOrNil(1) else { return nil }
        return AuditHead(count: try row.integer(0), hash: hash)
    }

    /// Reads the whole log and checks that nothing in it was changed, taken out or cut off.
    ///
    /// - Parameter noted: a head that was noted outside the database; also finds that the log's end was cut off by somebody
    ///   who has mended what stands in the database about it.
    package func verifyAudit(noted: AuditHead? = nil) throws -> AuditReport {
        var verifier = AuditChain.Verifier(keys: vault.ring, noted: noted)
        var faults: [AuditFault] = []
        var last: Int64 = 0
        while true {
            let page = try auditEntries(after: last, limit: 500)
            for entry in page {
                if let fault = verifier.check(entry), faults.count < 100 { faults.append(fault) }
                last = entry.sequence
            }
            if page.count < 500 { break }
        }
        if let fault = verifier.finish() { faults.append(fault) }
        let head = verifier.notedHead
        if let known = try auditHead() {
            if known.count > head.count {
                faults.append(.endMissing(noted: known.count, found: head.count))
            } else if known != head {
                faults.append(.headDiffers(sequence: known.count))
            }
        } else if head.count > 0 {
            faults.append(.headDiffers(sequence: head.count))
        }
        return AuditReport(faults: faults, count: verifier.count, head: head)
    }
}

enum AuditSQL {
    /// Holds the one row until the commit, so that no two entries get the same place.
    static let advance = SQLStatement(
        """
        INSERT INTO audit_head (name, sequence, hash) VALUES ('audit', 1, NULL)
        ON CONFLICT (name) DO UPDATE SET sequence = audit_head.sequence + 1
        """)
    static let head = SQLStatement("SELECT sequence, hash FROM audit_head WHERE name = 'audit'")
    static let note = SQLStatement("UPDATE audit_head SET hash = :hash WHERE name = 'audit'")
    static let insert = SQLStatement(
        """
        INSERT INTO audit (sequence, made_at, actor, action, subject, detail, hash)
        VALUES (:sequence, :at, :actor, :action, :subject, :detail, :hash)
        """)
    static let page = SQLStatement(
        """
        SELECT sequence, made_at, actor, action, subject, detail, hash FROM audit WHERE sequence > :after
        ORDER BY sequence LIMIT :limit
        """)
}
