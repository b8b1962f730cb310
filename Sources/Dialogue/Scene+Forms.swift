import Content
import Core
import Programmes

extension Scene {
    // MARK: - Beginning

    /// Starts a flow, or goes on with it when its form is the open one.
    mutating func begin(
        _ flow: Flow, reading: Reading?, text: FoldedText?, presets: [String: String] = [:]
    ) throws {
        guard isAllowed(flow) else { return say("common.not_for_role") }
        if flow.handler == Handler.report.rawValue, let reading, let text, !Phrases.asksToReport(text) {
            return try offerReport(reading, text)
        }
        if flow.handler == "answer" {
            if let key = flow.reply { say(key) }
            return
        }
        guard !flow.slots.isEmpty else { return try perform(flow, Form(intent: flow.intent, lastActivity: now)) }
        if state.form?.intent == flow.intent {
            if state.form?.phase == .waitingList { state.form?.phase = .slots }
        } else {
            putAside()
            var form = Form(intent: flow.intent, lastActivity: now)
            for slot in flow.slots where slot.remember { form.values[slot.name] = state.memory[slot.name] }
            state.form = form
        }
        for (name, value) in presets.sorted(by: { $0.key < $1.key }) {
            guard let slot = flow.slots.first(where: { $0.name == name }) else { continue }
            if let value = try decode(value, for: slot) { store(value, in: slot) }
        }
        if let reading, let text {
            if try fillFromReading(flow, reading, text, answering: nil) { return }
        }
        try advance()
    }

    /// Answers a question while a form is open; the form goes on afterwards.
    mutating func interrupt(
        _ flow: Flow, reading: Reading?, text: FoldedText?, presets: [String: String] = [:]
    ) throws {
        let suspended = state.form
        let draft = state.draft
        let mentions = state.mentionsDraft
        state.form = nil
        try begin(flow, reading: reading, text: text, presets: presets)
        guard let suspended else { return }
        if state.report?.phase != nil {
            keepDraft(of: suspended)
        } else if state.form == nil {
            state.draft = draft
            state.mentionsDraft = mentions
            state.form = suspended
            try askAgain()
        } else {
            state.draft = Draft(form: suspended, keptUntil: now + policies.draftKept)
            state.mentionsDraft = true
        }
    }

    // MARK: - Asking

    /// Goes on with the open form: checks it, asks for what is missing, reads it back, or finishes it.
    mutating func advance() throws {
        guard let flow = openFlow, state.form != nil else { return }
        guard try review(flow) else { return }
        guard var form = state.form else { return }
        if let next = flow.slots.first(where: { isMissing($0, in: form) }) {
            form.phase = .slots
            form.asking = next.name
            form.misses = 0
            state.form = form
            return try ask(next)
        }
        if let confirm = flow.confirm {
            form.phase = .confirm
            form.asking = nil
            form.misses = 0
            state.form = form
            return try say(confirm, formValues())
        }
        state.form = nil
        try perform(flow, form)
    }

    func isMissing(_ slot: Slot, in form: Form) -> Bool {
        guard slot.prompt != nil, form.values[slot.name] == nil, !form.skipped.contains(slot.name) else { return false }
        return !slot.skipWhen.contains { form.values[$0.key]?.word == $0.value }
    }

    mutating func ask(_ slot: Slot) throws {
        guard let prompt = slot.prompt else { return say("common.ask_time") }
        say(prompt, try formValues(), buttons: try pickButtons(for: slot))
    }

    /// Says the open question of the form once more; nothing when no form is open.
    mutating func askAgain() throws {
        guard let flow = openFlow, let form = state.form else { return }
        switch form.phase {
        case .confirm: if let confirm = flow.confirm { say(confirm, try formValues()) }
        case .waitingList: try askForWaitingList()
        case .slots:
            let open = flow.slots.first { $0.name == form.asking }
            let next = flow.slots.first { isMissing($0, in: form) }
            if let open, open.prompt == nil || next?.name == open.name { try ask(open) } else { try advance() }
        }
    }

    /// Every slot under its own name as a person reads it, for prompts and for reading back.
    mutating func formValues() throws -> [String: ReplyValue] {
        guard let flow = openFlow, let form = state.form else { return [:] }
        var values: [String: ReplyValue] = [:]
        for slot in flow.slots { values[slot.name] = .text("") }
        for (name, value) in form.values { values[name] = .text(try shown(value)) }
        if case .offer(let id, _)? = form.values["class"], let listing = try records.listing(id) {
            values.merge(classValues(listing)) { slot, _ in slot }
        }
        values["waiting"] = .flag(form.values["waiting"] == .yesNo(true))
        if flow.handler == Handler.sendBroadcast.rawValue { values.merge(try broadcastValues(form)) { $1 } }
        return values
    }

    /// A slot's value in words.
    func shown(_ value: SlotValue) throws -> String {
        switch value {
        case .text(let text): text
        case .topic(let id, _): topicName(id, state.language)
        case .commune(let code, let name): dialogue.catalogue.gazetteer.commune(code: code)?.name ?? name
        case .grade(let grade): gradeText(grade, state.language)
        case .time(let span): spanText(span)
        case .phone(let number): number
        case .count(let count): String(count)
        case .yesNo(let answer): answer ? "✓" : "–"
        case .offer(let id, let code): try records.listing(id)?.offer.title ?? code
        case .enrolment: ""
        }
    }

    func spanText(_ span: TimeSpan) -> String {
        let first = span.from.map { CivilTime($0).date }
        let last = span.to.map { CivilTime($0 - .milliseconds(1)).date }
        switch (first, last) {
        case (let first?, let last?) where first != last:
            return word(
                "words.span",
                ["from": .text(dateText(first, state.language)), "to": .text(dateText(last, state.language))])
        case (let day?, _), (nil, let day?): return dateText(day, state.language)
        case (nil, nil): return ""
        }
    }
}
