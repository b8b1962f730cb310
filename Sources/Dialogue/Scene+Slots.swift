import Content
import Core
import Programmes

extension Scene {
    /// Puts a value into the open form.
    mutating func store(_ value: SlotValue, in slot: Slot) {
        state.form?.values[slot.name] = value
        state.form?.skipped.removeAll { $0 == slot.name }
        state.form?.misses = 0
        if slot.prompt != nil {
            state.form?.answered.removeAll { $0 == slot.name }
            state.form?.answered.append(slot.name)
        }
        if slot.remember { state.memory[slot.name] = value }
        if case .offer(let id, _) = value { state.subject = id }
    }

    /// Fills every slot that the text tells, beside the one it answers.
    /// - Parameter replacing: Whether filled slots may be overwritten: yes when everything was read back.
    /// - Returns: True when something had to be asked about it and the turn is done.
    mutating func fillFromReading(
        _ flow: Flow, _ reading: Reading, _ text: FoldedText, answering open: Slot?, replacing: Bool = false
    ) throws -> Bool {
        guard let form = state.form else { return false }
        for slot in flow.slots where slot.name != open?.name {
            let isFresh = form.values[slot.name] == nil || replacing || (slot.remember && form.answered.isEmpty)
            guard isFresh else { continue }
            if slot.kind == .commune, form.values[slot.name] == nil || slot.remember {
                let choices = communes(in: reading)
                if choices.count > 1 {
                    state.form?.asking = slot.name
                    state.form?.phase = .slots
                    askWhichCommune(slot, choices)
                    return true
                }
            }
            switch slot.kind {
            case .topic, .commune, .grade, .time, .phone, .count:
                if let value = entity(for: slot.kind, in: reading) { store(value, in: slot) }
            case .offer:
                if let listing = try mentionedClass(reading, text) {
                    if replacing { state.form?.values["waiting"] = nil }
                    store(.offer(listing.offer.id, code: listing.offer.code), in: slot)
                } else if !replacing, form.values[slot.name] == nil, let subject = state.subject,
                    let listing = try records.listing(subject)
                {
                    store(.offer(listing.offer.id, code: listing.offer.code), in: slot)
                }
            case .enrolment:
                if let id = try mentionedEnrolment(reading, text) { store(.enrolment(id), in: slot) }
            case .personName:
                if let name = PersonName.find(in: text, isAnswer: false), fits(name, slot) {
                    store(.text(name), in: slot)
                }
            case .text:
                if slot.name == "reason", let reason = Self.reason(in: text), fits(reason, slot) {
                    store(.text(reason), in: slot)
                }
            case .yesNo: break
            case .organisation:
                if let organisation = try mentionedOrganisation(text) { store(.text(organisation.id.rawValue), in: slot) }
            case .audience: if let audience = mentionedAudience(text) { store(.text(audience), in: slot) }
            }
        }
        return false
    }

    /// What follows "vì" or "because".
    private static func reason(in text: FoldedText) -> String? {
        let because = FoldedText("vì").words.first
        let index = text.words.firstIndex {
            ($0.folded == because?.folded && ($0.marks.isEmpty || $0.marks == because?.marks)) || $0.folded == "because"
        }
        guard let index else { return nil }
        var rest = text.words.dropFirst(index + 1)
        while let last = rest.last, ["a", "nhe", "nha"].contains(last.folded) { rest.removeLast() }
        return rest.count >= 2 ? rest.map(\.original).joined(separator: " ") : nil
    }

    mutating func askWhichCommune(_ slot: Slot, _ choices: [(code: String, name: String)]) {
        let buttons = choices.prefix(5).map {
            Button(title: communeTitle($0), payload: ButtonPayload.slot(slot.name, value: $0.code).text)
        }
        say("common.which_commune", buttons: Array(buttons))
    }

    func communeTitle(_ commune: (code: String, name: String)) -> String {
        dialogue.catalogue.gazetteer.commune(code: commune.code)?.name ?? commune.name
    }

    /// The different communes that the first mention of one may mean.
    func communes(in reading: Reading) -> [(code: String, name: String)] {
        var found: [(code: String, name: String)] = []
        var span: (Int, Int)?
        for entity in reading.entities {
            guard case .commune(let code, let name, _) = entity.value else { continue }
            if let span, span != (entity.start, entity.end) { continue }
            span = (entity.start, entity.end)
            if !found.contains(where: { $0.code == code }) { found.append((code, name)) }
        }
        // "phường Quảng Phú" names one of the two: the present unit that is called just that.
        if found.count > 1, let span {
            let scalars = reading.text.unicodeScalars
            let mention = FoldedText(String(String.UnicodeScalarView(scalars.dropFirst(span.0).prefix(max(0, span.1 - span.0)))))
            let exact = found.filter { FoldedText(communeTitle($0)).words.map(\.folded) == mention.words.map(\.folded) }
            if exact.count == 1 { return exact }
        }
        return found
    }

    /// The first entity of the slot's kind.
    func entity(for kind: Slot.Kind, in reading: Reading) -> SlotValue? {
        for entity in reading.entities {
            switch (kind, entity.value) {
            case (.topic, .topic(let id, let name)): return .topic(id: id, name: name)
            case (.commune, .commune(let code, let name, _)): return .commune(code: code, name: name)
            case (.grade, .grade(let grade)): return .grade(grade)
            case (.time, .time(let span)): return .time(joined(span, with: reading))
            case (.phone, .phone(let number)): return .phone(number)
            case (.count, .count(let count)): return .count(count)
            default: continue
            }
        }
        return nil
    }

    /// "thứ Năm và thứ Sáu": days that follow each other are one span.
    func joined(_ first: TimeSpan, with reading: Reading) -> TimeSpan {
        var span = first
        for entity in reading.entities {
            if case .time(let next) = entity.value, next.grain == .day, span.grain == .day, let end = span.to,
                next.from == end
            {
                span.to = next.to
            }
        }
        return span
    }

    /// Counted in scalars: one character can carry any number of marks.
    func fits(_ text: String, _ slot: Slot) -> Bool { !text.isEmpty && text.unicodeScalars.count <= max(1, slot.limit) }

    /// Reads a text as the answer to one slot; nil when it does not fit.
    func parse(_ slot: Slot, _ reading: Reading, _ text: FoldedText, isCorrection: Bool = false) throws -> SlotValue? {
        switch slot.kind {
        case .topic, .phone, .time: return entity(for: slot.kind, in: reading)
        case .commune: return communes(in: reading).count > 1 ? nil : entity(for: slot.kind, in: reading)
        case .count:
            return entity(for: slot.kind, in: reading) ?? text.bareNumber.map { .count($0) }
        case .grade:
            if let value = entity(for: .grade, in: reading) { return value }
            if let number = text.bareNumber, (1...12).contains(number) { return .grade(Grade(number: number)) }
            return text.contains("mam non") || text.contains("mau giao") ? .grade(.kindergarten) : Self.grade(in: text)
        case .personName:
            guard let name = PersonName.find(in: text, isAnswer: !isCorrection || text.contains("thanh")),
                fits(name, slot)
            else { return nil }
            return .text(name)
        case .text:
            if isCorrection { return nil }
            let trimmed = reading.text.trimmingWhitespace
            return .text(fits(trimmed, slot) ? trimmed : String(trimmed.unicodeScalars.prefix(max(1, slot.limit))))
        case .yesNo:
            if text.isOne(of: Phrases.yes) { return .yesNo(true) }
            return text.isOne(of: Phrases.no) ? .yesNo(false) : nil
        case .offer:
            return try mentionedClass(reading, text).map { .offer($0.offer.id, code: $0.offer.code) }
        case .enrolment: return try mentionedEnrolment(reading, text).map { .enrolment($0) }
        case .organisation: return try mentionedOrganisation(text).map { .text($0.id.rawValue) }
        case .audience: return mentionedAudience(text).map { .text($0) }
        }
    }

    /// "4a", "4 A", "4A2" where only a class was asked for.
    private static func grade(in text: FoldedText) -> SlotValue? {
        let parts = text.bare.split(separator: " ").map(String.init)
        guard let first = parts.first, parts.count <= 2 else { return nil }
        let digits = first.prefix { $0.isASCII && $0.isNumber }
        guard (1...2).contains(digits.count), let number = Int(digits), (1...12).contains(number) else { return nil }
        let suffix = String(first.dropFirst(digits.count)) + (parts.count == 2 ? parts[1] : "")
        guard suffix.count <= 3, suffix.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else { return nil }
        return .grade(Grade(number: number, suffix: suffix.isEmpty ? nil : suffix.uppercased()))
    }

    /// Reads a value from a button's payload; nil when it does not fit the slot or is out of date.
    func decode(_ value: String, for slot: Slot) throws -> SlotValue? {
        switch slot.kind {
        case .topic: return dialogue.catalogue.gazetteer.topic(id: value).map { _ in .topic(id: value, name: value) }
        case .commune:
            return dialogue.catalogue.gazetteer.commune(code: value).map { .commune(code: $0.code, name: $0.name) }
        case .grade:
            let digits = value.prefix { $0.isASCII && $0.isNumber }
            guard let number = Int(digits), (0...12).contains(number) else { return nil }
            let suffix = String(value.dropFirst(digits.count).prefix(4))
            return .grade(Grade(number: number, suffix: suffix.isEmpty ? nil : suffix))
        case .time: return TimeSpan(word: value).map { .time($0) }
        case .phone: return value.utf8.count <= 20 ? .phone(value) : nil
        case .count: return Int(value).map { .count($0) }
        case .text, .personName: return fits(value, slot) ? .text(value) : nil
        case .yesNo: return value == "yes" ? .yesNo(true) : value == "no" ? .yesNo(false) : nil
        case .offer:
            let listing = try records.listing(code: value) ?? records.listing(ClassID(value))
            return listing.map { .offer($0.offer.id, code: $0.offer.code) }
        case .enrolment:
            let id = EnrolmentID(value)
            return try records.enrolments(guardian: turn.conversation).contains { $0.id == id } ? .enrolment(id) : nil
        case .organisation: return try ownOrganisations().contains { $0.id.rawValue == value } ? .text(value) : nil
        case .audience: return Self.audiences.contains(value) ? .text(value) : nil
        }
    }
}

extension String {
    /// Without white space at both ends.
    var trimmingWhitespace: String {
        var scalars = Substring(self).unicodeScalars
        while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
        while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
        return String(scalars)
    }
}
