/// A calendar day (proleptic Gregorian) in Viet Nam, which keeps +07:00 all year.
///
/// Fixed-offset arithmetic on integers: no `Calendar`, no time-zone tables, no allocation.
/// - Source: the days-from-civil algorithm is the well-known era/day-of-era computation.
package struct CivilDate: Hashable, Sendable, Comparable, Codable {
    /// Days since 1970-01-01, kept within the years -9999…9999.
    package let dayNumber: Int

    private static let lowest = daysFromCivil(year: -9999, month: 1, day: 1)
    private static let highest = daysFromCivil(year: 9999, month: 12, day: 31)

    /// The day with this number; clamped to the years -9999…9999.
    package init(dayNumber: Int) { self.dayNumber = min(max(dayNumber, Self.lowest), Self.highest) }

    /// Nil when there is no such day (month 13, 30 February, year outside -9999…9999).
    package init?(year: Int, month: Int, day: Int) {
        guard (-9999...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.daysIn(month: month, year: year)
        else { return nil }
        dayNumber = Self.daysFromCivil(year: year, month: month, day: day)
    }

    package var components: (year: Int, month: Int, day: Int) {
        let shifted = dayNumber + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    package var year: Int { components.year }
    package var month: Int { components.month }
    package var day: Int { components.day }

    /// 1 = Monday … 7 = Sunday.
    package var isoWeekday: Int { ((dayNumber % 7) + 7 + 3) % 7 + 1 }

    /// The Monday of this day's week.
    package var monday: CivilDate { adding(days: 1 - isoWeekday) }

    /// `days` may be negative; the result is clamped to the years -9999…9999.
    package func adding(days: Int) -> CivilDate { CivilDate(dayNumber: dayNumber.addingSaturating(days)) }

    /// The same day of a later (or earlier) month, or that month's last day.
    package func adding(months: Int) -> CivilDate {
        let (year, month, day) = components
        let index = (year * 12 + month - 1).addingSaturating(months)
        let clamped = min(max(index, -9999 * 12), 9999 * 12 + 11)
        let newYear = Int((Double(clamped) / 12).rounded(.down))
        let newMonth = clamped - newYear * 12 + 1
        let newDay = min(day, Self.daysIn(month: newMonth, year: newYear))
        return CivilDate(year: newYear, month: newMonth, day: newDay) ?? self
    }

    /// The instant at `hour`:`minute` of this day in Viet Nam; values past the day's end run over.
    package func at(hour: Int = 0, minute: Int = 0) -> Instant {
        let minutes = hour.multipliedSaturating(by: 60).addingSaturating(minute)
        let start = Int64(dayNumber) * 86_400_000 - CivilTime.offsetMilliseconds
        return Instant(milliseconds: start.addingSaturating(Int64(minutes).multipliedSaturating(by: 60_000)))
    }

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.dayNumber < rhs.dayNumber }

    package static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    /// 28…31; 31 for a month that does not exist.
    package static func daysIn(month: Int, year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: isLeap(year) ? 29 : 28
        default: 31
        }
    }

    private static func daysFromCivil(year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

/// A wall-clock moment in Viet Nam.
package struct CivilTime: Hashable, Sendable {
    package static let offsetMilliseconds: Int64 = 7 * 3_600_000

    package let date: CivilDate
    package let hour: Int
    package let minute: Int
    package let second: Int
    package let millisecond: Int

    package init(_ instant: Instant) {
        let local = instant.milliseconds.addingSaturating(Self.offsetMilliseconds)
        let (quotient, remainder) = local.quotientAndRemainder(dividingBy: 86_400_000)
        date = CivilDate(dayNumber: Int(remainder < 0 ? quotient - 1 : quotient))
        let rest = Int(remainder < 0 ? remainder + 86_400_000 : remainder)
        hour = rest / 3_600_000
        minute = rest / 60_000 % 60
        second = rest / 1000 % 60
        millisecond = rest % 1000
    }

    package var minuteOfDay: Int { hour * 60 + minute }
}

extension FixedWidthInteger {
    package func multipliedSaturating(by other: Self) -> Self {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? ((self < 0) == (other < 0) ? .max : .min) : product
    }
}
