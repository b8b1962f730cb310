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
}
