package import Core
package import Programmes

extension WriteTransaction {
    func openCase(_ opening: CaseOpening, in conversation: ConversationID, event: EventID?, now: Instant) throws {
        throw StoreError.missing("case tables")
    }
    func appendToCase(_ id: CaseID, _ entry: CaseEntry, event: EventID?, now: Instant) throws {
        throw StoreError.missing("case tables")
    }
    func classifyCase(_ id: CaseID, _ facts: CaseFacts, now: Instant) throws { throw StoreError.missing("case tables") }
    func noteCase(_ id: CaseID, _ milestone: CaseMilestone, now: Instant) throws { throw StoreError.missing("case tables") }
    func acknowledgeCase(_ id: CaseID, by member: StaffID, now: Instant) throws { throw StoreError.missing("case tables") }
}

extension ReadTransaction {
    package func duty(commune: String?) throws -> DutyCoverage { .nobody }
    package func caseSummary(_ id: CaseID) throws -> CaseSummary? { nil }
}
