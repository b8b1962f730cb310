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
        say(
            key, values.merging(["classes": .list(items), "found": .number(items.count)]) { _, new in new },
            buttons: buttons)
    }

    // MARK: - Detail

    mutating func showClass(_ listing: ClassListing) throws {
        state.subject = listing.offer.id
        state.misses = 0
        say("classes.detail", classValues(listing))
    }
}
