import Content
import Core
import Dialogue
import Programmes
import Testing

@Suite struct IntakeConversationTests {
    private static let roles: [Role] = [.pupil, .parent, .teacher]

    /// Every question that somebody in this role can be left at.
    private static let points: [(Role, IntakeQuestion)] = roles.flatMap { role -> [(Role, IntakeQuestion)] in
        let voice: IntakeVoice = role == .pupil ? .pupil : role == .teacher ? .teacher : .parent
        return Intake.questions(for: voice).map { (role, $0) }
    }

    private func play(at question: IntakeQuestion, _ role: Role) throws -> Play {
        var play = try Play.reporting("chuyện ở trường", Danger.s2, role: role)
        // "other" would make the voice that of a bystander, who is asked less.
        for _ in 0..<20 {
            guard let open = play.state.report?.question, open != question else { break }
            switch open {
            case .victim:
                try play.press(
                    role == .parent
                        ? "#slot:report.victim=own_child" : role == .teacher ? "#slot:report.victim=own_pupil" : "#slot:report.victim=self")
            case .safeNow: try play.press("#slot:report.safe_now=safe")
            default: try play.press("#skip")
            }
        }
        #expect(play.state.report?.question == question)
        return play
    }

    @Test(arguments: points)
    func `At every question one can leave, and what is seen then is harmless`(_ role: Role, _ question: IntakeQuestion) throws {
        for word in ["THOÁT", "thoat", "x", "X", "hủy", "dừng", "exit", "stop"] {
            var play = try play(at: question, role)
            try play.say(word, "common.leave")
            #expect(play.keys == ["reports.left"], "\(word)")
            #expect(play.milestones == [.reporterLeft])
            #expect(play.state.report?.phase == nil)
            for telling in ["báo", "vụ", "111", "an toàn"] { #expect(!play.text.contains(telling)) }
            try play.say("tiếp tục")
            #expect(!play.text.contains("an toàn") && !play.keys.contains { $0.hasPrefix("reports.") })
            try play.wait(.seconds(7200))
            #expect(play.keys.isEmpty)
        }
    }

    @Test(arguments: points)
    func `At every question silence ends the intake without a word`(_ role: Role, _ question: IntakeQuestion) throws {
        var play = try play(at: question, role)
        try play.wait(.seconds(29 * 60))
        #expect(play.changes.isEmpty)
        try play.wait(.seconds(60))
        #expect(play.keys.isEmpty && play.milestones == [.reporterSilent])
        #expect(play.state.report?.phase == nil && play.state.report?.done.isEmpty == true && play.state.choices.isEmpty)
        try play.say("1")
        #expect(!play.keys.contains { $0.hasPrefix("reports.") })
        try play.say("tiếp tục")
        #expect(!play.keys.contains { $0.hasPrefix("reports.") })
    }

    @Test(arguments: points)
    func `At every question a button of something else ends the intake and does what it says`(_ role: Role, _ question: IntakeQuestion)
        throws
    {
        var play = try play(at: question, role)
        try play.press("#intent:classes.mine")
        #expect(play.keys == ["classes.mine_none"])
        #expect(play.milestones == [.reporterLeft])
    }

    @Test(arguments: points)
    func `At every question it can be passed over, gone back, corrected, and asked again`(_ role: Role, _ question: IntakeQuestion) throws {
        for word in ["bỏ qua", "bo qua", "skip"] {
            var play = try play(at: question, role)
            try play.say(word, "common.skip")
            #expect(play.entriesNow.map(\.question) == [question.rawValue], "\(word)")
            #expect(play.state.report?.question != question)
            try play.say("quay lại", "common.back")
            #expect(play.state.report?.question == question)
        }
        var play = try play(at: question, role)
        try play.say("nhắc lại", "common.repeat")
        #expect(play.keys == ["reports.intake.ask_" + question.rawValue])
        try play.press("#intent:common.edit")
        #expect(play.keys == [question == .safeNow ? "reports.intake.ask_safe_now" : "reports.intake.edit_which"])
        if question != .safeNow {
            try play.press("#slot:report.edit=safe_now")
            #expect(play.keys == ["reports.intake.ask_safe_now"])
            try play.say("an toàn")
            #expect(play.state.report?.question == question, "and on with the question that was open")
        }
    }

    @Test(arguments: points)
    func `Every kind of message is kept at every question`(_ role: Role, _ question: IntakeQuestion) throws {
        var play = try play(at: question, role)
        try play.say("hôm đó trời mưa to và sân trường vắng tanh")
        #expect(play.entriesNow.contains { $0.text.contains("hôm đó trời mưa to và sân trường vắng tanh") })
        for kind in [Core.Attachment.Kind.image, .audio, .sticker, .location, .file] {
            try play.run(.message, attachments: [Core.Attachment(kind: kind, url: kind == .location ? nil : "https://platform.example/zq")])
            #expect(play.entriesNow.flatMap(\.attachments).map(\.kind) == [kind])
            // A sticker needs no explanation.
            #expect(play.keys.contains("reports.intake.attachment") == (kind != .sticker))
            #expect(!play.text.contains("platform.example"))
        }
        try play.press("#rubbish")
        #expect(play.keys.first == "common.button_old" && play.keys.count == 2)
        try play.press("#slot:class=KNS-11")
        #expect(play.keys.first == "common.button_old" && play.keys.count == 2)
        try play.run(.message, text: "   ")
        #expect(play.keys.first == "reports.intake.empty")
    }

    @Test func `Not safe ends the questions with the numbers, and what follows still counts`() throws {
        for text in ["không", "không an toàn", "khong an toan", "chưa an toàn", "em đang trốn trong nhà vệ sinh", "not safe", "2"] {
            var play = try Play.reporting("bị trấn lột", Danger.s2, role: .pupil)
            try play.say(text)
            #expect(play.keys == ["reports.safety_card", "reports.intake.not_safe"], "\(text)")
            #expect(play.milestones == [.notSafeNow] && play.level == .s1)
            try play.say("ở nhà kho sau trường")
            #expect(play.keys == ["reports.added"])
            #expect(play.entriesNow.map(\.text) == ["ở nhà kho sau trường"])
            try play.wait(.seconds(1801))
            #expect(play.keys.isEmpty && play.milestones.isEmpty)
        }
    }

    @Test(arguments: ["có", "an toàn", "an toan", "em an toàn rồi", "con về nhà rồi", "safe", "I am safe", "1", "có ạ"])
    func `Safe goes on`(_ text: String) throws {
        var play = try Play.reporting(role: .pupil)
        try play.say(text)
        #expect(play.keys == ["reports.intake.ask_harm"])
    }

    @Test func `Not knowing whether it is safe shows the numbers and goes on`() throws {
        var play = try Play.reporting("bị trấn lột", Danger.s2, role: .pupil)
        try play.say("không rõ")
        #expect(play.keys == ["reports.safety_card", "reports.intake.ask_harm"])
    }

    @Test(arguments: [
        ("1 2", "hurt, weapon"), ("1, 2", "hurt, weapon"), ("1 và 2", "hurt, weapon"), ("2", "weapon"), ("5", "unknown"), ("1 4", "hurt"),
    ])
    func `Several numbers are several answers`(_ text: String, _ codes: String) throws {
        var play = try Play.reporting(role: .pupil)
        try play.press("#slot:report.safe_now=safe")
        try play.say(text)
        #expect(play.entriesNow.map(\.text) == [codes])
        #expect(play.keys == ["reports.intake.ask_story"])
    }

    @Test(arguments: [
        ("bị thương, có dao", "hurt, weapon"), ("bi thuong, co dao", "hurt, weapon"), ("không ai bị thương nhưng có dao", "weapon"),
        ("không có ai bị thương", "none"), ("bạn ấy muốn chết", "self_harm"), ("hurt, a knife", "hurt, weapon"), ("nobody", "none"),
    ])
    func `Words are understood with accents, without, and in English; what is denied is not taken`(_ text: String, _ codes: String) throws {
        var play = try Play.reporting(role: .pupil)
        try play.press("#slot:report.safe_now=safe")
        try play.say(text)
        #expect(play.entriesNow.map(\.text) == [codes + ": " + text])
        #expect(play.keys == ["reports.intake.ask_story"])
    }

    @Test func `A bare yes where several bad things were asked for raises the level and asks which`() throws {
        var play = try Play.reporting("nói xấu", Danger.s2, role: .pupil)
        try play.press("#slot:report.safe_now=safe")
        try play.say("có")
        #expect(play.keys == ["reports.intake.unclear", "reports.intake.ask_harm"])
        #expect(play.level == .s1)
    }

    @Test(arguments: [
        ("9 tuổi", "7_10"), ("12", "11_15"), ("lớp 6", "11_15"), ("lop 1", "under_7"), ("mầm non", "under_7"), ("17", "16_17"),
        ("grade 11", "16_17"),
        ("trên 18", "18_up"), ("2", "7_10"),
    ])
    func `Age is a band, from years, grade or choice`(_ text: String, _ code: String) throws {
        var play = try play(at: .age, .pupil)
        let entities: [Entity] =
            text == "9 tuổi" ? [Entity(value: .age(years: 9), start: 0, end: 6, text: text)] : text == "lớp 6" ? [.grade(6)] : []
        try play.say(text, nil, entities)
        #expect(play.entriesNow.first?.text.hasPrefix(code) == true, "\(play.entriesNow.map(\.text))")
        #expect(play.keys == ["reports.intake.ask_accused"])
    }

    @Test(arguments: [
        ("bố dượng", CaseFacts.Accused.family, Triage.Level.s1), ("thầy chủ nhiệm", .adultAtSchool, .s1), ("bạn cùng lớp", .pupil, .s2),
        ("nguoi la", .stranger, .s2), ("em không biết", .unknown, .s2), ("my uncle", .family, .s1), ("2", .adultAtSchool, .s1),
    ])
    func `Who did it is kept by category, and an adult makes it graver`(_ text: String, _ accused: CaseFacts.Accused, _ level: Triage.Level)
        throws
    {
        var play = try play(at: .accused, .pupil)
        try play.say(text)
        #expect(play.classified.first?.accused == accused)
        #expect(play.level == level)
        #expect(play.classified.first?.categories.contains("adult") == (accused == .family || accused == .adultAtSchool))
    }

    @Test func `The commune of the place is set, and the school is not asked for again`() throws {
        var play = try play(at: .place, .parent)
        try play.say("cổng trường ở Sông Xanh", nil, [.commune("10001", "Sông Xanh")])
        #expect(play.classified.first?.commune == "10001")
        #expect(play.entriesNow.map(\.text) == ["gate: cổng trường ở Sông Xanh"])
        #expect(play.keys == ["reports.intake.ask_victim"])
    }

    @Test func `A name that may be two places sets none`() throws {
        var play = try play(at: .place, .parent)
        try play.say("ở Quảng Phú", nil, [.commune("10001", "Sông Xanh"), .commune("10002", "Núi Lam")])
        #expect(play.classified.allSatisfy { $0.commune == nil })
        #expect(play.keys == ["reports.intake.ask_school"])
    }

    @Test func `What fits nothing is kept and asked once more; then the next question comes`() throws {
        var play = try Play.reporting(role: .pupil)
        try play.say("con mèo màu vàng")
        #expect(play.keys == ["reports.intake.unclear", "reports.intake.ask_safe_now"])
        try play.say("con mèo màu đen")
        #expect(play.keys == ["reports.intake.ask_harm"])
        #expect(play.entries.filter { $0.kind == .message }.map(\.text) == ["con mèo màu vàng", "con mèo màu đen"])
    }

    @Test func `A correction is a new entry for the same question, and the level follows only upwards`() throws {
        var play = try play(at: .tonight, .pupil)
        try play.say("có")
        #expect(play.level == .s1)
        try play.say("quay lại", "common.back")
        try play.say("không")
        #expect(play.entries.filter { $0.question == "tonight" }.map(\.text) == ["yes", "no"])
        #expect(play.level == .s1)
    }

    @Test func `The age raises once, however often it is corrected`() throws {
        var play = try Play.reporting("nói xấu", Danger.s3, role: .pupil)
        try play.press("#intent:reports.report")
        try play.press("#slot:report.age=7_10")
        #expect(play.level == .s2)
        try play.press("#slot:report.age=under_7")
        #expect(play.level == .s2)
    }

    @Test func `Reading back names the questions, never the answers`() throws {
        var play = try play(at: .schoolActions, .teacher)
        try play.say("zqmark đã báo gia đình")
        #expect(play.keys == ["reports.intake.confirm"])
        #expect(play.text.contains("Trường đã làm gì") && !play.text.contains("zqmark"))
        try play.say("sửa")
        #expect(play.keys == ["reports.intake.edit_which"] && !play.text.contains("zqmark"))
        try play.say("trường đã làm gì")
        #expect(play.keys == ["reports.intake.ask_school_actions"])
        try play.say("1, 3")
        #expect(play.entriesNow.map(\.text) == ["assessed, family"])
        try play.say("nhắn thêm điều này zqmark")
        #expect(play.keys == ["reports.intake.more"])
        try play.say("đúng rồi", "common.yes")
        #expect(play.keys == ["reports.intake.done"] && play.milestones == [.intakeConfirmed])
        #expect(play.state.report?.done.isEmpty == true && play.state.report?.accused == nil)
    }

    @Test func `A child who was heard kindly and then presses the button is still spoken to as a child`() throws {
        var play = try Play.begun()
        try play.say("em bị các bạn nói xấu", triage: Danger.s3)
        try play.press("#intent:reports.report")
        #expect(play.state.report?.voice == .pupil && play.text.contains("em có an toàn"))
    }

    @Test(arguments: ["tôi là giáo viên chủ nhiệm, học sinh bị đánh", "hoc sinh lop toi bi danh", "my student was beaten"])
    func `A teacher is heard by how they speak`(_ text: String) throws {
        let play = try Play.reporting(text, Danger.s2)
        #expect(play.state.report?.voice == .teacher)
    }

    @Test func `Whose child it is makes a teacher of somebody who was taken for a parent`() throws {
        var play = try play(at: .victim, .parent)
        try play.say("học sinh của trường tôi")
        #expect(play.state.report?.voice == .teacher && play.keys == ["reports.intake.ask_age"])
    }

    @Test func `That is all, said in words, ends it, also from the list of corrections`() throws {
        for word in ["xong", "xong rồi ạ", "done", "thế thôi"] {
            var play = try play(at: .contact, .pupil)
            try play.say("bỏ qua")
            try play.say("sửa")
            try play.say(word)
            #expect(play.keys == ["reports.intake.confirm"], "\(word)")
            try play.say(word)
            #expect(play.keys == ["reports.intake.done"], "\(word)")
        }
    }

    @Test func `A child hears at the end that it was right to tell`() throws {
        var play = try play(at: .contact, .pupil)
        try play.say("bỏ qua")
        try play.press("#yes")
        #expect(play.text.contains("Em làm đúng khi kể ra") && play.text.contains("không phải lỗi của em") && play.text.contains("111"))
        #expect(play.text.contains("https://bot.example.vn/r"))
    }

    @Test func `Where the family is accused the last words tell nothing of what comes next`() throws {
        var play = try play(at: .accused, .parent)
        try play.press("#slot:report.accused=family")
        for _ in 0..<8 where play.keys != ["reports.intake.confirm"] { try play.press("#skip") }
        try play.press("#yes")
        #expect(play.keys == ["reports.intake.done"] && !play.text.contains("liên hệ"))
    }

    @Test func `After the end thanks are thanks, more is added, and another topic is another topic`() throws {
        var play = try play(at: .contact, .pupil)
        try play.say("bỏ qua")
        try play.press("#yes")
        try play.say("cảm ơn", "common.thanks")
        #expect(play.keys == ["common.thanks"])
        try play.say("à hôm ấy có cả anh trai nó")
        #expect(play.keys == ["reports.added"] && play.entriesNow.map(\.text) == ["à hôm ấy có cả anh trai nó"])
        try play.say("có lớp bơi ở Sông Xanh không", "classes.find", [.commune("10001", "Sông Xanh")])
        #expect(play.keys == ["classes.list"] && play.milestones.isEmpty)
        try play.say("à hôm ấy trời mưa")
        #expect(play.entriesNow.isEmpty)
    }

    @Test func `A button that is pressed too late is kept; not safe still brings the numbers`() throws {
        var play = try Play.reporting(role: .pupil)
        try play.wait(.seconds(1801))
        try play.press("#slot:report.safe_now=not_safe")
        #expect(play.keys == ["reports.safety_card"] && play.milestones == [.notSafeNow])
        #expect(play.entriesNow.map(\.text) == ["not_safe"])
        try play.press("#slot:report.age=11_15")
        #expect(play.keys == ["reports.noted"])
        play.records.close(try #require(play.openings.first?.id))
        try play.press("#slot:report.age=11_15")
        #expect(play.keys == ["common.button_old"])
    }

    @Test func `Another language, thanks and a question about the assistant do not stop the questions`() throws {
        var play = try Play.reporting(role: .pupil)
        try play.say("English please", "common.language_en")
        #expect(play.keys == ["common.language_changed", "reports.intake.ask_safe_now"])
        #expect(play.text.contains("Are you safe"))
        try play.say("thank you", "common.thanks", language: .english)
        #expect(play.keys == ["reports.intake.ask_safe_now"])
        try play.say("who reads this?", "common.privacy", language: .english)
        #expect(play.keys == ["common.privacy", "reports.intake.ask_safe_now"])
    }

    @Test func `A person is reached by telephone here, and no desk hears of it`() throws {
        var play = try Play.reporting(role: .pupil)
        for _ in 0..<2 {
            try play.say("gặp người thật", "common.human")
            #expect(play.keys == ["reports.intake.human", "reports.intake.ask_safe_now"])
            #expect(play.deskItems.isEmpty && play.text.contains("111"))
        }
        try play.press("#intent:common.human")
        #expect(play.deskItems.isEmpty)
        try play.press("#leave")
        try play.say("gặp người thật, chuyện zqmark", "common.human")
        #expect(play.deskItems.count == 1 && play.deskItems.allSatisfy { !$0.details.values.contains { $0.contains("zqmark") } })
    }

    @Test func `An endless story has a measure for each day, and danger is taken beyond it`() throws {
        var play = try play(at: .story, .pupil)
        try play.say("chuyện dài")
        for _ in 0..<220 { try play.run(.message, attachments: [Core.Attachment(kind: .image)]) }
        #expect(play.keys == ["reports.too_many"] && play.entriesNow.isEmpty && play.text.contains("111"))
        #expect(play.entries.count <= Intake.greatestEntriesADay)
        try play.say("nó cầm dao", triage: Danger.s1)
        #expect(play.entriesNow.contains { $0.text == "nó cầm dao" })
    }

    @Test func `A long story is kept to its last letter`() throws {
        var play = try play(at: .story, .pupil)
        let story = String(repeating: "rồi hôm sau ", count: 1_500) + "hết"
        try play.say(story)
        #expect(play.entriesNow.map(\.text) == [story])
    }

    @Test func `A story that was told is not asked for again, only whether there is more`() throws {
        var told = try Play.reporting("hôm qua lúc ra chơi ba anh lớp chín chặn em ở nhà vệ sinh đòi tiền", Danger.s2, role: .pupil)
        try told.answer(until: .story)
        #expect(told.text.contains("kể thêm"))
        var short = try Play.reporting("bị trấn lột", Danger.s2, role: .pupil)
        try short.answer(until: .story)
        #expect(short.text.contains("Em kể ngắn gọn"))
    }

    @Test(arguments: [
        ("em bị các bạn đánh", true), ("em muốn chết", true), ("my dad hits me", true), ("bố đánh em", true), ("con em bị đánh", false),
        ("con gái tôi bị đánh", false), ("cháu nhà tôi bị chặn đường", false), ("học sinh lớp tôi bị đánh", false),
        ("my son was beaten", false),
    ])
    func `A child is heard by how they speak, though nobody has said that they are a pupil`(_ text: String, _ isChild: Bool) throws {
        let play = try Play.reporting(text, Danger.s2)
        #expect((play.state.report?.voice == .pupil) == isChild)
    }
}
