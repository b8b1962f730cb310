package import Core

/// When a guardian is reminded of a class: so long before each session, but never at night.
package struct ReminderRule: Sendable, Equatable {
    /// One reminder that is due.
    package struct Occasion: Sendable, Equatable {
        package var due: Instant
        /// The session it speaks of.
        package var session: ClassOffer.Session

        package init(due: Instant, session: ClassOffer.Session) {
            self.due = due
            self.session = session
        }
    }

    /// How long before a session; by default a day and three hours.
    package var offsets: [Duration]
    /// Minute of the day from which nobody is disturbed; by default 21:00.
    package var quietFrom: Int
    /// Minute of the day from which people may be written to again; by default 07:00.
    package var quietUntil: Int
    /// A reminder that the night would push closer to the session than this comes on the evening before.
    package var shortestNotice: Duration

    package init(
        offsets: [Duration] = [.seconds(24 * 3600), .seconds(3 * 3600)], quietFrom: Int = 21 * 60,
        quietUntil: Int = 7 * 60, shortestNotice: Duration = .seconds(3600)
    ) {
        self.offsets = offsets
        self.quietFrom = quietFrom
        self.quietUntil = quietUntil
        self.shortestNotice = shortestNotice
    }

    /// The first reminder due strictly after `now`; nil when there is nothing left to be reminded of.
    package func next(for sessions: [ClassOffer.Session], after now: Instant) -> Occasion? {
        occasions(for: sessions).first { $0.due > now }
    }

    /// All reminders in order of time; two that fall on the same moment are one.
    package func occasions(for sessions: [ClassOffer.Session]) -> [Occasion] {
        var found: [Occasion] = []
        for session in sessions {
            for offset in offsets {
                let due = outsideQuietHours(session.start - offset, before: session.start)
                if due < session.start { found.append(Occasion(due: due, session: session)) }
            }
        }
        found.sort { ($0.due, $0.session.start) < ($1.due, $1.session.start) }
        var kept: [Occasion] = []
        for occasion in found where kept.last?.due != occasion.due { kept.append(occasion) }
        return kept
    }

    /// Whether `instant` falls into the quiet hours, which may run over midnight.
    package func isQuiet(at instant: Instant) -> Bool {
        let minute = CivilTime(instant).minuteOfDay
        if quietFrom == quietUntil { return false }
        return quietFrom < quietUntil
            ? minute >= quietFrom && minute < quietUntil : minute >= quietFrom || minute < quietUntil
    }

    private func outsideQuietHours(_ due: Instant, before start: Instant) -> Instant {
        guard isQuiet(at: due) else { return due }
        let time = CivilTime(due)
        let isEvening = quietFrom > quietUntil && time.minuteOfDay >= quietFrom
        let morning = (isEvening ? time.date.adding(days: 1) : time.date).at(minute: quietUntil)
        if morning + shortestNotice <= start { return morning }
        let startedToday = quietFrom < quietUntil || isEvening
        let eve = startedToday ? time.date : time.date.adding(days: -1)
        return eve.at(minute: quietFrom - 30)
    }
}
