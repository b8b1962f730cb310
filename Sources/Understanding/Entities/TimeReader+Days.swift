import Core

extension TimeReader {
    /// The day, week, month … that begins at atom `index`.
    func days(at index: Int) -> Days? {
        guard let atom = atoms[index], !atom.isTaken else { return nil }
        if atom.isWord {
            return namedDay(at: index) ?? weekday(at: index) ?? dayOfMonth(at: index) ?? stretch(at: index)
                ?? calendarUnit(at: index) ?? english(at: index) ?? counted(at: index)
        }
        return writtenDate(at: index) ?? counted(at: index)
    }

    // MARK: Today and its neighbours

    private func namedDay(at index: Int) -> Days? {
        if has(index, .day), !atoms.isGlued(index + 1), let day = namedDay(after: index + 1, isDay: true) { return day }
        return namedDay(after: index, isDay: false)
    }

    private func namedDay(after index: Int, isDay: Bool) -> Days? {
        if has(index, .someDay) {
            if has(index + 1, .this) { return Days(today, end: index + 2) }
            if has(index + 1, .passed) { return Days(today.adding(days: -1), end: index + 2) }
            if has(index + 1, .yonder) { return Days(today.adding(days: -2), end: index + 2) }
            return nil
        }
        if has(index, .today) || has(index, .tonight) { return Days(today, end: index + 1) }
        if has(index, .yesterday) { return Days(today.adding(days: -1), end: index + 1) }
        if has(index, .tomorrow), isDay || isTomorrow(index) { return Days(today.adding(days: 1), end: index + 1) }
        if isDay, has(index, .yonder) || has(index, .afterTomorrow) {
            return Days(today.adding(days: 2), end: index + 1)
        }
        return nil
    }

    /// "mai" is tomorrow; Mai is a girl's name.
    private func isTomorrow(_ index: Int) -> Bool {
        guard let atom = atoms[index] else { return false }
        if has(index - 1, .partOfDay) { return true }
        if has(index - 1, .person) { return false }
        return !atom.isCapitalised || index == 0 || atoms[index]?.gap == .sentence
    }

    // MARK: Weekdays

    private func weekday(at index: Int) -> Days? {
        var number: Int?
        var end = index
        var months: Days?
        if has(index, .weekday), let found = self.number(at: index + 1), (2...7).contains(found.value),
            !atoms.isGlued(found.end)
        {
            number = found.value - 1
            end = found.end
        } else if has(index, .sundayFirst), has(index + 1, .sundaySecond) {
            number = 7
            end = index + 2
        } else if has(index, .sunday), !atoms.isPartOfWord(index) {
            number = 7
            end = index + 1
        } else if has(index, .letterT), atoms.isGlued(index + 1), !atoms.isGlued(index), !atoms.isGlued(index + 2),
            let found = atoms[index + 1]?.number, (1...12).contains(found), (atoms[index + 1]?.digits ?? 0) <= 2,
            !has(index - 1, .grade)
        {
            end = index + 2
            months = monthNamed(found, end: end)
            if atoms.mark(before: end) == UInt8(ascii: "/") || !(2...7).contains(found) { return months }
            number = found - 1
        } else if has(index, .englishWeekday), let found = atoms[index]?.spelledNumber {
            number = found
            end = index + 1
        }
        guard let number else { return nil }
        let (date, after) = place(
            weekday: number, at: end, isAfterOrdinalOwner: index > 0 && has(index - 1, .ordinalOwner))
        guard let date else { return nil }
        var days = Days(date, end: after)
        days.isWeekday = true
        if let months, after == end { days.options += months.options }
        return days
    }

    /// Which of the weeks is meant, by the words that follow (or, in English, stand before).
    private func place(weekday: Int, at end: Int, isAfterOrdinalOwner: Bool) -> (CivilDate?, Int) {
        let thisWeek = today.monday.adding(days: weekday - 1)
        let upcoming = thisWeek > today ? thisWeek : thisWeek.adding(days: 7)
        var index = end
        let isWeek = has(index, .week)
        if isWeek { index += 1 }
        if has(index, .this) {
            return (isWeek || thisWeek >= today ? thisWeek : thisWeek.adding(days: 7), index + 1)
        }
        if has(index, .next) {
            let next = has(index + 1, .more) ? 2 : 1
            let after = index + next
            if isWeek { return (thisWeek.adding(days: 7 * next), after) }
            // "thứ 7 tới" is the next one; "thứ 7 sau" is next week's.
            return (has(index, .until) ? upcoming : thisWeek.adding(days: 7 * next), after)
        }
        if has(index, .last) || (has(index, .just) && has(index + 1, [.last, .passed])) || has(index, .passed) {
            let after = index + (has(index, .just) ? 2 : 1)
            let previous = thisWeek < today ? thisWeek : thisWeek.adding(days: -7)
            return (isWeek ? thisWeek.adding(days: -7) : previous, after)
        }
        // "đứa thứ hai", "lần thứ 3" count; nobody counts to five like that without saying more.
        if isAfterOrdinalOwner, weekday <= 3 { return (nil, end) }
        return (upcoming, end)
    }

    // MARK: Dates in numbers

    /// "28/11", "28/11/2026", "28-11-2026", "2026-11-28", "10-15/12", "28 tháng 11", "11/2026".
    private func writtenDate(at index: Int) -> Days? {
        guard let first = atoms[index]?.number, !atoms.isGlued(index), let second = atoms[index + 1] else { return nil }
        if let mark = atoms.mark(before: index),
            [UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: ":")].contains(mark)
        {
            return nil
        }
        if second.meaning.contains(.month), !second.isTaken, (1...31).contains(first), !atoms.isGlued(index + 1),
            let month = number(at: index + 2), (1...12).contains(month.value), !atoms.isGlued(index + 3)
        {
            return date(first, month.value, at: month.end)
        }
        guard let mark = atoms.mark(before: index + 1), let number = second.number, !second.isTaken else { return nil }
        let isAnnounced =
            index > 0 && (has(index - 1, .day) || has(index - 1, .sundaySecond) || isWeekdayNumber(index - 1))
        switch mark {
        case UInt8(ascii: "/"): return slashed(index, first, number, isAnnounced)
        case UInt8(ascii: "-"), UInt8(ascii: "."): return dashed(index, first, number, mark, isAnnounced)
        default: return nil
        }
    }

    private func isWeekdayNumber(_ index: Int) -> Bool {
        has(index - 1, .weekday) || (has(index - 1, .letterT) && atoms.isGlued(index))
    }

    private func slashed(_ index: Int, _ first: Int, _ second: Int, _ isAnnounced: Bool) -> Days? {
        if has(index - 1, .grade) { return nil }
        if (1...12).contains(first), let digits = atoms[index + 1]?.digits, digits == 4 {
            guard (1900...2100).contains(second), endsCleanly(index + 2) else { return nil }
            return month(first, year: second, end: index + 2)
        }
        guard (atoms[index]?.digits ?? 3) <= 2, (atoms[index + 1]?.digits ?? 3) <= 2 else { return nil }
        if atoms.mark(before: index + 2) == UInt8(ascii: "/") {
            guard let year = atoms[index + 2]?.number, let digits = atoms[index + 2]?.digits, endsCleanly(index + 3)
            else { return nil }
            return exact(first, second, digits == 2 ? 2000 + year : digits == 4 ? year : 0, end: index + 3)
        }
        // "24/7" is always, "9/10 điểm" a mark.
        guard endsCleanly(index + 2), isAnnounced || !(first == 24 && second == 7) else { return nil }
        if let word = atoms[index + 2], word.key.letters == FNV.hash("diem".utf8) { return nil }
        return date(first, second, at: index + 2)
    }

    private func dashed(_ index: Int, _ first: Int, _ second: Int, _ mark: UInt8, _ isAnnounced: Bool) -> Days? {
        if has(index - 1, .grade) { return nil }
        if let third = atoms[index + 2]?.number, let separator = atoms.mark(before: index + 2) {
            // "10-15/12": two days of one month.
            if mark == UInt8(ascii: "-"), separator == UInt8(ascii: "/"), first < second,
                let last = slashed(index + 1, second, third, true),
                let option = last.options.first, option.grain == .day,
                let from = dayBefore(option.from, by: second - first)
            {
                return Days(from, option.to, .day, end: last.end)
            }
            guard separator == mark, endsCleanly(index + 3) else { return nil }
            if atoms[index]?.digits == 4 { return exact(third, second, first, end: index + 3) }
            guard (atoms[index]?.digits ?? 3) <= 2, atoms[index + 2]?.digits == 4 else { return nil }
            return exact(first, second, third, end: index + 3)
        }
        guard isAnnounced, endsCleanly(index + 2), (atoms[index]?.digits ?? 3) <= 2,
            (atoms[index + 1]?.digits ?? 3) <= 2
        else { return nil }
        return date(first, second, at: index + 2)
    }

    private func dayBefore(_ date: CivilDate, by days: Int) -> CivilDate? {
        let from = date.adding(days: -days)
        return from.month == date.month ? from : nil
    }

    /// Nothing sticks to the number that would make it something else: a letter, a fraction, a percentage.
    private func endsCleanly(_ end: Int) -> Bool {
        if atoms.isGlued(end) { return false }
        if let mark = atoms.mark(before: end), atoms[end]?.number != nil,
            [UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: ":")].contains(mark)
        {
            return false
        }
        return atoms.scalar(after: end - 1) != "%"
    }

    private func exact(_ day: Int, _ month: Int, _ year: Int, end: Int) -> Days? {
        guard (1900...2100).contains(year), let date = CivilDate(year: year, month: month, day: day) else { return nil }
        return Days(date, end: end)
    }

    /// A day and month whose year may follow ("năm 2026") or must be guessed.
    private func date(_ day: Int, _ month: Int, at end: Int) -> Days? {
        if let (year, after) = year(at: end) { return exact(day, month, year, end: after) }
        let year = today.year
        guard
            let date = CivilDate(year: year, month: month, day: day)
                ?? CivilDate(year: year + 1, month: month, day: day)
        else { return nil }
        if date >= today.adding(days: -31) { return Days(date, end: end) }
        return CivilDate(year: year + 1, month: month, day: day).map { Days($0, end: end) }
    }

    /// "năm 2027", "/2027", "năm sau" behind a month.
    private func year(at index: Int) -> (Int, Int)? {
        if has(index, .year) {
            if let number = atoms[index + 1]?.number, atoms[index + 1]?.digits == 4, (1900...2100).contains(number) {
                return (number, index + 2)
            }
            if has(index + 1, .this) { return (today.year, index + 2) }
            if has(index + 1, .next) { return (today.year + 1, index + 2) }
            if has(index + 1, .last) { return (today.year - 1, index + 2) }
            return nil
        }
        guard atoms.mark(before: index) == UInt8(ascii: "/") || atoms.mark(before: index) == UInt8(ascii: "-"),
            let number = atoms[index]?.number, atoms[index]?.digits == 4, (1900...2100).contains(number)
        else { return nil }
        return (number, index + 1)
    }

    /// "ngày 28", "ngày 28 tháng 11 năm 2026", "mùng 5".
    private func dayOfMonth(at index: Int) -> Days? {
        let isFirstDays = has(index, .firstDays)
        guard isFirstDays || has(index, .day), let day = number(at: index + 1), (1...31).contains(day.value) else {
            return nil
        }
        if let written = writtenDate(at: index + 1) { return written }
        guard !atoms.isGlued(day.end), atoms.mark(before: day.end) != UInt8(ascii: "/") || atoms[day.end]?.number == nil
        else { return nil }
        if has(day.end, .month) {
            if let month = number(at: day.end + 1), (1...12).contains(month.value) {
                return date(day.value, month.value, at: month.end)
            }
            let shift = has(day.end + 1, .this) ? 0 : has(day.end + 1, .next) ? 1 : has(day.end + 1, .last) ? -1 : nil
            guard let shift else { return nil }
            let (year, month, _) = firstOfMonth(today).adding(months: shift).components
            return CivilDate(year: year, month: month, day: day.value).map { Days($0, end: day.end + 2) }
        }
        if atoms[index + 1]?.isWord == true, !isFirstDays { return nil }
        for shift in 0...2 {
            let (year, month, _) = firstOfMonth(today).adding(months: shift).components
            if let date = CivilDate(year: year, month: month, day: day.value), date >= today {
                return Days(date, end: day.end)
            }
        }
        return nil
    }

    func firstOfMonth(_ date: CivilDate) -> CivilDate { date.adding(days: 1 - date.day) }

    // MARK: Weeks, months, quarters, years

    /// "cuối tuần này", "đầu tháng sau", "giữa năm".
    private func stretch(at index: Int) -> Days? {
        guard has(index, [.beginning, .middle, .end]) else { return has(index, .weekend) ? weekend(at: index) : nil }
        let third = has(index, .beginning) ? 0 : has(index, .middle) ? 1 : 2
        if has(index + 1, .week) {
            let unit = calendarUnit(at: index + 1)
            let monday = unit?.options.first?.from ?? today.monday
            let end = unit?.end ?? index + 2
            switch third {
            case 0:
                // Without "này" or "sau", the beginning of a week that is over is next week's.
                let start = unit == nil && today > monday.adding(days: 1) ? monday.adding(days: 7) : monday
                return Days(start, days: 2, end: end)
            case 1: return Days(monday.adding(days: 2), days: 2, end: end)
            default: return Days(monday.adding(days: 5), days: 2, end: end)
            }
        }
        guard has(index + 1, [.month, .year]) else { return nil }
        let isMonth = has(index + 1, .month)
        guard
            let unit = calendarUnit(at: index + 1)
                ?? (isMonth
                    ? Days(firstOfMonth(today), firstOfMonth(today).adding(months: 1), .month, end: index + 2) : nil),
            let option = unit.options.first
        else { return nil }
        let (from, to): (CivilDate, CivilDate)
        if isMonth {
            let cuts = [option.from, option.from.adding(days: 10), option.from.adding(days: 20), option.to]
            (from, to) = (cuts[third], cuts[third + 1])
        } else {
            let cuts = [0, 4, 8, 12].map { option.from.adding(months: $0) }
            (from, to) = (cuts[third], cuts[third + 1])
        }
        return Days(from, to, isMonth ? .day : .month, end: unit.end)
    }

    private func weekend(at index: Int) -> Days? {
        Days(today.monday.adding(days: 5), days: 2, end: index + 1)
    }

    /// "tuần sau", "tháng 12", "tháng này", "quý 4", "năm 2027", "năm ngoái".
    private func calendarUnit(at index: Int) -> Days? {
        if has(index, .week) { return week(at: index + 1) }
        if has(index, .month) { return month(at: index + 1) }
        if has(index, .quarter), let quarter = number(at: index + 1), (1...4).contains(quarter.value) {
            let (year, end) = year(at: quarter.end) ?? (today.year, quarter.end)
            guard var from = CivilDate(year: year, month: quarter.value * 3 - 2, day: 1) else { return nil }
            if end == quarter.end, from.adding(months: 3) <= today { from = from.adding(months: 12) }
            return Days(from, from.adding(months: 3), .quarter, end: end)
        }
        if has(index, .year), !has(index + 1, .bySchool), let (year, end) = year(at: index),
            let from = CivilDate(year: year, month: 1, day: 1)
        {
            return Days(from, from.adding(months: 12), .year, end: end)
        }
        // "sang năm"
        if atoms[index]?.key.letters == Self.moveTo, has(index + 1, .year), atoms[index + 1]?.key.isMarked ?? false,
            let from = CivilDate(year: today.year + 1, month: 1, day: 1)
        {
            return Days(from, from.adding(months: 12), .year, end: index + 2)
        }
        return nil
    }

    private static let moveTo = FNV.hash("sang".utf8)

    private func week(at index: Int) -> Days? {
        let monday = today.monday
        if has(index, .this) { return Days(monday, days: 7, .week, end: index + 1) }
        if has(index, .next) {
            let weeks = has(index + 1, .more) ? 2 : 1
            return Days(monday.adding(days: 7 * weeks), days: 7, .week, end: index + weeks)
        }
        if let end = past(at: index) { return Days(monday.adding(days: -7), days: 7, .week, end: end) }
        return nil
    }

    /// The place after "trước", "rồi", "qua", "vừa rồi", "vừa qua".
    private func past(at index: Int) -> Int? {
        if has(index, .just), has(index + 1, [.last, .passed]) { return index + 2 }
        return has(index, [.last, .passed]) ? index + 1 : nil
    }

    private func month(at index: Int) -> Days? {
        let first = firstOfMonth(today)
        var options: [Days] = []
        if has(index, .this) { options.append(Days(first, first.adding(months: 1), .month, end: index + 1)) }
        if has(index, .next) {
            options.append(Days(first.adding(months: 1), first.adding(months: 2), .month, end: index + 1))
        }
        if options.isEmpty, let end = past(at: index) {
            options.append(Days(first.adding(months: -1), first, .month, end: end))
        }
        // Without marks "thang sau" is next month or June.
        if let number = number(at: index), (1...12).contains(number.value), !atoms.isGlued(index),
            !has(number.end, .yearsOfAge), let named = monthNamed(number.value, end: number.end)
        {
            options.append(named)
        }
        guard var days = options.first else { return nil }
        for other in options.dropFirst() where other.end == days.end { days.options += other.options }
        return days
    }

    private func monthNamed(_ month: Int, end: Int) -> Days? {
        if let (year, after) = year(at: end) { return self.month(month, year: year, end: after) }
        // "tháng 12/6" is nothing.
        if atoms.mark(before: end) == UInt8(ascii: "/"), atoms[end]?.number != nil { return nil }
        return self.month(month, year: month >= today.month ? today.year : today.year + 1, end: end)
    }

    private func month(_ month: Int, year: Int, end: Int) -> Days? {
        CivilDate(year: year, month: month, day: 1).map { Days($0, $0.adding(months: 1), .month, end: end) }
    }

    // MARK: Counted days

    /// "3 ngày tới", "2 tuần nữa", "3 ngày trước", "5 ngày vừa rồi".
    private func counted(at index: Int) -> Days? {
        guard let amount = number(at: index), (1...1000).contains(amount.value), !atoms.isGlued(index),
            has(amount.end, [.day, .week, .month])
        else { return nil }
        let unit = amount.end
        let after = unit + 1
        let isMonth = has(unit, .month)
        func shifted(_ sign: Int) -> CivilDate {
            if isMonth { return today.adding(months: sign * amount.value) }
            return today.adding(days: sign * amount.value * (has(unit, .week) ? 7 : 1))
        }
        if has(after, .more) { return Days(shifted(1), end: after + 1) }
        if has(after, .just), has(after + 1, [.last, .passed]) {
            return Days(shifted(-1), today, .day, end: after + 2)
        }
        if has(after, .passed) { return Days(shifted(-1), today, .day, end: after + 1) }
        if has(after, .next), has(after, .until) {
            let tomorrow = today.adding(days: 1)
            let to = isMonth ? tomorrow.adding(months: amount.value) : shifted(1).adding(days: 1)
            return Days(tomorrow, to, .day, end: after + 1)
        }
        if has(after, .next) { return Days(shifted(1), end: after + 1) }
        if has(after, .last) { return Days(shifted(-1), end: after + 1) }
        return nil
    }

    // MARK: English

    /// "next week", "this weekend", "next Monday", "March 5", "the day after tomorrow".
    private func english(at index: Int) -> Days? {
        guard let atom = atoms[index] else { return nil }
        if has(index, .day), has(index + 1, .after), has(index + 2, .tomorrow) {
            return Days(today.adding(days: 2), end: index + 3)
        }
        if atom.meaning.contains(.englishMonth), let month = atom.spelledNumber, let day = atoms[index + 1]?.number,
            (1...31).contains(day),
            !atoms.isGlued(index + 2)
        {
            return date(day, month, at: index + 2)
        }
        guard atom.meaning.contains(.english), !atom.meaning.isDisjoint(with: [.this, .next, .last]) else { return nil }
        let shift = atom.meaning.contains(.next) ? 1 : atom.meaning.contains(.last) ? -1 : 0
        let after = index + 1
        if has(after, .weekend) { return Days(today.monday.adding(days: 5 + 7 * shift), days: 2, end: after + 1) }
        if has(after, .englishWeekday), let number = atoms[after]?.spelledNumber {
            var date = today.monday.adding(days: number - 1 + 7 * shift)
            if shift == 0, date < today { date = date.adding(days: 7) }
            var days = Days(date, end: after + 1)
            days.isWeekday = true
            return days
        }
        let monday = today.monday.adding(days: 7 * shift)
        if has(after, .week) { return Days(monday, days: 7, .week, end: after + 1) }
        let first = firstOfMonth(today).adding(months: shift)
        if has(after, .month) { return Days(first, first.adding(months: 1), .month, end: after + 1) }
        guard has(after, .year), let from = CivilDate(year: today.year + shift, month: 1, day: 1) else { return nil }
        return Days(from, from.adding(months: 12), .year, end: after + 1)
    }
}
