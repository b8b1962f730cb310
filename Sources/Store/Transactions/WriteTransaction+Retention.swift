import Core
import Sealing

extension WriteTransaction {
    /// Erases one bounded batch of what is past its time. The daily keys go last, when nothing needs them any more.
    ///
    /// - Parameter limit: rows of each kind.
    /// - Returns: what was erased; all zero when there is nothing left to do.
    func eraseBatch(_ policy: RetentionPolicy, limit: Int, now: Instant) throws -> ErasedCounts {
        let firstKept = KeyDay(now - .days(max(1, policy.contentDays)))
        let batch: KeyValuePairs<String, SQLValue> = [
            "day": .integer(Int64(firstKept.rawValue)), "limit": .int(limit),
        ]
        try giveUpStale(batch, now: now)
        var erased = ErasedCounts()
        erased.events = try connection.execute(RetentionSQL.eraseEvents, batch)
        erased.states = try connection.execute(RetentionSQL.eraseStates, batch)
        erased.messages = try connection.execute(RetentionSQL.eraseMessages, batch)
        erased.deskItems = try erase(RetentionSQL.eraseDeskItems, policy.deskDays, limit, now)
        erased.enrolments = try erase(RetentionSQL.eraseNames, policy.enrolmentDays, limit, now)
        erased.webSessions = try erase(RetentionSQL.dropSessions, policy.sessionDays, limit, now)
        let horizon = max(policy.deduplicationDays, policy.contentDays)
        let traces = [
            RetentionSQL.dropEvents, RetentionSQL.dropReceipts, RetentionSQL.dropMessages, RetentionSQL.dropRecipients,
            RetentionSQL.dropBroadcasts,
        ]
        for statement in traces {
            erased.traces += try erase(statement, horizon, limit, now)
        }
        if erased.events + erased.states + erased.messages == 0 {
            erased.keys = try vault.erase(before: firstKept, on: connection)
        }
        return erased
    }

    private func erase(_ statement: SQLStatement, _ days: Int, _ limit: Int, _ now: Instant) throws -> Int {
        try connection.execute(
            statement, ["before": .time(now - .days(max(1, days))), "limit": .int(limit)])
    }

    /// What was never handled or sent in all that time is given up first, visibly.
    private func giveUpStale(_ batch: KeyValuePairs<String, SQLValue>, now: Instant) throws {
        for row in try connection.rows(RetentionSQL.staleMessages, batch) {
            try settle(try row.id(0), .dead(code: "expired"), now: now)
        }
        for row in try connection.rows(RetentionSQL.staleEvents, batch) {
            try park(try row.id(0), reason: "expired", now: now)
        }
    }
}

extension Duration {
    fileprivate static func days(_ count: Int) -> Duration { .seconds(count.multipliedSaturating(by: 86_400)) }
}

enum RetentionSQL {
    static let staleMessages = SQLStatement(
        "SELECT id FROM outbox WHERE day < :day AND body IS NOT NULL AND state IN (0, 1) LIMIT :limit {FREE}")
    static let staleEvents = SQLStatement(
        "SELECT id FROM events WHERE day < :day AND payload IS NOT NULL AND state = 0 LIMIT :limit {FREE}")
    static let eraseEvents = SQLStatement(
        """
        UPDATE events SET payload = NULL WHERE id IN
          (SELECT id FROM events WHERE day < :day AND payload IS NOT NULL AND state <> 0 LIMIT :limit {FREE})
        """)
    static let eraseStates = SQLStatement(
        """
        UPDATE conversations SET state = NULL WHERE id IN
          (SELECT id FROM conversations WHERE state_day < :day AND state IS NOT NULL LIMIT :limit {FREE})
        """)
    static let eraseMessages = SQLStatement(
        """
        UPDATE outbox SET body = NULL WHERE id IN
          (SELECT id FROM outbox WHERE day < :day AND body IS NOT NULL AND state NOT IN (0, 1) LIMIT :limit {FREE})
        """)
    static let eraseDeskItems = SQLStatement(
        """
        UPDATE desk_items SET details = NULL WHERE id IN
          (SELECT id FROM desk_items WHERE created_at < :before AND details IS NOT NULL LIMIT :limit {FREE})
        """)
    static let eraseNames = SQLStatement(
        """
        UPDATE enrolments SET child_name = NULL, grade_suffix = NULL WHERE id IN
          (SELECT e.id FROM enrolments AS e WHERE e.created_at < :before AND e.child_name IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM class_sessions AS s WHERE s.class = e.class AND s.end_at >= :before)
            LIMIT :limit {FREE})
        """)
    static let dropSessions = SQLStatement(
        """
        DELETE FROM web_sessions WHERE id IN
          (SELECT id FROM web_sessions WHERE last_seen_at < :before LIMIT :limit {FREE})
        """)
    static let dropEvents = SQLStatement(
        """
        DELETE FROM events WHERE id IN
          (SELECT id FROM events WHERE received_at < :before AND payload IS NULL AND state <> 0 LIMIT :limit {FREE})
        """)
    static let dropReceipts = SQLStatement(
        """
        DELETE FROM receipts WHERE (connection, account, external_id) IN
          (SELECT connection, account, external_id FROM receipts WHERE seen_at < :before LIMIT :limit {FREE})
        """)
    static let dropRecipients = SQLStatement(
        """
        DELETE FROM broadcast_recipients WHERE (broadcast, conversation) IN
          (SELECT r.broadcast, r.conversation FROM broadcasts AS b JOIN broadcast_recipients AS r ON r.broadcast = b.id
            WHERE b.created_at < :before AND b.is_open = 0 LIMIT :limit)
        """)
    static let dropBroadcasts = SQLStatement(
        """
        DELETE FROM broadcasts WHERE id IN
          (SELECT id FROM broadcasts AS b WHERE b.created_at < :before AND b.is_open = 0
            AND NOT EXISTS (SELECT 1 FROM broadcast_recipients AS r WHERE r.broadcast = b.id) LIMIT :limit)
        """)
    static let dropMessages = SQLStatement(
        """
        DELETE FROM outbox WHERE id IN
          (SELECT id FROM outbox WHERE created_at < :before AND body IS NULL AND state NOT IN (0, 1) LIMIT :limit {FREE})
        """)
}
