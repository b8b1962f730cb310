import Content
import Core
import Programmes

extension Scene {
    /// Runs a flow whose form is complete. The form is no longer the open one.
    mutating func perform(_ flow: Flow, _ form: Form) throws {
        switch Handler(rawValue: flow.handler) {
        case .findClasses: try findClasses(form)
        case .showClass:
            if case .offer(let id, _)? = form.values["class"], let listing = try records.listing(id) {
                try showClass(listing)
            } else {
                say("common.button_old")
            }
        case .enrol: try enrol(form)
        case .listEnrolments: try listEnrolments()
        case .cancelEnrolment: try cancelEnrolment(form)
        case .help: say("common.help")
        case .human: try callPerson()
        case .report: try reportOnRequest()
        case .acknowledge: try acknowledge(form)
        case .link: try link(form)
        case .sendBroadcast: try startBroadcast(form)
        case .absence: reportAbsence(form)
        case .speakVietnamese: speak(.vietnamese)
        case .speakEnglish: speak(.english)
        case .complaint:
            count("understanding", "complaint")
            say("common.complaint")
        case .stop:
            say(state.isSubscribed ? "broadcasts.stopped" : "broadcasts.already_stopped")
            unsubscribe()
        case .start:
            state.isSubscribed = true
            changes.append(.subscribe(true))
            say("broadcasts.started")
        case .nothingOpen: say("common.nothing_open")
        case nil: say("common.fallback")
        }
    }

    /// Checks a form against the programmes' rules before anything more is asked.
    /// - Returns: False when the turn is done: the form ended, or something else was asked.
    mutating func review(_ flow: Flow) throws -> Bool {
        switch Handler(rawValue: flow.handler) {
        case .enrol: return try reviewEnrolment()
        case .cancelEnrolment: return try reviewCancellation()
        case .link: return try reviewLink()
        case .sendBroadcast: return try reviewBroadcast()
        case .absence:
            if state.form?.values["date"] == nil, let day = defaultAbsenceDay, state.form?.asking != "date" {
                state.form?.values["date"] = .time(TimeSpan(from: day.at(), to: day.adding(days: 1).at(), grain: .day))
            }
            return true
        default: return true
        }
    }

    private mutating func speak(_ language: Language) {
        if dialogue.catalogue.replies.variants[language] != nil { state.language = language }
        state.languageVotes = 0
        say("common.language_changed")
    }

    mutating func unsubscribe() {
        state.isSubscribed = false
        changes.append(.subscribe(false))
    }

    // MARK: - A person

    private var personPatience: Duration { .seconds(15 * 60) }

    /// Hands over to the desk, once in a while however often it is asked for.
    private mutating func callPerson() throws {
        if let called = state.personCalled, now < called + personPatience { return say("common.human_waiting") }
        state.personCalled = now
        state.misses = 0
        var details = ["role": turn.role.rawValue, "language": state.language.rawValue]
        // Words that may belong to a report reach nobody but those who answer reports.
        let isDelicate = try currentCase() != nil || turn.reading.map { $0.triage.level > .s0 || $0.triage.ask } ?? false
        if !isDelicate, let text = turn.event.text, turn.event.kind == .message {
            details["text"] = String(text.prefix(500))
        }
        let item = DeskItem(
            id: makeID(), kind: .human, conversation: turn.conversation, details: details, createdAt: now)
        changes.append(.handOver(item))
        say(policies.deskHours.isOpen(at: now) ? "common.human" : "common.human_closed")
    }

    // MARK: - Absence

    /// Today until noon, then tomorrow; never a Sunday.
    private var defaultAbsenceDay: CivilDate? {
        let time = CivilTime(now)
        let day = time.hour < 12 ? time.date : time.date.adding(days: 1)
        return day.isoWeekday == 7 ? day.adding(days: 1) : day
    }

    private mutating func reportAbsence(_ form: Form) {
        var details: [String: String] = ["role": turn.role.rawValue]
        var values: [String: ReplyValue] = [:]
        for (slot, name) in [("child", "child"), ("school_class", "class"), ("date", "date"), ("reason", "reason")] {
            let text: String
            switch form.values[slot] {
            case .text(let value)?: text = value
            case .grade(let grade)?: text = gradeText(grade, state.language)
            case .time(let span)?: text = spanText(span)
            default: text = ""
            }
            values[name] = .text(text)
            if !text.isEmpty { details[name] = text }
        }
        if case .time(let span)? = form.values["date"] {
            details["date"] = [span.from, span.to.map { $0 - .milliseconds(1) }].compactMap { $0 }
                .map { String($0.iso8601InVietnam.prefix(10)) }.reduce(into: [String]()) {
                    if $0.last != $1 { $0.append($1) }
                }
                .joined(separator: "/")
        }
        let item = DeskItem(
            id: makeID(), kind: .absence, conversation: turn.conversation, details: details, createdAt: now)
        changes.append(.handOver(item))
        say("common.absence.done", values)
    }
}
