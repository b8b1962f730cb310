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
            var kept: Kept?
            let before = play.states[who] ?? ConversationState()
            let hasCase = before.report.flatMap { play.records.caseSummary($0.id)?.status }.map { $0 != .closed } ?? false
            let isAsked = before.safetyAsked.map { play.now < $0 + .seconds(24 * 3600) } ?? false
            let isOwned = before.ownedUntil.map { play.now < $0 } ?? false
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
            case 3:
                // Bare answers; in an open question each leaves an entry, if only that it was passed over.
                let answer = pick(["có", "không", "bỏ qua", "em không biết", "1", "2", "hôm nay", "bạn cùng lớp", "9 tuổi", "an toàn"])
                if isOpen, !isAsked, before.report?.phase == .asking { kept = .something }
                try play.say(answer, from: who)
            case 4 where isOpen && !isAsked:
                let (text, intent) = pick([
                    ("không muốn kể nữa", "common.no"), ("cảm ơn em", "common.thanks"), ("chào em", "common.greet"),
                    ("máy hay người thế nào", "common.bot"), ("lớp bơi nào còn chỗ", "classes.find"), ("họ đi rồi", "common.goodbye"),
                ])
                kept = .words(text)
                if random.next() % 4 == 0 {
                    let reading = Reading(
                        text: text, language: .vietnamese, ranking: [], certainty: .outOfScope, entities: [], triage: Triage())
                    try play.run(.message, text: text, name: "edited_message", reading: reading, from: who)
                } else {
                    try play.say(text, intent, from: who)
                }
            case 4...6:
                // In an open intake people write whatever they have to say.
                if isOpen, !isAsked { kept = .words("\(Self.mark)\(step)") }
                try play.say(isOpen ? "\(Self.mark)\(step) và \(pick(plain))" : pick(plain), from: who)
            case 7...8: try play.say(pick(plain), pick(intents), certainty: pick([.sure, .unsure]), from: who)
            case 9:
                let (asks, harm) = (Triage(ask: true), Danger.s3)
                let triage = pick([asks, harm])
                let text = "hừm \(Self.mark)\(step)"
                if isAsked {
                    kept = .caseOr(text)
                } else if hasCase, triage == asks || !isOpen || isOwned {
                    kept = .words(text)
                }
                try play.say(text, triage: triage, from: who)
            case 10...14:
                let payload = isAsked && random.next() % 2 == 0 ? "#no" : pick(payloads)
                if isAsked {
                    kept = payload != "#no" ? .caseOr("#") : hasCase ? .answer("safety_question", "no") : nil
                } else if payload == "#intent:reports.report", !isOpen, !isOwned {
                    kept = hasCase ? .something : .aCase
                } else if let answer = Self.answer(payload), hasCase, !isOwned {
                    kept = .answer(answer.question, answer.code)
                }
                try play.press(payload, from: who)
            case 15:
                if let button = before.choices.randomElement(using: &random) { try play.press(button.payload, from: who) } else { continue }
            case 16:
                if isAsked { kept = .caseOr("") } else if isOpen { kept = .file }
                try play.run(
                    .message, attachments: [Core.Attachment(kind: pick([.image, .audio]), url: isOpen ? Self.mark : nil)], from: who)
            case 17:
                let duration = Duration.seconds(Int64(random.next() % 2_400))
                if let timer = play.timers[who]?["safety"], timer.due <= play.now + duration {
                    kept = hasCase ? .answer("safety_question", "skipped") : .aCase
                }
                try play.wait(duration, for: who)
            case 18: try play.run(random.next() % 3 == 0 ? .echo : pick([.follow, .unfollow, .status]), by: .staff, from: who)
            default:
                if random.next() % 3 == 0, let id = before.report?.id { play.records.close(id) }
                let timer = pick(["report", "safety", "form"])
                let isClosed = (play.states[who]?.report?.id).map { play.records.caseSummary($0)?.status == .closed } ?? true
                if timer == "safety", let asked = before.safetyAsked, play.now >= asked + .seconds(900) {
                    kept = isClosed ? .aCase : .answer("safety_question", "skipped")
                }
                try play.run(.timer, name: timer, from: who)
            }
            opened += play.openedNow.count
            appended += play.entriesNow.count
            try check(kept, play, step)
            if level >= .s2 {
                #expect(play.openedNow.count == (hasCase ? 0 : 1), "step \(step)")
                #expect(play.entriesNow.contains { $0.kind == .triage }, "step \(step)")
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

    /// What a turn must leave behind, whatever it says.
    private enum Kept {
        /// The case has an entry with these words.
        case words(String)
        /// A new case, or an entry with these words.
        case caseOr(String)
        case aCase
        /// A new case, or any entry.
        case something
        case answer(String, String)
        case file
    }

    private func check(_ kept: Kept?, _ play: Play, _ step: Int) throws {
        let entries = play.entriesNow.filter { $0.kind != .triage }
        switch kept {
        case nil: return
        case .words(let words): #expect(entries.contains { $0.text.contains(words) }, "step \(step): \(play.keys)")
        case .caseOr(let words): #expect(!play.openedNow.isEmpty || entries.contains { $0.text.contains(words) }, "step \(step)")
        case .aCase: #expect(play.openedNow.count == 1, "step \(step)")
        case .something: #expect(!play.openedNow.isEmpty || !entries.isEmpty, "step \(step)")
        case .answer(let question, let code):
            #expect(entries.contains { $0.question == question && $0.text == code }, "step \(step) \(question)=\(code)")
        case .file: #expect(entries.contains { !$0.attachments.isEmpty }, "step \(step)")
        }
    }

    /// "#slot:report.harm=none" → ("harm", "none")
    private static func answer(_ payload: String) -> (question: String, code: String)? {
        let start = "#slot:report."
        guard payload.hasPrefix(start), !payload.hasPrefix("#slot:report.edit") else { return nil }
        let parts = payload.dropFirst(start.count).split(separator: "=").map(String.init)
        return parts.count == 2 ? (parts[0], parts[1]) : nil
    }
}

extension SeededRandom: RandomNumberGenerator {}
