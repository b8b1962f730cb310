import Content
import Core
import Dialogue
import Programmes
import Testing

@Suite struct FindingClassesTests {
    @Test func `The commune is asked when it is unknown, and remembered`() throws {
        var play = try Play.begun()
        try play.say("lớp bơi thứ 7 này", "classes.find", [.topic("drowning"), .day("2026-11-28")])
        #expect(play.keys == ["classes.ask_commune"])
        #expect(play.state.form?.values["topic"]?.word == "drowning")
        try play.say("Sông Xanh", nil, [.commune("10001", "Sông Xanh")])
        #expect(play.keys == ["classes.list"])
        #expect(play.text.contains("KNS-11"))
        #expect(!play.text.contains("KNS-12"))
        #expect(play.state.form == nil)
        try play.say("có lớp nào nữa không", "classes.find")
        #expect(play.keys == ["classes.list"])
        #expect(play.text.contains("Phường Sông Xanh"))
    }

    @Test func `A list tells what a parent needs, by number`() throws {
        var play = try Play.begun()
        try play.say("lớp ở Sông Xanh", "classes.find", [.commune("10001", "Sông Xanh")])
        for part in [
            "1. Lớp thử KNS-11", "thứ Bảy 28/11, 8:00–10:00", "3 buổi", "Còn 2 chỗ", "miễn phí", "120.000 đồng",
            "lớp mẫu",
        ] {
            #expect(play.text.contains(part), "\(part)")
        }
        #expect(play.buttons.map(\.payload).first == "#intent:classes.detail?class=KNS-11")
        #expect(play.state.focus.count == 4)
    }

    @Test func `Another commune in the text replaces the remembered one`() throws {
        var play = try Play.begun()
        try play.say("lớp ở Sông Xanh", "classes.find", [.commune("10001", "Sông Xanh")])
        try play.say("còn Núi Lam", "classes.find", [.commune("10002", "Núi Lam")])
        #expect(play.text.contains("KNS-21"))
        try play.say("lớp nào", "classes.find")
        #expect(play.text.contains("KNS-21"))
    }

    @Test func `A grade narrows the list`() throws {
        var play = try Play.begun()
        try play.say("lớp cho con lớp 7", "classes.find", [.commune("10001", "Sông Xanh"), .grade(7)])
        #expect(play.text.contains("KNS-31"))
        #expect(!play.text.contains("KNS-11"))
    }

    @Test func `Other dates are offered when the date does not fit, and it says so`() throws {
        var play = try Play.begun()
        try play.say(
            "lớp bơi chủ nhật 6/12", "classes.find",
            [.topic("drowning"), .commune("10001", "Sông Xanh"), .day("2026-12-06")])
        #expect(play.keys == ["classes.list_other_dates"])
        #expect(play.text.contains("Chủ nhật 6/12"))
        #expect(play.text.contains("KNS-12"))
    }

    @Test func `Other communes are offered when the commune has none, and it says so`() throws {
        var play = try Play.begun()
        try play.say("lớp bơi ở Bãi Cát", "classes.find", [.topic("drowning"), .commune("10003", "Bãi Cát")])
        #expect(play.keys == ["classes.list_other_communes"])
        #expect(play.text.contains("Ở Xã Bãi Cát hiện chưa có"))
        #expect(play.text.contains("Xã Núi Lam"))
    }

    @Test func `Other topics are the last resort, and it says so`() throws {
        var play = try Play.begun()
        try play.say(
            "lớp lạ ở Núi Lam", "classes.find", [.topic("cooking"), .commune("10002", "Núi Lam")])
        #expect(play.keys == ["classes.list_other_topics"])
    }

    @Test func `When there is nothing at all it says so and offers a person`() throws {
        var play = try Play.begun(offers: [])
        try play.say("lớp bơi ở Núi Lam", "classes.find", [.topic("drowning"), .commune("10002", "Núi Lam")])
        #expect(play.keys == ["classes.none"])
        #expect(play.buttons.contains { $0.payload == "#intent:common.human" })
    }

    @Test func `Passing the commune over searches the whole province and remembers nothing`() throws {
        var play = try Play.begun()
        try play.say("có lớp nào", "classes.find")
        try play.press("#skip")
        #expect(play.keys == ["classes.list"])
        #expect(play.text.contains("Xã Núi Lam"))
        #expect(play.state.memory["commune"] == nil)
    }

    @Test func `Anywhere is fine is understood like passing over`() throws {
        var play = try Play.begun()
        try play.say("có lớp nào", "classes.find")
        try play.say("ở đâu cũng được")
        #expect(play.keys == ["classes.list"])
    }

    @Test func `A former name of several communes is asked about`() throws {
        var play = try Play.begun()
        try play.say("lớp ở Cũ", "classes.find", [.commune("10001", "Cũ"), .commune("10002", "Cũ")])
        #expect(play.keys == ["common.which_commune"])
        try play.say("2")
        #expect(play.keys == ["classes.list"])
        #expect(play.text.contains("KNS-21"))
    }

    @Test func `A commune that nobody knows is asked for again, then a way out is shown`() throws {
        var play = try Play.begun()
        try play.say("có lớp nào", "classes.find")
        try play.say("xã trên trời")
        #expect(play.keys == ["classes.bad_commune"])
        try play.say("xã dưới biển")
        #expect(play.keys == ["common.form_stuck", "classes.ask_commune"])
    }

    @Test(arguments: ["2", "số 2", "lớp số 2", "Xem lớp số 2", "cho em xem lớp số hai ạ", "kns-13", "KNS 13", "KNS13"])
    func `A class of the list is understood by number, title and code`(_ text: String) throws {
        var play = try Play.begun()
        try play.say("lớp ở Sông Xanh", "classes.find", [.commune("10001", "Sông Xanh")])
        try play.say(text, "classes.detail")
        #expect(play.keys == ["classes.detail"])
        #expect(play.text.contains("KNS-13"))
    }

    @Test(arguments: [("lớp đầu tiên", "KNS-11"), ("lớp cuối cùng", "KNS-31"), ("the second one", "KNS-13")])
    func `Places in the list are understood in words`(_ text: String, _ code: String) throws {
        var play = try Play.begun()
        try play.say("lớp ở Sông Xanh", "classes.find", [.commune("10001", "Sông Xanh")])
        try play.say(text, "classes.detail")
        #expect(play.text.contains(code))
    }

    @Test func `A code is understood even when the model is lost`() throws {
        var play = try Play.begun()
        try play.say("lớp ở Sông Xanh", "classes.find", [.commune("10001", "Sông Xanh")])
        try play.say("kns 12")
        #expect(play.keys == ["classes.detail"])
    }

    @Test func `A question may go on from the one before`() throws {
        var play = try Play.begun()
        try play.say("lớp bơi ở Sông Xanh", "classes.find", [.topic("drowning"), .commune("10001", "Sông Xanh")])
        try play.say("thế thứ 7 thì sao", "broadcasts.info", [.day("2026-11-28")])
        #expect(play.keys == ["classes.list"])
        #expect(play.text.contains("KNS-11"))
        #expect(!play.text.contains("KNS-12"))
        try play.say("còn Núi Lam?", nil, [.commune("10002", "Núi Lam")])
        #expect(play.text.contains("KNS-21"))
        try play.say("thế à")
        #expect(play.keys == ["common.fallback"])
    }

    @Test func `A list that is not the whole says so`() throws {
        let offers = (10...16).map { Offers.make("KNS-\($0)", start: "2026-12-\($0)T08:00:00+07:00") }
        var play = try Play.begun(offers: offers)
        try play.say("lớp ở Sông Xanh", "classes.find", [.commune("10001", "Sông Xanh")])
        #expect(play.buttons.count == 5)
        #expect(play.text.contains("Còn lớp khác nữa"))
        play = try Play.begun()
        try play.say("lớp ở Sông Xanh", "classes.find", [.commune("10001", "Sông Xanh")])
        #expect(!play.text.contains("Còn lớp khác nữa"))
    }

    @Test func `Details tell all facts, and an unverified licence as such`() throws {
        var play = try Play.begun()
        try play.press("#intent:classes.detail?class=KNS-11")
        for part in [
            "Mã lớp: KNS-11", "từ lớp 3 đến lớp 6", "thứ Bảy 5/12", "Nhà văn hóa, Phường Sông Xanh", "còn 2/2",
            "Cô Hoa",
            "chưa xác minh", "Cô Lan 0900000000", "Trung tâm học tập cộng đồng", "không có thật",
        ] {
            #expect(play.text.contains(part), "\(part)")
        }
        try play.press("#intent:classes.detail?class=KNS-12")
        #expect(play.text.contains("GP-01"))
        #expect(!play.text.contains("chưa xác minh"))
    }

    @Test func `Which class is meant is asked with buttons when it is unclear`() throws {
        var play = try Play.begun()
        try play.say("lớp ở Sông Xanh", "classes.find", [.commune("10001", "Sông Xanh")])
        try play.say("cho xem chi tiết", "classes.detail")
        #expect(play.keys == ["classes.ask_class"])
        #expect(play.buttons.count == 4)
        try play.say("lớp lạ")
        #expect(play.keys == ["classes.bad_class"])
        try play.say("1")
        #expect(play.keys == ["classes.detail"])
    }

    @Test func `A cancelled or closed class offers no enrolment`() throws {
        var play = try Play.begun()
        try play.press("#intent:classes.detail?class=KNS-90")
        #expect(play.text.contains("ĐÃ HỦY"))
        #expect(!play.buttons.contains { $0.payload.contains("enrol") })
        try play.press("#intent:classes.detail?class=KNS-91")
        #expect(play.text.contains("hết hạn"))
    }
}

@Suite struct EnrolmentTests {
    @Test func `A child is enrolled after everything was read back`() throws {
        var play = try Play.begun()
        try play.press("#intent:classes.enrol?class=KNS-12")
        #expect(play.keys == ["classes.enrol.ask_child"])
        try play.say("Lê Minh An")
        #expect(play.keys == ["classes.enrol.ask_grade"])
        try play.say("lớp 4", nil, [.grade(4)])
        #expect(play.keys == ["classes.enrol.confirm"])
        for part in ["Lê Minh An", "lớp 4", "KNS-12", "120.000 đồng"] { #expect(play.text.contains(part), "\(part)") }
        #expect(play.records.enrolments.isEmpty)
        try play.say("đúng rồi ạ", "common.yes")
        #expect(play.keys == ["classes.enrol.done"])
        let enrolment = try #require(play.records.enrolments.first)
        #expect(enrolment.childName == "Lê Minh An")
        #expect(enrolment.grade == Grade(number: 4))
        #expect(enrolment.status == .enrolled)
        #expect(enrolment.guardian == Play.mother)
        #expect(play.state.form == nil)
    }

    @Test func `One message may fill several slots`() throws {
        var play = try Play.begun()
        try play.say("đăng ký KNS-12 cho cháu Lê Minh An học lớp 4", "classes.enrol", [.grade(4)])
        #expect(play.keys == ["classes.enrol.confirm"])
        #expect(play.state.form?.values["child"]?.word == "Lê Minh An")
        #expect(play.state.form?.values["class"]?.word == "KNS-12")
    }

    @Test(arguments: [
        ("dạ cháu tên là Lê Minh An ạ", "Lê Minh An"), ("le minh an", "Le Minh An"),
        ("con em là Nguyễn Bảo Anh nhé", "Nguyễn Bảo Anh"),
        ("Nguyễn Văn A", "Nguyễn Văn A"), ("cháu Hoàng Đăng Kỳ, lớp 4", "Hoàng Đăng Kỳ"),
        ("His name is John Smith", "John Smith"),
        ("bé An", "An"),
    ])
    func `Names are taken out of the words around them`(_ text: String, _ name: String) throws {
        var play = try Play.begun()
        try play.press("#intent:classes.enrol?class=KNS-12")
        try play.say(text)
        #expect(play.state.form?.values["child"]?.word == name)
    }

    @Test(arguments: ["12345", "không biết gì cả", "hỏi chút được không", "tu tu em xem", "có"])
    func `What is no name is asked for again`(_ text: String) throws {
        var play = try Play.begun()
        try play.press("#intent:classes.enrol?class=KNS-12")
        try play.say(text)
        #expect(play.keys.last == "classes.enrol.bad_child")
        #expect(play.state.form?.values["child"] == nil)
    }

    @Test func `A grade may be a bare number even while choices are shown`() throws {
        var play = try Play.begun()
        try play.say("lớp ở Sông Xanh", "classes.find", [.commune("10001", "Sông Xanh")])
        try play.press("#intent:classes.enrol?class=KNS-12")
        try play.say("Lê Minh An")
        try play.say("4")
        #expect(play.state.form?.values["grade"]?.word == "4")
        #expect(play.keys == ["classes.enrol.confirm"])
    }

    @Test func `A child of the wrong age is refused kindly and other classes are offered`() throws {
        var play = try Play.begun()
        try play.press("#intent:classes.enrol?class=KNS-12")
        try play.say("Lê Minh An")
        try play.say("lớp 9", nil, [.grade(9)])
        #expect(play.keys == ["classes.enrol.wrong_grade"])
        #expect(play.text.contains("từ lớp 3 đến lớp 6"))
        #expect(play.buttons.contains { $0.payload == "#intent:classes.find?grade=9" })
        try play.say("nhầm, lớp 5", nil, [.grade(5)])
        #expect(play.keys == ["classes.enrol.confirm"])
    }

    @Test func `Cancelled and closed classes take nobody`() throws {
        var play = try Play.begun()
        try play.press("#intent:classes.enrol?class=KNS-90")
        #expect(play.keys == ["classes.enrol.cancelled"])
        try play.press("#intent:classes.enrol?class=KNS-91")
        #expect(play.keys == ["classes.enrol.closed"])
        #expect(play.state.form == nil)
    }

    @Test func `The same child is not enrolled twice`() throws {
        var play = try Play.begun()
        try play.enrol("Lê Minh An", in: "KNS-12", grade: 4)
        try play.press("#intent:classes.enrol?class=KNS-12")
        try play.say("lê minh an")
        #expect(play.keys == ["classes.enrol.already"])
        #expect(play.records.enrolments.count == 1)
    }

    @Test func `A second child is enrolled in the same class without naming it again`() throws {
        var play = try Play.begun()
        try play.enrol("Lê Minh An", in: "KNS-12", grade: 4)
        try play.say("đăng ký thêm cháu nữa", "classes.enrol")
        #expect(play.keys == ["classes.enrol.ask_child"])
        #expect(play.text.contains("KNS-12"))
        try play.say("Lê Minh Bình")
        try play.say("lớp 5", nil, [.grade(5)])
        try play.press("#yes")
        #expect(play.records.enrolments.map(\.childName) == ["Lê Minh An", "Lê Minh Bình"])
    }

    @Test func `A full class offers the waiting list and tells the place in line`() throws {
        var play = try Play.begun()
        try play.enrol("Một Hai", in: "KNS-11", grade: 4, from: Play.father)
        try play.enrol("Ba Bốn", in: "KNS-11", grade: 4, from: Play.father)
        try play.press("#intent:classes.enrol?class=KNS-11")
        #expect(play.keys == ["classes.enrol.full"])
        #expect(play.text.contains("đứng thứ 1"))
        try play.press("#yes")
        #expect(play.keys == ["classes.enrol.ask_child"])
        try play.say("Lê Minh An")
        try play.say("lớp 4", nil, [.grade(4)])
        #expect(play.text.contains("danh sách chờ"))
        try play.press("#yes")
        #expect(play.keys == ["classes.enrol.waiting_done"])
        #expect(play.records.enrolments.last?.status == .waiting)
        #expect(!play.changes.contains { if case .setTimer = $0 { true } else { false } })
    }

    @Test func `Nobody is put on the waiting list against their will`() throws {
        var play = try Play.begun()
        try play.enrol("Một Hai", in: "KNS-11", grade: 4, from: Play.father)
        try play.enrol("Ba Bốn", in: "KNS-11", grade: 4, from: Play.father)
        try play.press("#intent:classes.enrol?class=KNS-11")
        try play.say("không", "common.no")
        #expect(play.keys == ["classes.enrol.not_waiting"])
        #expect(play.state.form == nil)
    }

    @Test func `A class that fills up before the last yes asks about the waiting list`() throws {
        var play = try Play.begun()
        try play.press("#intent:classes.enrol?class=KNS-11")
        try play.say("Lê Minh An")
        try play.say("lớp 4", nil, [.grade(4)])
        try play.enrol("Một Hai", in: "KNS-11", grade: 4, from: Play.father)
        try play.enrol("Ba Bốn", in: "KNS-11", grade: 4, from: Play.father)
        try play.press("#yes")
        #expect(play.keys == ["classes.enrol.full"])
        try play.press("#yes")
        #expect(play.keys == ["classes.enrol.confirm"])
        try play.press("#yes")
        #expect(play.keys == ["classes.enrol.waiting_done"])
    }

    @Test func `A pressed yes that comes twice enrols once`() throws {
        var play = try Play.begun()
        try play.enrol("Lê Minh An", in: "KNS-12", grade: 4)
        try play.press("#yes")
        #expect(play.keys == ["common.button_old"])
        #expect(play.records.enrolments.count == 1)
    }

    @Test func `Everything may be corrected at the end, by name`() throws {
        var play = try Play.begun()
        try play.say("đăng ký KNS-12 cho cháu Lê Minh An học lớp 4", "classes.enrol", [.grade(4)])
        try play.say("sửa tên con", "common.edit")
        #expect(play.keys == ["classes.enrol.ask_child"])
        try play.say("Lê Minh Bình")
        #expect(play.keys == ["classes.enrol.confirm"])
        #expect(play.text.contains("Lê Minh Bình"))
        try play.say("sửa lại, tên là Trần Văn Cường")
        #expect(play.text.contains("Trần Văn Cường"))
        try play.say("không phải lớp 4, lớp 5", nil, [.grade(5)])
        #expect(play.keys == ["classes.enrol.confirm"])
        #expect(play.state.form?.values["grade"]?.word == "5")
    }

    @Test func `A wish to correct without a name is asked about with buttons`() throws {
        var play = try Play.begun()
        try play.say("đăng ký KNS-12 cho cháu Lê Minh An học lớp 4", "classes.enrol", [.grade(4)])
        try play.press("#intent:common.edit")
        #expect(play.keys == ["common.edit_which"])
        #expect(play.buttons.map(\.payload) == ["#slot:edit=class", "#slot:edit=child", "#slot:edit=grade"])
        try play.say("2")
        #expect(play.keys == ["classes.enrol.ask_child"])
    }

    @Test func `What to correct may be named in one word, and a bare name is the child's`() throws {
        var play = try Play.begun()
        try play.say("đăng ký KNS-12 cho cháu Lê Minh An học lớp 4", "classes.enrol", [.grade(4)])
        try play.say("sai rồi", "common.edit")
        try play.say("tên", "common.edit")
        #expect(play.keys == ["classes.enrol.ask_child"])
        try play.say("Lê Minh Bình")
        try play.say("sai rồi", "common.edit")
        try play.say("Trần Minh Khôi")
        #expect(play.keys == ["classes.enrol.confirm"])
        #expect(play.text.contains("Trần Minh Khôi"))
    }

    @Test func `No at the end asks what to correct`() throws {
        var play = try Play.begun()
        try play.say("đăng ký KNS-12 cho cháu Lê Minh An học lớp 4", "classes.enrol", [.grade(4)])
        try play.say("không", "common.no")
        #expect(play.keys == ["common.edit_which"])
    }

    @Test func `Which class is asked among those of the topic that was named`() throws {
        var play = try Play.begun()
        try play.say("đăng ký lớp chống bắt nạt", "classes.enrol", [.topic("bullying")])
        #expect(play.keys == ["classes.enrol.ask_class"])
        #expect(play.buttons.map(\.payload) == ["#slot:class=KNS-31"])
    }

    @Test func `The only class of a list is the one that is meant`() throws {
        var play = try Play.begun()
        try play.say("lớp ở Núi Lam", "classes.find", [.commune("10002", "Núi Lam")])
        try play.say("đăng ký cho con", "classes.enrol")
        #expect(play.keys == ["classes.enrol.ask_child"])
        #expect(play.text.contains("KNS-21"))
    }

    @Test func `Class two is a place in the list only where the list is spoken of`() throws {
        var play = try Play.begun()
        try play.say("lớp ở Sông Xanh", "classes.find", [.commune("10001", "Sông Xanh")])
        try play.say("chi tiết lớp 2", "classes.detail", [.grade(2)])
        #expect(play.text.contains("KNS-13"))
        try play.say("lớp ở Sông Xanh", "classes.find", [.commune("10001", "Sông Xanh")])
        try play.say("đăng ký cho con học lớp 2", "classes.enrol", [.grade(2)])
        #expect(play.keys == ["classes.enrol.ask_class"])
        #expect(play.state.form?.values["grade"]?.word == "2")
        try play.say("lớp 2", "classes.find", [.grade(2)], certainty: .unsure)
        #expect(play.state.form?.values["class"]?.word == "KNS-13")
    }

    @Test func `Without any class in sight a choice is offered`() throws {
        var play = try Play.begun()
        try play.say("đăng ký cho con", "classes.enrol")
        #expect(play.keys == ["classes.enrol.ask_class"])
        #expect(play.buttons.count == 5)
        try play.say("1")
        #expect(play.keys == ["classes.enrol.ask_child"])
    }

    @Test func `A reminder is set within waking hours, and the next after it`() throws {
        var play = try Play.begun()
        try play.enrol("Lê Minh An", in: "KNS-12", grade: 4)
        let id = try #require(play.records.enrolments.first?.id)
        let timer = try #require(play.timers[Play.mother]?["reminder:\(id)"])
        #expect(timer.due == Instant(iso8601: "2026-12-04T14:00:00+07:00"))
        try play.wait(.seconds(11 * 86_400 - 12 * 3600))
        #expect(play.keys == ["classes.reminder"])
        #expect(play.replies.first?.lane == .bulk)
        #expect(play.text.contains("ngày mai"))
        #expect(play.timers[Play.mother]?["reminder:\(id)"]?.due == Instant(iso8601: "2026-12-05T11:00:00+07:00"))
        try play.wait(.seconds(86_400))
        #expect(play.text.contains("hôm nay"))
        #expect(play.timers[Play.mother]?["reminder:\(id)"] == nil)
    }

    @Test func `Reminders stop after an opt-out and come back after it is undone`() throws {
        var play = try Play.begun()
        try play.enrol("Lê Minh An", in: "KNS-12", grade: 4)
        try play.say("ngừng nhận tin", "broadcasts.stop")
        try play.wait(.seconds(11 * 86_400 - 12 * 3600))
        #expect(play.replies.isEmpty)
        try play.say("nhận tin", "broadcasts.start")
        try play.wait(.seconds(86_400))
        #expect(play.keys == ["classes.reminder"])
    }

    @Test func `A reminder does not disturb what was offered before it`() throws {
        var play = try Play.begun()
        try play.enrol("Lê Minh An", in: "KNS-12", grade: 4)
        play.now = try #require(Instant(iso8601: "2026-12-04T13:55:00+07:00"))
        try play.say("lớp ở Sông Xanh", "classes.find", [.commune("10001", "Sông Xanh")])
        let choices = play.state.choices
        #expect(!choices.isEmpty)
        try play.wait(.seconds(600))
        #expect(play.keys == ["classes.reminder"])
        #expect(play.state.choices == choices)
    }
}

@Suite struct OwnClassesTests {
    @Test func `The guardian sees what is enrolled, with its state and a way to give it up`() throws {
        var play = try Play.begun()
        try play.say("lớp của con em", "classes.mine")
        #expect(play.keys == ["classes.mine_none"])
        try play.enrol("Lê Minh An", in: "KNS-12", grade: 4)
        try play.say("lớp của con em", "classes.mine")
        #expect(play.keys == ["classes.mine"])
        #expect(play.text.contains("Lê Minh An: Lớp thử KNS-12"))
        #expect(play.text.contains("Đã có chỗ"))
        #expect(play.buttons.count == 1)
    }

    @Test func `Nobody sees the classes of another guardian`() throws {
        var play = try Play.begun()
        try play.enrol("Lê Minh An", in: "KNS-12", grade: 4, from: Play.father)
        let id = try #require(play.records.enrolments.first?.id)
        try play.say("lớp của con em", "classes.mine")
        #expect(play.keys == ["classes.mine_none"])
        try play.press("#intent:classes.cancel?enrolment=\(id)")
        #expect(play.keys == ["classes.mine_none"])
        #expect(play.records.enrolments.first?.status == .enrolled)
    }

    @Test func `Cancelling reads back, frees the seat and its reminder`() throws {
        var play = try Play.begun()
        try play.enrol("Lê Minh An", in: "KNS-12", grade: 4)
        try play.say("hủy lớp", "classes.cancel")
        #expect(play.keys == ["classes.cancel.confirm"])
        #expect(play.text.contains("Lê Minh An"))
        try play.press("#yes")
        #expect(play.keys == ["classes.cancel.done"])
        #expect(play.records.enrolments.first?.status == .cancelled)
        #expect(play.timers[Play.mother]?.isEmpty == true)
    }

    @Test func `Which place is meant is asked when there are several, and a name tells it`() throws {
        var play = try Play.begun()
        try play.enrol("Lê Minh An", in: "KNS-12", grade: 4)
        try play.enrol("Lê Minh Bình", in: "KNS-12", grade: 5)
        try play.say("hủy lớp", "classes.cancel")
        #expect(play.keys == ["classes.cancel.ask"])
        #expect(play.buttons.count == 2)
        try play.say("cháu Bình")
        #expect(play.keys == ["classes.cancel.confirm"])
        #expect(play.text.contains("Lê Minh Bình"))
        try play.press("#leave")
        #expect(play.keys == ["common.left"])
        #expect(!play.records.enrolments.contains { $0.status == .cancelled })
    }

    @Test func `A freed seat goes to the child who waited longest, whose guardian is told`() throws {
        var play = try Play.begun()
        try play.enrol("Lê Minh An", in: "KNS-11", grade: 4)
        try play.enrol("Lê Minh Bình", in: "KNS-11", grade: 5)
        try play.enrol("Trần Cường", in: "KNS-11", grade: 4, from: Play.father)
        #expect(play.records.enrolments.last?.status == .waiting)
        try play.say("hủy lớp của cháu An", "classes.cancel")
        try play.press("#yes")
        #expect(play.records.enrolments.map(\.status) == [.cancelled, .enrolled, .enrolled])
        let (who, reply) = try #require(play.notified.first)
        #expect(who == Play.father)
        #expect(reply.message.text.contains("Trần Cường"))
        let id = try #require(play.records.enrolments.last?.id)
        #expect(play.timers[Play.father]?["reminder:\(id)"] != nil)
    }

    @Test func `Cancelling a place on the waiting list promotes nobody`() throws {
        var play = try Play.begun()
        try play.enrol("Một Hai", in: "KNS-11", grade: 4, from: Play.father)
        try play.enrol("Ba Bốn", in: "KNS-11", grade: 5, from: Play.father)
        try play.enrol("Lê Minh An", in: "KNS-11", grade: 4)
        try play.enrol("Lê Minh Bình", in: "KNS-11", grade: 4)
        try play.say("hủy của cháu An", "classes.cancel")
        try play.press("#yes")
        #expect(play.notified.isEmpty)
        #expect(play.records.enrolments.map(\.status) == [.enrolled, .enrolled, .cancelled, .waiting])
    }

    @Test func `An old button for a place that is gone is harmless`() throws {
        var play = try Play.begun()
        try play.enrol("Lê Minh An", in: "KNS-12", grade: 4)
        try play.enrol("Lê Minh Bình", in: "KNS-12", grade: 4)
        let id = try #require(play.records.enrolments.first?.id)
        try play.press("#intent:classes.cancel?enrolment=\(id)")
        try play.press("#yes")
        try play.press("#intent:classes.cancel?enrolment=\(id)")
        #expect(play.keys == ["classes.cancel.confirm"] || play.keys == ["classes.cancel.gone"])
        #expect(play.records.enrolments.map(\.status) == [.cancelled, .enrolled])
    }
}
