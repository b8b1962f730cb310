import Content
import Core
import Testing

@testable import Understanding

@Suite("Entities")
struct EntityTests {
    /// What is found, in one line: `time 2026-11-28/2026-11-29 day`, `age 5`, several joined by `; `.
    static func describe(_ entity: Entity) -> String {
        func short(_ instant: Instant?) -> String {
            guard let text = instant?.iso8601InVietnam else { return "…" }
            let minute = text.prefix(16)
            return String(minute.hasSuffix("T00:00") ? minute.prefix(10) : minute)
        }
        switch entity.value {
        case .time(let span): return "time \(short(span.from))/\(short(span.to)) \(span.grain.rawValue)"
        case .duration(let seconds): return "duration \(seconds)"
        case .grade(let grade): return "grade \(grade.number)\(grade.suffix.map { " " + $0 } ?? "")"
        case .age(let years): return "age \(years)"
        case .count(let count): return "count \(count)"
        case .money(let dong): return "money \(dong)"
        case .phone(let number): return "phone \(number)"
        case .topic(let id, _): return "topic \(id)"
        case .commune(let code, _, let former): return "commune \(code)\(former.map { " " + $0 } ?? "")"
        case .school(let name): return "school \(name)"
        case .receipt(let code): return "receipt \(code)"
        case .custom(let entity, let value): return "\(entity) \(value)"
        }
    }

    static func found(_ text: String, alternatives: Bool = false) throws -> [String] {
        let reading = try #require(Fixtures.interpreter).read(text, at: Fixtures.now)
        var ends: [Range<Int>: Bool] = [:]
        return reading.entities.filter { entity in
            alternatives || ends.updateValue(true, forKey: entity.start..<entity.end) == nil
        }.map(describe)
    }

    /// Text with marks, what must be found first in each place; it must also be found without marks.
    static let bothWays: [(String, [String])] = [
        ("thứ bảy này", ["time 2026-11-28/2026-11-29 day"]),
        ("thứ 7 này", ["time 2026-11-28/2026-11-29 day"]),
        ("lớp bơi thứ 7", ["topic drowning", "time 2026-11-28/2026-11-29 day"]),
        ("t7 này", ["time 2026-11-28/2026-11-29 day"]),
        ("thứ ba", ["time 2026-12-01/2026-12-02 day"]),
        ("thứ ba này", ["time 2026-11-24/2026-11-25 day"]),
        ("thứ hai tuần này", ["time 2026-11-23/2026-11-24 day"]),
        ("thứ năm tuần tới", ["time 2026-12-03/2026-12-04 day"]),
        ("thứ 6 tuần này", ["time 2026-11-27/2026-11-28 day"]),
        ("thứ 5 tuần sau", ["time 2026-12-03/2026-12-04 day"]),
        ("thứ hai tuần trước", ["time 2026-11-16/2026-11-17 day"]),
        ("chủ nhật", ["time 2026-11-29/2026-11-30 day"]),
        ("chủ nhật tuần sau", ["time 2026-12-06/2026-12-07 day"]),
        ("cuối tuần này có lớp nào không", ["time 2026-11-28/2026-11-30 day"]),
        ("cuối tuần sau", ["time 2026-12-05/2026-12-07 day"]),
        ("tuần này", ["time 2026-11-23/2026-11-30 week"]),
        ("tuần sau", ["time 2026-11-30/2026-12-07 week"]),
        ("tuần trước", ["time 2026-11-16/2026-11-23 week"]),
        ("hôm nay", ["time 2026-11-24/2026-11-25 day"]),
        ("ngày mai", ["time 2026-11-25/2026-11-26 day"]),
        ("hôm qua", ["time 2026-11-23/2026-11-24 day"]),
        ("ngày kia", ["time 2026-11-26/2026-11-27 day"]),
        ("ngày 28/11", ["time 2026-11-28/2026-11-29 day"]),
        ("28/11/2026", ["time 2026-11-28/2026-11-29 day"]),
        ("ngày 28 tháng 11", ["time 2026-11-28/2026-11-29 day"]),
        ("ngày 28 tháng 11 năm 2027", ["time 2027-11-28/2027-11-29 day"]),
        ("ngày 28", ["time 2026-11-28/2026-11-29 day"]),
        ("ngày 5", ["time 2026-12-05/2026-12-06 day"]),
        ("5/1", ["time 2027-01-05/2027-01-06 day"]),
        ("20/11", ["time 2026-11-20/2026-11-21 day"]),
        ("mùng 5 tháng 12", ["time 2026-12-05/2026-12-06 day"]),
        ("2026-12-01", ["time 2026-12-01/2026-12-02 day"]),
        ("1-12-2026", ["time 2026-12-01/2026-12-02 day"]),
        ("tháng 12", ["time 2026-12-01/2027-01-01 month"]),
        ("tháng 3", ["time 2027-03-01/2027-04-01 month"]),
        ("tháng này", ["time 2026-11-01/2026-12-01 month"]),
        ("tháng sau", ["time 2026-12-01/2027-01-01 month"]),
        ("tháng trước", ["time 2026-10-01/2026-11-01 month"]),
        ("quý 4", ["time 2026-10-01/2027-01-01 quarter"]),
        ("năm 2027", ["time 2027-01-01/2028-01-01 year"]),
        ("8h", ["time 2026-11-25T08:00/2026-11-25T09:00 hour"]),
        ("10h", ["time 2026-11-24T10:00/2026-11-24T11:00 hour"]),
        ("10h45", ["time 2026-11-24T10:45/2026-11-24T10:46 minute"]),
        ("10 giờ 45", ["time 2026-11-24T10:45/2026-11-24T10:46 minute"]),
        ("10g45", ["time 2026-11-24T10:45/2026-11-24T10:46 minute"]),
        ("10 giờ rưỡi", ["time 2026-11-24T10:30/2026-11-24T10:31 minute"]),
        ("10 giờ kém 15", ["time 2026-11-24T09:45/2026-11-24T09:46 minute"]),
        ("14:30", ["time 2026-11-24T14:30/2026-11-24T14:31 minute"]),
        ("7 giờ tối", ["time 2026-11-24T19:00/2026-11-24T20:00 hour"]),
        ("7 giờ tối nay", ["time 2026-11-24T19:00/2026-11-24T20:00 hour"]),
        ("sáng mai", ["time 2026-11-25T05:00/2026-11-25T12:00 hour"]),
        ("8h sáng mai", ["time 2026-11-25T08:00/2026-11-25T09:00 hour"]),
        ("11 giờ trưa", ["time 2026-11-24T11:00/2026-11-24T12:00 hour"]),
        ("1 giờ trưa", ["time 2026-11-24T13:00/2026-11-24T14:00 hour"]),
        ("3 giờ chiều thứ 7", ["time 2026-11-28T15:00/2026-11-28T16:00 hour"]),
        ("chiều t6 tuần sau lúc 2h", ["time 2026-12-04T14:00/2026-12-04T15:00 hour"]),
        ("chiều thứ 7", ["time 2026-11-28T12:00/2026-11-28T18:00 hour"]),
        ("8 rưỡi sáng mai", ["time 2026-11-25T08:30/2026-11-25T08:31 minute"]),
        ("8h sáng nay", ["time 2026-11-24T08:00/2026-11-24T09:00 hour"]),
        ("con tôi năm nay 7 tuổi", ["time 2026-01-01/2027-01-01 year", "age 7"]),
        (
            "thứ 2,4,6",
            ["time 2026-11-30/2026-12-01 day", "time 2026-11-25/2026-11-26 day", "time 2026-11-27/2026-11-28 day"]
        ),
        ("t3, 5 hàng tuần", ["time 2026-12-01/2026-12-02 day", "time 2026-11-26/2026-11-27 day"]),
        ("từ 8h đến 10h sáng mai", ["time 2026-11-25T08:00/2026-11-25T10:00 hour"]),
        ("từ 8h đến 10h", ["time 2026-11-25T08:00/2026-11-25T10:00 hour"]),
        ("8h30 - 10h sáng thứ 7", ["time 2026-11-28T08:30/2026-11-28T10:00 minute"]),
        ("2h đến 4h chiều mai", ["time 2026-11-25T14:00/2026-11-25T16:00 hour"]),
        ("từ thứ 2 đến thứ 6", ["time 2026-11-30/2026-12-05 day"]),
        ("từ 1/12 đến 5/12", ["time 2026-12-01/2026-12-06 day"]),
        ("10-15/12", ["time 2026-12-10/2026-12-16 day"]),
        ("3 ngày tới", ["time 2026-11-25/2026-11-28 day"]),
        ("3 ngày nữa", ["time 2026-11-27/2026-11-28 day"]),
        ("3 ngày vừa rồi", ["time 2026-11-21/2026-11-24 day"]),
        ("thứ 7 ngày 5/12", ["time 2026-12-05/2026-12-06 day"]),
        ("trước ngày 10/12", ["time …/2026-12-10 day"]),
        ("sau 5h chiều mai", ["time 2026-11-25T17:00/… hour"]),
        ("học 90 phút", ["duration 5400"]),
        ("mỗi buổi 2 tiếng", ["duration 7200"]),
        ("lớp 6A2", ["grade 6 A2"]),
        ("con học lớp 4", ["grade 4"]),
        ("khối 9", ["grade 9"]),
        ("lớp 10A1", ["grade 10 A1"]),
        ("cháu học 5b", ["grade 5 B"]),
        ("con học mầm non", ["grade 0"]),
        ("mẫu giáo", ["grade 0"]),
        ("cháu 5 tuổi", ["age 5"]),
        ("bé 6 tuổi rưỡi", ["age 6"]),
        ("từ 6 đến 10 tuổi", ["age 6", "age 10"]),
        ("đăng ký cho 2 cháu", ["count 2"]),
        ("hai bé nhà em", ["count 2"]),
        ("0912345678", ["phone +84912345678"]),
        ("số của em 0912 345 678 ạ", ["phone +84912345678"]),
        ("+84 912.345.678", ["phone +84912345678"]),
        ("84912345678", ["phone +84912345678"]),
        ("0237 3852 123", ["phone +842373852123"]),
        ("học phí 200k", ["money 200000"]),
        ("1,5 triệu", ["money 1500000"]),
        ("50.000 đ", ["money 50000"]),
        ("50.000đ một buổi", ["money 50000"]),
        ("100 nghìn đồng", ["money 100000"]),
        ("2 triệu 500 nghìn", ["money 2500000"]),
        ("1tr5", ["money 1500000"]),
        ("mã TH-7K4M-92QX", ["receipt TH-7K4M-92QX"]),
        ("th-7k4m-92qx", ["receipt TH-7K4M-92QX"]),
        ("TH 7K4M 92QX", ["receipt TH-7K4M-92QX"]),
        ("th7k4m92qx", ["receipt TH-7K4M-92QX"]),
        ("mã TH-7K4M-92QZ", ["receipt TH-7K4M-92QZ"]),
        ("mã TH 7K4M 92QZ", ["receipt TH-7K4M-92QZ"]),
        ("khối TH-THCS-THPT", []),
        ("phòng chống đuối nước", ["topic drowning"]),
        ("lớp sơ cứu", ["topic first_aid"]),
        ("quy tắc 5 ngón tay", ["topic abuse"]),
        ("xã Quảng Bình", ["commune 16543"]),
        ("ở phường Hạc Thành", ["commune 14797"]),
        ("Nga Sơn", ["commune 16093"]),
        ("lớp ở Sầm Sơn", ["commune 16531"]),
        ("phường Đông Thọ", ["commune 14797 Phường Đông Thọ"]),
    ]

    @Test("Each is found as it is written, with and without marks", arguments: bothWays.indices)
    func table(_ row: Int) throws {
        let (text, expected) = Self.bothWays[row]
        #expect(try Self.found(text) == expected, "\(text)")
        #expect(try Self.found(Fixtures.folded(text)) == expected, "\(Fixtures.folded(text))")
    }

    @Test("Years and kinds of school after TH are no codes", arguments: ["TH 2025 2026", "khối TH THCS THPT", "th nhat nhat"])
    func noReceipts(text: String) throws {
        #expect(try Self.found(text).allSatisfy { !$0.hasPrefix("receipt") })
    }

    /// Where marks decide, or only one way of writing exists.
    static let oneWay: [(String, [String])] = [
        ("tháng sáu", ["time 2027-06-01/2027-07-01 month"]),
        ("thứ sáu", ["time 2026-11-27/2026-11-28 day"]),
        ("năm sau", ["time 2027-01-01/2028-01-01 year"]),
        ("năm ngoái", ["time 2025-01-01/2026-01-01 year"]),
        ("this Saturday", ["time 2026-11-28/2026-11-29 day"]),
        ("tomorrow", ["time 2026-11-25/2026-11-26 day"]),
        ("next week", ["time 2026-11-30/2026-12-07 week"]),
        ("at 8 am tomorrow", ["time 2026-11-25T08:00/2026-11-25T09:00 hour"]),
        ("grade 5", ["grade 5"]),
        ("my son is 7 years old", ["age 7"]),
        ("swimming class", ["topic drowning"]),
        // Not dates, not times, not places.
        ("lớp 8A", ["grade 8 A"]),
        ("class 8A", ["grade 8 A"]),
        ("lớp 6/2", ["grade 6 2"]),
        ("12.53%", []),
        ("1.10.30", []),
        ("7 giờ 61 phút", []),
        ("https://example.vn/2026/11/28?p=8h30", []),
        ("số CCCD 038201234567", []),
        ("tôi muốn hỏi", []),
        ("cô Mai ơi", []),
        ("đóng tiền học", []),
        ("dong tien hoc cho con", []),
        ("anh nóng tính", []),
        ("30/02/2026", []),
        ("99/99", []),
    ]

    @Test("Marks and surroundings decide", arguments: oneWay.indices)
    func single(_ row: Int) throws {
        let (text, expected) = Self.oneWay[row]
        #expect(try Self.found(text) == expected, "\(text)")
    }

    @Test(
        "A bracket that begins no telephone number does not stop the reading", .timeLimit(.minutes(5)),
        arguments: ["(", "(lớp 6A2)", "em là mẹ bé An (lớp 6A2)", "((((", " ( ( 0912", "(+84"])
    func bracket(text: String) throws {
        let reading = try #require(Fixtures.interpreter).read(text, at: Fixtures.now)
        #expect(reading.text == text)
    }

    @Test("Offsets count scalars of the text as it was given, composed or not")
    func offsets() throws {
        let text = "lớp kỹ năng sống thứ bảy này"
        let interpreter = try #require(Fixtures.interpreter)
        let time = try #require(interpreter.read(text, at: Fixtures.now).entities.first { $0.name == "time" })
        #expect(time.start == 17 && time.end == 28 && time.text == "thứ bảy này")
        let decomposed = "ho\u{301}a thu\u{31B}\u{301} ba\u{309}y na\u{300}y"
        let other = try #require(interpreter.read(decomposed, at: Fixtures.now).entities.first { $0.name == "time" })
        #expect(other.start == 5 && other.end == 20)
        #expect(other.value == time.value)
    }

    @Test("What can be read two ways comes twice, the likelier first")
    func alternatives() throws {
        #expect(
            try Self.found("thang sau", alternatives: true)
                == ["time 2026-12-01/2027-01-01 month", "time 2027-06-01/2027-07-01 month"])
        #expect(
            try Self.found("t6", alternatives: true)
                == ["time 2026-11-27/2026-11-28 day", "time 2027-06-01/2027-07-01 month"])
        #expect(try Self.found("xa dong tien", alternatives: true).first == "commune 15724")
        #expect(try Self.found("phuong dong tien", alternatives: true).first == "commune 15853")
        #expect(try Self.found("xã Đồng Tiến", alternatives: true) == ["commune 15724"])
        let quangPhu = try Self.found("Quảng Phú", alternatives: true)
        #expect(quangPhu.first == "commune 16522")
        #expect(quangPhu.count > 1)
        #expect(try Self.found("xã Quảng Phú huyện Thọ Xuân").first?.hasSuffix("Xã Quảng Phú") == true)
    }

    @Test("Names of the author's own come from lookups, annotations, synonyms and patterns")
    func custom() throws {
        let training = TrainingData(
            examples: [
                Example(
                    text: "cho em sách Toán", intent: "a",
                    annotations: [Annotation(start: 12, end: 16, entity: "subject", value: "math")],
                    location: SourceLocation(file: "", line: 0))
            ],
            synonyms: ["toán học": "math"], lookups: ["colour": ["màu đỏ", "xanh"]],
            regexes: ["code": [#"KNS-\d{2,4}"#]])
        let interpreter = try Interpreter.make(training: training)
        let found = interpreter.read("sách toán hoặc toán học mau do, mã kns-12", at: Fixtures.now).entities.map(
            Self.describe)
        #expect(found == ["subject math", "subject math", "colour màu đỏ", "code kns-12"])
    }

    @Test("A school of the lookup is a school")
    func school() throws {
        #expect(try Self.found("truong tieu hoc quang phu").contains("school Trường Tiểu học Quảng Phú"))
    }
}
