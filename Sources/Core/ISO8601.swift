extension Instant {
    /// `2026-11-28T00:00:00+07:00`, as the contracts print times for people in Viet Nam.
    package var iso8601InVietnam: String { formatted(offsetMilliseconds: CivilTime.offsetMilliseconds, suffix: "+07:00") }

    /// `2026-11-27T17:00:00.000Z`, as the contracts print platform timestamps.
    package var iso8601UTC: String {
        let text = formatted(offsetMilliseconds: 0, suffix: "")
        let fraction = Int(((milliseconds % 1000) + 1000) % 1000)
        return text + "." + Self.pad(fraction, 3) + "Z"
    }

    /// Reads `2026-11-28`, `2026-11-28T08:00`, `…:00`, `….123`, with `Z`, `±HH:MM` or nothing (= Viet Nam).
    ///
    /// Nil for anything else; never traps on outside text.
    package init?(iso8601 text: String) {
        var scanner = DigitScanner(text)
        guard let year = scanner.digits(4), scanner.skip("-"), let month = scanner.digits(2), scanner.skip("-"),
            let day = scanner.digits(2), let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        var total = Int64(date.dayNumber) * 86_400_000
        var offset = CivilTime.offsetMilliseconds
        if !scanner.isAtEnd {
            guard scanner.skip("T") || scanner.skip("t") || scanner.skip(" "), let hour = scanner.digits(2), hour < 24,
                scanner.skip(":"), let minute = scanner.digits(2), minute < 60
            else { return nil }
            total += Int64(hour) * 3_600_000 + Int64(minute) * 60_000
            if scanner.skip(":") {
                guard let second = scanner.digits(2), second <= 60 else { return nil }
                total += Int64(second) * 1000
                if scanner.skip(".") {
                    guard let fraction = scanner.fractionMilliseconds() else { return nil }
                    total += Int64(fraction)
                }
            }
            if scanner.skip("Z") || scanner.skip("z") {
                offset = 0
            } else if !scanner.isAtEnd {
                let negative = scanner.skip("-")
                guard negative || scanner.skip("+"), let hours = scanner.digits(2), hours < 24 else { return nil }
                _ = scanner.skip(":")
                guard let minutes = scanner.digits(2), minutes < 60 else { return nil }
                offset = Int64(hours * 3_600_000 + minutes * 60_000) * (negative ? -1 : 1)
            }
        }
        guard scanner.isAtEnd else { return nil }
        self.init(milliseconds: total - offset)
    }

    private func formatted(offsetMilliseconds: Int64, suffix: String) -> String {
        let shift = offsetMilliseconds - CivilTime.offsetMilliseconds
        let time = CivilTime(Instant(milliseconds: milliseconds.addingSaturating(shift)))
        let (year, month, day) = time.date.components
        return
            "\(Self.pad(year, 4))-\(Self.pad(month, 2))-\(Self.pad(day, 2))T\(Self.pad(time.hour, 2)):\(Self.pad(time.minute, 2)):\(Self.pad(time.second, 2))\(suffix)"
    }

    private static func pad(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// Reads fixed-width digits off UTF-8 without ever indexing past the end.
private struct DigitScanner {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = text[...].utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard let first = rest.first, UInt32(first) == character.value else { return false }
        rest.removeFirst()
        return true
    }

    mutating func digits(_ count: Int) -> Int? {
        var value = 0
        for _ in 0..<count {
            guard let first = rest.first, (48...57).contains(first) else { return nil }
            value = value * 10 + Int(first - 48)
            rest.removeFirst()
        }
        return value
    }

    mutating func fractionMilliseconds() -> Int? {
        var value = 0
        var read = 0
        while let first = rest.first, (48...57).contains(first) {
            if read < 3 { value = value * 10 + Int(first - 48) }
            read += 1
            rest.removeFirst()
        }
        guard read > 0 else { return nil }
        for _ in 0..<max(0, 3 - read) { value *= 10 }
        return value
    }
}
