import Content
import Core
import Dialogue
import Programmes
import Testing

/// Reporters and others who do anything at all. What they tell carries a mark that must not be found again.
@Suite struct ReportWalkTests {
    private static let mark = "zqmk"

    @Test(arguments: [11, 12, 13, 14, 15, 16, 17, 18] as [UInt64])
    func `Whatever happens, danger has its case, and no word of it stays`(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var play = Play(policies: Policies(isDemo: seed % 4 == 0, publicURL: seed % 2 == 0 ? "https://bot.example.vn" : nil), seed: seed)
        let intents = TestContent.catalogue.flows.keys.sorted()
        let plain = [
            "1", "2", "1 3", "7", "có", "không", "đúng rồi", "thoát", "x", "quay lại", "bỏ qua", "sửa", "em không biết", "không rõ",
            "tiếp tục",
            "nhắc lại", "gặp người thật", "lớp bơi", "Lê Minh An", "an toàn", "không an toàn", "bạn cùng lớp", "hôm nay, nhiều lần",
            "9 tuổi", "", "😀",
        ]
        var payloads = [
            "#yes", "#no", "#skip", "#back", "#leave", "#rubbish", "#intent:reports.report", "#intent:reports.status",
            "#intent:common.edit",
            "#intent:common.human", "#intent:classes.enrol?class=KNS-11", "#intent:common.absence", "#slot:report.edit=story",
            "#slot:class=KNS-11",
            "#intent:common.language_en",
        ]
        for question in IntakeQuestion.allCases {
            for code in question.options(for: .parent) { payloads.append("#slot:report.\(question.rawValue)=\(code)") }
        }
        var opened = 0
        var appended = 0
        for step in 0..<500 {
            func pick<T>(_ from: [T]) -> T { from[Int(random.next() % UInt64(from.count))] }
            let who = random.next() % 3 == 0 ? Play.father : Play.mother
            play.role = pick([.parent, .pupil, .teacher])
            play.records.coverage = pick([.nobody, .province, .commune])
            var level = Triage.Level.s0
            let before = play.states[who] ?? ConversationState()
            let isOpen = before.report?.phase != nil && before.report.flatMap { play.records.caseSummary($0.id)?.status } != .closed
            switch random.next() % 20 {
            case 0...2:
                level = pick([.s1, .s2])
                let text = "\(Self.mark)\(step) đang bị đánh"
                let triage = Triage(
                    level: level, categories: ["danger"], because: [.init(text: text, start: 0, end: 4, rule: "happening_now")])
                if random.next() % 5 == 0 {
                    let reading = Reading(
                        text: text, language: .vietnamese, ranking: [], certainty: .outOfScope, entities: [], triage: triage)
                    try play.run(
                        .message, text: text, attachments: [Core.Attachment(kind: .image, url: Self.mark)],
                        name: random.next() % 2 == 0 ? "edited_message" : "m", reading: reading, from: who)
                } else {
                    try play.say(text, random.next() % 2 == 0 ? pick(intents) : nil, triage: triage, from: who)
                }
            case 3...6:
                // In an open intake people write whatever they have to say.
                try play.say(isOpen ? "\(Self.mark)\(step) và \(pick(plain))" : pick(plain), from: who)
            case 7...8: try play.say(pick(plain), pick(intents), certainty: pick([.sure, .unsure]), from: who)
            case 9: try play.say("hừm", triage: pick([Triage(ask: true), Danger.s3]), from: who)
            case 10...14: try play.press(pick(payloads), from: who)
            case 15:
                if let button = before.choices.randomElement(using: &random) { try play.press(button.payload, from: who) } else { continue }
            case 16:
                try play.run(
                    .message, attachments: [Core.Attachment(kind: pick([.image, .audio]), url: isOpen ? Self.mark : nil)], from: who)
            case 17: try play.wait(.seconds(Int64(random.next() % 2_400)), for: who)
            case 18: try play.run(random.next() % 3 == 0 ? .echo : pick([.follow, .unfollow, .status]), by: .staff, from: who)
            default:
                if random.next() % 3 == 0, let id = before.report?.id { play.records.close(id) }
                try play.run(.timer, name: pick(["report", "safety", "form"]), from: who)
            }
            opened += play.openedNow.count
            appended += play.entriesNow.count
            if level >= .s2 {
                let words = play.entriesNow.contains { $0.kind != .triage && $0.text.contains("\(Self.mark)\(step)") }
                #expect(play.openedNow.count == 1 || words, "step \(step)")
                #expect(play.replies.contains { $0.lane == .safety && $0.message.text.contains("113") && $0.message.text.contains("111") })
            }
            for reply in play.replies {
                #expect(!reply.message.text.contains(Self.mark), "\(reply.key)")
                #expect(!reply.message.text.isEmpty)
                for button in reply.message.buttons { #expect(!(button.title + button.payload).contains(Self.mark)) }
            }
            let state = String(decoding: try (play.states[who] ?? ConversationState()).encoded(), as: UTF8.self)
            #expect(!state.contains(Self.mark), "step \(step): \(state)")
            for change in play.changes {
                switch change {
                case .openCase(let opening): #expect(!"\(opening)".contains(Self.mark))
                case .classifyCase(_, let facts): #expect(!"\(facts)".contains(Self.mark))
                case .handOver(let item): #expect(!"\(item)".contains(Self.mark))
                case .count(let metric, let label): #expect(!(metric + label).contains(Self.mark))
                case .setTimer(let timer): #expect(!(timer.key + timer.payload).contains(Self.mark))
                default: break
                }
            }
        }
        #expect(opened > 3 && appended > 50)
    }
}

extension SeededRandom: RandomNumberGenerator {}
