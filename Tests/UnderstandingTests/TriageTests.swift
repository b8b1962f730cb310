import Content
import Core
import Testing

@testable import Understanding

@Suite("Triage")
struct TriageTests {
    static let reader = TriageReader(rubric: Fixtures.rubric, teencode: Fixtures.gazetteer.teencode)

    static func level(_ text: String) -> String {
        let triage = reader.read(text)
        return triage.level.rawValue + (triage.ask ? "?" : "")
    }

    /// Read the same with and without marks.
    static let bothWays: [(String, String)] = [
        ("con tôi bị đánh hội đồng ở cổng trường", "S2"),
        ("có lớp phòng chống đánh hội đồng không?", "S0"),
        ("em muốn tự tử", "S1"),
        ("bạn cầm dao dọa em", "S1"),
        ("học đạo đức", "S0"),
        ("cô giáo đánh con", "S2"),
        ("cô giáo đánh giá con", "S0"),
        ("em bị các bạn cô lập", "S3"),
        ("trường có lập đội", "S0"),
        ("không muốn sống nữa", "S1"),
        ("không muốn sống ảo", "S0"),
        ("em bị sờ vào vùng kín", "S1"),
        ("số đo vùng lưng", "S0"),
        ("bài này khó muốn chết", "S0"),
        ("cười muốn chết", "S0"),
        ("em muốn chết", "S1"),
        ("ngất xỉu sau khi bị đánh", "S1"),
        ("bé đá bóng", "S0"),
        ("con tôi không bị đánh", "S4"),
        ("lo con bị bắt nạt ở trường mới", "S4"),
        ("quy định về bạo lực học đường", "S4"),
        ("lớp kỹ năng phòng tránh xâm hại", "S0"),
        ("em cần danh sách lớp", "S0"),
        ("thay danh sách học sinh", "S0"),
        ("con mất tích từ sáng", "S1"),
        ("con em đang bị các bạn đánh ở nhà vệ sinh", "S1"),
        ("bố đánh răng cho con", "S0"),
        ("con chạy máu lửa lắm", "S0"),
        ("cháu bị trấn lột", "S2"),
        ("my son is being beaten at school", "S1"),
        ("I want to die", "S1"),
        ("các cháu cãi nhau", "S4"),
        ("lớp bơi thứ bảy này ở Quảng Phú", "S0"),
    ]

    @Test("Each is as urgent without marks as with them", arguments: bothWays.indices)
    func table(_ row: Int) {
        let (text, expected) = Self.bothWays[row]
        #expect(Self.level(text) == expected, "\(text)")
        #expect(Self.level(Fixtures.folded(text)) == expected, "\(Fixtures.folded(text))")
    }

    /// Marks decide, or a question is asked for want of them.
    static let oneWay: [(String, String)] = [
        ("từ từ em xem", "S0"), ("tu tu em xem", "S0"), ("từ từ", "S0"), ("tự tử", "S1"), ("tu tu", "S0?"),
        ("em buon lam em nghi toi tu tu", "S1"),
        ("bị tống tiền 200k", "S2"), ("bi tong tien 200k", "S2"), ("tong tien hoc phi bao nhieu", "S0"),
        ("tổng tiền bao nhiêu", "S0"), ("tong tien", "S0?"),
        ("bị đâm", "S1"), ("bị đấm", "S2"), ("bi dam", "S2?"), ("bi dam bang dao", "S1"),
        ("chạy mau lên", "S0"), ("chay mau len", "S0"), ("chảy máu nhiều", "S1"), ("chay mau nhieu", "S1"),
        ("đạo đức", "S0"), ("hiệp hội", "S0"), ("hiep hoi", "S0"), ("từ hai giờ đến bốn giờ", "S0"),
        ("tu hai gio chieu", "S0"),
        ("anh nóng tính", "S0"), ("anh nong tinh", "S0"), ("ép gửi ảnh nóng", "S1"), ("ep gui anh nong", "S1"),
        ("bi thương", "S0?"), ("bi thuong", "S0?"), ("bị thương ở tay", "S2"), ("bi thuong o tay", "S2"),
        ("có lập nhóm không", "S0"), ("co lap nhom khong", "S0"), ("bí danh", "S0"), ("bi danh", "S2"),
        ("bị tắt máy", "S0"), ("bị tát vào mặt", "S2"), ("bị số lạ gọi", "S0"), ("hôn mê", "S1"), ("hơn mẹ", "S0"),
        ("hon me", "S0?"),
        ("sợ đi học", "S2"), ("sở đi học", "S0"), ("con so di hoc", "S2"), ("bạo lực", "S0"), ("báo lúc nào", "S0"),
        ("kho tho", "S1"), ("khó thở", "S1"), ("mất tích", "S1"), ("giết", "S0"), ("nó dọa giết con", "S1"),
        ("em muốn nhảy cầu", "S1"), ("nhảy cầu", "S0?"), ("thi nhảy cầu ở bể bơi", "S0"), ("mệt muốn chết", "S4"),
        ("cho tôi gặp tư vấn viên", "S0"), ("cho toi gap tu van vien", "S0"), ("em định tự vẫn", "S1"),
        ("mẹ em đánh dấu trang sách", "S0"), ("me em danh dau lam", "S2"), ("cô giáo đánh trống", "S0"),
        ("em thấy một bạn lớp 7 bị đánh trong nhà vệ sinh", "S2"), ("con em bị khuyết tật", "S0"),
        ("con em bi khuyet tat", "S0"),
        ("cháu bị các anh chị lớp trên bắt nạt", "S3"), ("con bị ốm, mai lớp có danh sách không", "S0"),
        // Typed to get past, or in a hurry.
        ("e k muon song nua", "S1"), ("em bị đánhhh", "S2"), ("em muốn t.ự t.ử", "S1"), ("nó cầm d@o", "S1"),
        ("em muốn ch3t", "S1"),
        ("thầy đánh e", "S2"), ("EM BỊ BẮT NẠT", "S3"), ("bị\u{200B} đánh", "S2"), ("bi\u{323} đa\u{301}nh", "S2"),
        // hỏi and ngã are one tone for many.
        ("bị sàm sở", "S1"),
        // Sentences are apart.
        ("Em sợ con. Bị đánh hôm qua", "S2"), ("", "S0"), ("🙂🙂", "S0"),
    ]

    @Test("Marks decide; without them one question is asked", arguments: oneWay.indices)
    func single(_ row: Int) {
        let (text, expected) = Self.oneWay[row]
        #expect(Self.level(text) == expected, "\(text)")
    }

    @Test("Reasons name the rule and the place in the text as it was given")
    func reasons() throws {
        let triage = Self.reader.read("hôm qua con bị đánh hội đồng")
        let reason = try #require(triage.because.first { $0.rule == "beaten_badly" })
        #expect(reason.text == "đánh hội đồng" && reason.start == 15 && reason.end == 28)
        #expect(triage.categories.contains("physical"))
    }

    @Test("The beginning and the end of a very long text are both seen")
    func longTexts() {
        let filler = String(repeating: "lớp học vui ", count: 10_000)
        #expect(Self.reader.read("em muốn chết " + filler).level == .s1)
        let triage = Self.reader.read(filler + "em muốn chết")
        #expect(triage.level == .s1)
        #expect(triage.because.first?.start == 120_003)
        #expect(Self.reader.read(filler + "em muốn chết" + filler).level == .s0)
    }

    @Test("A reader without rules finds nothing")
    func empty() {
        #expect(TriageReader(rubric: TriageRubric()).read("em muốn chết") == Triage())
    }

    @Test("Every phrase of the rubric is found where it stands alone, and is not lost without its marks")
    func phrases() {
        for rule in Fixtures.rubric.rules {
            let variants = rule.phrases.flatMap { phrase in
                let all = Fixtures.rubric.variants(of: phrase)
                return stride(from: 0, to: all.count, by: 1 + all.count / 40).map { all[$0] }
            }
            for phrase in variants {
                let text = phrase.replacing("…", with: "").replacing("?", with: "").replacing("=", with: "")
                let triage = Self.reader.read(text)
                #expect(triage.level >= rule.level || triage.ask, "\(phrase)")
                // "tu van" is tư vấn, a word of every day.
                if phrase == "tự vẫn" || phrase.hasSuffix("!") { continue }
                let folded = Self.reader.read(Fixtures.folded(text))
                #expect(folded.level >= rule.level || folded.ask, "\(phrase) without marks")
            }
        }
    }
}
