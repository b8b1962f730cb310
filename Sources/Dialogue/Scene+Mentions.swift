import Content
import Core
import Programmes

extension Scene {
    /// The class that a text names by its code or by its place in the list last shown.
    func mentionedClass(_ reading: Reading, _ text: FoldedText) throws -> ClassListing? {
        for code in ClassMention.codes(in: text) {
            if let listing = try records.listing(code: code) { return listing }
        }
        let hasTime = entity(for: .time, in: reading) != nil
        if let place = ClassMention.place(in: text, of: state.focus.count, hasTime: hasTime) {
            return try records.listing(state.focus[place - 1])
        }
        // "lớp 2" is a school year, unless a class of the list is being spoken of.
        let isAboutList =
            openSlot?.kind == .offer || (reading.certainty == .sure && reading.intent?.name == "classes.detail")
        if isAboutList, let place = ClassMention.bareClass(in: text), state.focus.indices.contains(place - 1) {
            return try records.listing(state.focus[place - 1])
        }
        return nil
    }

    /// The enrolment that a text names: by class, by the child, or because there is only one.
    func mentionedEnrolment(_ reading: Reading, _ text: FoldedText) throws -> EnrolmentID? {
        let own = try currentEnrolments()
        if own.count == 1 { return own.first?.enrolment.id }
        let byName = own.filter { text.contains(Folding.folded($0.enrolment.childName)) }
        if byName.count == 1 { return byName.first?.enrolment.id }
        if let listing = try mentionedClass(reading, text) {
            let pool = byName.isEmpty ? own : byName
            let byClass = pool.filter { $0.listing.offer.id == listing.offer.id }
            if byClass.count == 1 { return byClass.first?.enrolment.id }
        }
        let byLastName = own.filter { enrolment in
            FoldedText(enrolment.enrolment.childName).words.last.map { text.contains($0.folded) } ?? false
        }
        return byLastName.count == 1 ? byLastName.first?.enrolment.id : nil
    }

    // MARK: - Buttons

    /// Choices for a slot that has a list to choose from.
    mutating func pickButtons(for slot: Slot) throws -> [Button] {
        switch slot.kind {
        case .offer:
            let listings = try classesToChoose()
            state.focus = listings.map(\.offer.id)
            return listings.prefix(policies.listLength).map {
                Button(
                    title: Self.short($0.offer.title) + " (" + $0.offer.code + ")",
                    payload: ButtonPayload.slot(slot.name, value: $0.offer.code).text)
            }
        case .enrolment:
            return try currentEnrolments().prefix(policies.listLength).map {
                Button(
                    title: $0.enrolment.childName + " – " + Self.short($0.listing.offer.title),
                    payload: ButtonPayload.slot(slot.name, value: $0.enrolment.id.rawValue).text)
            }
        case .organisation: return try organisationButtons(slot)
        case .audience: return audienceButtons(slot)
        default: return []
        }
    }

    /// The classes that were shown, unless this text names a topic; else those that fit best what is known.
    func classesToChoose() throws -> [ClassListing] {
        var query = ClassQuery(openAt: now, limit: policies.listLength)
        if case .topic(let id, _)? = turn.reading.flatMap({ entity(for: .topic, in: $0) }) { query.topic = id }
        if query.topic == nil {
            let shown = try state.focus.compactMap { try records.listing($0) }.filter { $0.offer.isOpen(at: now) }
            if !shown.isEmpty { return shown }
        }
        if case .grade(let grade)? = state.form?.values["grade"] { query.grade = grade.number }
        if case .commune(let code, _)? = state.memory["commune"] { query.commune = code }
        var found = try records.classes(query)
        if found.isEmpty {
            query.commune = nil
            found = try records.classes(query)
        }
        if found.isEmpty {
            query.topic = nil
            found = try records.classes(query)
        }
        return found
    }

    /// A title cut for a button, at a word.
    static func short(_ title: String) -> String {
        guard title.count > 40 else { return title }
        let cut = title.prefix(39)
        return (cut.lastIndex(of: " ").map { cut[..<$0] } ?? cut) + "…"
    }
}
