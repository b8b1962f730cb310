import Content
import Core
import Programmes

extension Scene {
    /// How long the safety question waits for its answer; afterwards a message is an ordinary one again.
    private var safetyPatience: Duration { .seconds(24 * 3600) }

    /// An unanswered safety question is taken for a yes after so long.
    private var answerPatience: Duration { .seconds(15 * 60) }

    /// Comes before everything else: danger in the text, or an answer to the safety question.
    /// - Returns: Whether the turn is done.
    mutating func keepSafe(_ reading: Reading?, payload: String?) throws -> Bool {
        let isWaiting = state.safetyAsked.map { now < $0 + safetyPatience } ?? false
        if !isWaiting { endSafetyQuestion() }
        if let reading, reading.triage.level >= .s2 {
            try meetDanger(reading)
            return true
        }
        if isWaiting { return try hearSafetyAnswer(reading, payload: payload) }
        guard let reading, reading.triage.ask else { return false }
        if let phase = state.report?.phase, try currentCase() != nil {
            // The questions of the intake ask for safety already; the numbers come again in short.
            count("safety", "ask")
            showCard(.s1)
            appendFinding()
            if isOwned || isEdit || phase == .listening { appendMessage(always: true) } else { try hearAnswer() }
            return true
        }
        if try currentCase() != nil { appendMessage(always: true) }
        putAside()
        state.safetyAsked = now
        changes.append(
            .setTimer(ConversationTimer(key: Self.safetyTimer, due: now + answerPatience, payload: "")))
        count("safety", "ask")
        say("reports.safety_question", lane: .safety, isReport: true)
        return true
    }

    mutating func endSafetyQuestion() {
        guard state.safetyAsked != nil else { return }
        state.safetyAsked = nil
        changes.append(.cancelTimer(key: Self.safetyTimer))
    }

    /// Yes shows the card, a clear no goes on kindly, and anything else counts as yes.
    private mutating func hearSafetyAnswer(_ reading: Reading?, payload: String?) throws -> Bool {
        let text = FoldedText(turn.event.text ?? "")
        let isNo = payload == "#no" || (payload == nil && text.isOne(of: Phrases.safe))
        endSafetyQuestion()
        if isNo, reading?.triage.ask != true {
            count("safety", "answered_no")
            if try currentCase() != nil { append(.answer, question: "safety_question", text: turn.event.text ?? "no", always: true) }
            let buttons = isOwned ? [] : draftButtons
            say("reports.safety_no", ["draft": .flag(!buttons.isEmpty)], buttons: buttons, isReport: true)
            state.mentionsDraft = false
            return true
        }
        count("safety", "asked")
        let isYes = payload == "#yes" || (payload == nil && text.isOne(of: Phrases.yes))
        let level: Triage.Level = isYes ? .s1 : .s2
        let isButton = payload.flatMap { ButtonPayload($0) }.map {
            if case .intent(let name, _) = $0 { Area(intent: name) != .reports } else { false }
        }
        let other = reading.flatMap { reading -> Bool in
            guard reading.certainty == .sure, !reading.triage.ask, !isOwned, let name = reading.intent?.name else { return false }
            return Area(intent: name) != .reports && Command.steering[name] == nil
        }
        if try currentCase() != nil {
            try classify(facts(at: level))
            append(
                .answer, question: "safety_question", text: turn.event.text ?? payload ?? "", attachments: turn.event.attachments,
                always: true)
        } else {
            openCase(.message, facts(at: level), withLink: !isOwned)
        }
        showCard(.s1)
        // A clear question about something else gets its own answer, and no other questions.
        if other == true || (isButton == true && !isOwned) { return false }
        if state.report?.hasBegun == false { try beginIntake() } else { try sayReport("reports.added") }
        return true
    }

    /// Nobody answered whether there is danger: people are told, and nothing is said here.
    mutating func safetyUnanswered() throws {
        guard let asked = state.safetyAsked else { return }
        let due = asked + answerPatience
        if now < due {
            changes.append(.setTimer(ConversationTimer(key: Self.safetyTimer, due: due, payload: "")))
            return
        }
        count("safety", "unanswered")
        if try currentCase() == nil {
            openCase(.unanswered, CaseFacts(level: .s2), withLink: false)
        } else {
            append(.answer, question: "safety_question", text: IntakeQuestion.skipped, always: true)
            try classify(CaseFacts(level: .s2))
        }
    }

    /// Some harm, nothing urgent: heard kindly, with the offer to report it now.
    mutating func comfort(_ reading: Reading) throws {
        count("safety", Triage.Level.s3.rawValue)
        if let slot = openSlot, slot.name == "text", openFlow?.handler == Handler.sendBroadcast.rawValue {
            say("broadcasts.refused")
            return try askAgain()
        }
        if Phrases.asksToReport(FoldedText(reading.text)) { return try reportOnRequest() }
        if try currentCase() != nil {
            appendMessage()
            appendFinding()
        }
        putAside()
        let isChild = ChildVoice.speaks(in: FoldedText(reading.text))
        if isChild { state.soundsYoung = true }
        try sayReport("reports.support", ["child": .flag(turn.role == .pupil || isChild)])
    }

    /// A text that only sounds like a report: no case is opened on a guess.
    mutating func offerReport(_ reading: Reading, _ text: FoldedText) throws {
        if reading.triage.level > .s0 { return try comfort(reading) }
        // "con tôi bị mất cặp", "cô giáo đánh giá con" begin like a report and are none; but nobody knows all words for harm.
        guard Phrases.hintsAtHarm(text) else {
            let buttons = suggestions(for: reading, text)
            return buttons.isEmpty ? notUnderstood() : say("common.unsure", buttons: buttons)
        }
        state.misses = 0
        count("understanding", "report_offered")
        let others = suggestions(for: reading, text).filter { !$0.payload.utf8.starts(with: "#intent:reports.".utf8) }
        let human = others.filter { $0.payload == "#intent:common.human" }
        let other = others.first { $0.payload != "#intent:common.human" }
        try sayReport("reports.heard", buttons: (other.map { [$0] } ?? []) + human)
    }

    // MARK: - Drafts

    /// Keeps the open form as a draft. What is more important now must not cost the person their answers.
    mutating func putAside() {
        guard let form = state.form else { return }
        state.form = nil
        // A code that works once is kept no longer than it is spoken of.
        guard flows[form.intent]?.handler != Handler.link.rawValue else { return }
        state.draft = Draft(form: form, keptUntil: now + policies.draftKept)
        state.mentionsDraft = true
    }

    /// Keeps a form that a report came into, without what was written into it freely.
    mutating func keepDraft(of form: Form) {
        state.form = nil
        guard flows[form.intent]?.handler != Handler.link.rawValue else { return }
        var form = form
        for slot in flows[form.intent]?.slots ?? [] where slot.kind == .text { form.values[slot.name] = nil }
        state.draft = Draft(form: form, keptUntil: now + policies.draftKept)
        state.mentionsDraft = true
        state.form = nil
    }

    var draftButtons: [Button] {
        guard let draft = state.draft, draft.keptUntil > now, let title = title("common.button_resume") else {
            return []
        }
        return [
            Button(title: title, payload: ButtonPayload.intent(draft.form.intent, slots: ["resume": "yes"]).text)
        ]
    }

    /// Once, after an ordinary answer: what was put aside can be gone on with.
    mutating func mentionDraft() throws {
        guard state.mentionsDraft, state.form == nil, isActive, !said.isEmpty, state.safetyAsked == nil, !saidOfReport,
            state.report?.phase == nil
        else { return }
        guard !changes.contains(where: { if case .reply(let reply) = $0 { reply.lane == .safety } else { false } }),
            !said.contains(where: { ["reports.support", "common.left"].contains($0.key) })
        else { return }
        state.mentionsDraft = false
        let buttons = draftButtons
        if !buttons.isEmpty { say("common.draft_kept", buttons: buttons) }
    }
}
