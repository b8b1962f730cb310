import Testing

@testable import Core

@Suite("ISO 8601")
struct ISO8601Tests {
    @Test(
        "what is written can be read, with and without an offset",
        arguments: [
            ("2026-11-28", "2026-11-28T00:00:00+07:00"), ("2026-11-28T08:30", "2026-11-28T08:30:00+07:00"),
            ("2026-11-28 08:30:15", "2026-11-28T08:30:15+07:00"), ("2026-11-28T01:30:15Z", "2026-11-28T08:30:15+07:00"),
            ("2026-11-28T08:30:15.999+07:00", "2026-11-28T08:30:15+07:00"), ("2026-11-27T20:30:00-0500", "2026-11-28T08:30:00+07:00"),
        ])
    func reads(text: String, expected: String) throws {
        let instant = try #require(Instant(iso8601: text))
        #expect(instant.iso8601InVietnam == expected)
        #expect(Instant(iso8601: instant.iso8601UTC) == instant)
    }

    @Test(
        "what is not a time is refused",
        arguments: [
            "", "2026", "2026-13-01", "2026-02-30", "2026-11-28T25:00", "2026-11-28T08:61", "2026-11-28T08:30:15x",
            "2026-11-28T", "28/11/2026", "２０２６-11-28", "2026-11-28T08:30+99:00", "2026-11-28T08:30:15.", "-2026-11-28",
        ])
    func refuses(text: String) {
        #expect(Instant(iso8601: text) == nil)
    }

    @Test("milliseconds are kept")
    func milliseconds() throws {
        let instant = try #require(Instant(iso8601: "2026-11-28T08:30:15.007Z"))
        #expect(instant.iso8601UTC == "2026-11-28T08:30:15.007Z")
        #expect(try #require(Instant(iso8601: "2026-11-28T08:30:15.1Z")).iso8601UTC == "2026-11-28T08:30:15.100Z")
    }
}
