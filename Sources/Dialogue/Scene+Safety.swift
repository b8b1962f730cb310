import Content
import Core
import Programmes

extension Scene {
    /// How long the safety question waits for its answer; afterwards a message is an ordinary one again.
    private var safetyPatience: Duration { .seconds(24 * 3600) }

    /// Comes before everything else: danger in the text, or an answer to the safety question.
    /// - Returns: Whether the turn is done.
    mutating func keepSafe(_ reading: Reading?, payload: String?) throws -> Bool {
        let isWaiting = state.safetyAsked.map { now < $0 + safetyPatience } ?? false
        if !isWaiting { state.safetyAsked = nil }
        if let triage = reading?.triage, triage.level >= .s2 {
            showCard(triage.level.rawValue)
            return true
        }
        if isWaiting { return try hearSafetyAnswer(reading, payload: payload) }
        if reading?.triage.ask == true {
            putAside()
            state.safetyAsked = now
            count("safety", "ask")
            say("reports.safety_question", lane: .safety)
            return true
        }
        return false
    }

    /// Yes shows the card, a clear no goes on kindly, and anything else counts as yes.
    private mutating func hearSafetyAnswer(_ reading: Reading?, payload: String?) throws -> Bool {
        let text = FoldedText(turn.event.text ?? "")
        let isNo = payload == "#no" || (payload == nil && text.isOne(of: Phrases.safe))
        state.safetyAsked = nil
        if isNo, reading?.triage.ask != true {
            count("safety", "answered_no")
            let buttons = isOwned ? [] : draftButtons
            say("reports.safety_no", ["draft": .flag(!buttons.isEmpty)], buttons: buttons)
            state.mentionsDraft = false
            return true
        }
        showCard("asked")
        let goesOn = reading?.certainty == .sure && reading?.triage.ask == false && !isOwned
        guard goesOn, let reading, let name = reading.intent?.name, Area(intent: name) != .reports,
            Command.steering[name] == nil
        else { return true }
        return false
    }

    private mutating func showCard(_ label: String) {
        putAside()
        state.safetyAsked = nil
        count("safety", label)
        say("reports.safety_card", lane: .safety)
    }

    // MARK: - Drafts

    /// Keeps the open form as a draft. What is more important now must not cost the person their answers.
    mutating func putAside() {
        guard let form = state.form else { return }
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
        guard state.mentionsDraft, state.form == nil, isActive, !said.isEmpty, state.safetyAsked == nil else { return }
        guard !changes.contains(where: { if case .reply(let reply) = $0 { reply.lane == .safety } else { false } }),
            !said.contains(where: { ["reports.support", "common.left"].contains($0.key) })
        else { return }
        state.mentionsDraft = false
        let buttons = draftButtons
        if !buttons.isEmpty { say("common.draft_kept", buttons: buttons) }
    }
}
