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
        if state.form == nil {
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

    private func isMissing(_ slot: Slot, in form: Form) -> Bool {
        guard slot.prompt != nil, form.values[slot.name] == nil, !form.skipped.contains(slot.name) else { return false }
        return !slot.skipWhen.contains { form.values[$0.key]?.word == $0.value }
    }

    private mutating func ask(_ slot: Slot) throws {
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

    // MARK: - Commands

    /// Acts on a command; false when it means nothing here and the text may be read otherwise.
    mutating func obey(_ command: Command, _ reading: Reading?) throws -> Bool {
        let isText = reading != nil
        switch command {
        case .human:
            guard let flow = flows["common.human"] else { return false }
            if state.form != nil {
                try interrupt(flow, reading: nil, text: nil)
            } else {
                try begin(flow, reading: nil, text: nil)
            }
            return true
        case .repeating:
            if state.lastReplies.isEmpty { return false }
            for reply in state.lastReplies {
                changes.append(.reply(reply))
                said.append(reply)
                if !reply.message.buttons.isEmpty { offered = reply.message.buttons }
            }
            return true
        case .resume:
            guard state.form == nil else {
                try askAgain()
                return true
            }
            guard let draft = state.draft, flows[draft.form.intent] != nil else { return false }
            state.draft = nil
            state.mentionsDraft = false
            state.form = draft.form
            say("common.form_resumed")
            if draft.form.phase == .slots { try advance() } else { try askAgain() }
            return true
        default: break
        }
        guard let form = state.form, let flow = openFlow else {
            if command == .yes || command == .no, let offer = state.lastReplies.last, Self.offers.contains(offer.key),
                let first = offer.message.buttons.first
            {
                if command == .yes { try press(first.payload) } else { say("common.thanks") }
                return true
            }
            // A word such as "có" or "hủy" may mean something to the model even without a form.
            if isText { return false }
            switch command {
            case .leave, .back, .skip, .edit: say("common.nothing_open")
            default: return false
            }
            return true
        }
        switch command {
        case .leave:
            state.form = nil
            say("common.left")
        case .back: try goBack()
        case .skip:
            guard form.phase == .slots, let slot = flow.slots.first(where: { $0.name == form.asking }), slot.skippable else {
                say("common.cannot_skip")
                try askAgain()
                return true
            }
            skip(slot)
            try advance()
        case .edit: try chooseCorrection()
        case .yes, .no: return try answer(command == .yes, flow, form, isText: isText)
        case .human, .repeating, .resume: return false
        }
        return true
    }

    /// Replies that end in an offer: a yes takes the first button.
    private static var offers: Set<String> {
        [
            "common.complaint", "common.fallback_again", "classes.mine_none", "classes.enrol.not_waiting",
            "classes.enrol.cancelled", "classes.enrol.closed",
        ]
    }

    private mutating func answer(_ yes: Bool, _ flow: Flow, _ form: Form, isText: Bool) throws -> Bool {
        switch form.phase {
        case .confirm:
            if yes {
                guard try review(flow), let checked = state.form, !flow.slots.contains(where: { isMissing($0, in: checked) })
                else {
                    if state.form != nil, state.form?.phase == .confirm { try advance() }
                    return true
                }
                state.form = nil
                try perform(flow, checked)
            } else {
                try chooseCorrection()
            }
        case .waitingList:
            if yes {
                state.form?.values["waiting"] = .yesNo(true)
                state.form?.phase = .slots
                try advance()
            } else {
                state.form = nil
                say("classes.enrol.not_waiting")
            }
        case .slots:
            guard let slot = flow.slots.first(where: { $0.name == form.asking }) else { return false }
            if slot.kind == .yesNo {
                store(.yesNo(yes), in: slot)
                try advance()
            } else if !yes, slot.skippable {
                skip(slot)
                try advance()
            } else if isText, slot.kind == .text, !yes {
                return false
            } else {
                try misunderstood(slot)
            }
        }
        return true
    }

    private mutating func skip(_ slot: Slot) {
        state.form?.values[slot.name] = nil
        state.form?.skipped.append(slot.name)
    }

    private mutating func goBack() throws {
        guard let flow = openFlow, var form = state.form else { return }
        if form.phase == .waitingList { form.phase = .slots }
        guard let last = form.answered.popLast(), let slot = flow.slots.first(where: { $0.name == last }) else {
            state.form = form
            say("common.back_first")
            return try askAgain()
        }
        state.form = form
        try reopen(slot)
    }

    /// Asks for a slot anew.
    private mutating func reopen(_ slot: Slot) throws {
        guard slot.prompt != nil || slot.kind == .time else { return try askAgain() }
        state.form?.values[slot.name] = nil
        state.form?.skipped.removeAll { $0 == slot.name }
        state.form?.answered.removeAll { $0 == slot.name }
        state.form?.asking = slot.name
        state.form?.phase = .slots
        state.form?.misses = 0
        if slot.name == "class" { state.form?.values["waiting"] = nil }
        // A question may speak of earlier answers, so those that are missing come first.
        if slot.prompt != nil { try advance() } else { try ask(slot) }
    }

    private mutating func chooseCorrection() throws {
        guard let flow = openFlow, let form = state.form else { return }
        var buttons: [Button] = []
        for slot in flow.slots where form.values[slot.name] != nil || form.skipped.contains(slot.name) {
            guard slot.prompt != nil || slot.kind == .time, let title = title("slot_title." + slot.name) else { continue }
            buttons.append(Button(title: title, payload: ButtonPayload.slot("edit", value: slot.name).text))
        }
        guard !buttons.isEmpty else { return try askAgain() }
        if buttons.count == 1, let only = flow.slots.first(where: { buttons[0].payload == "#slot:edit=\($0.name)" }) {
            return try reopen(only)
        }
        say("common.edit_which", buttons: buttons)
    }

    /// A pressed slot button: an answer, a correction, or a wish to correct.
    mutating func choose(_ name: String, _ value: String) throws {
        guard let flow = openFlow else { return say("common.button_old") }
        if name == "edit" {
            guard let slot = flow.slots.first(where: { $0.name == value }) else { return say("common.button_old") }
            return try reopen(slot)
        }
        guard let slot = flow.slots.first(where: { $0.name == name }), let decoded = try decode(value, for: slot) else {
            say("common.button_old")
            return try askAgain()
        }
        if name == "class" { state.form?.values["waiting"] = nil }
        store(decoded, in: slot)
        state.form?.phase = .slots
        try advance()
    }

    // MARK: - Answers

    /// Reads a text while a form is open: a correction, an answer, or a question that interrupts.
    mutating func fillIn(_ reading: Reading, _ text: FoldedText) throws {
        guard let flow = openFlow, let form = state.form else { return try route(reading, text) }
        let intent = reading.certainty == .sure ? reading.intent?.name : nil
        if let intent, Self.alwaysInterrupts.contains(intent), let other = flows[intent] {
            return try interrupt(other, reading: reading, text: text)
        }
        let foreign = intent.flatMap { name -> Flow? in
            let isOwn = name == form.intent || Self.smallTalk.contains(name) || Command.steering[name] != nil
            return isOwn ? nil : flows[name]
        }
        if foreign == nil, try correct(reading, text, flow, form) { return }
        if let intent, let command = Command.steering[intent], text.count <= 8, !isBareName(text), try obey(command, reading) {
            return
        }
        switch form.phase {
        case .slots:
            let slot = flow.slots.first { $0.name == form.asking }
            if let foreign, text.isQuestion { return try interrupt(foreign, reading: reading, text: text) }
            if let slot, let value = try parse(slot, reading, text), !isDoubtful(value, slot, foreign, text) {
                store(value, in: slot)
                if try fillFromReading(flow, reading, text, answering: slot) { return }
                return try advance()
            }
            if let foreign { return try interrupt(foreign, reading: reading, text: text) }
            // A day alone in a text that fits nothing ("hôm nay trời đẹp quá") tells nothing.
            let tells = reading.certainty != .outOfScope || reading.entities.contains { $0.name != "time" }
            let before = state.form?.values
            if tells, try fillFromReading(flow, reading, text, answering: slot) { return }
            if state.form?.values != before { return try advance() }
            if let slot, slot.skippable, text.isOne(of: Phrases.nothing) {
                skip(slot)
                return try advance()
            }
            if let slot { try misunderstood(slot) } else { try advance() }
        case .confirm:
            if let foreign { return try interrupt(foreign, reading: reading, text: text) }
            let before = state.form?.values
            if try fillFromReading(flow, reading, text, answering: nil, replacing: true) { return }
            if state.form?.values != before || (intent == nil && renameChild(text, flow)) { return try advance() }
            say("common.confirm_unclear")
            try askAgain()
        case .waitingList:
            if let foreign { return try interrupt(foreign, reading: reading, text: text) }
            try askForWaitingList()
        }
    }

    /// Whether a name is asked for and the text is hardly anything else: "Huy", "Khôi", "Nguyễn Dũng".
    private func isBareName(_ text: FoldedText) -> Bool {
        guard openSlot?.kind == .personName, PersonName.find(in: text, isAnswer: true) != nil else { return false }
        return text.count == 1 || text.words.count(where: \.isCapitalised) >= 2
    }

    /// Reaching a person, safety and the person's own rights come through whatever is open.
    private static var alwaysInterrupts: Set<String> {
        [
            "common.human", "common.help", "common.language_vi", "common.language_en", "common.complaint",
            "reports.report", "reports.status", "reports.advice", "broadcasts.stop", "broadcasts.start",
        ]
    }

    private static var smallTalk: Set<String> { ["common.greet", "common.thanks"] }

    /// Whether a text that fits the slot rather means another intent that was recognised for sure.
    private func isDoubtful(_ value: SlotValue, _ slot: Slot, _ foreign: Flow?, _ text: FoldedText) -> Bool {
        guard let foreign else { return false }
        switch slot.kind {
        case .text: return foreign.handler != "answer" || text.isQuestion
        case .personName:
            // A name with hardly anything around it is a name, whatever the model thinks.
            return text.count - FoldedText(value.word).count > 3
        default: return text.count > 8
        }
    }

    private mutating func misunderstood(_ slot: Slot) throws {
        let misses = (state.form?.misses ?? 0).addingSaturating(1)
        state.form?.misses = misses
        if misses >= 2 { say("common.form_stuck") }
        if let invalid = slot.invalid, misses < 2 {
            say(invalid, try formValues(), buttons: try pickButtons(for: slot))
        } else {
            try ask(slot)
        }
    }

    /// "sửa tên con thành …", "đổi lớp", "không phải lớp 4 mà lớp 5": a named slot is set, or asked anew.
    private mutating func correct(_ reading: Reading, _ text: FoldedText, _ flow: Flow, _ form: Form) throws -> Bool {
        let isAsked = !state.choices.isEmpty && state.choices.allSatisfy { $0.payload.utf8.starts(with: "#slot:edit=".utf8) }
        guard text.count <= 20, isAsked || Phrases.correcting.contains(where: { text.contains($0) }), !text.isQuestion else { return false }
        let named = Phrases.slotWords.first { entry in
            flow.slots.contains { $0.name == entry.slot } && entry.phrases.contains { text.contains($0) }
        }
        let candidates = named.flatMap { entry in flow.slots.first { $0.name == entry.slot } }.map { [$0] } ?? []
        for slot in candidates {
            let isSame = form.asking == slot.name && form.phase == .slots
            if let value = try parse(slot, reading, text, isCorrection: true) {
                store(value, in: slot)
                if slot.name == "class" { state.form?.values["waiting"] = nil }
                state.form?.phase = .slots
                try advance()
                return true
            }
            if isSame { return false }
            try reopen(slot)
            return true
        }
        guard form.phase == .confirm else { return false }
        let before = state.form?.values
        if try fillFromReading(flow, reading, text, answering: nil, replacing: true) { return true }
        if state.form?.values != before {
            try advance()
        } else if isAsked {
            return false
        } else {
            try chooseCorrection()
        }
        return true
    }

    /// A bare name where everything was read back can only be the child's; it is read back again.
    private mutating func renameChild(_ text: FoldedText, _ flow: Flow) -> Bool {
        guard (2...5).contains(text.count), text.words.allSatisfy(\.isCapitalised),
            let slot = flow.slots.first(where: { $0.kind == .personName }),
            let name = PersonName.find(in: text, isAnswer: true), fits(name, slot)
        else { return false }
        store(.text(name), in: slot)
        return true
    }
}
