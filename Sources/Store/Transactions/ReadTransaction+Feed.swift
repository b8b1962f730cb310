package import Core

extension ReadTransaction {
    /// The conversations of a connection that were written to since `instant` and have not been fetched by their
    /// client. A hint for those who wait: what there is, the client reads from its own cursor.
    ///
    /// - Parameter limit: the most rows that are looked at.
    package func freshlyWritten(_ id: ConnectionID, since instant: Instant, limit: Int) throws -> Set<ConversationID> {
        let rows = try connection.rows(
            FeedSQL.fresh, ["connection": .id(id), "since": .time(instant), "limit": .int(max(0, limit))])
        return try rows.reduce(into: []) { $0.insert(try $1.id(0)) }
    }
}

enum FeedSQL {
    static let fresh = SQLStatement(
        """
        SELECT conversation FROM outbox WHERE connection = :connection AND state = 0 AND created_at >= :since
        ORDER BY created_at DESC LIMIT :limit
        """)
}
