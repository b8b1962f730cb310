package import Sealing

/// What reading the whole audit log has found.
package struct AuditReport: Sendable, Equatable {
    /// The first hundred at most.
    package var faults: [AuditFault]
    /// Entries read.
    package var count: Int64
    /// What to note outside the database.
    package var head: AuditHead

    package init(faults: [AuditFault], count: Int64, head: AuditHead) {
        self.faults = faults
        self.count = count
        self.head = head
    }
}
