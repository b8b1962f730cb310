package import Core
package import Programmes

extension ReadTransaction: Records {
    /// Agrees with ``ClassQuery/matches(_:)``; the rule itself is written there.
    package func classes(_ query: ClassQuery) throws -> [ClassListing] {
        guard query.limit > 0 else { return [] }
        let rows = try connection.rows(
            ClassSQL.find,
            [
                "hasTopic": .bool(query.topic != nil), "topic": .text(query.topic ?? ""),
                "hasCommune": .bool(query.commune != nil), "commune": .text(query.commune ?? ""),
                "hasGrade": .bool(query.grade != nil), "grade": .int(query.grade ?? 0), "open": .time(query.openAt),
                "hasTime": .bool(query.during != nil),
                "from": .integer(query.during?.from?.milliseconds ?? .min),
                "isEndless": .bool(query.during?.to == nil), "to": .integer(query.during?.to?.milliseconds ?? .max),
                "limit": .int(query.limit),
            ])
        return try rows.map(listing)
    }

    package func listing(_ id: ClassID) throws -> ClassListing? {
        try connection.row(ClassSQL.byID, ["id": .id(id)]).map(listing)
    }

    package func listing(code: String) throws -> ClassListing? {
        try connection.row(ClassSQL.byCode, ["code": .text(ClassOffer.normalised(code: code))]).map(listing)
    }

    package func enrolments(guardian: ConversationID) throws -> [Enrolment] {
        try connection.rows(ClassSQL.byGuardian, ["guardian": .id(guardian)]).map(enrolment)
    }

    package func firstWaiting(in classID: ClassID) throws -> Enrolment? {
        try connection.row(ClassSQL.firstWaiting, ["class": .id(classID)]).map(enrolment)
    }

    package func communesWithClasses(topic: String?, openAt: Instant) throws -> [(commune: String, count: Int)] {
        try connection.rows(
            ClassSQL.communes,
            ["hasTopic": .bool(topic != nil), "topic": .text(topic ?? ""), "open": .time(openAt)]
        ).map { (commune: try $0.text(0), count: try $0.int(1)) }
    }

    /// Every class, cancelled ones too, soonest first; for exports and the console.
    ///
    /// - Parameter limit: the most that are returned.
    package func allClasses(limit: Int) throws -> [ClassListing] {
        try connection.rows(ClassSQL.all, ["limit": .int(max(0, limit))]).map(listing)
    }

    /// The class's enrolments that are not cancelled, oldest first.
    package func enrolments(in classID: ClassID) throws -> [Enrolment] {
        try connection.rows(ClassSQL.byClass, ["class": .id(classID)]).map(enrolment)
    }

    func seatsTaken(in classID: ClassID) throws -> Int {
        try seats(classID, .enrolled)
    }

    private func seats(_ classID: ClassID, _ status: Enrolment.Status) throws -> Int {
        try connection.row(ClassSQL.seats, ["class": .id(classID), "status": .text(status.rawValue)])?.int(0) ?? 0
    }

    private func listing(_ row: SQLRow) throws -> ClassListing {
        let id: ClassID = try row.id(0)
        let sessions = try connection.rows(ClassSQL.sessions, ["class": .id(id)]).map {
            ClassOffer.Session(start: try $0.time(0), end: try $0.time(1))
        }
        let lowest = try row.int(6)
        let offer = ClassOffer(
            id: id, code: try row.text(1), title: try row.text(2), topic: try row.text(3), commune: try row.text(4),
            venue: try row.text(5), sessions: sessions, grades: lowest...max(lowest, try row.int(7)),
            capacity: try row.int(8), fee: try row.int(9), organiser: try row.text(10), instructor: try row.text(11),
            safeguardingContact: try row.text(12), licence: try row.textOrNil(13),
            registrationCloses: try row.time(14), isCancelled: try row.bool(15), isDemo: try row.bool(16))
        return ClassListing(offer: offer, seatsTaken: try seatsTaken(in: id), waiting: try seats(id, .waiting))
    }

    private func enrolment(_ row: SQLRow) throws -> Enrolment {
        let id: EnrolmentID = try row.id(0)
        let name = try row.blobOrNil(3).flatMap { try open($0, .childName, id: id.rawValue) }
        return Enrolment(
            id: id, classID: try row.id(1), guardian: try row.id(2),
            childName: name.map { String(decoding: $0, as: UTF8.self) } ?? "",
            grade: Grade(number: try row.int(4), suffix: try row.textOrNil(5)),
            status: Enrolment.Status(rawValue: try row.text(6)) ?? .cancelled, createdAt: try row.time(7))
    }
}

/// The statements about classes and enrolments.
enum ClassSQL {
    private static let columns = """
        id, code, title, topic, commune, venue, lowest_grade, highest_grade, capacity, fee, organiser, instructor,
          safeguarding_contact, licence, registration_closes, is_cancelled, is_demo
        """
    private static let enrolmentColumns = "id, class, guardian, child_name, grade, grade_suffix, status, created_at"

    static let find = SQLStatement(
        """
        SELECT \(columns) FROM classes AS c
        WHERE is_cancelled = 0 AND registration_closes > :open
          AND (:hasTopic = 0 OR topic = :topic) AND (:hasCommune = 0 OR commune = :commune)
          AND (:hasGrade = 0 OR (lowest_grade <= :grade AND highest_grade >= :grade))
          AND (:hasTime = 0 OR EXISTS (SELECT 1 FROM class_sessions AS s WHERE s.class = c.id
            AND s.start_at >= :from AND (:isEndless = 1 OR s.start_at < :to)))
        ORDER BY first_start, code LIMIT :limit
        """)
    static let byID = SQLStatement("SELECT \(columns) FROM classes WHERE id = :id")
    static let byCode = SQLStatement("SELECT \(columns) FROM classes WHERE code_key = :code")
    static let all = SQLStatement("SELECT \(columns) FROM classes ORDER BY first_start, code LIMIT :limit")
    static let sessions = SQLStatement(
        "SELECT start_at, end_at FROM class_sessions WHERE class = :class ORDER BY position")
    static let seats = SQLStatement("SELECT COUNT(*) FROM enrolments WHERE class = :class AND status = :status")
    static let communes = SQLStatement(
        """
        SELECT commune, COUNT(*) AS found FROM classes
        WHERE is_cancelled = 0 AND registration_closes > :open AND (:hasTopic = 0 OR topic = :topic)
        GROUP BY commune ORDER BY found DESC, commune
        """)
    static let byGuardian = SQLStatement(
        """
        SELECT \(enrolmentColumns) FROM enrolments WHERE guardian = :guardian AND status <> 'cancelled'
        ORDER BY created_at, position, id
        """)
    static let byClass = SQLStatement(
        """
        SELECT \(enrolmentColumns) FROM enrolments WHERE class = :class AND status <> 'cancelled'
        ORDER BY created_at, position, id
        """)
    static let firstWaiting = SQLStatement(
        """
        SELECT \(enrolmentColumns) FROM enrolments WHERE class = :class AND status = 'waiting'
        ORDER BY created_at, position, id LIMIT 1
        """)
    static let upsert = SQLStatement(
        """
        INSERT INTO classes (id, code, code_key, title, topic, commune, venue, lowest_grade, highest_grade, capacity,
          fee, organiser, instructor, safeguarding_contact, licence, registration_closes, is_cancelled, is_demo,
          first_start)
        VALUES (:id, :code, :codeKey, :title, :topic, :commune, :venue, :lowest, :highest, :capacity, :fee,
          :organiser, :instructor, :safeguarding, :licence, :closes, :cancelled, :demo, :firstStart)
        ON CONFLICT (id) DO UPDATE SET
          code = excluded.code, code_key = excluded.code_key, title = excluded.title, topic = excluded.topic,
          commune = excluded.commune, venue = excluded.venue, lowest_grade = excluded.lowest_grade,
          highest_grade = excluded.highest_grade, capacity = excluded.capacity, fee = excluded.fee,
          organiser = excluded.organiser, instructor = excluded.instructor,
          safeguarding_contact = excluded.safeguarding_contact, licence = excluded.licence,
          registration_closes = excluded.registration_closes, is_cancelled = excluded.is_cancelled,
          is_demo = excluded.is_demo, first_start = excluded.first_start
        """)
    static let dropSessions = SQLStatement("DELETE FROM class_sessions WHERE class = :class")
    static let addSession = SQLStatement(
        "INSERT INTO class_sessions (class, position, start_at, end_at) VALUES (:class, :position, :start, :end)")
    static let enrol = SQLStatement(
        """
        INSERT INTO enrolments (id, class, guardian, child_name, grade, grade_suffix, status, created_at, position)
        VALUES (:id, :class, :guardian, :name, :grade, :suffix, :status, :created, :position)
        """)
    static let enrolmentPlace = SQLStatement("SELECT class, status FROM enrolments WHERE id = :id")
    static let setStatus = SQLStatement("UPDATE enrolments SET status = :status WHERE id = :id")
}
