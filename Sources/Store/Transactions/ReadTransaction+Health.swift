import Core

extension ReadTransaction {
    /// How much there is; reads whole indexes, so not for every minute.
    package func counts() throws -> StoreCounts {
        StoreCounts(
            conversations: try number(HealthSQL.conversations), events: try number(HealthSQL.events),
            messages: try number(HealthSQL.messages), classes: try number(HealthSQL.classes),
            enrolments: try number(HealthSQL.enrolments), openDeskItems: try number(HealthSQL.openDeskItems))
    }

    /// The depths that the bounds are held against, counted anew.
    func queueDepths() throws -> QueueDepths {
        QueueDepths(
            events: try number(InboxSQL.countWaiting),
            bulk: try number(OutboxSQL.unsentBulk) + number(OutboxSQL.bulkInFlight))
    }

    private func number(_ statement: SQLStatement) throws -> Int {
        try connection.row(statement, [:])?.int(0) ?? 0
    }
}

enum HealthSQL {
    static let one = SQLStatement("SELECT 1")
    /// Of no day and in nobody's figures.
    static let ping = SQLStatement(
        """
        INSERT INTO counts (day, metric, label, total) VALUES (0, 'ping', '', 1)
        ON CONFLICT (day, metric, label) DO UPDATE SET total = counts.total + 1
        """)
    static let conversations = SQLStatement("SELECT COUNT(*) FROM conversations")
    static let events = SQLStatement("SELECT COUNT(*) FROM events")
    static let messages = SQLStatement("SELECT COUNT(*) FROM outbox")
    static let classes = SQLStatement("SELECT COUNT(*) FROM classes")
    static let enrolments = SQLStatement("SELECT COUNT(*) FROM enrolments WHERE status <> 'cancelled'")
    static let openDeskItems = SQLStatement("SELECT COUNT(*) FROM desk_items WHERE closed_at IS NULL")
}
