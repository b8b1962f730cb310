import Core

extension TimeReader {
    /// A clock time, or two with "đến" or a dash between them: "8h-10h", "8-10h", "từ 8h đến 10h".
    func clocks(at index: Int) -> (Clock, Clock?)? {
        if let first = clock(at: index) {
            var place = first.end
            if has(place, .until) {
                place += 1
            } else if !atoms.hasDash(before: place) {
                return (first, nil)
            }
            guard let last = clock(at: place) else { return (first, nil) }
            return (first, last)
        }
        // The first hour without its unit.
        guard let hour = number(at: index), hour.value <= 24, isAlone(index) else { return nil }
        var place = hour.end
        if has(place, .until) {
            place += 1
        } else if !atoms.hasDash(before: place) {
            return nil
        }
        guard let last = clock(at: place), last.hour <= 24 else { return nil }
        return (Clock(hour: hour.value, end: hour.end), last)
    }

    /// The number is not the tail of something else: a class, a date, a phone number.
    private func isAlone(_ index: Int) -> Bool {
        guard let atom = atoms[index] else { return false }
        if atoms.isGlued(index) || has(index - 1, .grade) { return false }
        if let mark = atoms.mark(before: index), mark != UInt8(ascii: "("), mark != UInt8(ascii: "-"),
            mark != UInt8(ascii: "\"")
        {
            return false
        }
        return !(atom.isWord && atom.spelledNumber == nil)
    }

    /// "8h", "8h30", "8 giờ rưỡi", "9 giờ kém 15", "14:30", "8am"; with the part of the day that follows it.
    func clock(at index: Int) -> Clock? {
        guard let hour = number(at: index), (0...24).contains(hour.value), (atoms[index]?.digits ?? 0) <= 2,
            !atoms.isGlued(index)
        else { return nil }
        var clock = Clock(hour: hour.value, end: hour.end)
        if atoms.mark(before: hour.end) == UInt8(ascii: ":") {
            guard atoms.mark(before: index) != UInt8(ascii: ":"), let minute = atoms[hour.end], minute.digits == 2,
                let value = minute.number, value < 60, atoms.mark(before: hour.end + 1) != UInt8(ascii: ":")
            else { return nil }
            clock.minute = value
            clock.hasMinutes = true
            clock.end = hour.end + 1
            if atoms.isGlued(clock.end), !has(clock.end, [.morningHalf, .eveningHalf, .hour]) { return nil }
        } else if has(hour.end, .hour) {
            clock.end = hour.end + 1
            guard minutes(&clock, index) else { return nil }
        } else if has(hour.end, .half), (1...12).contains(hour.value), partOfDay(at: hour.end + 1) != nil {
            // "8 rưỡi sáng"
            clock.minute = 30
            clock.hasMinutes = true
            clock.end = hour.end + 1
        } else if !has(hour.end, [.morningHalf, .eveningHalf]) {
            return nil
        }
        if let mark = atoms.mark(before: index),
            mark == UInt8(ascii: ".") || mark == UInt8(ascii: ",") || mark == UInt8(ascii: "/")
        {
            return nil
        }
        half(&clock)
        if let (part, end) = partOfDay(at: clock.end), !isBareUntil(clock.end) {
            clock.part = part
            clock.end = end
        }
        return clock
    }

    /// "toi" between two clock times is tới, not tối.
    private func isBareUntil(_ index: Int) -> Bool {
        has(index, .until) && (atoms[index + 1]?.number ?? atoms[index + 1]?.spelledNumber) != nil && isHour(index + 2)
    }

    private func isHour(_ index: Int) -> Bool { has(index, .hour) || atoms.mark(before: index) == UInt8(ascii: ":") }

    private func half(_ clock: inout Clock) {
        guard (1...12).contains(clock.hour) else { return }
        if has(clock.end, .eveningHalf) {
            clock.hour = clock.hour == 12 ? 12 : clock.hour + 12
            clock.part = 0
            clock.end += 1
        } else if has(clock.end, .morningHalf) {
            clock.hour = clock.hour == 12 ? 0 : clock.hour
            clock.part = 0
            clock.end += 1
        }
    }

    /// What follows the word for the hour. False when it makes nonsense of the whole ("7 giờ 61 phút").
    private func minutes(_ clock: inout Clock, _ start: Int) -> Bool {
        let unit = clock.end - 1
        let isGram = atoms[unit].map { $0.key.letters == Self.gram } ?? false
        if has(clock.end, .half) {
            clock.minute = 30
            clock.hasMinutes = true
            clock.end += 1
            return true
        }
        if has(clock.end, .less), let less = number(at: clock.end + 1), (1...59).contains(less.value) {
            let total = clock.hour * 60 - less.value
            guard total >= 0 else { return false }
            clock.hour = total / 60
            clock.minute = total % 60
            clock.hasMinutes = true
            clock.end = has(less.end, .minute) ? less.end + 1 : less.end
            return true
        }
        if let minute = number(at: clock.end), atoms[clock.end]?.isWord == false {
            let isUnit =
                has(minute.end, .minute) && (atoms.isGlued(minute.end) || atoms[minute.end]?.key.letters != Self.gram)
            let isGlued = atoms.isGlued(clock.end)
            let isDate = [UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: ".")].contains(
                atoms.mark(before: minute.end) ?? 0)
            if isGlued || isUnit
                || (atoms[clock.end]?.digits == 2 && atoms[clock.end]?.gap == .space && !isDate
                    && !isCounted(minute.end))
            {
                guard minute.value < 60, (atoms[clock.end]?.digits ?? 0) <= 2 else { return false }
                clock.minute = minute.value
                clock.hasMinutes = true
                clock.end = isUnit ? minute.end + 1 : minute.end
                return true
            }
        }
        // "5g" is five grams, "8H" after "lớp" a class.
        if isGram { return false }
        if has(start - 1, .grade), atoms.isGlued(unit), partOfDay(at: clock.end) == nil, days(at: clock.end) == nil {
            return false
        }
        // "2 giờ đồng hồ", "trong 2 giờ" last, they are no time of day.
        if has(clock.end, .dong)
            || (has(start - 1, .lasting) && partOfDay(at: clock.end) == nil && days(at: clock.end) == nil)
        {
            return false
        }
        return true
    }

    private static let gram = FNV.hash("g".utf8)

    private func isCounted(_ index: Int) -> Bool {
        has(index, [.counted, .yearsOfAge, .thousand, .million, .day, .week, .month])
    }

    // MARK: Durations

    /// "2 tiếng", "90 phút", "3 ngày".
    func duration(at index: Int) -> Found? {
        guard let amount = number(at: index), amount.value > 0, !atoms.isGlued(index), isAlone(index),
            let unit = atoms[amount.end], !unit.isTaken, unit.isWord
        else { return nil }
        var end = amount.end + 1
        var seconds: Int
        switch true {
        case unit.meaning.contains(.hours): seconds = 3600
        case unit.meaning.contains(.hour) && (has(end, .dong) || has(index - 1, .lasting))
            && !atoms.isGlued(amount.end):
            seconds = 3600
            if has(end, .dong) { end += 2 }
        case unit.meaning.contains(.hour) && unit.key.letters == FNV.hash("hours".utf8): seconds = 3600
        case unit.meaning.contains(.minute) && !has(index - 1, .hour): seconds = 60
        case unit.meaning.contains(.day): seconds = 86_400
        case unit.meaning.contains(.week): seconds = 7 * 86_400
        case unit.meaning.contains(.month): seconds = 30 * 86_400
        case unit.meaning.contains(.year) && (unit.key.isMarked || unit.key.letters != FNV.hash("nam".utf8)):
            seconds = 365 * 86_400
        default: return nil
        }
        // "6 tháng tuổi", and whatever counts days as an order ("3 ngày nữa") was read before.
        if has(end, .yearsOfAge) || amount.value > 100_000 { return nil }
        seconds = seconds.multipliedSaturating(by: amount.value)
        if has(end, .half), unit.meaning.contains(.hours) || unit.meaning.contains(.hour) {
            seconds = seconds.addingSaturating(1800)
            end += 1
        }
        return Found(values: [.duration(seconds: seconds)], atoms: index..<min(end, atoms.count))
    }
}
