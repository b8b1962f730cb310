package import Core
import Programmes
package import Sealing

/// What a restore has done besides putting everything back, and what people have to do next.
package struct RestoreReport: Sendable, Equatable {
    package let manifest: BackupManifest
    /// Numbers of cases that were erased again.
    package var erasedCases: [String] = []
    /// Numbers of cases that were closed after the backup and are open again.
    package var reopenedCases: [String] = []
    /// Logins of members who had been disabled, and are again.
    package var disabledMembers: [String] = []
    /// Logins of members who got another password after the backup: the earlier one is good again.
    package var earlierPasswords: [String] = []
    /// Messages that had not been sent when the backup was made: they are not sent, and stand among the dead letters.
    package var heldMessages = 0
    /// Events that wait for their effect.
    package var waitingEvents = 0
    /// Numbers of broadcasts that wait for a person.
    package var pausedBroadcasts: [String] = []
    /// Connections whose account must be authorised again.
    package var connections: [String] = []
    /// One-time links and invitations that are no longer good.
    package var endedLinks = 0
}

extension BackupFile {
    /// Puts a backup back into an empty place, and brings it to the present schema.
    ///
    /// All in one transaction: the new database is whole and proved, or there is none. Everything in the register that
    /// came after the backup is applied: erased cases are erased again. What must not happen twice is stopped.
    /// - Parameter register: entries of the ``ErasureRegister``.
    /// - Throws: ``BackupFault``, ``StoreError``; ``TransferFault`` when the place is not empty.
    package static func restore(
        _ path: String, into target: DatabaseLocation, register: [ErasureRegister.Entry], keys: KeyRing, now: Instant,
        report: @escaping (TransferProgress) throws -> Void = { _ in }
    ) throws -> RestoreReport {
        _ = try verify(path, keys: keys, now: now, report: report)
        return try reading(path, keys: keys) { source, manifest in
            try DatabaseSide.create(target) { connection, dialect in
                let tables = try DatabaseSide.copy(
                    from: source, version: manifest.schema, to: connection, dialect, now: now, report: report)
                if let wrong = difference(tables, manifest.tables) { throw BackupFault.tableDiffers(wrong) }
                try Migrator.run(on: connection, dialect: dialect, now: now)
                let vault = KeyVault(ring: keys)
                try vault.ensure(KeyDay(now), on: connection, now: now)
                let ledger = CommitLedger(limits: StoreLimits(), chance: Chance(seed: nil), depths: QueueDepths(), arrivals: ArrivalOrder())
                let transaction = WriteTransaction(connection: connection, vault: vault, began: now, day: KeyDay(now), ledger: ledger)
                return try transaction.beginAnew(manifest, register: register, now: now)
            }
        }
    }
}

extension WriteTransaction {
    fileprivate func beginAnew(_ manifest: BackupManifest, register: [ErasureRegister.Entry], now: Instant) throws -> RestoreReport {
        var report = RestoreReport(manifest: manifest)
        try appendAudit(
            actor: .operator, action: "database.restored", subject: "backup", detail: manifest.auditHead.text, now: now)
        for entry in try register.filter({ try !isInLog($0) }) { try apply(entry, now: now, &report) }
        try FreshStart.releaseEverything(on: connection)
        try endWhatWasOnce(now: now, &report)
        try holdMessages(now: now, &report)
        report.waitingEvents = try inboxDepth().waiting
        return report
    }

    private func apply(_ entry: ErasureRegister.Entry, now: Instant, _ report: inout RestoreReport) throws {
        switch entry.action {
        case "case.erased":
            let id = CaseID(entry.subject)
            guard let row = try caseRow(id), !row.isErased else { return }
            try eraseCase(id, by: .program, now: now)
            report.erasedCases.append(row.summary.number)
        case "case.closed":
            // Closed cases stay closed for whoever held the duty key; but a case that only duty could open in the backup
            // would be lost, so it stays readable and is told.
            guard let row = try caseRow(CaseID(entry.subject)), !row.isErased, row.summary.status != .closed else { return }
            try drop(entry.subject, holder: CaseHolder.duty.text)
            if !report.reopenedCases.contains(row.summary.number) { report.reopenedCases.append(row.summary.number) }
        case "case.unshared": try drop(entry.subject, holder: entry.detail)
        case "staff.changed" where entry.detail.hasPrefix("disabled"):
            guard let row = try staffRow(StaffID(entry.subject)), row.isActive else { return }
            try connection.execute(ErasureSQL.disable, ["id": .text(entry.subject), "now": .time(now)])
            try connection.execute(CaseSQL.dropSparableWraps, ["holder": .text(entry.subject)])
            try appendAudit(actor: .program, action: "staff.changed", subject: entry.subject, detail: "disabled", now: now)
            report.disabledMembers.append(row.login)
        case "staff.key":
            guard let row = try staffRow(StaffID(entry.subject)), !report.earlierPasswords.contains(row.login) else { return }
            report.earlierPasswords.append(row.login)
        default: return
        }
    }

    private func drop(_ id: String, holder: String) throws {
        try connection.execute(ErasureSQL.dropSparable, ["case": .text(id), "holder": .text(holder)])
    }

    /// Tokens for one use, links for one use, broadcasts that were under way.
    private func endWhatWasOnce(now: Instant, _ report: inout RestoreReport) throws {
        report.connections = try connection.rows(RestoreSQL.renewable, [:]).map { try $0.text(0) }
        try connection.execute(RestoreSQL.forgetRefresh, [:])
        report.endedLinks = try connection.execute(RestoreSQL.endReportLinks, ["now": .time(now)])
        report.endedLinks += try connection.execute(RestoreSQL.endInvitations, ["now": .time(now)])
        report.pausedBroadcasts = try connection.rows(RestoreSQL.running, [:]).map { try $0.text(0) }
        try connection.execute(RestoreSQL.pause, [:])
    }

    /// What waited when the backup was made was sent long ago, or a person must decide whether it still should be: on a
    /// phone that somebody else holds, a second safety card is harm.
    private func holdMessages(now: Instant, _ report: inout RestoreReport) throws {
        while true {
            let page = try connection.rows(RestoreSQL.waiting, ["limit": .int(500)])
            if page.isEmpty { return }
            for row in page { try settle(try row.id(0), .dead(code: "restored"), now: now) }
            report.heldMessages += page.count
        }
    }
}

enum RestoreSQL {
    static let renewable = SQLStatement("SELECT DISTINCT connection FROM tokens WHERE refresh IS NOT NULL ORDER BY connection")
    /// The mark of the configured first pair stays: that pair is used up, too.
    static let forgetRefresh = SQLStatement("UPDATE tokens SET refresh = NULL")
    static let endReportLinks = SQLStatement("UPDATE report_links SET used_at = :now WHERE used_at IS NULL AND expires_at > :now")
    static let endInvitations = SQLStatement("UPDATE staff_links SET used_at = :now WHERE used_at IS NULL AND expires_at > :now")
    static let running = SQLStatement(
        "SELECT number FROM broadcasts WHERE is_open = 1 AND status IN ('planning', 'sending') ORDER BY number LIMIT 1000")
    static let pause = SQLStatement(
        "UPDATE broadcasts SET status = 'paused' WHERE is_open = 1 AND status IN ('planning', 'sending')")
    /// Broadcasts' messages are withdrawn by the pause.
    static let waiting = SQLStatement(
        """
        SELECT o.id FROM outbox AS o JOIN conversations AS c ON c.id = o.conversation
        WHERE o.state IN (0, 1) AND c.channel NOT IN ('web', 'terminal')
          AND NOT EXISTS (SELECT 1 FROM broadcast_recipients AS r WHERE r.message = o.id) LIMIT :limit
        """)
}
