import Content
import Core
import Dialogue
import Programmes
import Testing

@Suite struct ConversationStateTests {
    @Test func `A state with everything in it survives the store`() throws {
        var state = ConversationState()
        state.language = .english
        state.hasIntroduced = true
        var form = Form(intent: "classes.enrol", lastActivity: Instant(milliseconds: 5))
        form.values = [
            "a": .text("Lê \"An\""), "b": .topic(id: "x", name: "y"), "c": .commune(code: "1", name: "2"),
            "d": .grade(Grade(number: 4, suffix: "A")),
            "e": .time(TimeSpan(from: nil, to: Instant(milliseconds: 9), grain: .day)),
            "f": .phone("+84"), "g": .count(3), "h": .yesNo(true), "i": .offer(ClassID("c"), code: "K"),
            "j": .enrolment(EnrolmentID("e")),
        ]
        form.phase = .waitingList
        form.skipped = ["z"]
        form.answered = ["a", "b"]
        state.form = form
        state.draft = Draft(form: form, keptUntil: Instant(milliseconds: 10))
        state.choices = [Button(title: "A", payload: "#yes")]
        state.focus = [ClassID("1"), ClassID("2")]
        state.memory = ["commune": .commune(code: "1", name: "2")]
        state.ownedUntil = Instant(milliseconds: 11)
        state.lastReplies = [Reply(key: "k", message: OutboundMessage(text: "t"))]
        #expect(ConversationState(restoring: try state.encoded()) == state)
    }

    @Test(arguments: ["", "{", "null", "[]", "{}", #"{"version":99}"#, #"{"version":1,"language":5}"#, "\u{0}\u{1}"])
    func `A broken or unknown state gives a fresh one`(_ text: String) {
        #expect(ConversationState(restoring: Array(text.utf8)) == ConversationState())
    }

    @Test func `A state of a later version gives a fresh one`() throws {
        var state = ConversationState()
        state.hasIntroduced = true
        state.version = 2
        #expect(ConversationState(restoring: try state.encoded()) == ConversationState())
        #expect(ConversationState(restoring: nil) == ConversationState())
    }

    @Test func `A busy conversation stays small`() throws {
        var play = try Play.begun()
        try play.say("lớp ở Sông Xanh", "classes.find", [.commune("10001", "Sông Xanh")])
        try play.press("#intent:classes.enrol?class=KNS-12")
        try play.say("Lê Minh An")
        #expect(try play.state.encoded().count < 8_000)
    }

    @Test func `Values are written as one word and read back from it`() {
        #expect(SlotValue.grade(Grade(number: 4, suffix: "A")).word == "4A")
        #expect(SlotValue.yesNo(false).word == "no")
        let span = TimeSpan(
            from: Instant(iso8601: "2026-11-28"), to: Instant(iso8601: "2026-11-29"), grain: .day)
        #expect(SlotValue.time(span).word == "day:2026-11-28T00:00:00+07:00/2026-11-29T00:00:00+07:00")
    }
}

@Suite struct ContentOfDialogueTests {
    /// Keys that the dialogue names exist in both languages, with the same buttons.
    @Test func `Every key is said in Vietnamese and in English`() {
        let replies = TestContent.catalogue.replies
        let keys = (Dialogue.handlers.values.flatMap(\.replyKeys) + Dialogue.commonReplyKeys)
            .filter { !$0.hasSuffix("*") }
        #expect(keys.count > 80)
        for key in keys {
            for language in [Language.vietnamese, .english] {
                #expect(replies.variants[language]?[key]?.isEmpty == false, "\(key) in \(language.rawValue)")
            }
            let vietnamese = replies.variants[.vietnamese]?[key]?.first?.buttons.map(\.payload)
            let english = replies.variants[.english]?[key]?.first?.buttons.map(\.payload)
            #expect(vietnamese == english, "\(key)")
        }
    }

    @Test func `Every intent that may be asked back has a title, short enough for a button`() {
        let replies = TestContent.catalogue.replies
        let silent: Set<String> = [
            "common.yes", "common.no", "common.skip", "common.leave", "common.back", "common.edit", "common.repeat",
            "common.greet", "common.thanks", "common.goodbye", "reports.acknowledge",
        ]
        for intent in TestContent.catalogue.flows.keys.sorted() where !silent.contains(intent) {
            for language in [Language.vietnamese, .english] {
                let title = replies.variants[language]?["intent_title." + intent]?.first?.text
                #expect((1...40).contains(title?.count ?? 0), "intent_title.\(intent) in \(language.rawValue)")
            }
        }
    }

    @Test func `Every handler that flows name exists`() {
        let names = Set(TestContent.catalogue.flows.values.map(\.handler)).subtracting(["answer"])
        #expect(names.isSubset(of: Set(Dialogue.handlers.keys)))
        #expect(names.count > 10)
    }

    @Test(arguments: [Language.vietnamese, .english])
    func `Words about reports promise neither secrecy nor namelessness, and never ask what must not be asked`(_ language: Language) throws {
        let book = try #require(TestContent.catalogue.replies.variants[language])
        let never = [
            "đảm bảo", "bảo đảm", "ẩn danh", "giấu tên", "vì sao", "tại sao", "có chắc", "căn cước", "CCCD", "địa chỉ nhà", "định vị",
            "hòa giải",
            "tha thứ", "đuổi học", "mặc gì", "tôn giáo", "dân tộc", "anonymous", "guarantee", "why", "are you sure", "home address",
            "forgive",
            "expel", "wearing", "religion",
        ]
        for (key, variants) in book where key.hasPrefix("reports.") && key != "reports.advice" {
            for text in variants.map(\.text) {
                for word in never { #expect(!text.lowercased().contains(word.lowercased()), "\(key): \(word)") }
            }
        }
    }

    @Test func `Every question has its words, every choice its button, in both languages`() {
        for language in [Language.vietnamese, .english] {
            let book = TestContent.catalogue.replies.variants[language] ?? [:]
            for question in IntakeQuestion.allCases {
                #expect(book["reports.intake.ask_" + question.rawValue] != nil, "\(question)")
                let title = book["reports.question." + question.rawValue]?.first?.text
                #expect((1...24).contains(title?.count ?? 0), "\(question)")
                for code in Set(IntakeVoice.allCases.flatMap { question.options(for: $0) }) {
                    let option = book["reports.option." + question.rawValue + "." + code]?.first?.text
                    #expect(option?.isEmpty == false, "\(question) \(code)")
                    if option?.contains("{{") == false { #expect((option?.count ?? 99) <= 20, "\(question) \(code)") }
                }
            }
        }
    }
}

@Suite struct ConversationTesterTests {
    private let tester = ConversationTester(
        dialogue: Dialogue(catalogue: TestContent.catalogue), offers: Offers.all
    ) { text, _ in
        let isAbsence = text.contains("nghỉ")
        return Reading(
            text: text, language: .vietnamese,
            ranking: isAbsence ? [RankedIntent(name: "common.absence", confidence: 0.9)] : [],
            certainty: isAbsence ? .sure : .outOfScope,
            entities: text.contains("4A") ? [.grade(4, "A")] : [], triage: Triage())
    }

    private func test(_ steps: [ConversationTest.Step]) -> ConversationTest {
        ConversationTest(
            name: "test", at: Instant(iso8601: "2026-11-24T09:00:00+07:00") ?? Instant(milliseconds: 0), role: .parent,
            steps: steps, location: SourceLocation(file: "common/tests.yml", line: 3))
    }

    private func step(
        _ input: ConversationTest.Step.Input, _ answers: [ConversationTest.Step.Answer], slots: [String: String] = [:],
        changes: [String]? = nil, line: Int = 9
    ) -> ConversationTest.Step {
        .init(
            input: input, answers: answers, slots: slots, changes: changes,
            location: SourceLocation(file: "common/tests.yml", line: line))
    }

    @Test func `A conversation that goes as written passes`() {
        let result = tester.run(
            test([
                step(
                    .text("xin nghỉ học"), [.init(key: "common.absence.ask_child", contains: ["họ và tên"])],
                    changes: ["set_timer"]),
                step(.text("Lê Minh An"), [.init(key: "common.absence.ask_class")], slots: ["child": "Lê Minh An"]),
                step(.attachment(.sticker), [.init(key: "common.absence.ask_class")]),
                step(.wait(.seconds(40 * 60)), [.init(key: "common.form_expired")], changes: ["cancel_timer"]),
                step(.text("tiếp tục"), [.init(key: "common.form_resumed"), .init(key: "common.absence.ask_class")]),
                step(.text("4A"), [.init(key: "common.absence.ask_reason")], slots: ["school_class": "4A"]),
                step(.payload("#skip"), [.init(key: "common.absence.confirm", excludes: ["Lý do"])]),
                step(.payload("#yes"), [.init(key: "common.absence.done")], changes: ["hand_over", "cancel_timer"]),
            ]))
        #expect(result.differences == [])
        #expect(result.passed)
        #expect(result.transcript.count >= 16)
    }

    @Test func `Every kind of difference is told with its place`() {
        let result = tester.run(
            test([
                step(.text("xin nghỉ học"), [.init(key: "common.greet")], line: 11),
                step(
                    .text("Lê Minh An"), [.init(key: "common.absence.ask_class", contains: ["xyz"], excludes: ["lớp"])],
                    slots: ["child": "Bình"], changes: ["enrol"], line: 12),
            ]))
        #expect(result.differences.map(\.aspect) == ["answers", "text", "text", "slots", "changes"])
        #expect(result.differences.map(\.step) == [1, 2, 2, 2, 2])
        #expect(
            result.differences.first?.description.hasPrefix(
                "common/tests.yml:11: step 1, answers: expected [common.greet]") == true)
        #expect(!result.passed)
    }

    @Test func `Equal seeds give equal conversations`() {
        let steps = [step(.text("gì đó"), []), step(.text("gì nữa"), [])]
        #expect(tester.run(test(steps)) == tester.run(test(steps)))
    }

    @Test func `Coming back restores the subscription, and only who follows anew is greeted`() throws {
        var play = Play()
        try play.run(.follow)
        #expect(play.keys == ["common.welcome"])
        #expect(play.changes.contains { if case .subscribe(true) = $0 { true } else { false } }, "a refused message may have ended it")
        try play.run(.unfollow, name: "my_chat_member")
        try play.run(.follow, name: "my_chat_member")
        #expect(play.replies.isEmpty)
        #expect(play.changes.contains { if case .subscribe(true) = $0 { true } else { false } })
        #expect(!play.state.hasLeft)
        try play.say("đừng gửi tin nữa", "broadcasts.stop")
        try play.run(.follow)
        #expect(!play.changes.contains { if case .subscribe(true) = $0 { true } else { false } }, "who has stopped them stays so")
    }
}
