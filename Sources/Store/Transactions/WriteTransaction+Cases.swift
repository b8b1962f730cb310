package import Core
package import Programmes
import Sealing

extension WriteTransaction {
    /// Opens a case and seals it from its first word on.
    ///
    /// Makes the case's keys, gives the private one to duty, escrow and the teams of province and commune, and forgets it.
    /// The person's last messages, the present one included, move from the transcript into the case.
    /// - Throws: ``StoreError/conflict(_:)`` when there is a case with this id; ``StoreError/missing(_:)`` when there is no
    ///   key that could ever open it. Nothing has happened then, and the messages stay where they were.
    package func openCase(_ opening: CaseOpening, in conversation: ConversationID, event: EventID?, now: Instant) throws {
        guard try connection.row(CaseSQL.exists, ["id": .id(opening.id)]) == nil else {
            throw StoreError.conflict("the case exists already")
        }
        let key = SealingPrivateKey.make()
        let level = opening.facts.level
        try connection.execute(
            CaseSQL.insert,
            [
                "id": .id(opening.id), "number": .text(try freeNumber()), "level": .text(level.rawValue),
                "facts": .blob(try sealed(opening.facts, of: opening.id)), "opened": .time(opening.openedAt),
                "key": .blob(key.publicKey.bytes), "page": .time(opening.openedAt + DutyClock().firstPage(level)),
                "reason": .text(PageReason.opened.rawValue),
            ])
        try hand(key, of: opening)
        try moveTalk(of: conversation, event: event, into: opening, key: key.publicKey)
        let found = CaseEntry(kind: .triage, text: Self.account(of: opening), at: opening.openedAt)
        try add(found, to: opening.id, key: key.publicKey, by: .program, now: now)
        if let token = opening.linkToken {
            try connection.execute(
                MailboxSQL.insertLink,
                [
                    "hash": .blob(TokenHash(of: token).bytes), "case": .id(opening.id),
                    "expires": .time(opening.linkExpires),
                ])
        }
        try appendAudit(
            actor: .program, action: "case.opened", subject: opening.id.rawValue,
            detail: "\(level.rawValue) \(opening.cause.rawValue)", now: now)
    }

    /// Seals something into a case; the stored event it came with loses its content.
    ///
    /// - Throws: ``StoreError/missing(_:)``; ``StoreError/conflict(_:)`` when the case is closed.
    package func appendToCase(_ id: CaseID, _ entry: CaseEntry, event: EventID?, now: Instant) throws {
        let row = try openRow(id)
        let author: Actor =
            switch entry.kind {
            case .message, .answer, .transcript, .mailbox: .reporter
            case .triage, .milestone, .note, .reply: .program
            }
        try add(entry, to: id, key: row.publicKey, by: author, now: now)
        if let event { try connection.execute(CaseSQL.eraseEvent, ["id": .id(event)]) }
    }

    /// Adds what has become known. Never lowers the level; when it rises, people are paged again as the level demands.
    ///
    /// - Throws: ``StoreError/missing(_:)``; ``StoreError/conflict(_:)`` when the case is closed.
    package func classifyCase(_ id: CaseID, _ facts: CaseFacts, now: Instant) throws {
        let row = try openRow(id)
        try setFacts(row.summary.facts.joined(with: facts), of: row, now: now)
    }

    /// Notes where the report has come to.
    ///
    /// A report without urgency waits for its end before people are paged; this is the end. Not being safe makes any case
    /// an emergency.
    /// - Throws: ``StoreError/missing(_:)``; ``StoreError/conflict(_:)`` when the case is closed.
    package func noteCase(_ id: CaseID, _ milestone: CaseMilestone, now: Instant) throws {
        let row = try openRow(id)
        let entry = CaseEntry(kind: .milestone, text: milestone.rawValue, at: now)
        try add(entry, to: id, key: row.publicKey, by: .program, now: now)
        guard !row.summary.milestones.contains(milestone) else { return }
        let milestones = (row.summary.milestones + [milestone]).map(\.rawValue).joined(separator: ",")
        try connection.execute(CaseSQL.setMilestones, ["id": .id(id), "milestones": .text(milestones)])
        if milestone == .notSafeNow {
            try setFacts(row.summary.facts.joined(with: CaseFacts(level: .s1)), of: row, now: now)
        } else if row.summary.facts.level < .s2, row.summary.status == .new, let next = row.nextPage, next > now {
            try setPaging(id, next: now, pages: row.pages, reason: .intake)
        }
    }
}

// MARK: - For all that is written into cases

extension WriteTransaction {
    /// A case into which something may be written.
    ///
    /// - Throws: ``StoreError/missing(_:)``; ``StoreError/conflict(_:)`` when it is closed.
    func openRow(_ id: CaseID) throws -> CaseRow {
        guard let row = try caseRow(id) else { throw StoreError.missing("case") }
        guard row.summary.status != .closed else { throw StoreError.conflict("the case is closed") }
        return row
    }

    @discardableResult
    func add(
        _ entry: CaseEntry, to id: CaseID, key: SealingPublicKey, by author: Actor, mailbox: SealingPublicKey? = nil,
        now: Instant
    ) throws -> CaseEntryID {
        try connection.execute(CaseSQL.nextPosition, ["id": .id(id)])
        guard let position = try connection.row(CaseSQL.position, ["id": .id(id)])?.integer(0) else {
            throw StoreError.missing("case")
        }
        let entryID: CaseEntryID = makeID(at: now)
        let sealed = try CaseEnvelope.seal(entry, to: key, place: CaseEnvelope.entry(entryID, in: id))
        let message = try mailbox.map {
            try CaseEnvelope.seal(entry, to: $0, place: CaseEnvelope.message(entryID, in: id))
        }
        try connection.execute(
            CaseSQL.insertEntry,
            [
                "id": .id(entryID), "case": .id(id), "position": .integer(position), "kind": .text(entry.kind.rawValue),
                "author": .text(author.text), "at": .time(entry.at), "sealed": .blob(sealed),
                "mailbox": .blob(orNull: message),
            ])
        return entryID
    }

    /// Writes facts down. Takes the case from people whom it must not reach any more, and has others paged when the level
    /// has risen.
    func setFacts(_ facts: CaseFacts, of row: CaseRow, now: Instant) throws {
        let (id, old) = (row.summary.id, row.summary.facts)
        guard facts != old else { return }
        try connection.execute(
            CaseSQL.setFacts,
            ["id": .id(id), "facts": .blob(try sealed(facts, of: id)), "level": .text(facts.level.rawValue)])
        let isTakenAway = try takeAway(from: row, facts, now: now)
        guard facts.level > old.level else { return }
        try appendAudit(
            actor: .program, action: "case.raised", subject: id.rawValue,
            detail: "\(old.level.rawValue) \(facts.level.rawValue)", now: now)
        if isTakenAway { return }
        if row.pages == 0, row.summary.status == .new, let next = row.nextPage {
            // The first page is still to come: it only comes earlier.
            let due = min(next, row.summary.openedAt + DutyClock().firstPage(facts.level))
            try setPaging(id, next: due, pages: 0, reason: row.reason)
        } else if facts.level == .s1 || facts.level == .s2 && row.summary.status == .new {
            // Whoever took it took something less grave.
            if row.summary.status == .acknowledged { try connection.execute(CaseSQL.reopen, ["id": .id(id)]) }
            try setPaging(id, next: now, pages: 0, reason: .raised)
        }
    }

    /// Takes the case from members of places that it must not reach now that more is known.
    ///
    /// - Returns: whether it was theirs; then it is new again, and others are paged.
    private func takeAway(from row: CaseRow, _ facts: CaseFacts, now: Instant) throws -> Bool {
        let id = row.summary.id
        guard facts.accused != row.summary.facts.accused else { return false }
        var wasTheirs = false
        for case .member(let member) in try holders(of: id) {
            if let kind = try staffRow(member)?.kind, facts.mayReach(kind) { continue }
            try connection.execute(CaseSQL.dropWrap, ["case": .id(id), "holder": .id(member)])
            try appendAudit(
                actor: .program, action: "case.unshared", subject: id.rawValue, detail: member.rawValue, now: now)
            if row.summary.assignee == member || row.acknowledgedBy == member.rawValue { wasTheirs = true }
        }
        guard wasTheirs else { return false }
        try connection.execute(CaseSQL.reopen, ["id": .id(id)])
        try setPaging(id, next: now, pages: 0, reason: .raised)
        return true
    }

    func setPaging(_ id: CaseID, next: Instant?, pages: Int, reason: PageReason) throws {
        try connection.execute(
            CaseSQL.setPaging,
            ["id": .id(id), "page": .time(next), "pages": .int(pages), "reason": .text(reason.rawValue)])
    }

    func setWrap(_ wrap: [UInt8], of id: CaseID, for holder: CaseHolder) throws {
        try connection.execute(
            CaseSQL.setWrap, ["case": .id(id), "holder": .text(holder.text), "wrap": .blob(wrap)])
    }

    private func sealed(_ facts: CaseFacts, of id: CaseID) throws -> [UInt8] {
        try seal(Payload.encode(facts), .caseFacts, id: id.rawValue, standing: true)
    }
}

// MARK: - Opening

extension WriteTransaction {
    private func freeNumber() throws -> String {
        var random = SystemRandom()
        for _ in 0..<32 {
            let number = CheckedNumber.make(prefix: Self.numberPrefix, random: &random)
            if try connection.row(CaseSQL.isTaken, ["number": .text(number)]) == nil { return number }
        }
        throw StoreError.conflict("no case number is free")
    }

    /// Gives the private key to everybody who is to open the case.
    private func hand(_ key: SealingPrivateKey, of opening: CaseOpening) throws {
        var keys: [(holder: CaseHolder, key: SealingPublicKey)] = []
        for name in SealingKeyName.allCases {
            if let key = try sealingKey(name) { keys.append((name.holder, key)) }
        }
        for person in try team(commune: opening.facts.commune) {
            if let key = person.publicKey { keys.append((.member(person.id), key)) }
        }
        // A damaged key of one person must not keep a report from being taken.
        var isHeld = false
        for (holder, publicKey) in keys {
            guard let wrap = try? key.wrapped(for: publicKey, caseID: opening.id.rawValue, holder: holder.text) else { continue }
            try setWrap(wrap, of: opening.id, for: holder)
            isHeld = true
        }
        guard isHeld else { throw StoreError.missing("key that could open the case") }
    }

    /// Moves what the person has said last into the case, oldest first, and erases it where it was.
    private func moveTalk(
        of conversation: ConversationID, event: EventID?, into opening: CaseOpening, key: SealingPublicKey
    ) throws {
        let rows = try connection.rows(
            CaseSQL.talk,
            [
                "conversation": .id(conversation), "event": .text(event?.rawValue ?? ""),
                "limit": .int(min(max(0, opening.transcript), 100)),
            ])
        for row in rows.reversed() {
            let id: EventID = try row.id(0)
            guard let said = try said(id, row.blobOrNil(1)) else { continue }
            let entry = CaseEntry(
                kind: id == event ? .message : .transcript, text: said.text ?? said.payload ?? "",
                attachments: said.attachments, at: try said.timestamp ?? row.time(2))
            try add(entry, to: opening.id, key: key, by: .reporter, now: opening.openedAt)
            try connection.execute(CaseSQL.eraseEvent, ["id": .id(id)])
        }
        if let event { try connection.execute(CaseSQL.eraseEvent, ["id": .id(event)]) }
    }

    /// Nil when there is nothing to read (any more).
    private func said(_ id: EventID, _ payload: [UInt8]?) throws -> InboundEvent? {
        do {
            guard let payload, let bytes = try open(payload, .eventPayload, id: id.rawValue) else { return nil }
            return try Payload.decode(InboundEvent.self, from: bytes, .eventPayload)
        } catch StoreError.unreadable {
            return nil
        }
    }

    /// What triage found, in codes, one a line.
    private static func account(of opening: CaseOpening) -> String {
        let facts = opening.facts
        let lines = [
            ("level", facts.level.rawValue), ("categories", facts.categories.joined(separator: " ")),
            ("rules", facts.rules.joined(separator: " ")), ("cause", opening.cause.rawValue),
            ("role", opening.role), ("language", opening.language.rawValue), ("commune", facts.commune ?? ""),
            ("accused", facts.accused?.rawValue ?? ""),
        ]
        return lines.filter { !$0.1.isEmpty }.map { "\($0.0): \($0.1)" }.joined(separator: "\n")
    }
}
