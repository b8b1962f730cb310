package import Core
package import Sealing

extension WriteTransaction {
    /// Wraps every data key under another master key. Done again, it only takes what is new.
    ///
    /// - Returns: how many were wrapped anew.
    /// - Throws: ``StoreError/wrongKey`` when one does not open under the present key; nothing is changed then.
    @discardableResult
    package func rewrapDataKeys(under next: MasterKey, by actor: Actor, now: Instant) throws -> Int {
        var count = 0
        for row in try connection.rows(RotationSQL.all, [:]) {
            let day = KeyDay(rawValue: Int32(clamping: try row.integer(0)))
            do {
                guard let wrapped = try vault.ring.rewrapped(row.blobOrNil(1) ?? [], for: day, under: next) else { continue }
                try connection.execute(RotationSQL.set, ["day": .integer(Int64(day.rawValue)), "wrapped": .blob(wrapped)])
                count += 1
            } catch is SealingError {
                throw StoreError.wrongKey
            }
        }
        if count > 0 {
            try appendAudit(actor: actor, action: "key.rotated", subject: "master", detail: "\(next.fingerprint) \(count)", now: now)
        }
        return count
    }

    /// Seals the keys of the cases that `opener` opens to `recipient` instead of, or beside, what was sealed to that holder
    /// before, and stores it as the key to which new cases are sealed.
    ///
    /// - Returns: how many cases were sealed anew, and how many could not be opened.
    /// - Throws: ``StoreError``.
    package func rotateSealingKey(
        _ name: SealingKeyName, to recipient: SealingPublicKey, openedWith opener: SealingPrivateKey, by actor: Actor, now: Instant
    ) throws -> (sealed: Int, failed: Int) {
        var (sealed, failed) = (0, 0)
        let holder = name.holder
        for row in try connection.rows(CaseSQL.ofHolder, ["holder": .text(CaseHolder.duty.text)]) {
            let id: CaseID = try row.id(0)
            guard let key = try? caseWrap(of: id, holder: .duty)?.open(with: opener) else {
                failed += 1
                continue
            }
            let wrap = try key.wrapped(for: recipient, caseID: id.rawValue, holder: holder.text)
            try connection.execute(CaseSQL.setWrap, ["case": .id(id), "holder": .text(holder.text), "wrap": .blob(wrap)])
            sealed += 1
        }
        try setSealingKey(name, recipient, by: actor, replacing: true, now: now)
        try appendAudit(actor: actor, action: "key.rotated", subject: name.rawValue, detail: "\(sealed) \(failed)", now: now)
        return (sealed, failed)
    }

    /// Ends every web session, and one-time links and invitations that were not used.
    ///
    /// - Returns: how many ended.
    package func endSessionsAndLinks(by actor: Actor, now: Instant) throws -> Int {
        var count = 0
        count += try connection.execute(RotationSQL.endSessions, [:])
        count += try connection.execute(RestoreSQL.endReportLinks, ["now": .time(now)])
        count += try connection.execute(RestoreSQL.endInvitations, ["now": .time(now)])
        try appendAudit(actor: actor, action: "key.rotated", subject: "sessions", detail: "\(count)", now: now)
        return count
    }
}

extension ReadTransaction {
    /// How many data keys there are, and how many of them `master` alone does not open.
    package func dataKeys(openedBy master: MasterKey) throws -> (all: Int, others: Int) {
        let rows = try connection.rows(RotationSQL.all, [:])
        let others = try rows.count { row in
            let day = KeyDay(rawValue: Int32(clamping: try row.integer(0)))
            do { return try vault.ring.rewrapped(row.blobOrNil(1) ?? [], for: day, under: master) != nil } catch is SealingError {
                return true
            }
        }
        return (rows.count, others)
    }
}

private enum RotationSQL {
    static let all = SQLStatement("SELECT day, wrapped FROM data_keys ORDER BY day")
    static let set = SQLStatement("UPDATE data_keys SET wrapped = :wrapped WHERE day = :day")
    static let endSessions = SQLStatement("DELETE FROM web_sessions")
}
