package import Core

/// When a desk is staffed, week after week.
package struct OpeningHours: Sendable, Equatable {
    /// One stretch of a day, in minutes after midnight; `closes` is exclusive.
    package struct Stretch: Sendable, Equatable {
        package var opens: Int
        package var closes: Int

        package init(opens: Int, closes: Int) {
            self.opens = opens
            self.closes = closes
        }
    }

    /// By weekday, 1 = Monday … 7 = Sunday, each in order of time; a missing day is closed.
    package var days: [Int: [Stretch]]

    package init(days: [Int: [Stretch]]) { self.days = days }

    /// Monday to Friday, 7:30–11:30 and 13:30–17:00.
    package static let office: OpeningHours = {
        let day = [Stretch(opens: 450, closes: 690), Stretch(opens: 810, closes: 1020)]
        return OpeningHours(days: Dictionary(uniqueKeysWithValues: (1...5).map { ($0, day) }))
    }()

    package func isOpen(at instant: Instant) -> Bool {
        let time = CivilTime(instant)
        return (days[time.date.isoWeekday] ?? []).contains {
            $0.opens <= time.minuteOfDay && time.minuteOfDay < $0.closes
        }
    }

    /// The next moment at which the desk opens, strictly after `instant`; nil when it never opens.
    package func nextOpening(after instant: Instant) -> Instant? {
        let today = CivilTime(instant).date
        for ahead in 0...7 {
            let day = today.adding(days: ahead)
            for stretch in days[day.isoWeekday] ?? [] {
                let opening = day.at(minute: stretch.opens)
                if opening > instant { return opening }
            }
        }
        return nil
    }

    /// Weekdays that share the same hours, as runs of consecutive days in order of the week.
    package var runs: [(from: Int, through: Int, stretches: [Stretch])] {
        var runs: [(from: Int, through: Int, stretches: [Stretch])] = []
        for day in 1...7 {
            guard let stretches = days[day], !stretches.isEmpty else { continue }
            if let last = runs.last, last.through == day - 1, last.stretches == stretches {
                runs[runs.count - 1].through = day
            } else {
                runs.append((day, day, stretches))
            }
        }
        return runs
    }
}
