package import Core

extension WriteTransaction {
    /// Longer than any lease or back-off of the inbox.
    private static let longest = Duration.seconds(600)

    /// After the clock went back: ends leases and waits that reach further than any of `now` can, which were given while
    /// it was ahead. A send that was in flight counts as interrupted.
    ///
    /// What was put off on purpose stays where it is. Reads the whole outbox: for that moment only.
    /// - Returns: how many leases were ended.
    @discardableResult
    package func releaseImpossibleLeases(now: Instant) throws -> Int {
        let horizon = SQLValue.time(now + Self.longest)
        let conversations = try connection.execute(ClockSQL.conversations, ["horizon": horizon])
        let sends = try connection.execute(ClockSQL.sends, ["horizon": horizon, "now": .time(now)])
        for statement in [ClockSQL.events, ClockSQL.tokens, ClockSQL.broadcasts] { try connection.execute(statement, ["horizon": horizon]) }
        for statement in [ClockSQL.waits, ClockSQL.pauses] {
            try connection.execute(statement, ["horizon": horizon, "now": .time(now)])
        }
        return conversations + sends
    }
}

private enum ClockSQL {
    static let conversations = SQLStatement("UPDATE inbox_queue SET owner = '', available_at = 0 WHERE available_at > :horizon")
    static let events = SQLStatement("UPDATE events SET retry_at = 0 WHERE state = 0 AND retry_at > :horizon")
    static let sends = SQLStatement(
        """
        UPDATE outbox SET state = 0, owner = '', interrupted = 1, attempts = attempts + 1, due_at = :now
        WHERE state = 1 AND lease_until > :horizon
        """)
    /// Written in what is now the future, or tried again then.
    static let waits = SQLStatement(
        """
        UPDATE outbox SET due_at = :now
        WHERE state = 0 AND due_at > :now AND (attempts > 0 OR (created_at > :horizon AND due_at <= created_at))
        """)
    static let tokens = SQLStatement(
        "UPDATE tokens SET refresh_owner = '', refresh_until = 0 WHERE refresh_owner <> '' AND refresh_until > :horizon")
    static let broadcasts = SQLStatement(
        "UPDATE broadcasts SET owner = '', lease_until = 0 WHERE owner <> '' AND lease_until > :horizon")
    static let pauses = SQLStatement("UPDATE accounts SET paused_until = :now WHERE paused_at > :horizon AND paused_until > :now")
}
