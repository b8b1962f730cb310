package import Core

/// A case that begins. Opened in the transaction that reads the message, sealed from its first word on.
package struct CaseOpening: Sendable, Equatable {
    /// Why there is a case.
    package enum Cause: String, Sendable, Codable {
        /// A message smelt of danger (S1 or S2).
        case message
        /// Nobody answered the safety question in time.
        case unanswered
        /// The person wants to report.
        case request
    }

    package var id: CaseID
    package var cause: Cause
    package var facts: CaseFacts
    /// What the person says they are: `pupil`, `parent`, `teacher`, `staff`; claimed, never proved.
    package var role: String
    package var language: Language
    /// How many of the conversation's last messages move from the transcript into the case, the present one included.
    package var transcript: Int
    /// The secret part of the one-time link behind which the reporter gets code and PIN; only its hash is kept.
    package var linkToken: String?
    /// The link opens nothing after this.
    package var linkExpires: Instant
    package var openedAt: Instant

    package init(
        id: CaseID, cause: Cause, facts: CaseFacts, role: String, language: Language, transcript: Int = 10,
        linkToken: String? = nil, linkExpires: Instant, openedAt: Instant
    ) {
        self.id = id
        self.cause = cause
        self.facts = facts
        self.role = role
        self.language = language
        self.transcript = transcript
        self.linkToken = linkToken
        self.linkExpires = linkExpires
        self.openedAt = openedAt
    }
}

/// What is known of a case without opening it: enough to page the right people, and no more.
package struct CaseFacts: Sendable, Equatable, Codable {
    /// Who is said to have done it, by category only.
    package enum Accused: String, Sendable, Codable, CaseIterable {
        case pupil, adultAtSchool = "adult_at_school", family, stranger, unknown
    }

    /// Proposed by triage. Only a person lowers it.
    package var level: Triage.Level
    /// The rubric's category codes, sorted.
    package var categories: [String]
    /// Ids of the rules that fired, sorted.
    package var rules: [String]
    /// Code of the commune where it happened; nil while unknown.
    package var commune: String?
    package var accused: Accused?

    package init(
        level: Triage.Level, categories: [String] = [], rules: [String] = [], commune: String? = nil,
        accused: Accused? = nil
    ) {
        self.level = level
        self.categories = categories
        self.rules = rules
        self.commune = commune
        self.accused = accused
    }

    /// Both together: the higher level, everything that either names; what is newer wins where only one can hold.
    package func joined(with newer: CaseFacts) -> CaseFacts {
        CaseFacts(
            level: max(level, newer.level), categories: Set(categories + newer.categories).sorted(),
            rules: Set(rules + newer.rules).sorted(), commune: newer.commune ?? commune,
            accused: newer.accused ?? accused)
    }
}

/// One thing that is added to a case. Sealed to the case's public key the moment it is written: the program that
/// wrote it cannot read it again.
package struct CaseEntry: Sendable, Equatable, Codable {
    package enum Kind: String, Sendable, Codable {
        /// A message of the reporter in their own words.
        case message
        /// An answer to a question of the intake.
        case answer
        /// A message from before the report, moved out of the transcript.
        case transcript
        /// What triage found, with the rules that fired.
        case triage
        /// Something happened with the report (the reporter left, the intake was confirmed).
        case milestone
        /// A note of the team, for the team.
        case note
        /// A message of the team to the reporter.
        case reply
        /// A message of the reporter through the mailbox.
        case mailbox
    }

    package var kind: Kind
    /// Which question was answered; nil for everything else.
    package var question: String?
    /// Verbatim where it is the reporter's; codes where it is a choice.
    package var text: String
    package var attachments: [Attachment]
    package var at: Instant

    package init(kind: Kind, question: String? = nil, text: String, attachments: [Attachment] = [], at: Instant) {
        self.kind = kind
        self.question = question
        self.text = text
        self.attachments = attachments
        self.at = at
    }
}

/// Where a report has come to; known without opening it.
package enum CaseMilestone: String, Sendable, Codable, CaseIterable {
    /// The reporter answered what they wanted to answer and confirmed.
    case intakeConfirmed = "intake_confirmed"
    /// The reporter left in the middle. Nothing is withdrawn by that.
    case reporterLeft = "reporter_left"
    /// The reporter stopped answering.
    case reporterSilent = "reporter_silent"
    /// The reporter said that they, or the pupil, are not safe now.
    case notSafeNow = "not_safe_now"
}

/// Who could be reached about a report now.
package enum DutyCoverage: String, Sendable, Codable, Comparable {
    /// Nobody: the reporter is told so plainly and given 111.
    case nobody
    /// Somebody at the province.
    case province
    /// Somebody of the commune where it happened.
    case commune

    private var rank: Int {
        switch self {
        case .nobody: 0
        case .province: 1
        case .commune: 2
        }
    }
    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rank < rhs.rank }
}

/// What may be said of a case to those who are paged, and shown in lists: no content.
package struct CaseSummary: Sendable, Equatable {
    package enum Status: String, Sendable, Codable, CaseIterable {
        /// Nobody has taken it yet.
        case new
        /// Somebody on duty has said that they see to it.
        case acknowledged
        /// It belongs to somebody.
        case assigned
        case closed
    }

    package var id: CaseID
    /// What people call it: `VV-7K4M-92QX`. Never the reporter's code.
    package var number: String
    package var facts: CaseFacts
    package var status: Status
    package var milestones: [CaseMilestone]
    package var openedAt: Instant
    package var acknowledgedAt: Instant?
    package var closedAt: Instant?
    /// To whom it is assigned.
    package var assignee: StaffID?

    package init(
        id: CaseID, number: String, facts: CaseFacts, status: Status, milestones: [CaseMilestone] = [],
        openedAt: Instant, acknowledgedAt: Instant? = nil, closedAt: Instant? = nil, assignee: StaffID? = nil
    ) {
        self.id = id
        self.number = number
        self.facts = facts
        self.status = status
        self.milestones = milestones
        self.openedAt = openedAt
        self.acknowledgedAt = acknowledgedAt
        self.closedAt = closedAt
        self.assignee = assignee
    }
}
