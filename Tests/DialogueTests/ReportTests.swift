import Content
import Core
import Dialogue
import Programmes
import Testing

enum Danger {
    static let s1 = Triage(
        level: .s1, categories: ["danger"], because: [.init(text: "đang bị đánh", start: 3, end: 15, rule: "happening_now")])
    static let s2 = Triage(
        level: .s2, categories: ["extortion"], because: [.init(text: "trấn lột", start: 3, end: 11, rule: "extortion")])
    static let s3 = Triage(level: .s3, categories: ["verbal"], because: [.init(text: "nói xấu", start: 0, end: 7, rule: "insulted")])
}

extension Play {
    static let policies = Policies(publicURL: "https://bot.example.vn")

    /// In the middle of an intake, at its first question.
    static func reporting(
        _ text: String = "em đang bị đánh", _ triage: Triage = Danger.s1, role: Role = .parent, policies: Policies = Play.policies
    ) throws -> Play {
        var play = Play(policies: policies)
        play.role = role
        try play.say(text, triage: triage)
        return play
    }

    /// Answers questions by their buttons until this one is asked.
    mutating func answer(until question: IntakeQuestion) throws {
        for _ in 0..<30 {
            guard let open = state.report?.question, open != question else { return }
            if let code = open.options(for: state.report?.voice ?? .parent).last, open != .safeNow {
                try press("#slot:report.\(open.rawValue)=\(code)")
            } else if open == .safeNow {
                try press("#slot:report.safe_now=safe")
            } else {
                try say("lời kể")
            }
        }
    }
}

@Suite struct ReportTests {
    @Test func `Danger opens a case in the same decision, with what triage found and no words of it`() throws {
        let play = try Play.reporting()
        let opening = try #require(play.openedNow.first)
        #expect(play.openedNow.count == 1)
        #expect(opening.cause == .message && opening.transcript == 10 && opening.openedAt == play.now)
        #expect(opening.facts == CaseFacts(level: .s1, categories: ["danger"], rules: ["happening_now"]))
        #expect(opening.role == "pupil", "a child speaks, whatever the role")
        #expect(play.state.report?.id == opening.id)
        #expect(play.entriesNow.map(\.kind) == [.triage])
    }

    @Test func `The case comes before anything is said`() throws {
        let play = try Play.reporting()
        let order = play.changes.compactMap { change -> String? in
            switch change {
            case .openCase: "case"
            case .reply: "reply"
            default: nil
            }
        }
        #expect(order.contains("case"))
        #expect(order.last == "reply")
        #expect(play.keys == ["reports.safety_card", "reports.intake.opening", "reports.intake.ask_safe_now"])
    }

    @Test func `The link is secret, fits the opening, ends after a day, and is kept nowhere else`() throws {
        var play = try Play.reporting()
        let opening = try #require(play.openedNow.first)
        let token = try #require(opening.linkToken)
        #expect(token.count == 43 && token.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
        #expect(play.text.contains("https://bot.example.vn/r/" + token))
        #expect(opening.linkExpires == play.now + .seconds(24 * 3600))
        #expect(!String(decoding: try play.state.encoded(), as: UTF8.self).contains(token))
        try play.say("nhắc lại", "common.repeat")
        #expect(!play.text.contains(token))
        let other = try Play.reporting().openedNow.first?.linkToken
        #expect(other == token, "the same seed")
        var different = Play(policies: Play.policies, seed: 8)
        try different.say("em đang bị đánh", triage: Danger.s1)
        #expect(different.openedNow.first?.linkToken != token)
    }

    @Test func `Without an address there is no link, and that is said`() throws {
        let play = try Play.reporting(policies: Policies())
        #expect(play.openedNow.first?.linkToken == nil)
        #expect(play.text.contains("chưa cấp được mã") && play.text.contains("111"))
        #expect(!play.text.contains("/r/"))
    }

    @Test func `Whoever can be reached is told of, and nobody is said plainly`() throws {
        let reached = try Play.reporting()
        #expect(reached.text.contains("Người trực được báo ngay"))
        var play = Play(policies: Play.policies)
        play.records.coverage = .nobody
        try play.say("em đang bị đánh", triage: Danger.s1)
        #expect(play.text.contains("không liên lạc được với người trực nào"))
        #expect(!play.text.contains("được báo ngay"))
    }

    @Test func `A demonstration says on every word about a report that nobody reads it, but not when it is left`() throws {
        var play = try Play.reporting(policies: Policies(isDemo: true))
        #expect(play.replies.count == 3)
        for reply in play.replies { #expect(reply.message.text.contains("Bản thử, không ai đọc")) }
        #expect(!play.text.contains("được báo ngay"))
        try play.press("#slot:report.safe_now=not_safe")
        for reply in play.replies { #expect(reply.message.text.contains("Bản thử, không ai đọc")) }
        try play.say("thoát")
        #expect(!play.text.contains("thử"))
    }

    @Test func `On somebody else's app this is said, and on our own page not`() throws {
        let play = try Play.reporting()
        #expect(play.text.contains("Ứng dụng này cũng thấy"))
    }

    @Test func `In an open intake danger is an answer too, and the numbers come in short`() throws {
        var play = try Play.reporting()
        try play.answer(until: .story)
        try play.say("nó cầm dao dọa em", triage: Danger.s1)
        #expect(play.keys == ["reports.safety_short", "reports.intake.ask_when"])
        #expect(play.text.contains("113"))
        #expect(play.entriesNow.contains { $0.kind == .answer && $0.question == "story" && $0.text == "nó cầm dao dọa em" })
        #expect(play.openedNow.isEmpty)
    }

    @Test func `The full numbers come again when the danger grew or ten minutes have gone by`() throws {
        var play = try Play.reporting("bị trấn lột", Danger.s2)
        try play.say("nó cầm dao", triage: Danger.s1)
        #expect(play.keys.first == "reports.safety_card")
        #expect(play.level == .s1)
        try play.say("nó cầm dao", triage: Danger.s2)
        #expect(play.keys.first == "reports.safety_short")
        try play.wait(.seconds(601))
        try play.say("nó cầm dao", triage: Danger.s1)
        #expect(play.keys.first == "reports.safety_card")
    }

    @Test func `A later message of danger goes into the open case without the questions beginning anew`() throws {
        var play = try Play.reporting()
        try play.press("#leave")
        try play.say("nó lại đánh em", triage: Danger.s2)
        #expect(play.keys == ["reports.safety_short", "reports.added"])
        #expect(play.openedNow.isEmpty && play.entriesNow.contains { $0.text == "nó lại đánh em" })
    }

    @Test func `When the team has closed the case, danger opens another`() throws {
        var play = try Play.reporting()
        let first = try #require(play.openings.first?.id)
        play.records.close(first)
        try play.say("nó lại đánh em", triage: Danger.s2)
        #expect(play.openedNow.count == 1 && play.openedNow.first?.id != first)
        #expect(play.keys == ["reports.safety_card", "reports.intake.opening", "reports.intake.ask_safe_now"])
    }

    @Test func `An answer to a case that was closed meanwhile ends the intake`() throws {
        var play = try Play.reporting()
        play.records.close(try #require(play.openings.first?.id))
        try play.say("cảm ơn", "common.thanks")
        #expect(play.keys == ["common.thanks"])
        #expect(play.state.report?.phase == nil)
    }

    @Test func `While a person writes here the card and the case come, the questions do not`() throws {
        var play = try Play.begun()
        try play.run(.echo, by: .staff)
        try play.say("em đang bị đánh", triage: Danger.s1)
        #expect(play.keys == ["reports.safety_card", "reports.added"])
        #expect(play.openedNow.first?.linkToken == nil)
        #expect(play.state.report?.phase == nil)
        try play.say("nó còn ở đây", triage: Danger.s1)
        #expect(play.keys == ["reports.safety_short", "reports.added"])
        #expect(play.openedNow.isEmpty && !play.entriesNow.isEmpty)
    }

    @Test func `A person who begins to write stops the questions, and what is written still reaches the case`() throws {
        var play = try Play.reporting()
        try play.run(.echo, by: .staff)
        try play.say("em ở sau trường")
        #expect(play.keys.isEmpty)
        #expect(play.entriesNow.map(\.text) == ["em ở sau trường"])
    }

    @Test func `Some harm is heard kindly, and only going on opens a case`() throws {
        var play = try Play.begun()
        try play.say("em bị nói xấu", triage: Danger.s3)
        #expect(play.keys == ["reports.support"])
        #expect(play.openedNow.isEmpty)
        #expect(play.buttons.first?.payload == "#intent:reports.report")
        try play.say("1")
        #expect(play.openedNow.first?.cause == .request && play.openedNow.first?.facts.level == .s3)
        #expect(play.keys == ["reports.intake.opening", "reports.intake.ask_safe_now"])
    }

    @Test func `Some harm told with the wish to report begins at once, at its level`() throws {
        var play = try Play.begun()
        try play.say("tôi muốn phản ánh con tôi bị nói xấu", "reports.report", triage: Danger.s3)
        #expect(play.openedNow.first?.facts.rules == ["insulted"])
        #expect(play.keys.first == "reports.intake.opening")
    }

    @Test func `A text that only sounds like a report opens nothing`() throws {
        var play = try Play.begun()
        try play.say("cô giáo đánh giá con", "reports.report", others: ["classes.certificate"])
        #expect(play.keys == ["common.unsure"])
        #expect(play.openedNow.isEmpty)
        try play.press("#intent:classes.enrol?class=KNS-12")
        try play.say("cô giáo đánh giá con", "reports.report", others: ["classes.certificate"])
        #expect(play.openedNow.isEmpty)
    }

    @Test func `A request in the middle of a form keeps the form, without what was written freely`() throws {
        var play = try Play.begun()
        try play.press("#intent:common.absence")
        try play.say("Lê Minh An")
        try play.say("lớp 4", nil, [.grade(4)])
        try play.press("#intent:reports.report")
        #expect(play.keys == ["reports.intake.opening", "reports.intake.ask_safe_now"])
        #expect(play.state.form == nil && play.state.draft?.form.intent == "common.absence")
        #expect(play.state.draft?.form.values["reason"] == nil)
    }

    @Test func `Requests have a measure for each day`() throws {
        var play = try Play.begun()
        for _ in 0..<6 {
            try play.press("#intent:reports.report")
            #expect(play.keys == ["reports.intake.opening", "reports.intake.ask_safe_now"])
            try play.press("#leave")
        }
        #expect(play.openings.count == 3)
        try play.wait(.seconds(86_400))
        try play.press("#intent:reports.report")
        #expect(play.openings.count == 4)
    }

    @Test func `Where somebody asks after a report, nothing tells whether there is one`() throws {
        var with = try Play.reporting()
        try with.press("#leave")
        var without = Play(policies: Play.policies)
        try without.say("chào", "common.greet")
        try with.say("tin báo của em đến đâu rồi", "reports.status")
        try without.say("tin báo của em đến đâu rồi", "reports.status")
        #expect(with.text == without.text)
        #expect(with.text.contains("https://bot.example.vn/r ") && with.text.contains("PIN"))
    }

    @Test func `A message that was changed later is looked at for danger only`() throws {
        var play = try Play.begun()
        let harmless = Reading(
            text: "lớp bơi", language: .vietnamese, ranking: [RankedIntent(name: "classes.find", confidence: 0.9)], certainty: .sure,
            entities: [], triage: Triage())
        let before = play.state
        try play.run(.message, text: "lớp bơi", name: "edited_message", reading: harmless)
        #expect(play.changes.isEmpty && play.state == before)
        var dangerous = harmless
        dangerous.triage = Danger.s1
        try play.run(.message, text: "nó đang đánh em", name: "edited_message", reading: dangerous)
        #expect(play.keys.first == "reports.safety_card" && play.openedNow.count == 1)
        // In the intake new words are kept, and answer nothing.
        let question = play.state.report?.question
        try play.run(.message, text: "sửa chữ", name: "edited_message", reading: harmless)
        #expect(play.keys.isEmpty && play.entriesNow.map(\.text) == ["sửa chữ"])
        #expect(play.state.report?.question == question)
    }

    @Test func `Leaving the channel in the middle tells the team`() throws {
        var play = try Play.reporting()
        try play.run(.unfollow)
        #expect(play.milestones == [.reporterLeft])
        #expect(play.state.report?.phase == nil)
    }
}

@Suite struct SafetyQuestionTests {
    @Test func `A clear no opens no case, not even later`() throws {
        var play = try Play.begun()
        try play.say("tu tu", triage: Triage(ask: true))
        try play.say("không ạ", "common.no")
        #expect(play.keys == ["reports.safety_no"])
        try play.wait(.seconds(3600))
        #expect(play.openings.isEmpty)
    }

    @Test func `No answer for fifteen minutes opens a case, and nothing is said`() throws {
        var play = try Play.begun()
        try play.say("tu tu", triage: Triage(ask: true))
        try play.wait(.seconds(14 * 60))
        #expect(play.openings.isEmpty)
        try play.wait(.seconds(60))
        #expect(play.keys.isEmpty)
        let opening = try #require(play.openedNow.first)
        #expect(opening.cause == .unanswered && opening.facts.level == .s2 && opening.transcript == 10)
        #expect(play.timers[Play.mother]?["safety"] == nil)
    }

    @Test func `A late yes begins the questions, a late no is kept`() throws {
        var play = try Play.begun()
        try play.say("tu tu", triage: Triage(ask: true))
        try play.wait(.seconds(1200))
        var other = play
        try play.press("#yes")
        #expect(play.keys == ["reports.safety_card", "reports.intake.opening", "reports.intake.ask_safe_now"])
        #expect(play.openedNow.isEmpty && play.level == .s1)
        try other.press("#no")
        #expect(other.keys == ["reports.safety_no"])
        #expect(other.entriesNow.map(\.question) == ["safety_question"])
    }

    @Test func `Another button in place of the answer opens a case and does what it says`() throws {
        var play = try Play.begun()
        try play.say("tu tu", triage: Triage(ask: true))
        try play.press("#intent:classes.mine")
        #expect(play.keys == ["reports.safety_card", "classes.mine_none"])
        #expect(play.openedNow.first?.facts.level == .s2 && play.state.report?.phase == nil)
        // What is dangerous later goes into that case, and then the questions come.
        try play.say("em đang bị đánh", triage: Danger.s1)
        #expect(play.openedNow.isEmpty && play.keys.last == "reports.intake.ask_safe_now")
    }

    @Test func `Yes is the gravest level, an unclear answer the next`() throws {
        var yes = try Play.begun()
        try yes.say("tu tu", triage: Triage(ask: true))
        try yes.say("có ạ", "common.yes")
        #expect(yes.openedNow.first?.facts.level == .s1)
        var unclear = try Play.begun()
        try unclear.say("tu tu", triage: Triage(ask: true))
        try unclear.say("hmm")
        #expect(unclear.openedNow.first?.facts.level == .s2)
    }

    @Test func `What only sounds like a report is offered to be reported, and nothing is opened`() throws {
        for certainty in [Certainty.sure, .unsure] {
            var play = Play(policies: Play.policies)
            try play.say("nó nhét đầu con tôi vào bồn cầu", "reports.report", certainty: certainty)
            #expect(play.keys == ["reports.heard"] && play.openedNow.isEmpty && play.timers[Play.mother]?["safety"] == nil)
            #expect(play.buttons.first?.payload == "#intent:reports.report")
            #expect(play.text.contains("111") && !play.text.contains("bồn cầu"))
            try play.press("#intent:reports.report")
            #expect(play.openedNow.count == 1)
        }
        var play = Play(policies: Play.policies)
        try play.say("cô giáo đánh giá con", "reports.report", certainty: .unsure)
        #expect(play.keys == ["common.unsure"], "no word of harm in it")
    }

    @Test func `A short answer is not taken for another topic`() throws {
        var play = try Play.reporting("con tôi bị trấn lột", Danger.s2)
        try play.answer(until: .when)
        try play.say("cháu tui", "classes.mine")
        #expect(play.state.report?.phase == .asking && play.entriesNow.contains { $0.text == "cháu tui" })
        try play.say("lớp bơi nào còn chỗ", "classes.find", [.topic("drowning")])
        #expect(play.state.report?.phase == nil && play.milestones == [.reporterLeft])
    }

    @Test func `What is told after the numbers is no farewell, whatever it sounds like`() throws {
        var play = try Play.reporting()
        try play.say("không an toàn")
        try play.say("họ đi rồi", "common.goodbye")
        #expect(play.keys == ["reports.added"] && play.entriesNow.map(\.text) == ["họ đi rồi"])
        try play.say("em cảm ơn", "common.thanks")
        #expect(play.keys == ["common.thanks"] && play.entriesNow.map(\.text) == ["em cảm ơn"])
        try play.say("cháu nghỉ ở nhà rồi", "common.absence")
        #expect(play.keys == ["reports.added"])
        try play.say("xin nghỉ học cho cháu", "common.absence")
        #expect(play.keys != ["reports.added"] && play.state.report?.phase == nil)
    }

    @Test func `Who has told enough is asked no more`() throws {
        var play = try Play.reporting()
        try play.answer(until: .when)
        try play.say("không muốn kể nữa")
        #expect(play.keys == ["reports.intake.confirm"] && play.entriesNow.map(\.text) == ["không muốn kể nữa"])
        try play.say("xong")
        #expect(play.keys == ["reports.intake.done"] && play.milestones == [.intakeConfirmed])
    }

    @Test func `Injuries told before they are asked for are not asked for again`() throws {
        var play = try Play.reporting("con tôi bị trấn lột", Danger.s2)
        try play.say("cháu bị bầm tím ở tay, không có vũ khí")
        #expect(play.keys == ["reports.intake.unclear", "reports.intake.ask_safe_now"])
        #expect(play.entriesNow.contains { $0.question == "harm" && $0.text == "hurt" })
        try play.say("an toàn")
        #expect(play.keys == ["reports.intake.ask_story"])
    }

    @Test func `A neighbour is no relative, unless one is named beside them`() throws {
        for (text, code) in [("ông hàng xóm", "stranger"), ("bố cháu, hàng xóm cũng thấy", "family"), ("bác bảo vệ", "adult_at_school")] {
            var play = try Play.reporting("con tôi bị trấn lột", Danger.s2)
            try play.answer(until: .accused)
            try play.say(text)
            #expect(play.entriesNow.contains { $0.question == "accused" && $0.text.hasPrefix(code) }, "\(text)")
        }
    }

    @Test func `In English, the web pages are told so`() throws {
        var play = Play(policies: Play.policies)
        try play.say("my teacher hits me in class", triage: Danger.s1, language: .english)
        let token = try #require(play.openedNow.first?.linkToken)
        #expect(play.text.contains("/r/" + token + "?lang=en"))
        try play.press("#intent:reports.status")
        #expect(play.text.contains("/r?lang=en"))
        let other = try Play.reporting()
        #expect(!other.text.contains("?lang"))
    }

    @Test func `A child who wishes to die is told that somebody listens, before the numbers`() throws {
        let triage = Triage(
            level: .s1, categories: ["self_harm"], because: [.init(text: "muốn chết", start: 3, end: 12, rule: "wish_to_die")])
        let child = try Play.reporting("em muốn chết", triage, role: .pupil)
        #expect(child.text.hasPrefix("Cảm ơn em đã nói ra. Em không phải chịu một mình"))
        let parent = try Play.reporting("con tôi muốn chết", triage)
        #expect(parent.text.hasPrefix("Chuyện này quan trọng"))
    }

    @Test func `Harm told while a person writes here still reaches the case`() throws {
        var play = try Play.reporting()
        try play.say("thoát")
        try play.run(.echo, by: .staff)
        try play.say("chúng nó nói xấu em", triage: Danger.s3)
        #expect(play.replies.isEmpty && play.entriesNow.contains { $0.text == "chúng nó nói xấu em" })
    }
}
