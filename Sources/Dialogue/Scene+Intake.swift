import Content
import Core
import Programmes

extension Scene {
    // MARK: - Hearing

    /// Whether a message, a button or a file belongs to an open intake; then it has been dealt with.
    mutating func hearIntake() throws -> Bool {
        guard state.report?.phase != nil else { return false }
        guard try currentCase() != nil else {
            endIntake(nil)
            return false
        }
        if isOwned {
            // A person answers here; what the reporter writes still reaches those who must know.
            if turn.event.payload == nil { appendMessage() }
            return false
        }
        if let payload = turn.event.payload, turn.event.kind == .postback || turn.event.text?.isEmpty ?? true {
            return try pressInIntake(payload)
        }
        let text = turn.event.text ?? ""
        if text.unicodeScalars.allSatisfy(\.properties.isWhitespace), turn.event.attachments.isEmpty {
            try sayReport("reports.intake.empty")
            try askIntakeAgain()
            return true
        }
        if let reading = turn.reading, leadsElsewhere(reading) {
            appendMessage()
            endIntake(state.report?.phase == .listening ? nil : .reporterLeft)
            return false
        }
        try hearAnswer()
        return true
    }

    /// Takes the present message as an answer to the open question. Danger in it was dealt with before.
    mutating func hearAnswer() throws {
        guard let report = state.report, let phase = report.phase else { return }
        keepIntakeOpen()
        let reading =
            turn.reading
            ?? Reading(
                text: turn.event.text ?? "", language: state.language, ranking: [], certainty: .outOfScope, entities: [], triage: Triage())
        let text = FoldedText(reading.text)
        if report.voice == .parent, turn.role == .parent, !report.done.contains(.victim) {
            if ChildVoice.teaches(in: text) {
                state.report?.voice = .teacher
            } else if ChildVoice.speaks(in: text) {
                state.report?.voice = .pupil
            }
        }
        if !turn.event.attachments.isEmpty, text.isEmpty { return try takeAttachment() }
        let expectsYes = phase == .confirming || report.question == .tonight || report.question == .safeNow
        if isLeaving(text, expectsYes: expectsYes) { return leaveIntake() }
        if try obeyInIntake(text, reading, expectsYes: expectsYes) { return }
        if phase == .confirming || phase == .correcting, text.isOne(of: Phrases.done) {
            return phase == .confirming ? try confirmIntake() : try advanceIntake()
        }
        switch phase {
        case .asking:
            guard let question = report.question else { return try advanceIntake() }
            if text.isOne(of: Phrases.enough) {
                appendMessage()
                return try askToConfirm()
            }
            try hearAnswer(to: question, text, reading)
        case .confirming, .correcting:
            if let choice = choiceInIntake(for: text) {
                _ = try pressInIntake(choice.payload)
            } else if let question = namedQuestion(in: text),
                phase == .correcting || Phrases.correcting.contains(where: { text.contains($0) })
            {
                try askIntake(question)
            } else {
                guard try takeWords() else { return }
                state.report?.phase = .confirming
                try sayReport("reports.intake.more", ["question": .flag(text.isQuestion)])
            }
        case .listening:
            if try talkSmall(reading, text) { return }
            guard try takeWords() else { return }
            // Danger has been answered with the numbers, and that it was passed on.
            if (reading.triage.level) < .s2 { try sayReport("reports.added") }
        }
    }

    /// Thanks and greetings after the last question get their own answer; they belong to the report all the same.
    private mutating func talkSmall(_ reading: Reading, _ text: FoldedText) throws -> Bool {
        guard reading.certainty == .sure, reading.triage == Triage(), Phrases.isSmallTalk(text), let name = reading.intent?.name,
            ["common.thanks", "common.greet", "common.goodbye"].contains(name), let flow = flows[name]
        else { return false }
        appendMessage()
        try begin(flow, reading: nil, text: nil)
        return true
    }

    /// Appends the present message; says so kindly when the day's measure is full.
    private mutating func takeWords() throws -> Bool {
        let isDanger = (turn.reading?.triage.level ?? .s0) >= .s2
        if appendMessage(always: isDanger) { return true }
        try sayReport("reports.too_many")
        return false
    }

    private mutating func hearAnswer(to question: IntakeQuestion, _ text: FoldedText, _ reading: Reading) throws {
        let voice = state.report?.voice ?? .parent
        let options = question.options(for: voice)
        var titles: [String: String] = [:]
        for code in options { titles[code] = optionTitle(question, code) }
        if let number = text.bareNumber, number == options.count + 1, !options.isEmpty, offersSkip(question, options) {
            return try passOver(question)
        }
        let answer = IntakeWords.answer(text, to: question, voice: voice, entities: reading.entities, titles: titles)
        if let answer, answer.codes == [IntakeWords.anyHarm] {
            append(.answer, question: question.rawValue, text: turn.event.text ?? "", attachments: turn.event.attachments, always: true)
            try raise(after: question, ["hurt"], CaseFacts(level: .s0))
            return try misunderstoodInIntake(question)
        }
        if let answer, answer.codes == [IntakeQuestion.unknown], !options.contains(IntakeQuestion.unknown) { return try passOver(question) }
        if answer == nil, text.isOne(of: Phrases.nothing) || (options.isEmpty || question == .help) && text.isOne(of: Phrases.no) {
            return try passOver(question)
        }
        if let answer {
            if text.count >= 8 { state.report?.hasTold = true }
            let codes = answer.codes.joined(separator: ", ")
            return try take(answer.codes, as: answer.isBare ? codes : codes + ": " + reading.text, for: question)
        }
        if try sideStep(reading, text, question) { return }
        if question.takesWords { return try take([], as: reading.text, for: question) }
        guard try takeWords() else { return }
        // People tell when they are ready, whatever was asked.
        if text.count >= 6 { state.report?.hasTold = true }
        try hearHarm(before: question, text, reading, voice)
        try locate(reading)
        try misunderstoodInIntake(question)
    }

    /// Who tells of injuries or weapons while asked whether it is safe is not asked for them again.
    private mutating func hearHarm(before question: IntakeQuestion, _ text: FoldedText, _ reading: Reading, _ voice: IntakeVoice) throws {
        guard question == .safeNow, state.report?.done.contains(.harm) == false,
            let answer = IntakeWords.answer(text, to: .harm, voice: voice, entities: reading.entities, titles: [:]), !answer.isBare
        else { return }
        let codes = answer.codes.filter { ["hurt", "weapon", "self_harm"].contains($0) }
        guard !codes.isEmpty else { return }
        append(.answer, question: IntakeQuestion.harm.rawValue, text: codes.joined(separator: ", "))
        let misses = state.report?.misses ?? 0
        markDone(.harm, skipped: false)
        state.report?.misses = misses
        try raise(after: .harm, codes, CaseFacts(level: .s0))
    }

    /// An answer that fits no choice is kept and asked for once more; the second time the next question comes.
    private mutating func misunderstoodInIntake(_ question: IntakeQuestion) throws {
        let misses = (state.report?.misses ?? 0).addingSaturating(1)
        state.report?.misses = misses
        if misses >= 2 {
            markDone(question, skipped: true)
            return try advanceIntake()
        }
        try sayReport("reports.intake.unclear")
        try askIntakeAgain()
    }

    private mutating func takeAttachment() throws {
        let isQuestion = state.report?.phase == .asking
        guard
            append(
                isQuestion ? .answer : .message, question: isQuestion ? state.report?.question?.rawValue : nil, text: "",
                attachments: turn.event.attachments)
        else { return try sayReport("reports.too_many") }
        let kinds = turn.event.attachments.map(\.kind)
        let isListening = state.report?.phase == .listening
        if kinds.allSatisfy({ $0 == .sticker || $0 == .gif }) {
            // Nothing to explain: people press these when words are hard to find.
            if isListening { try sayReport("reports.noted") }
        } else {
            let (isSound, isPlace) = (kinds.contains(.audio), kinds.contains(.location))
            try sayReport(
                "reports.intake.attachment",
                ["sound": .flag(isSound), "place": .flag(isPlace && !isSound), "picture": .flag(!isPlace && !isSound)])
        }
        if !isListening { try askIntakeAgain() }
    }

    // MARK: - Commands

    private func isLeaving(_ text: FoldedText, expectsYes: Bool) -> Bool {
        if text.joined == "x" { return true }
        if expectsYes, text.isOne(of: Phrases.yes) { return false }
        return text.isOne(of: Phrases.leave)
    }

    /// Whatever it was, it ends here with something harmless; nothing is withdrawn.
    mutating func leaveIntake() {
        endIntake(state.report?.phase == .listening ? nil : .reporterLeft)
        // No notice of demonstration either: the screen must look like any other.
        say("reports.left", voiceValues, isReport: true)
    }

    private mutating func obeyInIntake(_ text: FoldedText, _ reading: Reading, expectsYes: Bool) throws -> Bool {
        guard let report = state.report, let command = Command(text, expectsYes: expectsYes, expectsName: false) else { return false }
        switch command {
        case .leave: return false
        case .back:
            guard report.phase == .asking || report.phase == .confirming || report.phase == .correcting else { return false }
            try goBackInIntake()
        case .skip:
            guard report.phase == .asking, let question = report.question else {
                try askIntakeAgain()
                return true
            }
            try passOver(question)
        case .edit:
            guard report.phase != .listening else { return false }
            try chooseAnswerToCorrect()
        case .repeating, .resume:
            guard report.phase != .listening else { return false }
            try askIntakeAgain()
        case .human:
            try sayReport("reports.intake.human")
            if report.phase != .listening { try askIntakeAgain() }
        case .yes, .no:
            switch report.phase {
            case .confirming:
                if command == .yes { try confirmIntake() } else { try chooseAnswerToCorrect() }
            case .correcting: try advanceIntake()
            default: return false
            }
        }
        return true
    }

    private mutating func goBackInIntake() throws {
        guard let last = state.report?.done.last else {
            say("common.back_first", isReport: true)
            return try askIntakeAgain()
        }
        try askIntake(last)
    }

    /// Small talk and questions about this service, asked in the middle: answered, and the question comes again.
    private mutating func sideStep(_ reading: Reading, _ text: FoldedText, _ question: IntakeQuestion) throws -> Bool {
        guard reading.certainty == .sure, reading.triage == Triage(), let name = reading.intent?.name, let flow = flows[name]
        else { return false }
        switch name {
        case "common.language_vi" where text.count <= 4, "common.language_en" where text.count <= 4:
            try begin(flow, reading: nil, text: nil)
        case "common.greet" where text.count <= 4, "common.thanks" where text.count <= 4:
            guard try takeWords() else { return true }
        case "common.privacy", "common.bot":
            guard text.isQuestion else { return false }
            guard try takeWords() else { return true }
            try begin(flow, reading: nil, text: nil)
        default: return false
        }
        try askIntakeAgain()
        return true
    }

    /// Whether the text is clearly about something else: then the reporter has turned away, or wants to be seen doing so.
    private func leadsElsewhere(_ reading: Reading) -> Bool {
        guard reading.certainty == .sure, reading.triage == Triage(), turn.event.attachments.isEmpty, let report = state.report,
            let name = reading.intent?.name, let flow = flows[name]
        else { return false }
        let text = FoldedText(reading.text)
        let area = Area(intent: flow.intent)
        guard area == .classes || area == .learning || area == .broadcasts else {
            // After the last question small talk and other wishes are ordinary again; only the story still belongs here.
            guard report.phase == .listening else { return false }
            if name == "common.absence" { return Phrases.speaksOfAbsence(text) }
            return ["common.help", "common.contact", "common.human"].contains(name)
        }
        // "cháu tui" may sound like one's classes; only who clearly speaks of classes has turned away.
        let namesThem =
            text.isQuestion && text.count >= 3 || Phrases.speaksOfClasses(text) || area == .broadcasts
            || reading.entities.contains { if case .topic = $0.value { true } else { false } }
        guard namesThem else { return false }
        guard report.phase == .asking, let question = report.question else { return true }
        if question.takesWords { return text.isQuestion && text.count >= 3 }
        let answer = IntakeWords.answer(text, to: question, voice: report.voice, entities: reading.entities, titles: [:])
        return answer == nil && text.count >= 2
    }

    private func choiceInIntake(for text: FoldedText) -> Button? {
        if let number = text.bareNumber, state.choices.indices.contains(number - 1) { return state.choices[number - 1] }
        return state.choices.first { !$0.title.isEmpty && Folding.folded($0.title) == text.joined }
    }

    private func namedQuestion(in text: FoldedText) -> IntakeQuestion? {
        state.report?.done.first { question in
            questionTitle(question).map { title in
                let folded = Folding.folded(title)
                return !folded.isEmpty && text.contains(folded)
            } ?? false
        }
    }

    // MARK: - Buttons

    /// A pressed button while an intake is open.
    /// - Returns: False when it leads somewhere else: then the intake is over and the button is an ordinary one.
    mutating func pressInIntake(_ payload: String) throws -> Bool {
        guard let report = state.report, let phase = report.phase else { return false }
        keepIntakeOpen()
        switch ButtonPayload(payload) {
        case .slot(let name, let value):
            if name == "report.edit", let question = IntakeQuestion(rawValue: value), report.done.contains(question) {
                try askIntake(question)
            } else if let (question, code) = intakeAnswer(name, value) {
                try take([code], as: code, for: question)
            } else {
                say("common.button_old", isReport: true)
                try askIntakeAgain()
            }
        case .skip:
            if phase == .asking, let question = report.question { try passOver(question) } else { try askIntakeAgain() }
        case .back: try goBackInIntake()
        case .leave: leaveIntake()
        case .yes, .no:
            let isYes = ButtonPayload(payload) == .yes
            if phase == .confirming {
                if isYes { try confirmIntake() } else { try chooseAnswerToCorrect() }
            } else {
                try askIntakeAgain()
            }
        case .intent(let name, let slots):
            switch name {
            case "common.edit": try chooseAnswerToCorrect()
            case "common.leave": leaveIntake()
            case "common.human":
                try sayReport("reports.intake.human")
                try askIntakeAgain()
            case "reports.acknowledge":
                guard let flow = flows[name] else { return false }
                var form = Form(intent: name, lastActivity: now)
                form.values["case"] = slots["case"].map { .text($0) }
                try perform(flow, form)
                try askIntakeAgain()
            case "reports.report", "common.back", "common.skip", "common.repeat": try askIntakeAgain()
            case "reports.advice", "reports.status", "common.privacy", "common.bot", "common.language_vi", "common.language_en":
                guard let flow = flows[name] else { return false }
                try begin(flow, reading: nil, text: nil)
                try askIntakeAgain()
            default:
                guard flows[name] != nil else {
                    say("common.button_old", isReport: true)
                    try askIntakeAgain()
                    return true
                }
                endIntake(phase == .listening ? nil : .reporterLeft)
                return false
            }
        case nil:
            say("common.button_old", isReport: true)
            try askIntakeAgain()
        }
        return true
    }

    /// A choice of the intake that is pressed after the intake was over: kept, and answered as if it were nothing.
    mutating func pressLate(_ name: String, _ value: String) throws -> Bool {
        guard let (question, code) = intakeAnswer(name, value), try currentCase() != nil else { return false }
        append(.answer, question: question.rawValue, text: code, always: true)
        try raise(after: question, [code], CaseFacts(level: .s0))
        if question == .safeNow, code != "safe" {
            if code == "not_safe" { note(.notSafeNow) }
            showCard(.s1)
        } else {
            say("reports.noted", voiceValues, isReport: true)
        }
        return true
    }

    private func intakeAnswer(_ name: String, _ value: String) -> (IntakeQuestion, String)? {
        guard name.utf8.starts(with: "report.".utf8), let question = IntakeQuestion(rawValue: String(name.dropFirst("report.".count))),
            IntakeVoice.allCases.contains(where: { question.options(for: $0).contains(value) })
        else { return nil }
        return (question, value)
    }

    // MARK: - Taking an answer

    /// Seals an answer and goes on.
    private mutating func take(_ codes: [String], as text: String, for question: IntakeQuestion) throws {
        let isDanger = (turn.reading?.triage.level ?? .s0) >= .s2 || question == .safeNow
        guard
            append(.answer, question: question.rawValue, text: text, attachments: turn.event.attachments, always: isDanger)
        else {
            try sayReport("reports.too_many")
            return
        }
        markDone(question, skipped: false)
        if let code = codes.first, question == .victim, let voice = state.report?.voice {
            state.report?.voice = Intake.voice(voice, victim: code)
        }
        if question == .age, codes == ["18_up"], state.report?.voice == .pupil, turn.role != .pupil { state.report?.voice = .parent }
        if [.story, .place, .school].contains(question), let reading = turn.reading { try locate(reading) }
        var facts = CaseFacts(level: .s0)
        if question == .accused, let accused = codes.first.flatMap(CaseFacts.Accused.init) {
            facts.accused = accused
            if accused == .adultAtSchool || accused == .family { facts.categories = ["adult"] }
            state.report?.accused = accused
        }
        try raise(after: question, codes, facts)
        if question == .safeNow {
            if codes.contains("not_safe") {
                note(.notSafeNow)
                showCard(.s1)
                state.report?.phase = .listening
                state.report?.question = nil
                return try sayReport("reports.intake.not_safe")
            }
            if codes.contains(IntakeQuestion.unknown) { showCard(.s1) }
        }
        try advanceIntake()
    }

    /// The commune that a text names, if it names exactly one: then the right team is told.
    private mutating func locate(_ reading: Reading) throws {
        let places = communes(in: reading)
        guard places.count == 1, let place = places.first else { return }
        state.report?.knowsPlace = true
        try classify(CaseFacts(level: .s0, commune: place.code))
    }

    /// Raises the case's level where an answer asks for it, and adds what has become known.
    private mutating func raise(after question: IntakeQuestion, _ codes: [String], _ known: CaseFacts) throws {
        guard let report = state.report else { return }
        let present = try currentFacts()
        let level = Intake.level(
            present.level, after: question, codes, categories: present.categories, hasRaised: report.raised.contains(question))
        if level > present.level { state.report?.raised.append(question) }
        var facts = known
        facts.level = level
        try classify(facts)
    }

    /// What the case is known to be, this turn's own changes included.
    private func currentFacts() throws -> CaseFacts {
        var facts = try state.report.flatMap { try records.caseSummary($0.id)?.facts } ?? CaseFacts(level: .s3)
        for change in changes {
            switch change {
            case .openCase(let opening) where opening.id == state.report?.id: facts = facts.joined(with: opening.facts)
            case .classifyCase(_, let newer): facts = facts.joined(with: newer)
            default: break
            }
        }
        return facts
    }

    private mutating func passOver(_ question: IntakeQuestion) throws {
        append(.answer, question: question.rawValue, text: IntakeQuestion.skipped)
        markDone(question, skipped: true)
        try advanceIntake()
    }

    private mutating func markDone(_ question: IntakeQuestion, skipped: Bool) {
        state.report?.done.removeAll { $0 == question }
        state.report?.done.append(question)
        state.report?.skipped.removeAll { $0 == question }
        if skipped { state.report?.skipped.append(question) }
        state.report?.misses = 0
    }
}
