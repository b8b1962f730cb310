package import Core
package import Programmes

extension WriteTransaction {
    /// Sets the conversation's timer with this key, or moves it.
    package func setTimer(_ timer: ConversationTimer, in conversation: ConversationID) throws {
        let payload = try seal(
            Array(timer.payload.utf8), .timerPayload, id: Self.place(conversation, timer.key), standing: true)
        try connection.execute(
            TimerSQL.set,
            [
                "conversation": .id(conversation), "key": .text(timer.key), "due": .time(timer.due),
                "payload": .blob(payload),
            ])
    }

    /// No-op when there is no such timer.
    package func cancelTimer(key: String, in conversation: ConversationID) throws {
        try connection.execute(TimerSQL.cancel, ["conversation": .id(conversation), "key": .text(key)])
    }

    /// Turns timers that are due into waiting events of kind `timer`, the longest due first. Each fires once: it
    /// goes in the transaction in which its event comes.
    ///
    /// The event's `name` is the timer's key, its `payload` the timer's payload, its `timestamp` the time it was due.
    /// - Returns: how many fired; when it equals `limit`, call again.
    package func fireDueTimers(now: Instant, limit: Int) throws -> Int {
        let due = try connection.rows(TimerSQL.due, ["now": .time(now), "limit": .int(max(0, limit))])
        for row in due {
            let conversation: ConversationID = try row.id(0)
            let key = try row.text(1)
            try cancelTimer(key: key, in: conversation)
            guard let address = try address(of: conversation) else { continue }
            let payload = try row.blobOrNil(3).flatMap {
                try open($0, .timerPayload, id: Self.place(conversation, key))
            }
            let mark: EventID = makeID(at: now)
            let event = InboundEvent(
                kind: .timer, sender: address.account, recipient: address.person, person: address.person,
                account: address.account, name: key, deduplicationKey: "timer:\(mark)",
                payload: payload.map { String(decoding: $0, as: UTF8.self) }, timestamp: try row.time(2))
            try insertOwn(event, address: address, conversation: conversation, now: now)
        }
        return due.count
    }

    private static func place(_ conversation: ConversationID, _ key: String) -> String { "\(conversation):\(key)" }
}

extension ReadTransaction {
    package func nextTimerDue() throws -> Instant? {
        try connection.row(TimerSQL.next, [:])?.timeOrNil(0)
    }
}

enum TimerSQL {
    static let set = SQLStatement(
        """
        INSERT INTO timers (conversation, timer_key, due_at, payload) VALUES (:conversation, :key, :due, :payload)
        ON CONFLICT (conversation, timer_key) DO UPDATE SET due_at = excluded.due_at, payload = excluded.payload
        """)
    static let cancel = SQLStatement("DELETE FROM timers WHERE conversation = :conversation AND timer_key = :key")
    static let due = SQLStatement(
        """
        SELECT conversation, timer_key, due_at, payload FROM timers WHERE due_at <= :now
        ORDER BY due_at, conversation, timer_key LIMIT :limit {FREE}
        """)
    static let next = SQLStatement("SELECT MIN(due_at) FROM timers")
}
