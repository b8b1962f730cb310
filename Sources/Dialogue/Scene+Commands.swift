import Content
import Core
import Programmes

extension Scene {
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
            guard form.phase == .slots, let slot = flow.slots.first(where: { $0.name == form.asking }), slot.skippable
            else {
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

    mutating func answer(_ yes: Bool, _ flow: Flow, _ form: Form, isText: Bool) throws -> Bool {
        switch form.phase {
        case .confirm:
            if yes {
                guard try review(flow), let checked = state.form,
                    !flow.slots.contains(where: { isMissing($0, in: checked) })
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

    mutating func skip(_ slot: Slot) {
        state.form?.values[slot.name] = nil
        state.form?.skipped.append(slot.name)
    }

    mutating func goBack() throws {
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
    mutating func reopen(_ slot: Slot) throws {
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

    mutating func chooseCorrection() throws {
        guard let flow = openFlow, let form = state.form else { return }
        var buttons: [Button] = []
        for slot in flow.slots where form.values[slot.name] != nil || form.skipped.contains(slot.name) {
            guard slot.prompt != nil || slot.kind == .time, let title = title("slot_title." + slot.name) else {
                continue
            }
            buttons.append(Button(title: title, payload: ButtonPayload.slot("edit", value: slot.name).text))
        }
        guard !buttons.isEmpty else { return try askAgain() }
        if buttons.count == 1, let only = flow.slots.first(where: { buttons[0].payload == "#slot:edit=\($0.name)" }) {
            return try reopen(only)
        }
        say("common.edit_which", buttons: buttons)
    }
}
