import Content
import Core
import Programmes

extension Scene {
    /// Says a reply to the person of this conversation; the first one tells what they are talking to.
    mutating func say(
        _ key: String, _ values: [String: ReplyValue] = [:], buttons: [Button] = [], lane: Lane = .reply, isReport: Bool = false
    ) {
        var message = render(key, values, language: state.language)
        message.buttons += buttons
        // Leaving a report must look like anything else.
        if isReport, policies.isDemo, key != "reports.left" { message.text += "\n\n" + word("reports.demo") }
        if !state.hasIntroduced, key == "reports.intake.opening" || key == "reports.safety_card" {
            // These words say it themselves.
            state.hasIntroduced = true
        } else if !state.hasIntroduced {
            let notice = render("common.automatic", [:], language: state.language).text
            // In danger the numbers come first.
            message.text = lane == .safety ? message.text + "\n\n" + notice : notice + "\n\n" + message.text
            state.hasIntroduced = true
        }
        let reply = Reply(key: key, message: message, lane: lane)
        changes.append(.reply(reply))
        // A reminder comes between; what was said and offered before it still stands.
        if lane == .bulk { return }
        if isReport {
            saidOfReport = true
            offered = message.buttons
            return
        }
        if lane == .safety {
            offered = message.buttons
            state.lastReplies = []
            state.choices = message.buttons
        } else {
            said.append(reply)
        }
        if !message.buttons.isEmpty { offered = message.buttons }
    }

    mutating func render(_ key: String, _ values: [String: ReplyValue], language: Language) -> OutboundMessage {
        let all = standardValues(language).merging(values) { _, specific in specific }
        let pick = random.next()
        var book = dialogue.catalogue.replies
        do {
            return try book.render(key: key, language: language, values: all, pick: pick)
        } catch {
            count("reply_failed", key)
            book.missingValues = .leaveEmpty
            if let message = try? book.render(key: key, language: language, values: all, pick: pick) { return message }
            return OutboundMessage(text: Self.lastResort(key))
        }
    }

    /// Said when the content itself is broken: help must not depend on a template.
    private static func lastResort(_ key: String) -> String {
        key == "reports.safety_card" || key == "reports.safety_short"
            ? "Nếu đang nguy hiểm, hãy gọi ngay 113 (công an), 115 (cấp cứu) hoặc 111 (bảo vệ trẻ em)."
            : "Xin lỗi, trợ lý chưa trả lời được câu này. / Sorry, the assistant cannot answer this yet."
    }

    /// The short text of a key, for titles; nil when there is none.
    func title(_ key: String) -> String? {
        let text = word(key)
        return text.isEmpty ? nil : text
    }

    /// Without drawing from the random source: words have one form.
    func word(_ key: String, _ values: [String: ReplyValue] = [:], language: Language? = nil) -> String {
        (try? dialogue.catalogue.replies.render(key: key, language: language ?? state.language, values: values).text)
            ?? ""
    }

    /// What every template may use.
    func standardValues(_ language: Language) -> [String: ReplyValue] {
        let isOpen = policies.deskHours.isOpen(at: now)
        let opening = policies.deskHours.nextOpening(after: now)
        let lines = dialogue.hotlines.map {
            [
                "number": ReplyValue.text($0.number),
                "name": .text($0.name[language.rawValue] ?? $0.name["vi"] ?? $0.owner),
            ]
        }
        return [
            "child": .flag(turn.role == .pupil),
            "bot": .text(policies.botName), "province": .text(policies.provinceName),
            "desk": .text(policies.deskName ?? ""), "desk_phone": .text(policies.deskPhone ?? ""),
            "desk_hours": .text(hoursText(language)), "desk_open": .flag(isOpen),
            "opens": .text(opening.map { momentText($0, language) } ?? ""),
            "report_page": .text(policies.publicURL.map { $0 + "/r" + pageLanguage } ?? ""),
            "demo": .flag(policies.isDemo), "third_party": .flag(turn.isThirdParty),
            "you": .text(word("words.you", ["child": .flag(turn.role == .pupil)], language: language)),
            "hotlines": .list(lines),
            "hotlines_line": .text(dialogue.hotlines.map(\.number).joined(separator: ", ")),
        ]
    }

    /// What a web page needs to be told to speak the person's language.
    var pageLanguage: String { state.language == .english ? "?lang=en" : "" }

    // MARK: - Words for times, money and grades

    func clock(_ minuteOfDay: Int) -> String {
        let minutes = minuteOfDay % 60
        return "\(minuteOfDay / 60):\(minutes < 10 ? "0" : "")\(minutes)"
    }

    func dateText(_ date: CivilDate, _ language: Language) -> String {
        word(
            "words.date",
            [
                "weekday": .text(word("words.weekday_\(date.isoWeekday)", language: language)),
                "day": .number(date.day),
                "month": .number(date.month), "year": .number(date.year),
            ], language: language)
    }

    func momentText(_ instant: Instant, _ language: Language) -> String {
        let time = CivilTime(instant)
        return word(
            "words.moment", ["date": .text(dateText(time.date, language)), "time": .text(clock(time.minuteOfDay))],
            language: language)
    }

    func sessionText(_ session: ClassOffer.Session, _ language: Language) -> String {
        let start = CivilTime(session.start)
        return word(
            "words.session",
            [
                "date": .text(dateText(start.date, language)), "from": .text(clock(start.minuteOfDay)),
                "to": .text(clock(CivilTime(session.end).minuteOfDay)),
            ], language: language)
    }

    private func hoursText(_ language: Language) -> String {
        policies.deskHours.runs.map { run in
            let hours = run.stretches.map { clock($0.opens) + "–" + clock($0.closes) }.joined(separator: ", ")
            let from = word("words.weekday_\(run.from)", language: language)
            let through = word("words.weekday_\(run.through)", language: language)
            let days = run.from == run.through ? from : from + "–" + through
            return word("words.hours", ["days": .text(days), "hours": .text(hours)], language: language)
        }.joined(separator: "; ")
    }

    func feeText(_ dong: Int, _ language: Language) -> String {
        guard dong > 0 else { return word("words.free", language: language) }
        return word(
            "words.money", ["amount": .text(grouped(dong, by: language == .vietnamese ? "." : ","))], language: language
        )
    }

    private func grouped(_ value: Int, by separator: String) -> String {
        var digits = Array(String(value))
        var position = digits.count - 3
        while position > 0 {
            digits.insert(contentsOf: separator, at: position)
            position -= 3
        }
        return String(digits)
    }

    func gradeText(_ grade: Grade, _ language: Language) -> String {
        grade.number == 0
            ? word("words.kindergarten", language: language)
            : word("words.grade", ["grade": .text(String(grade.number) + (grade.suffix ?? ""))], language: language)
    }

    func gradesText(_ grades: ClosedRange<Int>, _ language: Language) -> String {
        let from = gradeText(Grade(number: grades.lowerBound), language)
        let to = gradeText(Grade(number: grades.upperBound), language)
        return grades.count == 1
            ? from : word("words.grades", ["from": .text(from), "to": .text(to)], language: language)
    }

    func communeName(_ code: String) -> String { dialogue.catalogue.gazetteer.commune(code: code)?.name ?? code }

    func topicName(_ id: String, _ language: Language) -> String {
        let topic = dialogue.catalogue.gazetteer.topic(id: id)
        return topic?.names[language.rawValue] ?? topic?.names["vi"] ?? id
    }
}
