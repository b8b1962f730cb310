import Content
import Core
import Programmes

extension Scene {
    // MARK: - Beginning

    /// The opening words and the first question; in a conversation where a person writes, only that people were told.
    mutating func beginIntake() throws {
        guard var report = state.report else { return }
        if isOwned { return try sayReport("reports.added") }
        report.close()
        report.hasBegun = true
        report.phase = .asking
        report.question = Intake.next(after: [], voice: report.voice, knowsPlace: report.knowsPlace)
        state.report = report
        keepIntakeOpen()
        let link = linkToken.flatMap { token in policies.publicURL.map { $0 + "/r/" + token + pageLanguage } }
        try sayReport("reports.intake.opening", ["link": .text(link ?? "")])
        try askIntakeAgain()
    }

    /// Sets the intake's timer anew: the person is still there.
    mutating func keepIntakeOpen() {
        guard state.report?.phase != nil else { return }
        let moment = now
        state.report?.lastActivity = moment
        changes.removeAll { if case .setTimer(let timer) = $0 { timer.key == Self.reportTimer } else { false } }
        changes.append(.setTimer(ConversationTimer(key: Self.reportTimer, due: now + policies.formExpiry, payload: "")))
    }

    // MARK: - Asking

    /// The next question, or the reading back when there is none.
    mutating func advanceIntake() throws {
        guard let report = state.report, report.phase != nil else { return }
        if report.phase == .listening { return try sayReport("reports.noted") }
        guard let next = Intake.next(after: report.done, voice: report.voice, knowsPlace: report.knowsPlace) else {
            return try askToConfirm()
        }
        try askIntake(next)
    }

    /// Asks one question, also one that was answered before.
    mutating func askIntake(_ question: IntakeQuestion) throws {
        state.report?.phase = .asking
        state.report?.question = question
        state.report?.misses = 0
        state.report?.done.removeAll { $0 == question }
        try askIntakeAgain()
    }

    /// Says again what the intake waits for.
    mutating func askIntakeAgain() throws {
        guard let report = state.report, let phase = report.phase else { return }
        switch phase {
        case .asking:
            guard let question = report.question else { return try askToConfirm() }
            let options = question.options(for: report.voice)
            var buttons = options.compactMap { code in
                optionTitle(question, code).map {
                    Button(title: $0, payload: ButtonPayload.slot("report." + question.rawValue, value: code).text)
                }
            }
            if offersSkip(question, options), let title = title("reports.button_skip") {
                buttons.append(Button(title: title, payload: ButtonPayload.skip.text))
            }
            try sayReport("reports.intake.ask_" + question.rawValue, buttons: buttons)
        case .confirming: try askToConfirm()
        case .correcting: try chooseAnswerToCorrect()
        case .listening: break
        }
    }

    /// Where "I do not know" is no choice of its own, passing over is one.
    func offersSkip(_ question: IntakeQuestion, _ options: [String]) -> Bool {
        !options.contains(IntakeQuestion.unknown)
    }

    // MARK: - Reading back

    /// Which questions were answered, never what: the screen may be seen by others.
    mutating func askToConfirm() throws {
        guard let report = state.report else { return }
        state.report?.phase = .confirming
        state.report?.question = nil
        let answered = ordered(report.done).filter { !report.skipped.contains($0) }
        let items = answered.compactMap { question in questionTitle(question).map { ["title": ReplyValue.text($0)] } }
        try sayReport("reports.intake.confirm", ["questions": .list(items), "any": .flag(!items.isEmpty)])
    }

    mutating func chooseAnswerToCorrect() throws {
        guard let report = state.report else { return }
        let buttons = ordered(report.done).compactMap { question in
            questionTitle(question).map { Button(title: $0, payload: ButtonPayload.slot("report.edit", value: question.rawValue).text) }
        }
        guard !buttons.isEmpty else {
            if report.phase == .asking { return try askIntakeAgain() }
            return try askToConfirm()
        }
        state.report?.phase = .correcting
        try sayReport("reports.intake.edit_which", buttons: buttons)
    }

    private func ordered(_ questions: [IntakeQuestion]) -> [IntakeQuestion] { IntakeQuestion.allCases.filter(questions.contains) }

    /// The reporter says that this is it.
    mutating func confirmIntake() throws {
        note(.intakeConfirmed)
        try sayReport("reports.intake.done")
        state.report?.close()
        // What comes to mind in the next minutes still belongs to the report.
        state.report?.phase = .listening
    }

    func questionTitle(_ question: IntakeQuestion) -> String? { title("reports.question." + question.rawValue) }

    func optionTitle(_ question: IntakeQuestion, _ code: String) -> String? {
        title("reports.option." + question.rawValue + "." + code)
    }
}
