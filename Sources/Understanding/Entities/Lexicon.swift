/// What a word can mean to the rules for times and numbers; several at once when its marks are missing.
struct Meaning: OptionSet, Sendable {
    let rawValue: UInt64

    private static func bit(_ number: UInt64) -> Meaning { Meaning(rawValue: 1 << number) }

    static let weekday = bit(0)  // thứ
    static let sundayFirst = bit(1)  // chủ
    static let sundaySecond = bit(2)  // nhật
    static let sunday = bit(3)  // cn
    static let day = bit(4)
    static let week = bit(5)
    static let month = bit(6)
    static let year = bit(7)
    static let quarter = bit(8)
    static let this = bit(9)
    static let next = bit(10)
    static let last = bit(11)
    static let beginning = bit(12)
    static let middle = bit(13)
    static let end = bit(14)
    static let partOfDay = bit(15)
    static let hour = bit(16)
    static let minute = bit(17)
    static let half = bit(18)
    static let less = bit(19)
    static let from = bit(20)
    static let until = bit(21)
    static let connector = bit(22)
    static let more = bit(23)  // nữa
    static let just = bit(24)  // vừa
    static let someDay = bit(25)  // hôm, bữa
    static let tomorrow = bit(26)
    static let yonder = bit(27)  // kia
    static let afterTomorrow = bit(28)  // mốt
    static let passed = bit(29)  // qua
    static let firstDays = bit(30)  // mùng
    static let after = bit(31)
    static let before = bit(32)
    static let englishWeekday = bit(33)
    static let englishMonth = bit(34)
    static let today = bit(35)
    static let tonight = bit(36)
    static let yesterday = bit(37)
    static let weekend = bit(38)
    static let morningHalf = bit(39)  // am
    static let eveningHalf = bit(40)  // pm
    static let hours = bit(41)  // tiếng
    static let grade = bit(42)
    static let yearsOfAge = bit(43)
    static let counted = bit(44)
    static let thousand = bit(45)
    static let million = bit(46)
    static let billion = bit(47)
    static let dong = bit(48)
    static let letterT = bit(49)
    static let buoi = bit(50)  // buổi
    static let person = bit(51)  // words before a name
    static let place = bit(52)  // words before a place's name
    static let letterK = bit(53)
    static let lasting = bit(54)
    static let ordinalOwner = bit(55)
    static let bySchool = bit(56)  // học
    static let english = bit(57)
    static let completely = bit(58)  // hết
}

/// The words behind ``Meaning``.
struct Lexicon: Sendable {
    static let shared = Lexicon()

    private struct Entry {
        var key: WordKey
        var meaning: Meaning
        var number: Int?
    }

    private let index: HashIndex
    private let entries: [[Entry]]

    /// Numbers of parts of the day, weekdays (Monday = 1) and months stand in ``Atoms/Atom/spelledNumber``.
    private static let words: [(Meaning, String)] = [
        (.weekday, "thứ"), (.sundayFirst, "chủ chúa"), (.sundaySecond, "nhật"), (.sunday, "cn"),
        (.day, "ngày day days"), (.week, "tuần week weeks"), (.month, "tháng month months"),
        (.year, "năm year years"), (.quarter, "quý quarter"), (.this, "này nay this"), (.next, "sau tới next kế"),
        (.last, "trước rồi ngoái last"), (.beginning, "đầu"), (.middle, "giữa"), (.end, "cuối"),
        (.hour, "giờ h g hour hours"), (.minute, "phút p ph minute minutes"), (.half, "rưỡi rưởi"), (.less, "kém"),
        (.from, "từ from"), (.until, "đến tới to until till"), (.connector, "lúc vào hồi khoảng at on ngày in the"),
        (.more, "nữa"), (.just, "vừa"), (.someDay, "hôm bữa"), (.tomorrow, "mai tomorrow"), (.yonder, "kia"),
        (.afterTomorrow, "mốt"), (.passed, "qua"), (.firstDays, "mùng mồng"), (.after, "sau after"),
        (.before, "trước before"), (.today, "hnay today"), (.tonight, "tonight"), (.yesterday, "hqua yesterday"),
        (.weekend, "weekend weekends"), (.morningHalf, "am"), (.eveningHalf, "pm"), (.hours, "tiếng"),
        (.grade, "lớp khối class grade lop lp"), (.yearsOfAge, "tuổi"),
        (
            .counted,
            "cháu bé con em trẻ người bạn suất chỗ kid kids child children place places seats people pupils students"
        ),
        (.thousand, "nghìn ngàn k"), (.million, "triệu tr million"), (.billion, "tỷ tỉ"), (.dong, "đồng đ vnd vnđ"),
        (.letterT, "t"), (.buoi, "buổi ban"), (.person, "bé cháu con cô chị bạn em tên là thị anh bà mẹ chú"),
        (.place, "xã phường ở tại xa thuộc về quê phuong o"), (.letterK, "k"), (.lasting, "trong dài mất suốt for"),
        (.ordinalOwner, "con đứa lần người bé bài cái vòng"), (.bySchool, "học"), (.completely, "hết"),
        (
            .english,
            "this next last today tomorrow yesterday tonight monday tuesday wednesday thursday friday saturday sunday"
        ),
        // Known only so that, in a text with marks, these are not taken for their marked likes.
        ([], "sang nam tu den"),
    ]

    private static let numbers: [(Int, String)] = [
        (1, "một one"), (2, "hai two"), (3, "ba three"), (4, "bốn tư four"), (5, "năm five"), (6, "sáu six"),
        (7, "bảy bẩy seven"), (8, "tám eight"), (9, "chín nine"), (10, "mười ten"), (11, "eleven"), (12, "twelve"),
    ]

    private static let partsOfDay: [(Int, String)] = [
        (1, "sáng morning"), (2, "trưa noon"), (3, "chiều afternoon"), (4, "tối evening"), (5, "đêm khuya night"),
    ]

    private static let weekdays: [(Int, String)] = [
        (1, "monday"), (2, "tuesday"), (3, "wednesday wed"), (4, "thursday"), (5, "friday fri"),
        (6, "saturday"), (7, "sunday"),
    ]

    private static let months: [(Int, String)] = [
        (1, "january"), (2, "february"), (3, "march"), (4, "april"), (5, "may"), (6, "june"), (7, "july"),
        (8, "august"), (9, "september"), (10, "october"), (11, "november"), (12, "december"),
    ]

    private init() {
        var index = HashIndex()
        var entries: [[Entry]] = []
        func add(_ words: String, _ meaning: Meaning, _ number: Int?) {
            for word in words.split(separator: " ") {
                guard let key = PreparedText(String(word)).tokens.first?.key else { continue }
                let place = index.insert(key.letters)
                if place == entries.count { entries.append([]) }
                entries[place].append(Entry(key: key, meaning: meaning, number: number))
            }
        }
        for (meaning, words) in Self.words { add(words, meaning, nil) }
        for (number, words) in Self.numbers { add(words, [], number) }
        for (number, words) in Self.partsOfDay { add(words, .partOfDay, number) }
        for (number, words) in Self.weekdays { add(words, .englishWeekday, number) }
        for (number, words) in Self.months { add(words, .englishMonth, number) }
        self.index = index
        self.entries = entries
    }

    /// In a text with marks a word without marks is first of all itself ("sau" is not sáu); only where the lexicon
    /// has no such word may it be one that lost its marks.
    func look(up atom: inout Atoms.Atom, isMarkedText: Bool) {
        guard let place = index.position(of: atom.key.letters) else { return }
        var isExact = false
        for entry in entries[place] where atom.key.agrees(with: entry.key) == .exact {
            isExact = true
            atom.meaning.formUnion(entry.meaning)
            if let number = entry.number { atom.spelledNumber = number }
        }
        if isExact, isMarkedText || atom.key.isMarked { return }
        for entry in entries[place] where atom.key.agrees(with: entry.key) == .bare {
            atom.meaning.formUnion(entry.meaning)
            if let number = entry.number { atom.spelledNumber = number }
        }
    }
}
