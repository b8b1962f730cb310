package import Core

/// One effect of a decision. Applied in order, all together or not at all, by the transaction that reads the event.
package enum Change: Sendable, Equatable {
    /// Say something to the person of this conversation.
    case reply(Reply)
    /// Say something to another conversation (a freed seat, for example). Skipped when that conversation has
    /// stopped reminders and `reply.lane` is bulk.
    case notify(ConversationID, Reply)
    case enrol(Enrolment)
    case cancelEnrolment(EnrolmentID)
    /// From the waiting list to a seat.
    case promote(EnrolmentID)
    case handOver(DeskItem)
    /// Sets or moves the timer with this key in this conversation.
    case setTimer(ConversationTimer)
    case cancelTimer(key: String)
    /// Sets the timer for another conversation (reminders of a promoted child).
    case setTimerFor(ConversationID, ConversationTimer)
    /// Whether broadcasts and reminders may be sent. Replies and safety are never affected.
    case subscribe(Bool)
    /// Counted by area and level only, never with content.
    case count(metric: String, label: String)
    /// Opens and seals a case with the conversation's last messages, and has people on duty paged.
    case openCase(CaseOpening)
    /// Seals something into a case. The stored event it came with loses its content.
    case appendToCase(CaseID, CaseEntry)
    /// Raises level and adds what has become known; never lowers anything.
    case classifyCase(CaseID, CaseFacts)
    case noteCase(CaseID, CaseMilestone)
    /// Somebody on duty says that they see to it; ends the paging.
    case acknowledgeCase(CaseID, StaffID)
    /// Links this conversation to a member of the staff and uses the code up.
    case redeemLink(code: String, StaffID)
    /// Writes a broadcast down for sending.
    case startBroadcast(Broadcast)
    case commandBroadcast(BroadcastID, BroadcastCommand)
}

/// What is said, and why. The key makes conversation tests independent of wording.
package struct Reply: Sendable, Equatable, Codable {
    /// The key under `replies.*.yml` that was spoken.
    package var key: String
    package var message: OutboundMessage
    package var lane: Lane

    package init(key: String, message: OutboundMessage, lane: Lane = .reply) {
        self.key = key
        self.message = message
        self.lane = lane
    }
}

/// Something to be reminded of. When it falls due it comes back as an event of kind `timer`.
package struct ConversationTimer: Sendable, Equatable, Codable {
    /// Unique within the conversation, for example `form` or `reminder:<enrolment>`.
    package var key: String
    package var due: Instant
    /// What dialogue needs to act on it; opaque to everybody else.
    package var payload: String

    package init(key: String, due: Instant, payload: String) {
        self.key = key
        self.due = due
        self.payload = payload
    }
}
