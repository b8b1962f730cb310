import Core

/// A time as text, and the first eight bytes as milliseconds.
enum InstantEntry {
    /// Years that four digits write.
    private static let written = Instant(milliseconds: -62_135_596_800_000)..<Instant(milliseconds: 253_402_214_400_000)

    static func run(_ bytes: UnsafeRawBufferPointer) {
        if let instant = Instant(iso8601: FuzzInput(bytes).text) { check(instant) }
        let raw = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        check(Instant(milliseconds: Int64(bitPattern: raw)))
        let duration = Duration.milliseconds(Int64(bitPattern: raw))
        let now = Instant(milliseconds: 1_795_500_000_123)
        _ = (now + duration, now - duration, now.since(Instant(milliseconds: Int64(bitPattern: raw))))
        let date = CivilDate(dayNumber: Int(Int64(bitPattern: raw)))
        _ = (date.adding(days: Int.max), date.adding(months: Int(Int64(bitPattern: raw))), date.at(hour: Int.max))
        let (year, month, day) = date.components
        promise(CivilDate(year: year, month: month, day: day) == date, "a day is found again by its date")
    }

    private static func check(_ instant: Instant) {
        let (utc, local) = (instant.iso8601UTC, instant.iso8601InVietnam)
        let time = CivilTime(instant)
        promise((0..<24).contains(time.hour) && (0..<60).contains(time.minute), "a clock shows that")
        promise((1...7).contains(time.date.isoWeekday), "a week has seven days")
        guard written.contains(instant) else { return }
        promise(Instant(iso8601: utc) == instant, "a printed time is read as the same")
        let seconds = Instant(iso8601: local)
        promise(seconds.map { instant.since($0) >= .zero && instant.since($0) < .seconds(1) } == true, "so is one in Viet Nam")
    }
}
