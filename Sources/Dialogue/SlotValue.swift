package import Core

/// What a slot holds, kept small because it is stored with the conversation.
package enum SlotValue: Sendable, Equatable, Codable {
    case text(String)
    case topic(id: String, name: String)
    case commune(code: String, name: String)
    case grade(Grade)
    case time(TimeSpan)
    /// E.164.
    case phone(String)
    case count(Int)
    case yesNo(Bool)
    case offer(ClassID, code: String)
    case enrolment(EnrolmentID)

    /// The value in one word, as conversation tests and button payloads write it: `drowning`, `14797`, `4A`, `yes`.
    ///
    /// A stretch of time is `day:2026-11-28T00:00:00+07:00/2026-11-29T00:00:00+07:00`.
    package var word: String {
        switch self {
        case .text(let text): text
        case .topic(let id, _): id
        case .commune(let code, _): code
        case .grade(let grade): String(grade.number) + (grade.suffix ?? "")
        case .time(let span):
            "\(span.grain.rawValue):\(span.from?.iso8601InVietnam ?? "")/\(span.to?.iso8601InVietnam ?? "")"
        case .phone(let number): number
        case .count(let count): String(count)
        case .yesNo(let answer): answer ? "yes" : "no"
        case .offer(_, let code): code
        case .enrolment(let id): id.rawValue
        }
    }
}

extension TimeSpan {
    /// Reads what ``SlotValue/word`` wrote; also a bare date or moment.
    init?(word: String) {
        if let instant = Instant(iso8601: word) {
            let isDay = word.unicodeScalars.count <= 10
            let date = CivilTime(instant).date
            self.init(
                from: instant, to: isDay ? date.adding(days: 1).at() : instant + .seconds(60),
                grain: isDay ? .day : .minute)
            return
        }
        let parts = word.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let colon = parts[0].firstIndex(of: ":"),
            let grain = Grain(rawValue: String(parts[0][..<colon]))
        else { return nil }
        let start = parts[0][parts[0].index(after: colon)...]
        let from = start.isEmpty ? nil : Instant(iso8601: String(start))
        let to = parts[1].isEmpty ? nil : Instant(iso8601: String(parts[1]))
        if from == nil && to == nil { return nil }
        self.init(from: from, to: to, grain: grain)
    }
}
