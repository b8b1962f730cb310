import Core

/// Finds days, clock times, stretches of time and durations, as people in Viet Nam write them.
///
/// - A bare weekday is the next one after today; "này" is this calendar week's while it lasts; weeks begin on Monday.
/// - A bare clock time is the next one to come; one to five o'clock is taken for the afternoon first.
/// - A day and month without a year is the next to come, unless it was within the last 31 days.
/// - Parts of the day: sáng 05–12, trưa 11–13, chiều 12–18, tối 18–24, đêm 22–05 (next day).
struct TimeReader {
    let atoms: Atoms
    let now: Instant
    let today: CivilDate
    /// Minutes since midnight.
    let minuteOfDay: Int

    init(_ atoms: Atoms, now: Instant) {
        self.atoms = atoms
        self.now = now
        let time = CivilTime(now)
        today = time.date
        minuteOfDay = time.minuteOfDay
    }

    /// Days found in the text; more than one when the words can be read several ways.
    struct Days {
        struct Option {
            var from: CivilDate
            /// Exclusive.
            var to: CivilDate
            var grain: TimeSpan.Grain
        }

        var options: [Option]
        /// The atom after the last one.
        var end: Int
        /// A weekday that a written-out date may follow and make exact.
        var isWeekday = false

        init(_ from: CivilDate, days: Int = 1, _ grain: TimeSpan.Grain = .day, end: Int) {
            options = [Option(from: from, to: from.adding(days: days), grain: grain)]
            self.end = end
        }

        init(_ from: CivilDate, _ to: CivilDate, _ grain: TimeSpan.Grain, end: Int) {
            options = [Option(from: from, to: to, grain: grain)]
            self.end = end
        }
    }

    struct Clock {
        var hour: Int
        var minute = 0
        var hasMinutes = false
        /// 1 morning … 5 night, when it was said; 0 when am or pm was.
        var part: Int?
        var end: Int
    }

    struct Found {
        var values: [Entity.Value]
        var atoms: Range<Int>
    }

    func find() -> [Found] {
        var found: [Found] = []
        var index = 0
        while index < atoms.count {
            guard let atom = atoms[index], !atom.isTaken,
                atom.number != nil || !atom.meaning.isEmpty || atom.spelledNumber != nil
            else {
                index += 1
                continue
            }
            if let expression = expression(at: index) ?? duration(at: index) {
                var expression = expression
                // "trước 8h" and "sau ngày 10/12" reach back over one word, if it is still free.
                if index > (found.last?.atoms.upperBound ?? 0), let bounded = bound(expression, by: index - 1) {
                    expression = bounded
                }
                found.append(expression)
                index = max(index + 1, expression.atoms.upperBound)
                while let other = listedWeekday(after: found, at: index) {
                    found.append(other)
                    index = other.atoms.upperBound
                }
            } else {
                index += 1
            }
        }
        return found
    }

    /// The 4 and the 6 of "thứ 2, 4, 6".
    private func listedWeekday(after found: [Found], at index: Int) -> Found? {
        guard let last = found.last?.atoms, let before = atoms[index - 1], before.digits == 1, last.upperBound == index,
            last.count == 1 || has(index - 2, .weekday) || (has(index - 2, .letterT) && atoms.isGlued(index - 1)),
            let atom = atoms[index], !atom.isTaken, atom.digits == 1, let number = atom.number,
            (2...7).contains(number),
            !atoms.isGlued(index + 1), endsList(index + 1)
        else { return nil }
        switch atom.gap {
        case .mark(UInt8(ascii: ",")), .mark(UInt8(ascii: "-")), .mark(UInt8(ascii: "/")), .clause: break
        default: return nil
        }
        // Further down the list no "thứ" stands before; the first of it did.
        guard
            found.reversed().first(where: { $0.atoms.count > 1 }).map({
                has($0.atoms.lowerBound, [.weekday, .letterT])
            }) ?? false
        else { return nil }
        let day = today.monday.adding(days: number - 2)
        let date = day > today ? day : day.adding(days: 7)
        return Found(
            values: [.time(span(Days.Option(from: date, to: date.adding(days: 1), grain: .day)))],
            atoms: index..<index + 1)
    }

    private func endsList(_ index: Int) -> Bool {
        !has(index, [.hour, .yearsOfAge, .counted, .month, .thousand, .million, .minute, .hours])
            && atoms.mark(before: index) != UInt8(ascii: ":")
    }

    // MARK: Whole expressions

    /// Everything that belongs together, in whatever order: "chiều t6 tuần sau lúc 2h", "8h30 - 10h sáng thứ 7".
    private func expression(at start: Int) -> Found? {
        var parts = Parts()
        var index = start
        let isFrom = has(start, .from)
        if isFrom { index += 1 }
        var end: Int?
        for step in 0..<6 {
            let here = step == 0 ? index : skipConnectors(index)
            if let next = parts.take(self, at: here) {
                index = next
                end = next
            } else {
                break
            }
        }
        guard var end, parts.clock != nil || parts.days != nil else { return nil }
        if parts.clock == nil, let days = parts.days, parts.part == nil, let range = range(from: days, isFrom, at: end) {
            return Found(values: range.options.map { .time(span($0)) }, atoms: start..<range.end)
        }
        end = max(end, index)
        var values = parts.values(self)
        if isFrom, parts.clockEnd == nil {
            values = values.map { value in
                guard case .time(var span) = value else { return value }
                span.to = nil
                return .time(span)
            }
        }
        return values.isEmpty ? nil : Found(values: values, atoms: start..<end)
    }

    /// "từ thứ 2 đến thứ 6", "1/12 - 5/12".
    private func range(from days: Days, _ isFrom: Bool, at index: Int) -> Days? {
        var place = index
        if has(place, .until), isFrom || days.options.first?.grain == .day {
            place += 1
        } else if !atoms.hasDash(before: place) {
            return nil
        }
        if has(place, .completely) { place += 1 }
        guard let first = days.options.first, let last = self.days(at: skipConnectors(place)),
            let final = last.options.first
        else {
            return nil
        }
        var to = final.to
        // "từ thứ 7 đến thứ 2": the second weekday is the one after the first.
        while to <= first.from, first.from.dayNumber - to.dayNumber < 14, last.isWeekday { to = to.adding(days: 7) }
        guard to > first.from else { return nil }
        return Days(first.from, to, .day, end: last.end)
    }

    private func bound(_ found: Found, by index: Int) -> Found? {
        guard let word = atoms[index], !word.isTaken, found.values.count >= 1 else { return nil }
        let isBefore = word.meaning.contains(.before)
        guard isBefore || word.meaning.contains(.after), !has(index - 1, [.week, .month, .year, .day, .weekday]) else {
            return nil
        }
        let values: [Entity.Value] = found.values.map { value in
            guard case .time(let span) = value else { return value }
            return isBefore
                ? .time(TimeSpan(from: nil, to: span.from, grain: span.grain))
                : .time(
                    TimeSpan(
                        from: span.grain == .minute || span.grain == .hour ? span.from : span.to, to: nil,
                        grain: span.grain))
        }
        guard values.contains(where: { if case .time = $0 { true } else { false } }) else { return nil }
        return Found(values: values, atoms: index..<found.atoms.upperBound)
    }

    func span(_ option: Days.Option) -> TimeSpan {
        TimeSpan(from: option.from.at(), to: option.to.at(), grain: option.grain)
    }

    func skipConnectors(_ index: Int) -> Int {
        var index = index
        var skipped = 0
        while skipped < 2, let atom = atoms[index], atom.isWord, !atom.isTaken, atom.meaning.contains(.connector) {
            // "ngày 28" is a day, not a connector.
            if days(at: index) != nil { break }
            index += 1
            skipped += 1
        }
        return index
    }

    // MARK: Words

    func has(_ index: Int, _ meaning: Meaning) -> Bool {
        guard let atom = atoms[index], !atom.isTaken else { return false }
        return !atom.meaning.isDisjoint(with: meaning)
    }

    /// A number in digits or words ("mười hai").
    func number(at index: Int) -> (value: Int, end: Int)? {
        guard let atom = atoms[index], !atom.isTaken else { return nil }
        if let number = atom.number { return (number, index + 1) }
        guard let spelled = atom.spelledNumber,
            atom.meaning.isDisjoint(with: [.partOfDay, .englishWeekday, .englishMonth])
        else { return nil }
        if spelled == 10, let next = atoms[index + 1], !next.isTaken, let unit = next.spelledNumber,
            (1...9).contains(unit),
            next.meaning.isDisjoint(with: [.partOfDay, .next, .year])
        {
            return (10 + unit, index + 2)
        }
        return (spelled, index + 1)
    }

    /// "sáng", "buổi chiều"; 1 morning … 5 night.
    func partOfDay(at index: Int) -> (part: Int, end: Int)? {
        if has(index, .buoi), has(index + 1, .partOfDay), let part = atoms[index + 1]?.spelledNumber {
            return (part, index + 2)
        }
        guard has(index, .partOfDay), let part = atoms[index]?.spelledNumber else { return nil }
        return (part, index + 1)
    }
}

/// The pieces of one expression as they are collected.
private struct Parts {
    var days: TimeReader.Days?
    var part: Int?
    var clock: TimeReader.Clock?
    var clockEnd: TimeReader.Clock?

    /// Takes the piece at `index`; the place after it, or nil when there is none.
    mutating func take(_ reader: TimeReader, at index: Int) -> Int? {
        if clock == nil, let (first, last) = reader.clocks(at: index) {
            clock = first
            clockEnd = last
            let end = (last ?? first).end
            // "8h tối nay": today's, even when it is over.
            guard days == nil, (last ?? first).part != nil, reader.has(end, .this) else { return end }
            days = TimeReader.Days(reader.today, end: end + 1)
            return end + 1
        }
        if let found = reader.days(at: index) {
            if days == nil {
                days = found
                return found.end
            }
            if days?.isWeekday == true, !found.isWeekday, found.options.first?.grain == .day {
                days = found
                return found.end
            }
            return nil
        }
        if part == nil, let (found, end) = reader.partOfDay(at: index) {
            part = found
            // "tối nay", "sáng nay": today's.
            if days == nil, reader.has(end, .this) {
                days = TimeReader.Days(reader.today, end: end + 1)
                return end + 1
            }
            // A part of the day by itself says nothing ("sang" is also a verb): more must follow or stand before.
            if days == nil, clock == nil, reader.days(at: end)?.options.first?.grain != .day,
                reader.clocks(at: reader.skipConnectors(end)) == nil
            {
                part = nil
                return nil
            }
            return end
        }
        return nil
    }

    func values(_ reader: TimeReader) -> [Entity.Value] {
        guard let clock else {
            guard let days else { return [] }
            return days.options.map { option in
                guard let part, option.grain == .day, option.to.dayNumber - option.from.dayNumber == 1 else {
                    return .time(reader.span(option))
                }
                let hours = Self.hours(part)
                return .time(
                    TimeSpan(
                        from: option.from.at(hour: hours.lowerBound), to: option.from.at(hour: hours.upperBound),
                        grain: .hour))
            }
        }
        var values: [Entity.Value] = []
        for (first, last) in readings(clock) {
            for option in dayOptions(reader, from: first) {
                let start = option.at(minute: first)
                let isWhole = !clock.hasMinutes && clockEnd?.hasMinutes != true
                let end =
                    last.map { option.at(minute: $0) } ?? start + (clock.hasMinutes ? .seconds(60) : .seconds(3600))
                values.append(.time(TimeSpan(from: start, to: end, grain: isWhole ? .hour : .minute)))
            }
        }
        return values
    }

    private func dayOptions(_ reader: TimeReader, from minute: Int) -> [CivilDate] {
        if let days { return days.options.map(\.from) }
        return [minute > reader.minuteOfDay ? reader.today : reader.today.adding(days: 1)]
    }

    /// Minutes of the day for the start and the end, the likeliest reading first.
    private func readings(_ clock: TimeReader.Clock) -> [(Int, Int?)] {
        let lastPart = clockEnd?.part ?? part
        let firstPart = clock.part ?? part ?? clockEnd?.part
        let literal = clock.hour * 60 + clock.minute
        guard let clockEnd else {
            if let firstPart { return [(Self.shift(clock, by: firstPart), nil)] }
            return (1...5).contains(clock.hour) ? [(literal + 720, nil), (literal, nil)] : [(literal, nil)]
        }
        var last = lastPart.map { Self.shift(clockEnd, by: $0) } ?? clockEnd.hour * 60 + clockEnd.minute
        var first = firstPart.map { Self.shift(clock, by: $0) } ?? literal
        if lastPart == nil, firstPart == nil, clock.hour <= 5, clock.hour >= 1, last > first, last + 720 <= 1440 {
            first += 720
            last += 720
        }
        if last <= first, last + 720 > first, last + 720 <= 1440, clockEnd.part == nil { last += 720 }
        if last <= first { first = literal }
        if last <= first { last += 1440 }
        return [(first, last)]
    }

    private static func shift(_ clock: TimeReader.Clock, by part: Int) -> Int {
        let minutes = clock.hour * 60 + clock.minute
        switch part {
        case 0: return minutes  // said in English, settled already
        case 1: return clock.hour == 12 ? minutes - 720 : minutes
        case 2: return (1...4).contains(clock.hour) ? minutes + 720 : minutes
        case 3: return (1...11).contains(clock.hour) && clock.hour < 8 ? minutes + 720 : minutes
        case 4: return (1...11).contains(clock.hour) ? minutes + 720 : clock.hour == 12 ? minutes + 720 : minutes
        default:
            switch clock.hour {
            case 7...11: return minutes + 720
            case 12: return minutes + 720
            default: return minutes
            }
        }
    }

    private static func hours(_ part: Int) -> Range<Int> {
        switch part {
        case 1: 5..<12
        case 2: 11..<13
        case 3: 12..<18
        case 4: 18..<24
        default: 22..<29
        }
    }
}
