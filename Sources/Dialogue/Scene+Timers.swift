import Content
import Core
import Programmes

extension Scene {
    static func reminderKey(_ id: EnrolmentID) -> String { "reminder:" + id.rawValue }

    /// Something that was to be thought of is due.
    mutating func ring() throws {
        let key = turn.event.name
        if key == Self.formTimer { return expireForm() }
        if key == Self.reportTimer { return reportFellSilent() }
        if key == Self.safetyTimer { return try safetyUnanswered() }
        if key.hasPrefix("reminder:") { try remind(EnrolmentID(String(key.dropFirst("reminder:".count)))) }
    }

    /// Puts an idle form away politely; a timer that was overtaken by an answer is set anew.
    private mutating func expireForm() {
        guard let form = state.form else { return }
        let due = form.lastActivity + policies.formExpiry
        if now < due {
            changes.append(.setTimer(ConversationTimer(key: Self.formTimer, due: due, payload: "")))
            return
        }
        putAside()
        state.mentionsDraft = false
        if !isOwned { say("common.form_expired", buttons: draftButtons) }
    }

    /// Sets the next reminder of a place in a class; nothing when there is none left.
    mutating func remind(of enrolment: Enrolment, _ offer: ClassOffer, in other: ConversationID?) {
        guard let next = policies.reminders.next(for: offer.sessions, after: now) else { return }
        let timer = ConversationTimer(
            key: Self.reminderKey(enrolment.id), due: next.due, payload: String(next.session.start.milliseconds))
        changes.append(other.map { .setTimerFor($0, timer) } ?? .setTimer(timer))
    }

    private mutating func remind(_ id: EnrolmentID) throws {
        guard let enrolment = try records.enrolments(guardian: turn.conversation).first(where: { $0.id == id }),
            enrolment.status == .enrolled, let listing = try records.listing(enrolment.classID),
            !listing.offer.isCancelled
        else { return }
        let start = turn.event.payload.flatMap { Int64($0) }.map { Instant(milliseconds: $0) }
        let session = listing.offer.sessions.first { $0.start == start && $0.start > now }
        let tooLate = session.map { $0.start - policies.reminders.shortestNotice / 2 } ?? now
        if let session, isOwned, let until = state.ownedUntil, until < tooLate {
            // A person is writing here now; the reminder waits until they are done.
            changes.append(
                .setTimer(
                    ConversationTimer(
                        key: Self.reminderKey(id), due: until, payload: String(session.start.milliseconds))))
            return
        }
        if let session, state.isSubscribed, !state.hasLeft, !isOwned {
            let today = CivilTime(now).date
            let date = CivilTime(session.start).date
            let day =
                date == today ? word("words.today") : date == today.adding(days: 1) ? word("words.tomorrow") : ""
            let extra: [String: ReplyValue] = [
                "child": .text(enrolment.childName), "day_word": .text(day),
                "when": .text(sessionText(session, state.language)),
            ]
            say("classes.reminder", classValues(listing).merging(extra) { _, new in new }, lane: .bulk)
        }
        remind(of: enrolment, listing.offer, in: nil)
    }
}
