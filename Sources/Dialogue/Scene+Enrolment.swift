import Content
import Core
import Programmes

extension Scene {
    mutating func reviewEnrolment() throws -> Bool {
        guard let form = state.form, case .offer(let id, _)? = form.values["class"] else { return true }
        guard let listing = try records.listing(id) else {
            state.form?.values["class"] = nil
            return true
        }
        let values = classValues(listing)
        switch try verdict(on: listing, form) {
        case .cancelled: return end("classes.enrol.cancelled", values)
        case .closed: return end("classes.enrol.closed", values)
        case .already(let enrolment):
            let extra: [String: ReplyValue] = [
                "child": .text(enrolment.childName), "is_waiting": .flag(enrolment.status == .waiting),
            ]
            return end("classes.enrol.already", values.merging(extra) { _, new in new })
        case .wrongGrade:
            let asked: [String: ReplyValue] = [
                "asked_grade": .text(try form.values["grade"].map(shown) ?? ""),
                "asked_number": .text(form.values["grade"]?.word ?? ""),
            ]
            state.form?.values["grade"] = nil
            state.form?.answered.removeAll { $0 == "grade" }
            state.form?.asking = "grade"
            state.form?.phase = .slots
            say("classes.enrol.wrong_grade", values.merging(asked) { _, new in new })
            return false
        case .waitingList:
            if form.values["waiting"] == .yesNo(true) { return true }
            state.form?.phase = .waitingList
            state.form?.asking = nil
            try askForWaitingList()
            return false
        case .seat:
            state.form?.values["waiting"] = nil
            return true
        }
    }

    func verdict(on listing: ClassListing, _ form: Form) throws -> EnrolmentRule.Verdict {
        var grade: Int?
        if case .grade(let value)? = form.values["grade"] { grade = value.number }
        var child: String?
        if case .text(let name)? = form.values["child"] { child = name }
        return EnrolmentRule.verdict(
            on: listing, grade: grade, childName: child, existing: try records.enrolments(guardian: turn.conversation),
            now: now)
    }

    mutating func askForWaitingList() throws {
        guard case .offer(let id, _)? = state.form?.values["class"], let listing = try records.listing(id) else {
            return
        }
        let place: [String: ReplyValue] = ["place": .number(listing.waiting.addingSaturating(1))]
        say("classes.enrol.full", classValues(listing).merging(place) { _, new in new })
    }

    /// Ends the open form with a reply.
    mutating func end(_ key: String, _ values: [String: ReplyValue]) -> Bool {
        state.form = nil
        say(key, values)
        return false
    }

    mutating func enrol(_ form: Form) throws {
        guard case .offer(let id, _)? = form.values["class"], case .text(let child)? = form.values["child"],
            case .grade(let grade)? = form.values["grade"], let listing = try records.listing(id)
        else { return say("common.button_old") }
        let isWaiting: Bool
        switch try verdict(on: listing, form) {
        case .seat: isWaiting = false
        case .waitingList: isWaiting = true
        case .cancelled, .closed, .wrongGrade, .already: return say("common.button_old")
        }
        let enrolment = Enrolment(
            id: makeID(), classID: id, guardian: turn.conversation, childName: child, grade: grade,
            status: isWaiting ? .waiting : .enrolled, createdAt: now)
        changes.append(.enrol(enrolment))
        state.subject = id
        if !isWaiting { remind(of: enrolment, listing.offer, in: nil) }
        let extra: [String: ReplyValue] = [
            "child": .text(child), "grade": .text(gradeText(grade, state.language)),
            "place": .number(listing.waiting.addingSaturating(1)),
            "reminders": .flag(state.isSubscribed),
        ]
        say(
            isWaiting ? "classes.enrol.waiting_done" : "classes.enrol.done",
            classValues(listing).merging(extra) { _, new in new })
    }

    // MARK: - Mine

    /// The guardian's places in classes that are not over, oldest first.
    func currentEnrolments() throws -> [(enrolment: Enrolment, listing: ClassListing)] {
        try records.enrolments(guardian: turn.conversation).compactMap { enrolment in
            guard let listing = try records.listing(enrolment.classID) else { return nil }
            let isOver = listing.offer.sessions.last.map { $0.end <= now } ?? false
            return isOver ? nil : (enrolment, listing)
        }
    }

    mutating func listEnrolments() throws {
        let own = try currentEnrolments()
        guard !own.isEmpty else { return say("classes.mine_none") }
        var items: [[String: ReplyValue]] = []
        var buttons: [Button] = []
        for (index, entry) in own.prefix(10).enumerated() {
            var item = classValues(entry.listing)
            item["number"] = .number(index + 1)
            item["child"] = .text(entry.enrolment.childName)
            item["is_waiting"] = .flag(entry.enrolment.status == .waiting)
            items.append(item)
            if buttons.count < policies.listLength {
                buttons.append(
                    Button(
                        title: word("classes.button_cancel", ["number": .number(index + 1)]),
                        payload: ButtonPayload.intent(
                            "classes.cancel", slots: ["enrolment": entry.enrolment.id.rawValue]
                        )
                        .text))
            }
        }
        state.focus = own.prefix(10).map(\.listing.offer.id)
        say("classes.mine", ["enrolments": .list(items), "found": .number(items.count)], buttons: buttons)
    }

    // MARK: - Cancel

    mutating func reviewCancellation() throws -> Bool {
        let own = try currentEnrolments()
        guard !own.isEmpty else { return end("classes.mine_none", [:]) }
        if case .enrolment(let id)? = state.form?.values["enrolment"] {
            guard own.contains(where: { $0.enrolment.id == id }) else { return end("classes.cancel.gone", [:]) }
        } else if own.count == 1, let only = own.first {
            state.form?.values["enrolment"] = .enrolment(only.enrolment.id)
        }
        if case .enrolment(let id)? = state.form?.values["enrolment"],
            let entry = own.first(where: { $0.enrolment.id == id })
        {
            // The reply that reads back is about the child and the class behind the identifier.
            state.form?.values["child"] = .text(entry.enrolment.childName)
            state.form?.values["class"] = .offer(entry.listing.offer.id, code: entry.listing.offer.code)
        }
        return true
    }

    mutating func cancelEnrolment(_ form: Form) throws {
        guard case .enrolment(let id)? = form.values["enrolment"],
            let entry = try currentEnrolments().first(where: { $0.enrolment.id == id })
        else { return say("classes.cancel.gone") }
        changes.append(.cancelEnrolment(id))
        changes.append(.cancelTimer(key: Self.reminderKey(id)))
        let values = classValues(entry.listing)
        say("classes.cancel.done", values.merging(["child": .text(entry.enrolment.childName)]) { _, new in new })
        if entry.enrolment.status == .enrolled { try promote(into: entry.listing) }
    }

    /// Gives the freed seat to the child who has waited longest, and tells that guardian.
    mutating func promote(into listing: ClassListing) throws {
        let offer = listing.offer
        guard listing.seatsTaken <= offer.capacity, !offer.isCancelled, offer.firstStart.map({ $0 > now }) ?? false,
            let next = try records.firstWaiting(in: offer.id)
        else { return }
        changes.append(.promote(next.id))
        let values = classValues(listing).merging(["child": .text(next.childName)]) { _, new in new }
        if next.guardian == turn.conversation {
            say("classes.promoted", values)
            remind(of: next, offer, in: nil)
        } else {
            // Their language is not known here; Vietnamese is everybody's first.
            let own = state.language
            state.language = .vietnamese
            let message = render(
                "classes.promoted", classValues(listing).merging(["child": .text(next.childName)]) { _, new in new },
                language: .vietnamese)
            state.language = own
            changes.append(.notify(next.guardian, Reply(key: "classes.promoted", message: message)))
            remind(of: next, offer, in: next.guardian)
        }
    }
}
