package import Core
package import Programmes

/// What a conversation knows of its own report: where the questions stand. Never a word of what was told.
package struct ReportState: Sendable, Equatable, Codable {
    /// Where the intake stands.
    package enum Phase: String, Sendable, Codable {
        /// Waits for the answer to ``ReportState/question``.
        case asking
        /// Told which questions were answered; waits for yes.
        case confirming
        /// Waits for which answer shall be corrected.
        case correcting
        /// Asks nothing more; what is written still belongs to the report.
        case listening
    }

    package var id: CaseID
    /// Nil when no intake is open: it never began, or it is over.
    package var phase: Phase?
    package var question: IntakeQuestion?
    package var voice: IntakeVoice
    /// Questions that were answered or passed over, in that order.
    package var done: [IntakeQuestion] = []
    package var skipped: [IntakeQuestion] = []
    /// Questions whose answers have raised the level.
    package var raised: [IntakeQuestion] = []
    /// Who did it, by category, while the intake's last words depend on it.
    package var accused: CaseFacts.Accused?
    package var knowsPlace = false
    /// A message told what happened already, so it is not asked for again.
    package var hasTold = false
    /// The opening words were said.
    package var hasBegun = false
    /// Answers in a row that fitted no choice.
    package var misses = 0
    package var startedAt: Instant
    package var lastActivity: Instant
    /// The numbers to call were last shown at this level, then.
    package var cardLevel: Triage.Level?
    package var cardAt: Instant?
    /// Entries on ``day``.
    package var entries = 0
    /// Reports begun on request on ``day``.
    package var requests = 0
    /// Day number of the two counts.
    package var day: Int

    package init(id: CaseID, voice: IntakeVoice, startedAt: Instant) {
        self.id = id
        self.voice = voice
        self.startedAt = startedAt
        lastActivity = startedAt
        day = CivilTime(startedAt).date.dayNumber
    }

    /// Forgets everything that only the open intake needed.
    mutating func close() {
        phase = nil
        question = nil
        done = []
        skipped = []
        raised = []
        accused = nil
        misses = 0
    }
}
