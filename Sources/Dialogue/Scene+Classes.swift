import Content
import Core
import Programmes

extension Scene {
    // MARK: - Words

    /// Everything that a reply may tell of a class.
    func classValues(_ listing: ClassListing, during: TimeSpan? = nil) -> [String: ReplyValue] {
        let offer = listing.offer
        let language = state.language
        let shown = session(of: offer, during: during)
        let upcoming = offer.sessions.filter { $0.end > now }
        let listed = (upcoming.isEmpty ? offer.sessions : upcoming).prefix(8)
        return [
            "title": .text(offer.title), "code": .text(offer.code), "venue": .text(offer.venue),
            "commune_name": .text(communeName(offer.commune)), "topic_name": .text(topicName(offer.topic, language)),
            "when": .text(shown.map { sessionText($0, language) } ?? ""),
            "session_count": .number(offer.sessions.count), "several_sessions": .flag(offer.sessions.count > 1),
            "sessions": .list(listed.map { ["session": .text(sessionText($0, language))] }),
            "more_sessions": .flag(upcoming.count > listed.count),
            "grades": .text(gradesText(offer.grades, language)), "capacity": .number(offer.capacity),
            "seats_left": .number(listing.seatsLeft), "full": .flag(listing.isFull),
            "waiting_count": .number(listing.waiting), "has_waiting": .flag(listing.waiting > 0),
            "fee": .text(feeText(offer.fee, language)), "is_free": .flag(offer.fee <= 0),
            "organiser": .text(offer.organiser), "instructor": .text(offer.instructor),
            "safeguarding": .text(offer.safeguardingContact), "licence": .text(offer.licence ?? ""),
            "closes": .text(momentText(offer.registrationCloses, language)), "demo_class": .flag(offer.isDemo),
            "open": .flag(offer.isOpen(at: now)), "cancelled": .flag(offer.isCancelled),
        ]
    }

    /// The session that was asked for, or the next one.
    private func session(of offer: ClassOffer, during: TimeSpan?) -> ClassOffer.Session? {
        let asked = during.flatMap { span in
            offer.sessions.first { session in
                (span.from.map { session.start >= $0 } ?? true) && (span.to.map { session.start < $0 } ?? true)
            }
        }
        return asked ?? offer.sessions.first { $0.end > now } ?? offer.sessions.first
    }

    // MARK: - Find

    mutating func findClasses(_ form: Form) throws {
        // One more than is shown tells whether there are more.
        var query = ClassQuery(openAt: now, limit: max(1, policies.listLength).addingSaturating(1))
        var values: [String: ReplyValue] = [:]
        if case .topic(let id, _)? = form.values["topic"] {
            query.topic = id
            values["topic"] = .text(topicName(id, state.language))
        }
        if case .commune(let code, let name)? = form.values["commune"] {
            query.commune = code
            values["commune"] = .text(dialogue.catalogue.gazetteer.commune(code: code)?.name ?? name)
        }
        if case .time(let span)? = form.values["time"] {
            query.during = span
            values["time"] = .text(spanText(span))
        }
        if case .grade(let grade)? = form.values["grade"] {
            query.grade = grade.number
            values["grade"] = .text(gradeText(grade, state.language))
        }
        state.search = form.values
        for (key, widened) in widenings(of: query) {
            var found = try records.classes(widened)
            guard !found.isEmpty else { continue }
            values["more"] = .flag(found.count > policies.listLength)
            found = Array(found.prefix(max(1, policies.listLength)))
            if key == "classes.list_other_communes" { values["communes"] = .list(try communesNearby(query)) }
            return show(found, key: key, values, during: widened.during)
        }
        count("demand", "unmet")
        say("classes.none", values)
    }

    /// The question itself, then ever wider ones, each with the reply that says honestly what was widened.
    private func widenings(of query: ClassQuery) -> [(String, ClassQuery)] {
        var steps = [("classes.list", query)]
        var wider = query
        if query.during != nil {
            wider.during = nil
            steps.append(("classes.list_other_dates", wider))
        }
        if query.commune != nil {
            var elsewhere = query
            elsewhere.commune = nil
            steps.append(("classes.list_other_communes", elsewhere))
            elsewhere.during = nil
            steps.append(("classes.list_other_communes", elsewhere))
        }
        if query.topic != nil {
            wider = query
            wider.topic = nil
            wider.during = nil
            steps.append(("classes.list_other_topics", wider))
        }
        return steps
    }

    private func communesNearby(_ query: ClassQuery) throws -> [[String: ReplyValue]] {
        try records.communesWithClasses(topic: query.topic, openAt: now).prefix(3).map {
            ["name": .text(communeName($0.commune)), "count": .number($0.count)]
        }
    }

    private mutating func show(
        _ listings: [ClassListing], key: String, _ values: [String: ReplyValue], during: TimeSpan?
    ) {
        state.focus = listings.map(\.offer.id)
        state.subject = listings.count == 1 ? listings.first?.offer.id : nil
        var items: [[String: ReplyValue]] = []
        var buttons: [Button] = []
        for (index, listing) in listings.enumerated() {
            var item = classValues(listing, during: during)
            item["number"] = .number(index + 1)
            items.append(item)
            buttons.append(
                Button(
                    title: word("classes.button_view", ["number": .number(index + 1)]),
                    payload: ButtonPayload.intent("classes.detail", slots: ["class": listing.offer.code]).text))
        }
        say(key, values.merging(["classes": .list(items), "found": .number(items.count)]) { _, new in new }, buttons: buttons)
    }

    // MARK: - Detail

    mutating func showClass(_ listing: ClassListing) throws {
        state.subject = listing.offer.id
        state.misses = 0
        say("classes.detail", classValues(listing))
    }

    // MARK: - Enrol

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
            let asked: [String: ReplyValue] = ["asked_grade": .text(try form.values["grade"].map(shown) ?? ""),
                "asked_number": .text(form.values["grade"]?.word ?? "")]
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

    private func verdict(on listing: ClassListing, _ form: Form) throws -> EnrolmentRule.Verdict {
        var grade: Int?
        if case .grade(let value)? = form.values["grade"] { grade = value.number }
        var child: String?
        if case .text(let name)? = form.values["child"] { child = name }
        return EnrolmentRule.verdict(
            on: listing, grade: grade, childName: child, existing: try records.enrolments(guardian: turn.conversation),
            now: now)
    }

    mutating func askForWaitingList() throws {
        guard case .offer(let id, _)? = state.form?.values["class"], let listing = try records.listing(id) else { return }
        let place: [String: ReplyValue] = ["place": .number(listing.waiting.addingSaturating(1))]
        say("classes.enrol.full", classValues(listing).merging(place) { _, new in new })
    }

    /// Ends the open form with a reply.
    private mutating func end(_ key: String, _ values: [String: ReplyValue]) -> Bool {
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
                        payload: ButtonPayload.intent("classes.cancel", slots: ["enrolment": entry.enrolment.id.rawValue])
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
    private mutating func promote(into listing: ClassListing) throws {
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
