package import Core

/// How a case ended.
package enum CaseOutcome: String, Sendable, Codable, CaseIterable {
    /// Those concerned are safe; measures are in force.
    case madeSafe = "made_safe"
    /// Another body has taken it over.
    case handedOver = "handed_over"
    case settledAtSchool = "settled_at_school"
    /// Looked into, and nothing was found.
    case notConfirmed = "not_confirmed"
    /// Nobody could be reached, and what is known is too little.
    case notReachable = "not_reachable"
    /// No incident: a mistake, a test, a question.
    case noIncident = "no_incident"
}

/// Who was told of a case before it was closed.
package enum CaseTold: String, Sendable, Codable, CaseIterable {
    case family, school, commune, police
    case line111 = "line_111"
    case health, department
}

/// What is written down when a case is closed.
package struct CaseClosing: Sendable, Equatable, Codable {
    /// Not optional for S1 and S2.
    package var outcome: CaseOutcome?
    package var told: [CaseTold]
    /// When somebody looks again.
    package var followUp: CivilDate?

    package init(outcome: CaseOutcome? = nil, told: [CaseTold] = [], followUp: CivilDate? = nil) {
        self.outcome = outcome
        self.told = told
        self.followUp = followUp
    }

    /// Whether a case of this level may be closed so.
    package func suffices(for level: Triage.Level) -> Bool { level < .s2 || outcome != nil }
}

extension CaseFacts {
    /// Whether people of such an organisation may be given the case.
    ///
    /// Until it is known who did it, and when it was an adult of the school or of the family, it stays with commune and
    /// province: it must not come to the very people it speaks of.
    package func mayReach(_ kind: Organisation.Kind) -> Bool {
        switch kind {
        case .province, .commune: true
        case .school, .centre, .association: accused == .pupil || accused == .stranger
        }
    }
}
