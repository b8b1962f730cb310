package import Core
package import Programmes
package import Sealing

/// A case with everything about it that is no content.
struct CaseRow {
    var summary: CaseSummary
    var acknowledgedBy: String?
    var isErased: Bool
    var storedKey: [UInt8]
    var entries: Int
    var nextPage: Instant?
    var pages: Int
    var reason: PageReason

    /// What is written into the case is sealed to it. Read only then: a damaged one must not keep people from being paged.
    var publicKey: SealingPublicKey {
        get throws { try ReadTransaction.publicKey(storedKey) }
    }
}

extension ReadTransaction {
    package func caseSummary(_ id: CaseID) throws -> CaseSummary? { try caseRow(id)?.summary }

    /// A case by its number as somebody has typed it.
    package func caseSummary(number: String) throws -> CaseSummary? {
        guard let number = CheckedNumber.normalised(number, prefix: Self.numberPrefix) else { return nil }
        return try connection.row(CaseSQL.byNumber, ["number": .text(number)]).map { try caseRow($0).summary }
    }

    package func caseListing(_ id: CaseID) throws -> CaseListing? { try caseRow(id).map(listing) }

    /// Cases for a list: the gravest first, then those that have waited longest.
    ///
    /// - Parameters:
    ///   - status: nil = all that are not closed.
    ///   - member: only cases whose content they can open; nil = all.
    package func openCases(limit: Int, status: CaseSummary.Status? = nil, heldBy member: StaffID? = nil) throws
        -> [CaseListing]
    {
        let holder: (SQLValue, SQLValue) = (.bool(member != nil), .text(member?.rawValue ?? ""))
        let rows =
            if let status {
                try connection.rows(
                    CaseSQL.ofStatus,
                    [
                        "status": .text(status.rawValue), "hasHolder": holder.0, "holder": holder.1,
                        "limit": .int(max(0, limit)),
                    ])
            } else {
                try connection.rows(
                    CaseSQL.notClosed, ["hasHolder": holder.0, "holder": holder.1, "limit": .int(max(0, limit))])
            }
        return try rows.map { try listing(caseRow($0)) }
    }

    /// How a case was closed; nil while it is open, and after it was erased.
    package func closing(of id: CaseID) throws -> CaseClosing? {
        let sealed = try connection.row(CaseSQL.outcome, ["id": .id(id)])?.blobOrNil(0)
        let bytes = try sealed.flatMap { try open($0, .caseOutcome, id: id.rawValue) }
        return try bytes.map { try Payload.decode(CaseClosing.self, from: $0, .caseOutcome) }
    }

    /// Everything in a case, oldest first, sealed. Call ``WriteTransaction/noteRead(_:by:now:)`` before any of it is opened.
    package func caseEntries(of id: CaseID) throws -> [SealedCaseEntry] {
        try connection.rows(CaseSQL.entries, ["case": .id(id)]).map { row in
            SealedCaseEntry(
                id: try row.id(0), caseID: id, kind: CaseEntry.Kind(rawValue: try row.text(1)) ?? .milestone,
                author: try row.text(2), at: try row.time(3), sealed: try row.blobOrNil(4) ?? [])
        }
    }

    /// The case's key for one holder; nil when they have none.
    package func caseWrap(of id: CaseID, holder: CaseHolder) throws -> CaseWrap? {
        let row = try connection.row(CaseSQL.wrap, ["case": .id(id), "holder": .text(holder.text)])
        return try row?.blobOrNil(0).map { CaseWrap(caseID: id, holder: holder, wrap: $0) }
    }

    /// What anything new in the case is sealed to.
    package func casePublicKey(_ id: CaseID) throws -> SealingPublicKey? { try caseRow(id)?.publicKey }

    /// One of the keys to which every case is sealed; nil until it was set.
    package func sealingKey(_ name: SealingKeyName) throws -> SealingPublicKey? {
        try connection.row(CaseSQL.publicKey, ["name": .text(name.rawValue)])?.blobOrNil(0).map(Self.publicKey)
    }

    /// Cases that were erased, in that order.
    package func erasures(limit: Int) throws -> [CaseErasure] {
        try connection.rows(CaseSQL.erasures, ["limit": .int(max(0, limit))]).map {
            CaseErasure(number: try $0.text(0), caseID: try $0.id(1), at: try $0.time(2))
        }
    }

    /// Numbers of the cases that nobody but this member can open.
    package func casesHeldOnly(by id: StaffID) throws -> [String] {
        try connection.rows(CaseSQL.heldOnlyBy, ["holder": .id(id)]).map { try $0.text(0) }
    }

    /// Who can open a case.
    func holders(of id: CaseID) throws -> Set<CaseHolder> {
        Set(try connection.rows(CaseSQL.holders, ["case": .id(id)]).map { CaseHolder(text: try $0.text(0)) })
    }

    func caseRow(_ id: CaseID) throws -> CaseRow? {
        try connection.row(CaseSQL.byID, ["id": .id(id)]).map(caseRow)
    }

    private func caseRow(_ row: SQLRow) throws -> CaseRow {
        let id: CaseID = try row.id(0)
        var facts = try readableFacts(row.blobOrNil(4), of: id)
        facts.level = Triage.Level(rawValue: try row.text(2)) ?? facts.level
        let summary = CaseSummary(
            id: id, number: try row.text(1), facts: facts, status: CaseSummary.Status(rawValue: try row.text(3)) ?? .new,
            milestones: try row.text(5).split(separator: ",").compactMap { CaseMilestone(rawValue: String($0)) },
            openedAt: try row.time(6), acknowledgedAt: try row.timeOrNil(7), closedAt: try row.timeOrNil(10),
            assignee: try row.textOrNil(9).map { StaffID($0) })
        return CaseRow(
            summary: summary, acknowledgedBy: try row.textOrNil(8), isErased: try row.timeOrNil(11) != nil,
            storedKey: try row.blobOrNil(12) ?? [], entries: try row.int(13),
            nextPage: try row.timeOrNil(14), pages: try row.int(15),
            reason: PageReason(rawValue: try row.text(16)) ?? .opened)
    }

    /// Damaged facts must not keep people from being paged about this case and all others: nothing is known then, which
    /// keeps the case with the province, and the level stands beside.
    private func readableFacts(_ sealed: [UInt8]?, of id: CaseID) throws -> CaseFacts {
        do {
            guard let sealed, let bytes = try open(sealed, .caseFacts, id: id.rawValue) else { return CaseFacts(level: .s4) }
            return try Payload.decode(CaseFacts.self, from: bytes, .caseFacts)
        } catch StoreError.unreadable {
            return CaseFacts(level: .s4)
        }
    }

    private func listing(_ row: CaseRow) throws -> CaseListing {
        CaseListing(
            summary: row.summary, pages: row.pages, nextPage: row.nextPage, entries: row.entries,
            hasMailbox: try connection.row(MailboxSQL.ofCase, ["case": .id(row.summary.id)]) != nil,
            isErased: row.isErased)
    }

    static func publicKey(_ bytes: [UInt8]) throws -> SealingPublicKey {
        do {
            return try SealingPublicKey(bytes: bytes)
        } catch {
            throw StoreError.unreadable("public_key")
        }
    }

    static let numberPrefix = "VV"
}
