package import Core

/// What dialogue may read while it decides. Synchronous and inside the transaction that will apply the decision,
/// so what was read is still true when it is written. Two implementers: the store and ``MemoryRecords``.
package protocol Records {
    /// Open classes by ``ClassQuery/matches(_:)``, soonest first session first, then by code.
    func classes(_ query: ClassQuery) throws -> [ClassListing]
    /// One class, open or not.
    func listing(_ id: ClassID) throws -> ClassListing?
    /// One class by the code that people type; case and spaces do not matter.
    func listing(code: String) throws -> ClassListing?
    /// The guardian's enrolments that are not cancelled, oldest first.
    func enrolments(guardian: ConversationID) throws -> [Enrolment]
    /// The child who has waited longest for this class.
    func firstWaiting(in classID: ClassID) throws -> Enrolment?
    /// Communes in which an open class exists, by code, with how many; for suggestions.
    func communesWithClasses(topic: String?, openAt: Instant) throws -> [(commune: String, count: Int)]
    /// Who could be paged now about something in this commune (code; nil = unknown).
    func duty(commune: String?) throws -> DutyCoverage
    /// A case without its content; nil when there is none.
    func caseSummary(_ id: CaseID) throws -> CaseSummary?
    /// Whether a member is one of those who are paged about a case, or can open it; false also when either is unknown.
    func mayTake(_ id: CaseID, _ member: StaffID) throws -> Bool
    /// The active member of the staff who has linked this conversation.
    func staffMember(conversation: ConversationID) throws -> StaffMember?
    /// What a link code offers; nil when it is unknown, used or too old: nothing tells which.
    func linkOffer(code: String, now: Instant) throws -> LinkOffer?
    /// The organisations a member may write to: their own and those below it, by name, at most `limit`.
    func organisations(under root: OrganisationID, limit: Int) throws -> [Organisation]
    /// Who would get a broadcast.
    func preview(_ audience: Audience, now: Instant) throws -> AudiencePreview
    func broadcast(number: String) throws -> Broadcast?
    func progress(of broadcast: BroadcastID) throws -> BroadcastProgress
}
