import Testing

@testable import Core

@Suite("Civil time in Viet Nam")
struct CivilTimeTests {
    @Test("days and dates agree both ways over four thousand years")
    func roundTrip() throws {
        var day = try #require(CivilDate(year: -1000, month: 1, day: 1))
        let last = try #require(CivilDate(year: 3000, month: 1, day: 1))
        while day < last {
            let (year, month, dayOfMonth) = day.components
            #expect(CivilDate(year: year, month: month, day: dayOfMonth) == day)
            day = day.adding(days: 13)
        }
    }

    @Test(
        "known days have their weekday",
        arguments: [(1970, 1, 1, 4), (2026, 11, 24, 2), (2026, 11, 28, 6), (2024, 2, 29, 4), (2000, 1, 1, 6), (1945, 9, 2, 7)])
    func weekdays(year: Int, month: Int, day: Int, weekday: Int) throws {
        let date = try #require(CivilDate(year: year, month: month, day: day))
        #expect(date.isoWeekday == weekday)
        #expect(date.monday.isoWeekday == 1)
        #expect(date.monday <= date && date < date.monday.adding(days: 7))
    }

    @Test(
        "days that do not exist are refused",
        arguments: [(2026, 2, 29), (2026, 13, 1), (2026, 0, 1), (2026, 4, 31), (2026, 1, 0), (10_000, 1, 1), (2026, 1, .max)])
    func refused(year: Int, month: Int, day: Int) {
        #expect(CivilDate(year: year, month: month, day: day) == nil)
    }

    @Test(
        "adding months keeps the day or takes the month's last",
        arguments: [
            ("2026-01-31", 1, "2026-02-28"), ("2024-01-31", 1, "2024-02-29"), ("2026-11-30", 3, "2027-02-28"),
            ("2026-01-15", -1, "2025-12-15"), ("2026-01-15", -13, "2024-12-15"), ("2026-12-01", 12, "2027-12-01"),
        ])
    func months(from: String, months: Int, to: String) throws {
        let start = CivilTime(try #require(Instant(iso8601: from))).date
        let end = CivilTime(try #require(Instant(iso8601: to))).date
        #expect(start.adding(months: months) == end)
    }

    @Test("the hour is seven ahead of UTC, also before 1970")
    func offset() throws {
        let midnight = try #require(Instant(iso8601: "2026-11-23T17:00:00Z"))
        #expect(CivilTime(midnight).hour == 0)
        #expect(CivilTime(midnight).date.components == (2026, 11, 24))
        let old = CivilTime(Instant(milliseconds: -1))
        #expect((old.hour, old.minute, old.second, old.millisecond) == (6, 59, 59, 999))
    }

    @Test("extreme values clamp instead of trapping")
    func extremes() {
        for value in [Int64.min, .max, 0] {
            let time = CivilTime(Instant(milliseconds: value))
            #expect((0...23).contains(time.hour))
            _ = time.date.adding(days: .max).adding(days: .min).adding(months: .max).adding(months: .min).at(hour: .max, minute: .min)
            _ = Instant(milliseconds: value).iso8601UTC
            _ = Instant(milliseconds: value) + .seconds(Int64.max) - .seconds(Int64.max)
        }
        #expect(Instant(milliseconds: .max) + .seconds(1) == Instant(milliseconds: .max))
        #expect(Duration.seconds(Int64.max).wholeMilliseconds == .max)
    }
}
