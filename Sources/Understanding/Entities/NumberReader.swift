import Core

/// School years, ages, numbers of people and sums of money.
struct NumberReader {
    let atoms: Atoms

    struct Found {
        var value: Entity.Value
        var atoms: Range<Int>
    }

    // MARK: Money

    /// "200k", "1,5 triệu", "1tr5", "50.000 đ", "2 triệu 500 nghìn", "300000 vnd".
    func money(at index: Int) -> Found? {
        guard let first = amount(at: index), let factor = unit(at: first.end, isGlued: atoms.isGlued(first.end)) else {
            return nil
        }
        var end = first.end + 1
        guard var total = Self.product(first, factor) else { return nil }
        // "1tr5" is 1.5 million, "2 triệu 500" 2.5 million.
        if factor >= 1_000_000, let rest = amount(at: end), rest.scale == 1 {
            if let smaller = self.unit(at: rest.end, isGlued: atoms.isGlued(rest.end)), smaller < factor,
                smaller > 1,
                let part = Self.product(rest, smaller)
            {
                total = total.addingSaturating(part)
                end = rest.end + 1
            } else if atoms.isGlued(end), let digits = atoms[end]?.digits, digits <= 3, !atoms.isGlued(rest.end) {
                let step = [1: factor / 10, 2: factor / 100, 3: factor / 1000][digits] ?? 0
                total = total.addingSaturating(rest.digits.multipliedSaturating(by: step))
                end = rest.end
            }
        }
        if factor > 1, has(end, .dong) { end += 1 }
        guard total > 0, total <= 1_000_000_000_000 else { return nil }
        return Found(value: .money(total), atoms: index..<end)
    }

    private struct Amount {
        /// The digits as one number; divided by `scale` it is the amount.
        var digits: Int
        var scale: Int
        var end: Int
    }

    private static func product(_ amount: Amount, _ factor: Int) -> Int? {
        let product = amount.digits.multipliedSaturating(by: factor)
        guard product < .max, product % amount.scale == 0 else { return nil }
        return product / amount.scale
    }

    /// "50.000", "1,5", "500", "hai".
    private func amount(at index: Int) -> Amount? {
        guard let atom = atoms[index], !atom.isTaken else { return nil }
        if let spelled = atom.spelledNumber, atom.isWord,
            atom.meaning.isDisjoint(with: [.partOfDay, .englishWeekday, .englishMonth])
        {
            return Amount(digits: spelled, scale: 1, end: index + 1)
        }
        guard var digits = atom.number else { return nil }
        if index > 0, atoms.isGlued(index), atoms[index - 1]?.isWord == true, !has(index - 1, [.million, .thousand]) {
            return nil
        }
        var end = index + 1
        var groups = 0
        while let mark = atoms.mark(before: end), mark == UInt8(ascii: ".") || mark == UInt8(ascii: ","),
            let next = atoms[end],
            let number = next.number, groups < 3
        {
            if next.digits == 3 {
                digits = digits.multipliedSaturating(by: 1000).addingSaturating(number)
                groups += 1
                end += 1
            } else if next.digits <= 2, groups == 0 {
                let scale = next.digits == 1 ? 10 : 100
                return Amount(
                    digits: digits.multipliedSaturating(by: scale).addingSaturating(number), scale: scale, end: end + 1)
            } else {
                return nil
            }
        }
        return Amount(digits: digits, scale: 1, end: end)
    }

    private func unit(at index: Int, isGlued: Bool) -> Int? {
        guard let atom = atoms[index], !atom.isTaken, atom.isWord else { return nil }
        if atom.meaning.contains(.letterK) { return isGlued ? 1000 : nil }
        if atom.meaning.contains(.thousand) { return 1000 }
        if atom.meaning.contains(.million) { return 1_000_000 }
        if atom.meaning.contains(.billion) { return 1_000_000_000 }
        return atom.meaning.contains(.dong) ? 1 : nil
    }

    // MARK: School years

    private static let youngWords: [[WordKey]] = [
        "mầm non", "mẫu giáo", "nhà trẻ", "lớp lá", "lớp chồi", "lớp mầm", "kindergarten", "preschool",
    ]
    .map { PhraseBook.words(of: $0) }
    private static let years: Set<UInt64> = ["years", "year"].reduce(into: []) { $0.insert(FNV.hash($1.utf8)) }

    /// "lớp 6A2", "lớp 6/2", "khối 9", "6A2", "mầm non", "grade 5".
    func grade(at index: Int) -> Found? {
        for words in Self.youngWords {
            let matches = words.indices.allSatisfy {
                atoms[index + $0].map { !$0.isTaken } ?? false && atoms[index + $0]?.key.agrees(with: words[$0]) != nil
            }
            if matches { return Found(value: .grade(.kindergarten), atoms: index..<index + words.count) }
        }
        if has(index, .grade), let number = small(at: index + 1), (1...12).contains(number), isGrade(index + 1) {
            let (suffix, end) = suffix(at: index + 2, isAnnounced: true)
            return Found(value: .grade(Grade(number: number, suffix: suffix)), atoms: index..<end)
        }
        // By itself only with its letter: "6A2".
        guard let atom = atoms[index], !atom.isTaken, let number = atom.number, (1...12).contains(number),
            atom.digits <= 2,
            !atoms.isGlued(index), atoms.mark(before: index) == nil || atoms.mark(before: index) == UInt8(ascii: "(")
        else { return nil }
        let (suffix, end) = suffix(at: index + 1, isAnnounced: false)
        return suffix.map { Found(value: .grade(Grade(number: number, suffix: $0)), atoms: index..<end) }
    }

    private func small(at index: Int) -> Int? {
        guard let atom = atoms[index], !atom.isTaken else { return nil }
        if let number = atom.number { return atom.digits <= 2 ? number : nil }
        return atom.meaning.isDisjoint(with: [.partOfDay, .englishWeekday, .englishMonth]) ? atom.spelledNumber : nil
    }

    /// Not "lớp 7 giờ", "lớp 8h30", "lớp 5 tuổi", "lớp 12/11", "lớp 2 tiếng".
    private func isGrade(_ index: Int) -> Bool {
        let next = index + 1
        if has(next, [.yearsOfAge, .hours, .minute, .day, .week]) { return false }
        if has(next, .hour) {
            // "lớp 8h sáng" is a time, "lớp 8H" a class.
            return atoms.isGlued(next) && atoms[next]?.key.letters == FNV.hash("h".utf8) && !atoms.isGlued(next + 1)
                && !has(next + 1, [.partOfDay, .weekday])
        }
        if atoms.mark(before: next) == UInt8(ascii: ":"), atoms[next]?.number != nil { return false }
        return true
    }

    /// The class within the year: "A2", "B", "2" after a slash.
    private func suffix(at index: Int, isAnnounced: Bool) -> (String?, Int) {
        guard let atom = atoms[index], !atom.isTaken else { return (nil, index) }
        if atoms.isGlued(index), atom.isWord, atom.end - atom.start == 1 {
            let letter = atoms.text.text(atom.start..<atom.end).uppercased()
            let hasNumber =
                atoms.isGlued(index + 1) && (atoms[index + 1]?.digits ?? 9) <= 2 && !atoms.isGlued(index + 2)
            let isClassLetter =
                letter.utf8.count == 1 && (letter.utf8.first ?? 0) >= UInt8(ascii: "A")
                && (letter.utf8.first ?? 0) <= UInt8(ascii: isAnnounced ? "Z" : "E")
            guard isClassLetter, hasNumber || !atoms.isGlued(index + 1) else { return (nil, index) }
            if hasNumber, let digits = atoms[index + 1], isAnnounced || letter != "H" {
                return (letter + atoms.text.text(digits.start..<digits.end), index + 2)
            }
            return (letter, index + 1)
        }
        if isAnnounced, atoms.mark(before: index) == UInt8(ascii: "/"), let number = atom.number,
            (1...30).contains(number),
            atoms.mark(before: index + 1) != UInt8(ascii: "/"), !atoms.isGlued(index + 1)
        {
            return (String(number), index + 1)
        }
        return (nil, index)
    }

    // MARK: Ages and counts

    /// "5 tuổi", "năm tuổi", "5-6 tuổi" (two), "5 years old", "aged 7".
    func ages(at index: Int) -> [Found] {
        guard let number = small(at: index), (0...120).contains(number), !atoms.isGlued(index) else { return [] }
        if let end = ageUnit(at: index + 1) { return [Found(value: .age(years: number), atoms: index..<end)] }
        // The first of two.
        let isRange = atoms.hasDash(before: index + 1) || has(index + 1, .until)
        let second = has(index + 1, .until) ? index + 2 : index + 1
        guard isRange, let last = small(at: second), last > number, last <= 120, let end = ageUnit(at: second + 1)
        else { return [] }
        return [
            Found(value: .age(years: number), atoms: index..<index + 1),
            Found(value: .age(years: last), atoms: second..<end),
        ]
    }

    private func ageUnit(at index: Int) -> Int? {
        if has(index, .yearsOfAge) { return index + 1 }
        guard let word = atoms[index], Self.years.contains(word.key.letters), let old = atoms[index + 1],
            old.key.letters == FNV.hash("old".utf8)
        else { return nil }
        return index + 2
    }

    /// "2 cháu", "hai bé", "3 suất".
    func count(at index: Int) -> Found? {
        guard let number = small(at: index), (1...99).contains(number), !atoms.isGlued(index), has(index + 1, .counted),
            atoms[index + 1]?.gap == .space || atoms.isGlued(index + 1)
        else { return nil }
        // "thứ 2 em", "lớp 2 cháu", "tháng 3 con": the number belongs to the word before.
        if has(index - 1, [.weekday, .grade, .month, .day, .quarter, .hour, .firstDays])
            || atoms.mark(before: index) != nil
        {
            return nil
        }
        if let before = atoms[index - 1], !before.isWord { return nil }
        if let before = atoms[index - 1], Self.numbered.contains(before.key.letters) { return nil }
        return Found(value: .count(number), atoms: index..<index + 2)
    }

    private static let numbered: Set<UInt64> = ["so", "phong", "to", "thon", "khu", "tiet", "bai", "ky", "hoc", "thu"]
        .reduce(into: []) { $0.insert(FNV.hash($1.utf8)) }

    private func has(_ index: Int, _ meaning: Meaning) -> Bool {
        guard let atom = atoms[index], !atom.isTaken else { return false }
        return !atom.meaning.isDisjoint(with: meaning)
    }
}
