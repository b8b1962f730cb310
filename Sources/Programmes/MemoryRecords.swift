package import Core

/// ``Records`` in memory, for conversation tests and for checking the store against.
package struct MemoryRecords: Records, Sendable {
    package private(set) var offers: [ClassOffer]
    package private(set) var enrolments: [Enrolment] = []
    package private(set) var deskItems: [DeskItem] = []
    package private(set) var cases: [CaseID: CaseSummary] = [:]
    /// What was sealed into cases, in order; here it can be read, for tests.
    package private(set) var caseEntries: [CaseID: [CaseEntry]] = [:]
    package private(set) var broadcasts: [Broadcast] = []
    /// Set by tests.
    package var coverage = DutyCoverage.province
    package var staff: [StaffMember] = []
    package var links: [String: LinkOffer] = [:]
    package var knownOrganisations: [Organisation] = []
    package var previews: [Audience: AudiencePreview] = [:]

    package init(offers: [ClassOffer]) { self.offers = offers }

    package func classes(_ query: ClassQuery) -> [ClassListing] {
        let found = offers.filter(query.matches).sorted(by: Self.isSooner)
        return found.prefix(max(0, query.limit)).map(listing)
    }

    package func listing(_ id: ClassID) -> ClassListing? { offers.first { $0.id == id }.map(listing) }

    package func listing(code: String) -> ClassListing? {
        let wanted = ClassOffer.normalised(code: code)
        return offers.first { ClassOffer.normalised(code: $0.code) == wanted }.map(listing)
    }

    package func enrolments(guardian: ConversationID) -> [Enrolment] {
        enrolments.filter { $0.guardian == guardian && $0.status != .cancelled }
    }

    package func firstWaiting(in classID: ClassID) -> Enrolment? {
        enrolments.first { $0.classID == classID && $0.status == .waiting }
    }

    package func communesWithClasses(topic: String?, openAt: Instant) -> [(commune: String, count: Int)] {
        let query = ClassQuery(topic: topic, openAt: openAt)
        let counts = offers.filter(query.matches).reduce(into: [String: Int]()) { $0[$1.commune, default: 0] += 1 }
        return counts.map { (commune: $0.key, count: $0.value) }
            .sorted { ($1.count, $0.commune) < ($0.count, $1.commune) }
    }

    package func duty(commune: String?) -> DutyCoverage { coverage }
    package func caseSummary(_ id: CaseID) -> CaseSummary? { cases[id] }
    package func mayTake(_ id: CaseID, _ member: StaffID) -> Bool {
        cases[id] != nil
            && staff.contains { $0.id == member && $0.isActive && !$0.roles.isDisjoint(with: [.safeguarding, .administrator]) }
    }
    package func staffMember(conversation: ConversationID) -> StaffMember? {
        staff.first { $0.conversation == conversation && $0.isActive }
    }
    package func linkOffer(code: String, now: Instant) -> LinkOffer? { links[code] }
    package func organisations(under root: OrganisationID, limit: Int) -> [Organisation] {
        Array(knownOrganisations.prefix(max(0, limit)))
    }
    package func preview(_ audience: Audience, now: Instant) -> AudiencePreview {
        previews[audience] ?? AudiencePreview(rows: [])
    }
    package func broadcast(number: String) -> Broadcast? { broadcasts.first { $0.number == number } }
    package func progress(of broadcast: BroadcastID) -> BroadcastProgress { BroadcastProgress(rows: []) }

    /// Applies what concerns the programmes; replies and timers are the caller's.
    ///
    /// - Parameter conversation: whose turn it is; needed only for linking a member of the staff.
    package mutating func apply(_ change: Change, in conversation: ConversationID? = nil) {
        switch change {
        case .enrol(let enrolment): enrolments.append(enrolment)
        case .cancelEnrolment(let id): setStatus(.cancelled, of: id)
        case .promote(let id): setStatus(.enrolled, of: id)
        case .handOver(let item): deskItems.append(item)
        case .openCase(let opening):
            cases[opening.id] = CaseSummary(
                id: opening.id, number: opening.id.rawValue, facts: opening.facts, status: .new,
                openedAt: opening.openedAt)
        case .appendToCase(let id, let entry): caseEntries[id, default: []].append(entry)
        case .classifyCase(let id, let facts): cases[id].map { cases[id]?.facts = $0.facts.joined(with: facts) }
        case .noteCase(let id, let milestone): cases[id]?.milestones.append(milestone)
        case .acknowledgeCase(let id, _): cases[id]?.status = .acknowledged
        case .redeemLink(let code, let member):
            links[code] = nil
            for index in staff.indices where staff[index].id == member { staff[index].conversation = conversation }
        case .startBroadcast(let broadcast): broadcasts.append(broadcast)
        case .commandBroadcast(let id, let command):
            for index in broadcasts.indices where broadcasts[index].id == id {
                broadcasts[index].status = command == .pause ? .paused : command == .resume ? .sending : .cancelled
            }
        case .reply, .notify, .setTimer, .setTimerFor, .cancelTimer, .subscribe, .count: break
        }
    }

    /// What the team does when a case is settled.
    package mutating func close(_ id: CaseID) { cases[id]?.status = .closed }

    private mutating func setStatus(_ status: Enrolment.Status, of id: EnrolmentID) {
        for index in enrolments.indices where enrolments[index].id == id { enrolments[index].status = status }
    }

    private func listing(_ offer: ClassOffer) -> ClassListing {
        let inClass = enrolments.filter { $0.classID == offer.id }
        return ClassListing(
            offer: offer, seatsTaken: inClass.count { $0.status == .enrolled },
            waiting: inClass.count { $0.status == .waiting })
    }

    private static func isSooner(_ lhs: ClassOffer, _ rhs: ClassOffer) -> Bool {
        let far = Instant(milliseconds: .max)
        return (lhs.firstStart ?? far, lhs.code) < (rhs.firstStart ?? far, rhs.code)
    }
}

extension ClassOffer {
    /// Codes are compared without case, spaces and hyphens.
    package static func normalised(code: String) -> String {
        String(String.UnicodeScalarView(code.lowercased().unicodeScalars.filter { $0.properties.isAlphabetic || ("0"..."9").contains($0) }))
    }
}
