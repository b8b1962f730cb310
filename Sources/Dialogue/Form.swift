package import Core

/// A flow that is being filled in.
package struct Form: Sendable, Equatable, Codable {
    /// Where the form stands.
    package enum Phase: String, Sendable, Codable {
        /// Asking for ``Form/asking``.
        case slots
        /// Everything was read back; waits for yes or no.
        case confirm
        /// The class is full; waits for whether the child shall go on the waiting list.
        case waitingList
    }

    /// The flow, by the name of its intent.
    package var intent: String
    package var values: [String: SlotValue] = [:]
    /// Slots that the person passed over.
    package var skipped: [String] = []
    /// The slot that is open; nil outside ``Phase/slots``.
    package var asking: String?
    package var phase: Phase = .slots
    /// Slots in the order in which they were answered, for going back.
    package var answered: [String] = []
    /// Answers in a row that were not understood.
    package var misses = 0
    /// When the person last did something in it.
    package var lastActivity: Instant

    package init(intent: String, lastActivity: Instant) {
        self.intent = intent
        self.lastActivity = lastActivity
    }
}

/// A form that was left unfinished and can be taken up again.
package struct Draft: Sendable, Equatable, Codable {
    package var form: Form
    package var keptUntil: Instant

    package init(form: Form, keptUntil: Instant) {
        self.form = form
        self.keptUntil = keptUntil
    }
}
