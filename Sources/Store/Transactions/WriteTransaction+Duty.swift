package import Core
package import Programmes

extension WriteTransaction {
    /// Takes pages that are due, each once however many ask, and sets the time of the next one.
    ///
    /// A page about what the reporter wrote goes first to who has the case, if they can be reached.
    package func claimDuePages(limit: Int, now: Instant) throws -> [DuePage] {
        let due = try connection.rows(CaseSQL.duePages, ["now": .time(now), "limit": .int(max(0, limit))])
        return try due.compactMap { try caseRow($0.id(0)) }.map { try claimPage(of: $0, now: now) }
    }

    private func claimPage(of row: CaseRow, now: Instant) throws -> DuePage {
        let clock = DutyClock()
        let (summary, page) = (row.summary, row.pages)
        let rung = clock.rung(page: page)
        var due = DuePage(summary: summary, page: page, rung: rung, reason: row.reason, recipients: [])
        guard page <= clock.greatestPages else {
            try setPaging(summary.id, next: nil, pages: page, reason: row.reason)
            try appendAudit(actor: .program, action: "case.unanswered", subject: summary.id.rawValue, now: now)
            due.isGivenUp = true
            return due
        }
        let next = now + clock.patience(summary.facts.level)
        try setPaging(summary.id, next: next, pages: page.addingSaturating(1), reason: row.reason)
        due.recipients = try recipients(of: row, rung: rung)
        try appendAudit(
            actor: .program, action: "case.paged", subject: summary.id.rawValue,
            detail: "\(page) \(rung.rawValue) \(row.reason.rawValue) \(due.recipients.count)", now: now)
        return due
    }

    private func recipients(of row: CaseRow, rung: DutyClock.Rung) throws -> [DutyRecipient] {
        let holder = row.summary.assignee ?? row.acknowledgedBy.map { StaffID($0) }
        // Who has left the team is told nothing more, whatever they once took.
        let responsible = try holder.flatMap { id in
            try mayTake(row.summary.id, id) ? try staffRow(id).flatMap(reachable) : nil
        }
        if row.reason == .wrote, rung == .first, let responsible { return [responsible] }
        let all = try dutyRecipients(commune: row.summary.facts.commune, rung: rung)
        guard let responsible, !all.contains(where: { $0.staff == responsible.staff }) else { return all }
        return [responsible] + all
    }

    /// Writes down who was told of a case and how it went: the proof that somebody was.
    ///
    /// - Parameters:
    ///   - way: a code, for example `telegram` or `mail`.
    ///   - outcome: a code, for example `accepted`.
    package func notePaged(
        _ id: CaseID, page: Int, staff: StaffID, way: String, outcome: String, now: Instant
    ) throws {
        try appendAudit(
            actor: .program, action: "case.page_sent", subject: id.rawValue,
            detail: "\(page) \(staff) \(way) \(outcome)", now: now)
    }
}

extension ReadTransaction {
    /// Who could be paged now; only those who can be reached count.
    package func duty(commune: String?) throws -> DutyCoverage {
        let team = try team(commune: commune).filter { try reachable($0) != nil }
        if team.contains(where: { $0.kind == .commune }) { return .commune }
        return team.isEmpty ? .nobody : .province
    }

    /// Whom a page goes to: each rung adds to the one below, and nobody of a school is ever on one.
    package func dutyRecipients(commune: String?, rung: DutyClock.Rung) throws -> [DutyRecipient] {
        var people = try team(commune: commune)
        if rung == .administrators {
            people += try activeStaff().filter { person in
                person.roles.contains(.administrator) && person.kind == .province && !people.contains { $0.id == person.id }
            }
        }
        return try people.compactMap(reachable)
    }

    /// When the next page falls due; nil when nobody is to be paged.
    package func nextPageDue() throws -> Instant? { try connection.row(CaseSQL.nextPage, [:])?.timeOrNil(0) }

    /// Members of the team who have a key and should be able to open an open case, and cannot: they joined later, got a new
    /// key, or the commune became known later. Only where a duty wrap is left to give it to them with.
    package func missingWraps(limit: Int) throws -> [MissingWrap] {
        var missing: [MissingWrap] = []
        for listing in try openCases(limit: 1000) where missing.count < limit {
            let id = listing.summary.id
            guard let dutyWrap = try caseWrap(of: id, holder: .duty) else { continue }
            let holders = try holders(of: id)
            for person in try team(commune: listing.summary.facts.commune) {
                guard let key = person.publicKey, !holders.contains(.member(person.id)) else { continue }
                missing.append(MissingWrap(caseID: id, staff: person.id, publicKey: key, dutyWrap: dutyWrap))
            }
        }
        return Array(missing.prefix(max(0, limit)))
    }

    /// The active team for a place: the commune's and the province's. Never a school's.
    func team(commune: String?) throws -> [StaffRow] {
        try activeStaff().filter { person in
            guard person.roles.contains(.safeguarding) else { return false }
            return person.kind == .province || person.kind == .commune && commune != nil && person.commune == commune
        }
    }

    package func mayTake(_ id: CaseID, _ member: StaffID) throws -> Bool {
        guard let row = try caseRow(id), let person = try staffRow(member), person.isActive, let kind = person.kind else {
            return false
        }
        if person.roles.contains(.administrator), kind == .province { return true }
        guard person.roles.contains(.safeguarding), row.summary.facts.mayReach(kind) else { return false }
        let isOfTeam = try team(commune: row.summary.facts.commune).contains { $0.id == member }
        return try isOfTeam || caseWrap(of: id, holder: .member(member)) != nil
    }

    /// Nil for who has no way that works now.
    func reachable(_ row: StaffRow) throws -> DutyRecipient? {
        let email = vault.mailsDuty ? try email(of: row) : nil
        guard row.conversation != nil || email != nil else { return nil }
        return DutyRecipient(staff: row.id, name: try name(of: row), conversation: row.conversation, email: email)
    }
}
