import Content
import Core
import Programmes

extension Scene {
    /// Nothing of a broadcast is sent later than this after its start.
    private var broadcastLife: Duration { .seconds(48 * 3600) }
    private var greatestChoices: Int { 20 }

    /// Who a broadcast can be for, by the word of the choice.
    static var audiences: [String] { ["parent", "teacher", "everybody"] }

    // MARK: - Asking

    /// The organisations that the writing member may write to.
    func ownOrganisations() throws -> [Organisation] {
        guard let member = try member(with: .sender) else { return [] }
        return try records.organisations(under: member.organisation, limit: greatestChoices)
    }

    func organisationButtons(_ slot: Slot) throws -> [Button] {
        try ownOrganisations().map {
            Button(title: Self.short($0.name), payload: ButtonPayload.slot(slot.name, value: $0.id.rawValue).text)
        }
    }

    func audienceButtons(_ slot: Slot) -> [Button] {
        Self.audiences.compactMap { word in
            title("broadcasts.audience." + word).map { Button(title: $0, payload: ButtonPayload.slot(slot.name, value: word).text) }
        }
    }

    /// The organisation that a text names as a whole; nil when several or none fit.
    func mentionedOrganisation(_ text: FoldedText) throws -> Organisation? {
        let found = try ownOrganisations().filter { organisation in
            let name = Folding.folded(organisation.name)
            return !name.isEmpty && (text.contains(name) || text.joined == Folding.folded(organisation.code))
        }
        return found.count == 1 ? found.first : nil
    }

    func mentionedAudience(_ text: FoldedText) -> String? {
        let parents = text.contains("phu huynh") || text.contains("cha me") || text.contains("parents")
        let teachers = text.contains("giao vien") || text.contains("thay co") || text.contains("teachers")
        if text.contains("tat ca") || text.contains("moi nguoi") || text.contains("everybody") || (parents && teachers) {
            return "everybody"
        }
        return parents ? "parent" : teachers ? "teacher" : nil
    }

    // MARK: - Checking

    mutating func reviewBroadcast() throws -> Bool {
        guard try member(with: .sender) != nil else { return end("common.not_for_role", [:]) }
        let own = try ownOrganisations()
        guard !own.isEmpty else { return end("common.not_for_role", [:]) }
        // A class that the announcement itself speaks of is no audience.
        if state.form?.asking != "text", let named = namedSchoolClass { state.form?.values["school_class"] = .text(named) }
        if state.form?.values["organisation"] == nil, own.count == 1, let only = own.first {
            state.form?.values["organisation"] = .text(only.id.rawValue)
        }
        guard let form = state.form, form.values["organisation"] != nil, form.values["to"] != nil, form.values["text"] != nil else {
            return true
        }
        guard let audience = try audience(of: form), try records.preview(audience, now: now).total > 0 else {
            return end("broadcasts.nobody", [:])
        }
        return true
    }

    private func audience(of form: Form) throws -> Audience? {
        guard case .text(let id)? = form.values["organisation"], case .text(let to)? = form.values["to"], Self.audiences.contains(to),
            try ownOrganisations().contains(where: { $0.id.rawValue == id })
        else { return nil }
        return Audience(roles: to == "everybody" ? [] : [to], organisation: OrganisationID(id), schoolClass: schoolClass(of: form))
    }

    /// "phụ huynh lớp 6A": the class that this turn names, as memberships keep it.
    private var namedSchoolClass: String? {
        for entity in turn.reading?.entities ?? [] {
            if case .grade(let grade) = entity.value, grade.number > 0 {
                return Membership.normalised(schoolClass: "\(grade.number)\(grade.suffix ?? "")")
            }
        }
        return nil
    }

    private func schoolClass(of form: Form) -> String? {
        if case .text(let name)? = form.values["school_class"] { name } else { nil }
    }

    /// What the reading back tells: to whom, how many can be reached on which channel, and what.
    func broadcastValues(_ form: Form) throws -> [String: ReplyValue] {
        var values: [String: ReplyValue] = [:]
        if case .text(let id)? = form.values["organisation"] {
            values["organisation"] = .text(try ownOrganisations().first { $0.id.rawValue == id }?.name ?? "")
        }
        values["school_class"] = .text(schoolClass(of: form) ?? "")
        if case .text(let to)? = form.values["to"] { values["to"] = .text(title("broadcasts.audience." + to) ?? to) }
        guard let audience = try audience(of: form) else { return values }
        let preview = try records.preview(audience, now: now)
        values["total"] = .number(preview.total)
        values["reachable"] = .number(preview.reachable)
        values["rows"] = .list(
            preview.rows.map { row in
                [
                    "channel": .text(row.channel.rawValue), "people": .number(row.people),
                    "reach": .text(word("broadcasts.reach." + row.reach.rawValue)),
                ]
            })
        return values
    }

    /// Whether the text cannot be sent to many people; says so.
    mutating func refusesBroadcastText(_ text: String, _ triage: Triage) -> Bool {
        switch BroadcastText.problem(of: text, triage: triage) {
        case nil: return false
        case .incident: say("broadcasts.refused")
        case .empty, .tooLong: say("broadcasts.too_long", ["limit": .number(BroadcastText.limit)])
        }
        return true
    }

    // MARK: - Starting

    mutating func startBroadcast(_ form: Form) throws {
        guard let member = try member(with: .sender), let audience = try audience(of: form), case .text(let text)? = form.values["text"]
        else {
            return say("common.button_old")
        }
        let number = CheckedNumber.make(prefix: CheckedNumber.broadcastPrefix, random: &random)
        changes.append(
            .startBroadcast(
                Broadcast(
                    id: makeID(), number: number, audience: audience, text: BroadcastText.cleaned(text), author: member.id, createdAt: now,
                    expiresAt: now + broadcastLife)))
        say("broadcasts.sending", ["number": .text(number)])
    }

    // MARK: - Watching

    /// "tiến độ TB-7K4M-92QX", "tạm dừng …", "gửi tiếp …", "hủy …".
    /// - Returns: False when the text names no broadcast, or whoever writes sends none.
    mutating func commandBroadcast(_ text: FoldedText, _ original: String) throws -> Bool {
        guard let number = broadcastNumber(in: original), let member = try member(with: .sender) else { return false }
        guard let broadcast = try records.broadcast(number: number),
            broadcast.author == member.id || member.roles.contains(.administrator)
        else {
            say("broadcasts.unknown")
            return true
        }
        let table: [(BroadcastCommand, [String])] = [
            (.pause, ["tam dung", "dung", "pause"]), (.resume, ["gui tiep", "tiep tuc", "resume", "continue"]),
            (.cancel, ["huy", "thoi gui", "cancel"]),
        ]
        let isRunning = ![.done, .cancelled].contains(broadcast.status)
        if let command = table.first(where: { $0.1.contains { text.contains($0) } })?.0 {
            if isRunning { changes.append(.commandBroadcast(broadcast.id, command)) }
            say(isRunning ? "broadcasts.command_" + command.rawValue : "broadcasts.over", ["number": .text(broadcast.number)])
            return true
        }
        let progress = try records.progress(of: broadcast.id)
        let rows = progress.rows.map { row -> [String: ReplyValue] in
            ["outcome": .text(word("broadcasts.outcome." + row.outcome.rawValue)), "people": .number(row.people)]
        }
        say(
            "broadcasts.progress",
            [
                "number": .text(broadcast.number), "status": .text(word("broadcasts.status." + broadcast.status.rawValue)),
                "total": .number(progress.total), "open": .number(progress.open), "rows": .list(rows),
            ])
        return true
    }

    private func broadcastNumber(in text: String) -> String? {
        let words = text.split(whereSeparator: \.isWhitespace).prefix(30)
        for (index, word) in words.enumerated() where word.prefix(2).uppercased() == CheckedNumber.broadcastPrefix {
            // Written in one, or with spaces between its parts.
            for length in 1...3 {
                let candidate = words[index...].prefix(length).joined(separator: " ")
                if let number = CheckedNumber.normalised(candidate, prefix: CheckedNumber.broadcastPrefix) { return number }
            }
        }
        return nil
    }
}
