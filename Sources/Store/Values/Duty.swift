package import Core
package import Programmes

/// Why people are paged.
package enum PageReason: String, Sendable, CaseIterable {
    /// A new case.
    case opened
    /// It became graver.
    case raised
    /// The reporter has told what they wanted to tell, has left, or answers no more.
    case intake
    /// The reporter wrote through the mailbox.
    case wrote
}

/// Somebody who is to be told, and how; at least one way is there.
package struct DutyRecipient: Sendable, Equatable {
    package var staff: StaffID
    package var name: String
    package var conversation: ConversationID?
    package var email: String?

    package init(staff: StaffID, name: String, conversation: ConversationID? = nil, email: String? = nil) {
        self.staff = staff
        self.name = name
        self.conversation = conversation
        self.email = email
    }
}

/// One page about one case. Taken once: who took it has to send it.
package struct DuePage: Sendable, Equatable {
    package var summary: CaseSummary
    /// 0 is the first.
    package var page: Int
    package var rung: DutyClock.Rung
    package var reason: PageReason
    /// Empty when nobody can be reached.
    package var recipients: [DutyRecipient]
    /// No page: the last one was not answered, and there will be no more.
    package var isGivenUp: Bool

    package init(
        summary: CaseSummary, page: Int, rung: DutyClock.Rung, reason: PageReason, recipients: [DutyRecipient],
        isGivenUp: Bool = false
    ) {
        self.summary = summary
        self.page = page
        self.rung = rung
        self.reason = reason
        self.recipients = recipients
        self.isGivenUp = isGivenUp
    }
}
