import Content
import Core
import Programmes

extension Scene {
    // MARK: - Linking

    /// Wrong codes within an hour, after which no more are looked up.
    private var greatestWrongCodes: Int { 5 }

    /// "/lienket ABCD-1234", whatever a model makes of it; nil for any other text.
    func linkCommand(in text: String) -> String? {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard let first = words.first, first.utf8.first == UInt8(ascii: "/") else { return nil }
        let name = Folding.folded(String(first.prefix { $0 != "@" }))
        guard name == "lienket" || name == "link" else { return nil }
        return words.dropFirst().prefix(8).joined(separator: " ")
    }

    /// The code in "mã liên kết của tôi là 92QX-7K": what follows the last word without a digit.
    private func code(in text: String) -> String? {
        if let command = linkCommand(in: text) { return command.isEmpty ? nil : command }
        let words = text.split(whereSeparator: \.isWhitespace)
        let code = words.reversed().prefix { $0.contains(where: \.isNumber) }.reversed().joined(separator: " ")
        return code.unicodeScalars.count >= 6 ? code : nil
    }

    /// Looks a code up before it is confirmed by name. Wrong ones are all answered alike, whatever is wrong with them.
    mutating func reviewLink() throws -> Bool {
        if state.form?.values["code"] == nil, turn.event.kind == .message, let code = turn.event.text.flatMap(code(in:)) {
            state.form?.values["code"] = .text(String(code.prefix(100)))
        }
        guard case .text(let code)? = state.form?.values["code"] else { return end("common.link", [:]) }
        let recent = (state.wrongCodes ?? []).filter { now < $0 + .seconds(3600) }
        state.wrongCodes = recent.isEmpty ? nil : recent
        guard recent.count < greatestWrongCodes, let offer = try records.linkOffer(code: code, now: now) else {
            if recent.count < greatestWrongCodes { state.wrongCodes = recent + [now] }
            return end("common.link_wrong", [:])
        }
        state.form?.values["name"] = .text(offer.name)
        state.form?.values["organisation"] = .text(offer.organisationName)
        return true
    }

    mutating func link(_ form: Form) throws {
        guard case .text(let code)? = form.values["code"], let offer = try records.linkOffer(code: code, now: now) else {
            return say("common.link_wrong")
        }
        changes.append(.redeemLink(code: code, offer.staff))
        state.wrongCodes = nil
        say(
            "common.link_done",
            [
                "name": .text(offer.name), "safeguarding": .flag(offer.roles.contains(.safeguarding)),
                "sender": .flag(offer.roles.contains(.sender)),
            ])
    }

    /// The active member of the staff who writes here, if they have this role.
    func member(with role: StaffRole) throws -> StaffMember? {
        guard let member = try records.staffMember(conversation: turn.conversation), member.isActive, member.roles.contains(role) else {
            return nil
        }
        return member
    }

    // MARK: - Acknowledging

    /// Somebody on duty says that they see to a case; nothing of it is told here.
    mutating func acknowledge(_ form: Form) throws {
        // The province's administrators are paged when nobody else answers.
        guard let member = try member(with: .safeguarding) ?? member(with: .administrator) else { return say("common.not_for_role") }
        guard case .text(let id)? = form.values["case"], let summary = try records.caseSummary(CaseID(id)) else {
            return say("common.button_old")
        }
        guard try records.mayTake(summary.id, member.id) else { return say("common.not_for_role") }
        guard summary.status == .new else { return say("reports.acknowledged_before", ["number": .text(summary.number)]) }
        changes.append(.acknowledgeCase(summary.id, member.id))
        say("reports.acknowledged", ["number": .text(summary.number)])
    }
}
