package import Core

/// A table of classes as schools write it, checked row by row.
package struct ClassSheet: Sendable, Equatable {
    /// One mistake: which line, which column, what, and how to mend it.
    package struct Problem: Error, Sendable, Equatable {
        package var line: Int
        package var column: String
        package var message: String
        package var mend: String
    }

    package static let columns = [
        "code", "title", "topic", "commune", "venue", "sessions", "grades", "capacity", "fee", "organiser",
        "instructor", "safeguarding_contact", "licence", "registration_closes",
    ]

    package private(set) var offers: [ClassOffer] = []
    package private(set) var problems: [Problem] = []

    /// - Parameters:
    ///   - topics: known topic ids; a topic outside them is a mistake.
    ///   - communes: known commune codes.
    ///   - isDemo: marks every class as made up.
    package init(_ text: String, topics: Set<String>, communes: Set<String>, isDemo: Bool) {
        let table: CSVTable
        do {
            table = try CSVTable(text)
        } catch {
            problems.append(
                Problem(line: error.line, column: "", message: error.message, mend: "Mend this line; compare with the template."))
            return
        }
        for column in Self.columns where !table.columns.contains(column) {
            problems.append(
                Problem(line: 1, column: column, message: "the column is missing", mend: "Add the column “\(column)” to the first line."))
        }
        guard problems.isEmpty else { return }
        var codes: [String: Int] = [:]
        for row in table.rows {
            var reader = RowReader(row: row, topics: topics, communes: communes)
            let offer = reader.read(isDemo: isDemo)
            let code = ClassOffer.normalised(code: row["code"])
            if let earlier = codes.updateValue(row.line, forKey: code) {
                reader.complain("code", "“\(row["code"])” stands on line \(earlier) already", "Give each class a code of its own.")
            }
            problems += reader.problems
            if reader.problems.isEmpty, let offer { offers.append(offer) }
        }
    }

    /// The same classes, moved by whole weeks so that the first week of the table becomes the week of `day`;
    /// weekdays and hours stay.
    package func shifted(toWeekOf day: CivilDate) -> [ClassOffer] {
        guard let earliest = offers.compactMap(\.firstStart).min() else { return offers }
        let days = day.monday.dayNumber - CivilTime(earliest).date.monday.dayNumber
        let shift = Duration.seconds(Int64(days) * 86_400)
        return offers.map { offer in
            var offer = offer
            offer.sessions = offer.sessions.map { .init(start: $0.start + shift, end: $0.end + shift) }
            offer.registrationCloses = offer.registrationCloses + shift
            return offer
        }
    }
}

/// Reads one row; every mistake is noted, none stops the reading.
private struct RowReader {
    let row: CSVTable.Row
    let topics: Set<String>
    let communes: Set<String>
    var problems: [ClassSheet.Problem] = []

    mutating func complain(_ column: String, _ message: String, _ mend: String) {
        problems.append(.init(line: row.line, column: column, message: message, mend: mend))
    }

    mutating func read(isDemo: Bool) -> ClassOffer? {
        let code = required("code")
        let title = required("title")
        if !topics.contains(row["topic"]) {
            complain(
                "topic", "“\(row["topic"])” is not a topic",
                "Use an id from intents/lookups/topics.yml: \(topics.sorted().joined(separator: ", ")).")
        }
        if !communes.contains(row["commune"]) {
            complain("commune", "“\(row["commune"])” is not a commune's code", "Use the five-digit code from intents/lookups/communes.yml.")
        }
        let sessions = readSessions()
        let grades = readGrades()
        let capacity = number("capacity", 1...100_000)
        let fee = number("fee", 0...1_000_000_000)
        let organiser = required("organiser")
        let contact = required("safeguarding_contact")
        let closes = row["registration_closes"].isEmpty ? sessions.first?.start : Instant(iso8601: row["registration_closes"])
        if closes == nil, !row["registration_closes"].isEmpty {
            complain("registration_closes", "“\(row["registration_closes"])” is not a time", "Write 2026-11-27 17:00.")
        }
        guard let grades, let capacity, let fee, let closes else { return nil }
        return ClassOffer(
            id: ClassID("class-" + ClassOffer.normalised(code: code)), code: code, title: title, topic: row["topic"],
            commune: row["commune"], venue: row["venue"], sessions: sessions, grades: grades, capacity: capacity, fee: fee,
            organiser: organiser, instructor: row["instructor"], safeguardingContact: contact,
            licence: row["licence"].isEmpty ? nil : row["licence"], registrationCloses: closes, isDemo: isDemo)
    }

    private mutating func required(_ column: String) -> String {
        let value = row[column]
        if value.isEmpty { complain(column, "is empty", "Every class needs this.") }
        if value.unicodeScalars.count > 300 { complain(column, "is longer than 300 characters", "Shorten it.") }
        return value
    }

    private mutating func number(_ column: String, _ range: ClosedRange<Int>) -> Int? {
        let digits = row[column].filter { $0 != "." && $0 != " " }
        guard let value = Int(digits), range.contains(value) else {
            complain(
                column, "“\(row[column].prefix(40))” is not a number from \(range.lowerBound) to \(range.upperBound)", "Write digits only.")
            return nil
        }
        return value
    }

    /// `1-5`, `mn-2`, `6`.
    private mutating func readGrades() -> ClosedRange<Int>? {
        let sides = row["grades"].split(separator: "-", omittingEmptySubsequences: false).map { side -> Int? in
            side.lowercased() == "mn" ? 0 : Int(side).flatMap { (1...12).contains($0) ? $0 : nil }
        }
        if let low = sides.first ?? nil, let high = sides.last ?? nil, sides.count <= 2, low <= high { return low...high }
        complain("grades", "“\(row["grades"].prefix(40))” is not a range of school years", "Write 1-5, 6 or mn-2 (mn = mầm non).")
        return nil
    }

    /// `2026-11-28 08:00-10:00; 2026-12-05 08:00-10:00`.
    private mutating func readSessions() -> [ClassOffer.Session] {
        var sessions: [ClassOffer.Session] = []
        for part in row["sessions"].split(separator: ";") {
            let words = part.split(separator: " ")
            let hours = words.last?.split(separator: "-") ?? []
            guard words.count == 2, hours.count == 2, let start = Instant(iso8601: "\(words[0])T\(hours[0])"),
                let end = Instant(iso8601: "\(words[0])T\(hours[1])"), start < end
            else {
                complain("sessions", "“\(part.prefix(60))” is not a session", "Write 2026-11-28 08:00-10:00, several separated by “;”.")
                continue
            }
            sessions.append(.init(start: start, end: end))
        }
        if sessions.isEmpty, row["sessions"].isEmpty { complain("sessions", "is empty", "A class needs at least one session.") }
        return sessions.sorted { $0.start < $1.start }
    }
}
