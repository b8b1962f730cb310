package import Core
package import Programmes
package import Sealing

/// What the team does with a case. Everything is in the audit log in the same transaction.
extension WriteTransaction {
    /// Somebody sees to the case: the paging ends.
    ///
    /// Who was first stays; a second time changes nothing.
    /// - Throws: ``StoreError/missing(_:)``; ``StoreError/conflict(_:)`` when the case is closed, or the member is not (any
    ///   more) somebody who is paged.
    package func acknowledgeCase(_ id: CaseID, by member: StaffID, now: Instant) throws {
        try acknowledgeCase(id, as: .member(member), now: now)
    }

    package func acknowledgeCase(_ id: CaseID, as actor: Actor, now: Instant) throws {
        let row = try openRow(id)
        try checkPaged(actor, for: row)
        let changed = try connection.execute(
            CaseSQL.acknowledge, ["id": .id(id), "now": .time(now), "actor": .text(actor.text)])
        guard changed > 0 || row.nextPage != nil else { return }
        try setPaging(id, next: nil, pages: row.pages, reason: row.reason)
        try appendAudit(actor: actor, action: "case.acknowledged", subject: id.rawValue, now: now)
    }

    /// Sets the level that a person finds right; the only way down.
    ///
    /// - Throws: ``StoreError/missing(_:)``; ``StoreError/conflict(_:)``.
    package func setCaseLevel(_ id: CaseID, _ level: Triage.Level, by actor: Actor, now: Instant) throws {
        let row = try openRow(id)
        try checkHolder(actor, of: row)
        guard level != row.summary.facts.level else { return }
        var facts = row.summary.facts
        facts.level = level
        try setFacts(facts, of: row, now: now)
        try appendAudit(
            actor: actor, action: "case.level", subject: id.rawValue,
            detail: "\(row.summary.facts.level.rawValue) \(level.rawValue)", now: now)
    }

    /// Gives the case to a member; the paging ends.
    ///
    /// - Parameter wrap: the case's key sealed to the member; nil when they hold one already.
    /// - Throws: ``StoreError/missing(_:)``; ``StoreError/conflict(_:)`` when the member may not have the case, or could not
    ///   open it.
    package func assignCase(_ id: CaseID, to member: StaffID, wrap: [UInt8]?, by actor: Actor, now: Instant) throws {
        let row = try openRow(id)
        try checkHolder(actor, of: row)
        try checkRecipient(member, of: row)
        if let wrap {
            try setWrap(wrap, of: id, for: .member(member))
        } else if try caseWrap(of: id, holder: .member(member)) == nil {
            throw StoreError.conflict("the member could not open the case")
        }
        try connection.execute(
            CaseSQL.acknowledge, ["id": .id(id), "now": .time(now), "actor": .text(actor.text)])
        try connection.execute(CaseSQL.assign, ["id": .id(id), "staff": .id(member)])
        try setPaging(id, next: nil, pages: row.pages, reason: row.reason)
        try appendAudit(
            actor: actor, action: "case.assigned", subject: id.rawValue, detail: member.rawValue, now: now)
    }

    /// Lets a member open the case.
    ///
    /// - Throws: ``StoreError/missing(_:)``; ``StoreError/conflict(_:)`` when the member may not have the case.
    package func shareCase(_ id: CaseID, with member: StaffID, wrap: [UInt8], by actor: Actor, now: Instant) throws {
        guard let row = try caseRow(id), !row.isErased else { throw StoreError.missing("case") }
        try checkHolder(actor, of: row)
        try checkRecipient(member, of: row)
        try setWrap(wrap, of: id, for: .member(member))
        try appendAudit(actor: actor, action: "case.shared", subject: id.rawValue, detail: member.rawValue, now: now)
    }

    /// Closes the case and destroys the duty key's wrap: from now on only members and escrow can open it.
    ///
    /// - Throws: ``StoreError/missing(_:)``; ``StoreError/conflict(_:)`` when it is closed, an urgent case has no outcome,
    ///   or nobody but the duty key could open it.
    package func closeCase(_ id: CaseID, _ closing: CaseClosing, by actor: Actor, now: Instant) throws {
        let row = try openRow(id)
        try checkHolder(actor, of: row)
        guard closing.suffices(for: row.summary.facts.level) else {
            throw StoreError.conflict("a case of this level is closed with an outcome")
        }
        guard try holders(of: id).contains(where: { $0 != .duty }) else {
            throw StoreError.conflict("nobody but the duty key could open the case: share it first")
        }
        let sealed = try seal(Payload.encode(closing), .caseOutcome, id: id.rawValue, standing: true)
        try connection.execute(CaseSQL.close, ["id": .id(id), "now": .time(now), "outcome": .blob(sealed)])
        try connection.execute(CaseSQL.dropWrap, ["case": .id(id), "holder": .text(CaseHolder.duty.text)])
        // What came of it is sealed; the log stands in the clear.
        try appendAudit(actor: actor, action: "case.closed", subject: id.rawValue, now: now)
    }

    /// Notes that somebody is about to see the content. Ends a page that said that the reporter wrote.
    ///
    /// - Throws: ``StoreError/missing(_:)``; ``StoreError/conflict(_:)`` for a member who is not of the team.
    package func noteRead(_ id: CaseID, by actor: Actor, now: Instant) throws {
        guard let row = try caseRow(id) else { throw StoreError.missing("case") }
        try check(actor, for: row)
        try endNews(row)
        try appendAudit(actor: actor, action: "case.read", subject: id.rawValue, now: now)
    }

    /// Seals a note of the team, for the team. Closed cases take notes too.
    ///
    /// - Throws: ``StoreError/missing(_:)``; ``StoreError/conflict(_:)`` for a member who is not of the team.
    package func addCaseNote(_ id: CaseID, text: String, by actor: Actor, now: Instant) throws {
        guard let row = try caseRow(id), !row.isErased else { throw StoreError.missing("case") }
        try checkHolder(actor, of: row)
        try add(CaseEntry(kind: .note, text: text, at: now), to: id, key: row.publicKey, by: actor, now: now)
        try appendAudit(actor: actor, action: "case.noted", subject: id.rawValue, now: now)
    }

    /// Puts a message for the reporter into their mailbox. Nobody tells them: they look when they find it safe.
    ///
    /// - Returns: false when the reporter has no mailbox; then the team alone sees it.
    /// - Throws: ``StoreError/missing(_:)``; ``StoreError/conflict(_:)`` for a member who is not of the team.
    @discardableResult
    package func replyToReporter(_ id: CaseID, text: String, by actor: Actor, now: Instant) throws -> Bool {
        guard let row = try caseRow(id), !row.isErased else { throw StoreError.missing("case") }
        try checkHolder(actor, of: row)
        let key = try mailboxKey(of: id)
        try add(
            CaseEntry(kind: .reply, text: text, at: now), to: id, key: row.publicKey, by: actor, mailbox: key, now: now)
        try endNews(row)
        try appendAudit(actor: actor, action: "case.replied", subject: id.rawValue, now: now)
        return key != nil
    }

    /// Destroys the content for good: all wraps, entries, the mailbox. The case's number, level and times stay, and a line
    /// in the register of erasures. Complete once the backups that hold the wraps have expired.
    ///
    /// - Throws: ``StoreError/missing(_:)``.
    package func eraseCase(_ id: CaseID, by actor: Actor, now: Instant) throws {
        guard let row = try caseRow(id) else { throw StoreError.missing("case") }
        let of: KeyValuePairs<String, SQLValue> = ["case": .id(id)]
        for statement in [CaseSQL.dropWraps, CaseSQL.eraseEntries, MailboxSQL.drop, MailboxSQL.dropLinks] {
            try connection.execute(statement, of)
        }
        try connection.execute(CaseSQL.erase, ["id": .id(id), "now": .time(now)])
        try connection.execute(
            CaseSQL.noteErasure, ["number": .text(row.summary.number), "case": .id(id), "now": .time(now)])
        try appendAudit(actor: actor, action: "case.erased", subject: id.rawValue, now: now)
    }

    /// Stores one of the keys to which every new case is sealed.
    ///
    /// - Parameter replacing: an earlier key's wraps stay: whoever has that key can still open the cases of its time.
    /// - Throws: ``StoreError/conflict(_:)`` when another key is stored.
    package func setSealingKey(
        _ name: SealingKeyName, _ key: SealingPublicKey, by actor: Actor, replacing: Bool = false, now: Instant
    ) throws {
        if let known = try sealingKey(name) {
            if known == key { return }
            guard replacing else { throw StoreError.conflict("another \(name.rawValue) key is stored") }
        }
        try connection.execute(
            CaseSQL.setPublicKey, ["name": .text(name.rawValue), "key": .blob(key.bytes), "now": .time(now)])
        try appendAudit(
            actor: actor, action: "key.set", subject: name.rawValue, detail: key.fingerprint, now: now)
    }

    private func endNews(_ row: CaseRow) throws {
        guard row.reason == .wrote, row.nextPage != nil else { return }
        try setPaging(row.summary.id, next: nil, pages: row.pages, reason: .wrote)
    }

    /// Members must be active, of the team, and nowhere the case must not go; the program and whoever has the duty key are
    /// what they are.
    private func check(_ actor: Actor, for row: CaseRow) throws {
        guard case .member(let id) = actor else { return }
        guard let member = try staffRow(id), member.isActive, member.roles.contains(.safeguarding) else {
            throw StoreError.conflict("the member is not of the team")
        }
        try checkPlace(of: member, for: row)
    }

    /// Who changes a case must be able to read it: roles alone would let another commune's team close it unseen.
    private func checkHolder(_ actor: Actor, of row: CaseRow) throws {
        try check(actor, for: row)
        guard case .member(let id) = actor else { return }
        guard try caseWrap(of: row.summary.id, holder: .member(id)) != nil else {
            throw StoreError.conflict("the member cannot open the case")
        }
    }

    /// Who ends the paging must be somebody who is paged about this case, or can open it.
    private func checkPaged(_ actor: Actor, for row: CaseRow) throws {
        guard case .member(let id) = actor, try !mayTake(row.summary.id, id) else { return }
        try check(actor, for: row)
        throw StoreError.conflict("the member is not of the case's team")
    }

    private func checkRecipient(_ id: StaffID, of row: CaseRow) throws {
        guard let member = try staffRow(id) else { throw StoreError.missing("member") }
        guard member.isActive, member.roles.contains(.safeguarding) else {
            throw StoreError.conflict("the member is not of the team")
        }
        try checkPlace(of: member, for: row)
    }

    private func checkPlace(of member: StaffRow, for row: CaseRow) throws {
        guard let kind = member.kind, row.summary.facts.mayReach(kind) else {
            throw StoreError.conflict("the case must not go to that organisation")
        }
    }
}
