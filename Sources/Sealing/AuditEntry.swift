package import Core

/// One thing that somebody did with a case, as it is kept: who, what, on which case. Never content.
package struct AuditEntry: Sendable, Equatable {
    /// 1, 2, 3 … without gaps.
    package var sequence: Int64
    package var at: Instant
    /// A member's id, or the name of a part of the program.
    package var actor: String
    package var action: String
    package var subject: String
    package var detail: String
    /// Made by ``AuditChain``; 32 bytes.
    package var hash: [UInt8]

    package init(
        sequence: Int64, at: Instant, actor: String, action: String, subject: String, detail: String, hash: [UInt8]
    ) {
        self.sequence = sequence
        self.at = at
        self.actor = actor
        self.action = action
        self.subject = subject
        self.detail = detail
        self.hash = hash
    }
}
