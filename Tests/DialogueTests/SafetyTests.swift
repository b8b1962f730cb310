import Content
import Core
import Dialogue
import Programmes
import Testing

@Suite struct SafetyTests {
    private let danger = Triage(level: .s1, categories: ["PHY"])
    private let begun = ["reports.safety_card", "reports.intake.opening", "reports.intake.ask_safe_now"]

    @Test func `Danger is answered with the numbers at once`() throws {
        var play = Play()
        try play.say("em đang bị đánh", "common.greet", triage: danger)
        #expect(play.keys == begun)
        for number in ["113", "115", "111"] { #expect(play.text.contains(number)) }
        #expect(play.replies.first?.lane == .safety)
        #expect(play.counted == ["safety:S1"])
    }

    @Test func `The card leads with help and only then says that a machine answers`() throws {
        var play = Play()
        try play.say("em đang bị đánh", triage: danger)
        #expect(play.text.hasPrefix("Chuyện này quan trọng"))
        #expect(play.replies.first?.message.text.hasSuffix("Đây là máy trả lời tự động.") ?? false)
        #expect(!play.text.contains("Bản thử, không ai đọc"))
    }

    @Test func `A demonstration says that nobody reads it`() throws {
        var play = Play(policies: Policies(isDemo: true))
        try play.say("em đang bị đánh", triage: danger)
        #expect(play.text.contains("Bản thử, không ai đọc"))
    }

    @Test func `The second level gets the card too`() throws {
        var play = Play()
        try play.say("bị trấn lột", triage: Triage(level: .s2))
        #expect(play.keys == begun)
        #expect(play.counted == ["safety:S2"])
    }

    @Test func `Danger comes before an open form, and the form is offered again only gently`() throws {
        var play = try Play.begun()
        try play.press("#intent:classes.enrol?class=KNS-12")
        try play.say("con em bị đánh hội đồng", triage: danger)
        #expect(play.keys == begun)
        #expect(play.state.form == nil)
        try play.press("#leave")
        #expect(play.keys == ["reports.left"])
        try play.say("cảm ơn", "common.thanks")
        #expect(play.keys == ["common.thanks", "common.draft_kept"])
        try play.say("cảm ơn", "common.thanks")
        #expect(play.keys == ["common.thanks"])
        try play.say("tiếp tục")
        #expect(play.keys == ["common.form_resumed", "classes.enrol.ask_child"])
    }

    @Test func `Danger is answered while a person owns the conversation and after an opt-out`() throws {
        var play = try Play.begun()
        try play.say("ngừng nhận tin", "broadcasts.stop")
        try play.run(.echo, text: "chào chị", by: .staff)
        try play.say("lớp bơi", "classes.find")
        #expect(play.changes.isEmpty)
        try play.say("có người cầm dao", triage: danger)
        #expect(play.keys == ["reports.safety_card", "reports.added"])
    }

    @Test func `An ambiguous text gets one question, and yes shows the card`() throws {
        var play = try Play.begun()
        try play.say("tu tu", triage: Triage(ask: true))
        #expect(play.keys == ["reports.safety_question"])
        #expect(play.buttons.map(\.payload) == ["#yes", "#no"])
        try play.press("#yes")
        #expect(play.keys == begun)
    }

    @Test func `No to the safety question goes on kindly and offers the form`() throws {
        var play = try Play.begun()
        try play.press("#intent:classes.enrol?class=KNS-12")
        try play.say("tu tu em xem", triage: Triage(ask: true))
        try play.say("không ạ", "common.no")
        #expect(play.keys == ["reports.safety_no"])
        #expect(play.text.contains("tiếp tục"))
        #expect(play.state.draft != nil)
        let resume = try #require(play.buttons.last)
        try play.press(resume.payload)
        #expect(play.keys == ["common.form_resumed", "classes.enrol.ask_child"])
        #expect(!play.text.contains("nguy hiểm"))
    }

    @Test(arguments: [
        "hmm", "tùy", "em không muốn nói", "co le", "nó", "nổ", "khói", "đúng", "dung", "có", "không biết",
    ])
    func `An unclear answer to the safety question counts as yes`(_ text: String) throws {
        var play = try Play.begun()
        try play.say("tu tu", triage: Triage(ask: true))
        try play.say(text)
        #expect(play.keys.first == "reports.safety_card")
    }

    @Test func `A sticker as answer to the safety question counts as yes`() throws {
        var play = try Play.begun()
        try play.say("tu tu", triage: Triage(ask: true))
        try play.send(.sticker)
        #expect(play.keys == begun)
    }

    @Test func `A clear question in place of the answer gets the card and its own answer`() throws {
        var play = try Play.begun()
        try play.say("tu tu", triage: Triage(ask: true))
        try play.say("có lớp bơi ở Sông Xanh không", "classes.find", [.commune("10001", "Sông Xanh")])
        #expect(play.keys == ["reports.safety_card", "classes.list"])
    }

    @Test func `Milder harm gets support with 111 and a way to a person`() throws {
        var play = try Play.begun()
        try play.say("con em bị bạn nói xấu", "reports.report", triage: Triage(level: .s3))
        #expect(play.keys == ["reports.support"])
        #expect(play.text.contains("111"))
        #expect(play.buttons.contains { $0.payload == "#intent:common.human" })
    }

    @Test func `A question about a prevention class stays a question about classes`() throws {
        var play = try Play.begun()
        try play.say(
            "có lớp phòng chống bắt nạt ở Sông Xanh không", "classes.find",
            [.topic("bullying"), .commune("10001", "Sông Xanh")], triage: Triage(level: .s0))
        #expect(play.keys == ["classes.list"])
        #expect(play.text.contains("KNS-31"))
    }

    @Test func `A safety answer is never repeated on request`() throws {
        var play = try Play.begun()
        try play.say("em bị đánh", triage: danger)
        try play.say("nhắc lại", "common.repeat")
        #expect(!play.keys.contains("reports.safety_card"))
        #expect(!play.keys.isEmpty)
    }

    @Test func `Without any configured hotline the national numbers stand in`() throws {
        var play = Play(hotlines: [])
        try play.say("em bị đánh", triage: danger)
        #expect(play.text.contains("111"))
    }

    @Test func `A broken book of replies still gives the numbers`() throws {
        var play = Play()
        var catalogue = TestContent.catalogue
        catalogue.replies = ReplyBook()
        play.dialogue = Dialogue(catalogue: catalogue)
        var random = SeededRandom(seed: 1)
        let event = InboundEvent(
            kind: .message, sender: "p", recipient: "u", person: "p", account: "u", name: "t", deduplicationKey: "1",
            text: "x")
        let reading = Reading(
            text: "x", language: .vietnamese, ranking: [], certainty: .outOfScope, entities: [], triage: danger)
        let decision = try play.dialogue.step(
            Turn(event: event, reading: reading, conversation: Play.mother), state: ConversationState(),
            records: play.records, now: play.now, random: &random, ids: IdentifierSource())
        #expect(decision.replies.first?.message.text.contains("113") == true)
    }
}
