package import Core

/// The course of an intake: which question comes next, and what an answer changes about the case's level.
package enum Intake {
    /// Entries that one case takes from chat in one day; more than that is answered with the number to call.
    package static let greatestEntriesADay = 200

    /// The questions for a voice, in order.
    package static func questions(for voice: IntakeVoice) -> [IntakeQuestion] {
        IntakeQuestion.allCases.filter { question in
            switch question {
            case .known: voice == .parent || voice == .teacher
            case .schoolActions: voice == .teacher
            default: true
            }
        }
    }

    /// What is asked next; nil when everything has been.
    /// - Parameters:
    ///   - done: What was answered or passed over.
    ///   - knowsPlace: The commune was named already, so the school need not be asked for again.
    package static func next(
        after done: [IntakeQuestion], voice: IntakeVoice, knowsPlace: Bool
    ) -> IntakeQuestion? {
        questions(for: voice).first { question in
            !done.contains(question) && !(question == .school && knowsPlace)
        }
    }

    /// The voice that fits an answer to ``IntakeQuestion/victim``.
    package static func voice(_ voice: IntakeVoice, victim code: String) -> IntakeVoice {
        switch (code, voice) {
        case ("own_child", _): .parent
        case ("own_pupil", _): .teacher
        case ("other", .parent), ("other", .pupil): .bystander
        case ("self", .parent), ("self", .bystander): .pupil
        default: voice
        }
    }

    /// The level after an answer: never lower than `level`.
    ///
    /// Signs of immediate danger make it S1; what makes a case graver raises it by one, once for each question.
    /// - Parameters:
    ///   - categories: What triage found; an adult who is accused there is not counted a second time.
    ///   - hasRaised: Whether this question has raised the level before.
    package static func level(
        _ level: Triage.Level, after question: IntakeQuestion, _ codes: [String], categories: [String], hasRaised: Bool
    ) -> Triage.Level {
        func atLeast(_ floor: Triage.Level) -> Triage.Level { max(level, floor) }
        let oneUp: Triage.Level = hasRaised ? level : raised(level)
        switch question {
        case .safeNow: return codes.contains("not_safe") ? .s1 : level
        case .harm:
            if codes.contains("weapon") || codes.contains("self_harm") { return .s1 }
            return codes.contains("hurt") ? max(oneUp, .s2) : level
        case .when:
            if codes.contains("now") { return .s1 }
            return codes.contains("many") ? oneUp : level
        case .age: return codes.contains("under_7") || codes.contains("7_10") ? oneUp : level
        case .accused:
            if codes.contains(CaseFacts.Accused.family.rawValue) { return .s1 }
            guard codes.contains(CaseFacts.Accused.adultAtSchool.rawValue) else { return level }
            return categories.contains("adult") ? atLeast(.s2) : max(oneUp, .s2)
        case .tonight: return codes.contains("yes") ? .s1 : level
        case .story, .place, .school, .victim, .known, .help, .contact, .schoolActions: return level
        }
    }

    /// One level up; S1 stays.
    package static func raised(_ level: Triage.Level) -> Triage.Level {
        switch level {
        case .s0: .s4
        case .s4: .s3
        case .s3: .s2
        case .s2, .s1: .s1
        }
    }
}
