import Content
import Core
import Programmes

extension Scene {
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
        if let intent, let command = Command.steering[intent], text.count <= 8, !isBareName(text),
            try obey(command, reading)
        {
            return
        }
        switch form.phase {
        case .slots:
            let slot = flow.slots.first { $0.name == form.asking }
            if flow.handler == Handler.sendBroadcast.rawValue, slot?.name == "text" {
                if refusesBroadcastText(reading.text, reading.triage) { return try askAgain() }
                if let slot { store(.text(BroadcastText.cleaned(reading.text)), in: slot) }
                return try advance()
            }
            if let foreign, text.isQuestion { return try interrupt(foreign, reading: reading, text: text) }
            if let slot, let value = try parse(slot, reading, text), !isDoubtful(value, slot, foreign, text) {
                store(value, in: slot)
                if try fillFromReading(flow, reading, text, answering: slot) { return }
                return try advance()
            }
            if let slot, slot.kind == .commune {
                let choices = communes(in: reading)
                if choices.count > 1 { return askWhichCommune(slot, choices) }
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
    func isBareName(_ text: FoldedText) -> Bool {
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
    func isDoubtful(_ value: SlotValue, _ slot: Slot, _ foreign: Flow?, _ text: FoldedText) -> Bool {
        guard let foreign else { return false }
        switch slot.kind {
        case .text: return foreign.handler != "answer" || text.isQuestion
        case .personName:
            // A name with hardly anything around it is a name, whatever the model thinks.
            return text.count - FoldedText(value.word).count > 3
        default: return text.count > 8
        }
    }

    mutating func misunderstood(_ slot: Slot) throws {
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
    mutating func correct(_ reading: Reading, _ text: FoldedText, _ flow: Flow, _ form: Form) throws -> Bool {
        let isAsked =
            !state.choices.isEmpty && state.choices.allSatisfy { $0.payload.utf8.starts(with: "#slot:edit=".utf8) }
        guard text.count <= 20, isAsked || Phrases.correcting.contains(where: { text.contains($0) }), !text.isQuestion
        else { return false }
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
    mutating func renameChild(_ text: FoldedText, _ flow: Flow) -> Bool {
        guard (2...5).contains(text.count), text.words.allSatisfy(\.isCapitalised),
            let slot = flow.slots.first(where: { $0.kind == .personName }),
            let name = PersonName.find(in: text, isAnswer: true), fits(name, slot)
        else { return false }
        store(.text(name), in: slot)
        return true
    }
}
