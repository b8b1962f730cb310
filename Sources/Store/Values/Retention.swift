/// How long what is kept.
package struct RetentionPolicy: Sendable, Equatable {
    /// Event payloads, conversation states that nobody touched, message bodies: days after they were written.
    package var contentDays = 30
    /// Details of desk items, after they were handed over.
    package var deskDays = 180
    /// Children's names, after the class's last session (or after enrolment, when that is later).
    package var enrolmentDays = 365
    /// Web sessions, after they were last seen.
    package var sessionDays = 30
    /// De-duplication keys and receipts' ids, after their arrival; broadcasts and who got them.
    package var deduplicationDays = 400

    package init() {}
}

/// What one run of retention erased.
package struct ErasedCounts: Sendable, Equatable {
    package var events = 0
    package var states = 0
    package var messages = 0
    package var deskItems = 0
    package var enrolments = 0
    package var webSessions = 0
    /// De-duplication keys and receipts' ids.
    package var traces = 0
    package var keys = 0

    package init() {}

    var total: Int { events + states + messages + deskItems + enrolments + webSessions + traces + keys }

    static func += (sum: inout Self, other: Self) {
        sum.events += other.events
        sum.states += other.states
        sum.messages += other.messages
        sum.deskItems += other.deskItems
        sum.enrolments += other.enrolments
        sum.webSessions += other.webSessions
        sum.traces += other.traces
        sum.keys += other.keys
    }
}

/// How much there is.
package struct StoreCounts: Sendable, Equatable {
    package var conversations: Int
    package var events: Int
    package var messages: Int
    package var classes: Int
    package var enrolments: Int
    package var openDeskItems: Int

    package init(conversations: Int, events: Int, messages: Int, classes: Int, enrolments: Int, openDeskItems: Int) {
        self.conversations = conversations
        self.events = events
        self.messages = messages
        self.classes = classes
        self.enrolments = enrolments
        self.openDeskItems = openDeskItems
    }
}
