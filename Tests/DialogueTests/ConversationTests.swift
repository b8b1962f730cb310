import Content
import Core
import Dialogue
import Programmes
import Testing

@Suite struct OpeningTests {
    @Test func `The first answer says that a machine answers, and only the first`() throws {
        var play = Play()
        try play.say("chào", "common.greet")
        #expect(play.keys == ["common.greet"])
        #expect(play.text.hasPrefix("Nhịp Cầu là trợ lý tự động"))
        try play.say("chào", "common.greet")
        #expect(!play.text.contains("trợ lý tự động"))
    }

    @Test func `An English first text is answered in English, with the notice`() throws {
        var play = Play()
        try play.say("hello, can you help me?", "common.greet", language: .english)
        #expect(play.text.hasPrefix("Nhịp Cầu is an automatic assistant"))
        #expect(play.text.contains("Hello!"))
    }

    @Test func `Following is welcomed with buttons`() throws {
        var play = Play()
        try play.run(.follow)
        #expect(play.keys == ["common.welcome"])
        #expect(play.text.contains("trợ lý tự động"))
        #expect(play.buttons.count == 3)
    }

    @Test func `Leaving the channel stops messages, and coming back undoes it`() throws {
        var play = try Play.begun()
        try play.run(.unfollow)
        #expect(play.changes == [.subscribe(false)])
        try play.run(.follow)
        #expect(play.changes.contains(.subscribe(true)))
    }

    @Test func `Coming back does not undo an opt-out`() throws {
        var play = try Play.begun()
        try play.say("ngừng nhận tin", "broadcasts.stop")
        try play.run(.unfollow)
        try play.run(.follow)
        #expect(!play.changes.contains(.subscribe(true)))
    }

    @Test func `Help shows what can be done`() throws {
        var play = try Play.begun()
        try play.say("giúp với", "common.help")
        #expect(play.keys == ["common.help"])
        #expect(play.buttons.count == 5)
        try play.say("3")
        #expect(play.keys == ["common.absence.ask_child"])
    }

    @Test func `A pupil is spoken to as a pupil`() throws {
        var play = Play()
        play.role = .pupil
        try play.say("chào", "common.greet")
        #expect(play.text.contains("hào em"))
    }

    @Test(arguments: [InboundEvent.Kind.status, .event, .ignored])
    func `Receipts and unknown events change nothing`(_ kind: InboundEvent.Kind) throws {
        var play = try Play.begun()
        let before = play.state
        try play.run(kind)
        #expect(play.changes.isEmpty)
        #expect(play.state == before)
    }

    @Test func `Our own echo changes nothing`() throws {
        var play = try Play.begun()
        try play.run(.echo, text: "x", by: .api)
        #expect(!play.state.isSubscribed == false)
        #expect(play.state.ownedUntil == nil)
    }
}

@Suite struct KindAnswersTests {
    @Test(arguments: [
        (Core.Attachment.Kind.sticker, "common.sticker"), (.gif, "common.sticker"), (.image, "common.image"),
        (.audio, "common.voice"), (.video, "common.video"), (.file, "common.file"), (.location, "common.location"),
        (.contact, "common.file"),
    ])
    func `Everything that is no text gets a kind answer`(_ kind: Core.Attachment.Kind, _ key: String) throws {
        var play = try Play.begun()
        try play.send(kind)
        #expect(play.keys == [key])
    }

    @Test func `Pictures during a form are thanked for, and the question is asked again`() throws {
        var play = try Play.begun()
        try play.press("#intent:classes.enrol?class=KNS-12")
        try play.send(.image)
        #expect(play.keys == ["common.attachment_in_form", "classes.enrol.ask_child"])
        try play.send(.audio)
        #expect(play.keys == ["common.voice", "classes.enrol.ask_child"])
        try play.send(.sticker)
        #expect(play.keys == ["classes.enrol.ask_child"])
    }

    @Test(arguments: ["😀", "👍👍", "❤️", "...", "!!!"])
    func `Signs without words get a kind answer`(_ text: String) throws {
        var play = try Play.begun()
        try play.say(text)
        #expect(play.keys == ["common.emoji"])
    }

    @Test(arguments: ["", "   ", "\n"])
    func `An empty text gets a kind answer`(_ text: String) throws {
        var play = try Play.begun()
        try play.run(.message, text: text)
        #expect(play.keys == ["common.empty"])
    }

    @Test func `Nothing fits: what can be done, then more strongly a person`() throws {
        var play = try Play.begun()
        try play.say("giá vàng hôm nay")
        #expect(play.keys == ["common.fallback"])
        #expect(play.counted == ["understanding:out_of_scope"])
        try play.say("kết quả xổ số")
        #expect(play.keys == ["common.fallback_again"])
        try play.say("cảm ơn", "common.thanks")
        try play.say("giá vàng")
        #expect(play.keys == ["common.fallback"])
    }

    @Test func `Doubt asks with choices that keep what was told`() throws {
        var play = try Play.begun()
        try play.say(
            "bơi sông xanh", "classes.find", [.topic("drowning"), .commune("10001", "Sông Xanh")], certainty: .unsure,
            others: ["classes.enrol", "common.yes"])
        #expect(play.keys == ["common.unsure"])
        #expect(play.buttons.map(\.title) == ["Tìm lớp kỹ năng sống", "Đăng ký lớp cho con", "Gặp người thật"])
        #expect(play.state.form == nil)
        try play.say("1")
        #expect(play.keys == ["classes.list"])
        #expect(play.text.contains("Phường Sông Xanh"))
    }

    @Test func `A choice is understood by its title, without accents`() throws {
        var play = try Play.begun()
        try play.say("abc", "classes.find", certainty: .unsure, others: ["common.absence"])
        try play.say("xin nghi hoc cho con", "classes.cancel", certainty: .unsure)
        #expect(play.keys == ["common.absence.ask_child"])
    }

    @Test func `Doubt about commands alone is not offered as a choice`() throws {
        var play = try Play.begun()
        try play.say("ừm thì", "common.yes", certainty: .unsure, others: ["common.no"])
        #expect(play.keys == ["common.fallback"])
    }

    @Test func `What is only for staff is told so`() throws {
        var play = try Play.begun()
        try play.say("gửi thông báo", "broadcasts.send")
        #expect(play.keys == ["common.not_for_role"])
        play.role = .staff
        try play.say("gửi thông báo", "broadcasts.send")
        #expect(play.keys == ["common.not_for_role"], "to say that one is staff is not enough")
    }

    @Test(arguments: [
        "#yes", "#no", "#slot:grade=4", "#intent:no.such", "#nonsense", "rác", "#intent:classes.find?resume=yes",
    ])
    func `Old and foreign buttons are harmless`(_ payload: String) throws {
        var play = try Play.begun()
        let before = play.records.enrolments
        try play.press(payload)
        #expect(play.keys == ["common.button_old"])
        #expect(play.records.enrolments == before)
        #expect(play.state.form == nil)
    }

    @Test func `A button of another slot than the open one corrects that slot`() throws {
        var play = try Play.begun()
        try play.press("#intent:classes.enrol?class=KNS-12")
        try play.press("#slot:class=KNS-11")
        #expect(play.keys == ["classes.enrol.ask_child"])
        #expect(play.text.contains("KNS-11"))
        try play.press("#slot:nothing=1")
        #expect(play.keys == ["common.button_old", "classes.enrol.ask_child"])
    }

    @Test func `The last answer is repeated on request`() throws {
        var play = try Play.begun()
        try play.say("lớp ở Sông Xanh", "classes.find", [.commune("10001", "Sông Xanh")])
        let text = play.text
        try play.say("nhắc lại giúp em với")
        #expect(play.text == text)
        try play.say("2")
        #expect(play.keys == ["classes.detail"])
    }

    @Test func `A text of a hundred thousand letters is answered`() throws {
        var play = try Play.begun()
        try play.say(String(repeating: "á ", count: 50_000))
        #expect(play.keys == ["common.fallback"])
        try play.press("#intent:classes.enrol?class=KNS-12")
        try play.say(String(repeating: "a", count: 100_000))
        #expect(play.keys == ["classes.enrol.bad_child"])
    }

    @Test func `A text without its reading is answered as not understood`() throws {
        var play = try Play.begun()
        try play.run(.message, text: "gì đó")
        #expect(play.keys == ["common.fallback"])
    }
}

@Suite struct FormTests {
    @Test func `A question interrupts the form, which asks its open slot again`() throws {
        var play = try Play.begun()
        try play.press("#intent:classes.enrol?class=KNS-12")
        try play.say("lớp này học phí bao nhiêu", "classes.fees")
        #expect(play.keys == ["classes.fees", "classes.enrol.ask_child"])
        try play.say("Lê Minh An")
        #expect(play.keys == ["classes.enrol.ask_grade"])
    }

    @Test func `Looking at classes in between does not lose the form`() throws {
        var play = try Play.begun()
        try play.press("#intent:classes.enrol?class=KNS-12")
        try play.say("lớp của con em đâu", "classes.mine")
        #expect(play.keys == ["classes.mine_none", "classes.enrol.ask_child"])
        try play.say("có lớp nào ở Núi Lam không", "classes.find", [.commune("10002", "Núi Lam")])
        #expect(play.keys == ["classes.list", "classes.enrol.ask_child"])
        #expect(play.state.form?.values["class"]?.word == "KNS-12")
    }

    @Test func `Another form sets the first aside as a draft, mentioned once when it is done`() throws {
        var play = try Play.begun()
        try play.press("#intent:classes.enrol?class=KNS-12")
        try play.say("xin nghỉ học cho con", "common.absence")
        #expect(play.keys == ["common.absence.ask_child"])
        #expect(play.state.draft?.form.intent == "classes.enrol")
        try play.say("Lê Minh An")
        try play.say("4A", nil, [.grade(4, "A")])
        try play.press("#skip")
        try play.press("#yes")
        #expect(play.keys == ["common.absence.done", "common.draft_kept"])
        try play.press(try #require(play.buttons.last?.payload))
        #expect(play.keys == ["common.form_resumed", "classes.enrol.ask_child"])
    }

    @Test(arguments: ["thoát", "dừng", "hủy", "Thoat a", "dạ thôi ạ", "exit", "cho em thoát"])
    func `A form is left with a word`(_ text: String) throws {
        var play = try Play.begun()
        try play.press("#intent:classes.enrol?class=KNS-12")
        try play.say(text)
        #expect(play.keys == ["common.left"])
        #expect(play.state.form == nil)
        #expect(play.state.draft == nil)
        #expect(play.changes.contains(.cancelTimer(key: "form")))
    }

    @Test(arguments: ["Huy", "Dũng", "dung", "Khôi", "Chuẩn", "Thời"])
    func `Names that sound like commands are names where a name is asked for`(_ text: String) throws {
        var play = try Play.begun()
        try play.press("#intent:classes.enrol?class=KNS-12")
        try play.say(text, "common.leave")
        #expect(play.keys == ["classes.enrol.ask_grade"])
    }

    @Test(arguments: ["đúng", "Đúng", "dung", "đúng ạ", "ĐÚNG RỒI", "đu\u{301}ng", "vâng", "ok em", "gửi đi"])
    func `Right is not stop, with accents or without`(_ text: String) throws {
        var play = try Play.begun()
        try play.say("đăng ký KNS-12 cho cháu Lê Minh An học lớp 4", "classes.enrol", [.grade(4)])
        try play.say(text, "common.leave")
        #expect(play.keys == ["classes.enrol.done"])
    }

    @Test(arguments: ["dừng", "Dừng lại", "hủy", "huỷ", "thoat", "thôi"])
    func `Stop is not right`(_ text: String) throws {
        var play = try Play.begun()
        try play.say("đăng ký KNS-12 cho cháu Lê Minh An học lớp 4", "classes.enrol", [.grade(4)])
        try play.say(text, "common.yes")
        #expect(play.keys == ["common.left"])
        #expect(play.records.enrolments.isEmpty)
    }

    @Test func `Leaving nothing says so`() throws {
        var play = try Play.begun()
        try play.say("thoát", "common.leave")
        #expect(play.keys == ["common.nothing_open"])
    }

    @Test func `Back goes to the slot before, and says so at the first`() throws {
        var play = try Play.begun()
        try play.press("#intent:classes.enrol?class=KNS-12")
        try play.say("Lê Minh An")
        try play.say("quay lại")
        #expect(play.keys == ["classes.enrol.ask_child"])
        try play.press("#back")
        #expect(play.keys == ["classes.enrol.ask_class"])
        try play.press("#back")
        #expect(play.keys == ["common.back_first", "classes.enrol.ask_class"])
    }

    @Test func `Back at the end opens the last answer`() throws {
        var play = try Play.begun()
        try play.say("đăng ký KNS-12 cho cháu Lê Minh An", "classes.enrol")
        try play.say("lớp 4", nil, [.grade(4)])
        try play.say("quay lại", "common.back")
        #expect(play.keys == ["classes.enrol.ask_grade"])
    }

    @Test func `Only what may be passed over is passed over`() throws {
        var play = try Play.begun()
        try play.press("#intent:classes.enrol?class=KNS-12")
        try play.say("bỏ qua")
        #expect(play.keys == ["common.cannot_skip", "classes.enrol.ask_child"])
    }

    @Test func `An idle form is put away politely and can be taken up again`() throws {
        var play = try Play.begun()
        try play.press("#intent:classes.enrol?class=KNS-12")
        try play.say("Lê Minh An")
        try play.wait(.seconds(31 * 60))
        #expect(play.keys == ["common.form_expired"])
        #expect(play.state.form == nil)
        try play.say("tiếp tục")
        #expect(play.keys == ["common.form_resumed", "classes.enrol.ask_grade"])
        #expect(play.state.form?.values["child"]?.word == "Lê Minh An")
    }

    @Test func `A form that is used does not expire`() throws {
        var play = try Play.begun()
        try play.press("#intent:classes.enrol?class=KNS-12")
        try play.wait(.seconds(20 * 60))
        try play.say("Lê Minh An")
        try play.wait(.seconds(20 * 60))
        #expect(play.replies.isEmpty)
        #expect(play.state.form != nil)
    }

    @Test func `A timer that was overtaken is set anew`() throws {
        var play = try Play.begun()
        try play.press("#intent:classes.enrol?class=KNS-12")
        try play.run(.timer, name: "form")
        #expect(play.replies.isEmpty)
        #expect(play.state.form != nil)
        try play.run(.timer, name: "unknown")
        #expect(play.changes.isEmpty)
    }

    @Test func `A draft is gone after a day`() throws {
        var play = try Play.begun()
        try play.press("#intent:classes.enrol?class=KNS-12")
        try play.wait(.seconds(26 * 3600))
        try play.say("tiếp tục")
        #expect(play.keys == ["common.fallback"])
    }

    @Test func `A day in small talk is no answer`() throws {
        var play = try Play.begun()
        try play.say("có lớp nào", "classes.find")
        try play.say("hôm nay trời đẹp quá", nil, [.day("2026-11-24")])
        #expect(play.keys == ["classes.bad_commune"])
        #expect(play.state.form?.values["time"] == nil)
    }

    @Test func `A greeting in a form goes on with the form`() throws {
        var play = try Play.begun()
        try play.say("có lớp nào", "classes.find")
        try play.say("chào bạn", "common.greet")
        #expect(play.keys == ["classes.bad_commune"])
    }

    @Test func `A flow that content no longer has does not trap its form`() throws {
        var play = try Play.begun()
        var state = play.state
        state.form = Form(intent: "gone.flow", lastActivity: play.now)
        play.state = state
        try play.say("chào", "common.greet")
        #expect(play.keys == ["common.greet"])
    }
}

@Suite struct PersonTests {
    @Test func `A person is called, with the hours and the emergency numbers`() throws {
        var play = try Play.begun()
        try play.say("cho gặp người thật", "common.human")
        #expect(play.keys == ["common.human"])
        #expect(play.text.contains("thứ Hai–thứ Sáu 7:30–11:30, 13:30–17:00"))
        #expect(play.text.contains("113, 115, 111"))
        let item = try #require(play.deskItems.first)
        #expect(item.kind == .human)
        #expect(item.conversation == Play.mother)
        #expect(item.details["text"] == "cho gặp người thật")
    }

    @Test func `At night it is honest and says when the desk opens`() throws {
        var play = try Play.begun(at: "2026-11-27T21:00:00+07:00")
        try play.say("gặp người thật")
        #expect(play.keys == ["common.human_closed"])
        #expect(play.text.contains("7:30 thứ Hai 30/11"))
        #expect(play.text.contains("111"))
        #expect(play.deskItems.count == 1)
    }

    @Test func `Pressing it again calls nobody twice`() throws {
        var play = try Play.begun()
        try play.press("#intent:common.human")
        try play.press("#intent:common.human")
        #expect(play.keys == ["common.human_waiting"])
        #expect(play.deskItems.isEmpty)
        try play.wait(.seconds(3600))
        try play.press("#intent:common.human")
        #expect(play.deskItems.count == 1)
    }

    @Test func `Asking for a person in a form keeps the form`() throws {
        var play = try Play.begun()
        try play.press("#intent:classes.enrol?class=KNS-12")
        try play.say("gặp người thật")
        #expect(play.keys == ["common.human", "classes.enrol.ask_child"])
        #expect(play.deskItems.count == 1)
    }

    @Test func `While a person writes the bot is silent, and speaks again afterwards`() throws {
        var play = try Play.begun()
        try play.run(.echo, text: "chào chị, em là Lan", by: .staff)
        try play.say("lớp ở Sông Xanh", "classes.find", [.commune("10001", "Sông Xanh")])
        #expect(play.changes.isEmpty)
        try play.press("#intent:classes.find")
        #expect(play.changes.isEmpty)
        try play.send(.image)
        #expect(play.changes.isEmpty)
        try play.wait(.seconds(31 * 60))
        try play.say("lớp ở Sông Xanh", "classes.find", [.commune("10001", "Sông Xanh")])
        #expect(play.keys == ["classes.list"])
    }

    @Test func `An opt-out counts even while a person writes`() throws {
        var play = try Play.begun()
        try play.run(.echo, text: "chào", by: .staff)
        try play.say("ngừng nhận tin", "broadcasts.stop")
        #expect(play.changes == [.subscribe(false)])
    }

    @Test func `A complaint is met with an apology and the way to a person`() throws {
        var play = try Play.begun()
        try play.say("trả lời chán quá", "common.complaint")
        #expect(play.keys == ["common.complaint"])
        #expect(play.buttons.first?.payload == "#intent:common.human")
        try play.say("có", "common.yes")
        #expect(play.keys == ["common.human"])
    }

    @Test func `An offer may be declined with a word`() throws {
        var play = try Play.begun()
        try play.say("trả lời chán quá", "common.complaint")
        try play.say("không", "common.no")
        #expect(play.keys == ["common.thanks"])
        #expect(play.deskItems.isEmpty)
    }
}

@Suite struct AbsenceTests {
    @Test func `An absence is passed to the desk and nothing is promised`() throws {
        var play = try Play.begun()
        try play.say("xin nghỉ học cho con", "common.absence")
        #expect(play.keys == ["common.absence.ask_child"])
        try play.say("Lê Minh An")
        #expect(play.keys == ["common.absence.ask_class"])
        try play.say("4a")
        #expect(play.keys == ["common.absence.ask_reason"])
        try play.say("cháu bị sốt ạ", "common.absence")
        #expect(play.keys == ["common.absence.confirm"])
        #expect(play.text.contains("thứ Ba 24/11"))
        #expect(play.text.contains("cháu bị sốt"))
        try play.say("gửi đi", "common.yes")
        #expect(play.keys == ["common.absence.done"])
        let item = try #require(play.deskItems.first)
        #expect(item.kind == .absence)
        #expect(item.details["child"] == "Lê Minh An")
        #expect(item.details["class"] == "lớp 4A")
        #expect(item.details["date"] == "2026-11-24")
        #expect(item.details["reason"] == "cháu bị sốt ạ")
        #expect(!play.text.contains("đồng ý"))
        #expect(play.text.contains("Nhà trường chưa trả lời"))
    }

    @Test func `In one sentence everything is taken`() throws {
        var play = try Play.begun()
        try play.say(
            "xin nghỉ học cho cháu Lê Minh An lớp 4A ngày mai", "common.absence",
            [.grade(4, "A"), .day("2026-11-25")])
        #expect(play.keys == ["common.absence.ask_reason"])
        try play.press("#skip")
        #expect(play.keys == ["common.absence.confirm"])
        #expect(play.text.contains("thứ Tư 25/11"))
        #expect(!play.text.contains("Lý do"))
    }

    @Test(arguments: [
        ("2026-11-24T18:00:00+07:00", "thứ Tư 25/11"), ("2026-11-28T18:00:00+07:00", "thứ Hai 30/11"),
        ("2026-11-29T07:00:00+07:00", "thứ Hai 30/11"),
    ])
    func `The day is today until noon, then tomorrow, never a Sunday`(_ now: String, _ day: String) throws {
        var play = try Play.begun(at: now)
        try play.say("xin nghỉ học cho cháu Lê Minh An lớp 4A", "common.absence", [.grade(4, "A")])
        try play.press("#skip")
        #expect(play.text.contains(day))
    }

    @Test func `Two days in a row and the reason are taken from one sentence`() throws {
        var play = try Play.begun()
        try play.say(
            "cho cháu Lê Minh An lớp 4A nghỉ thứ năm và thứ sáu vì nhà có việc ạ", "common.absence",
            [.grade(4, "A"), .day("2026-11-26"), .day("2026-11-27")])
        #expect(play.keys == ["common.absence.confirm"])
        #expect(play.text.contains("từ thứ Năm 26/11 đến thứ Sáu 27/11"))
        #expect(play.text.contains("Lý do: nhà có việc"))
        try play.press("#yes")
        #expect(play.deskItems.first?.details["date"] == "2026-11-26/2026-11-27")
    }

    @Test func `Consent is no reason`() throws {
        var play = try Play.begun()
        try play.say("xin nghỉ học cho cháu Lê Minh An lớp 4A", "common.absence", [.grade(4, "A")])
        try play.say("ok", "common.yes")
        #expect(play.keys == ["common.absence.ask_reason"])
    }

    @Test func `The day can be corrected before sending`() throws {
        var play = try Play.begun()
        try play.say("xin nghỉ học cho cháu Lê Minh An lớp 4A", "common.absence", [.grade(4, "A")])
        try play.press("#skip")
        try play.say("sửa ngày thành 26/11", nil, [.day("2026-11-26")])
        #expect(play.keys == ["common.absence.confirm"])
        #expect(play.text.contains("thứ Năm 26/11"))
        try play.say("sửa ngày")
        #expect(play.keys == ["common.ask_time"])
        try play.say("mai", nil, [.day("2026-11-25")])
        #expect(play.text.contains("thứ Tư 25/11"))
    }

    @Test func `After hours it says when the desk reads it`() throws {
        var play = try Play.begun(at: "2026-11-24T20:00:00+07:00")
        try play.say("xin nghỉ học cho cháu Lê Minh An lớp 4A", "common.absence", [.grade(4, "A")])
        try play.press("#skip")
        try play.press("#yes")
        #expect(play.text.contains("7:30 thứ Tư 25/11"))
    }
}

@Suite struct LanguageTests {
    @Test func `The language changes on request and stays`() throws {
        var play = try Play.begun()
        try play.say("English please", "common.language_en")
        #expect(play.text.contains("in English from now on"))
        try play.say("hi", "common.greet")
        #expect(play.text.contains("Hello!"))
        try play.say("tiếng Việt", "common.language_vi")
        #expect(play.text.contains("tiếng Việt"))
    }

    @Test func `Two longer texts in another language change it, one does not`() throws {
        var play = try Play.begun()
        try play.say("do you have classes", "common.help", language: .english)
        #expect(play.text.contains("Ở đây làm được"))
        try play.say("what can you do", "common.help", language: .english)
        #expect(play.text.contains("This is what I can do"))
    }

    @Test func `Short words do not change the language`() throws {
        var play = try Play.begun()
        for _ in 0..<3 { try play.say("ok", "common.thanks", language: .english) }
        #expect(play.state.language == .vietnamese)
    }

    @Test func `A whole enrolment works in English`() throws {
        var play = try Play.begun()
        try play.say("English", "common.language_en")
        try play.press("#intent:classes.enrol?class=KNS-12")
        try play.say("John Smith", language: .english)
        try play.say("grade 4", nil, [.grade(4)], language: .english)
        #expect(play.text.contains("120,000 VND"))
        #expect(play.text.contains("grade 4"))
        try play.say("yes", "common.yes", language: .english)
        #expect(play.text.contains("has a seat in"))
    }
}

@Suite struct BroadcastTests {
    @Test func `Stop only stops reminders and announcements, and says so`() throws {
        var play = try Play.begun()
        try play.say("ngừng nhận tin", "broadcasts.stop")
        #expect(play.keys == ["broadcasts.stopped"])
        #expect(play.changes.contains(.subscribe(false)))
        #expect(play.text.contains("vẫn được trả lời"))
        try play.say("ngừng nhận tin", "broadcasts.stop")
        #expect(play.keys == ["broadcasts.already_stopped"])
        try play.say("nhận tin", "broadcasts.start")
        #expect(play.keys == ["broadcasts.started"])
        #expect(play.changes.contains(.subscribe(true)))
    }

    @Test func `Stop within a form leaves the form and keeps the reminders`() throws {
        var play = try Play.begun()
        try play.press("#intent:classes.enrol?class=KNS-12")
        try play.say("stop", "broadcasts.stop")
        #expect(play.keys == ["common.left"])
        #expect(play.state.isSubscribed)
    }
}
