package import Core

extension WriteTransaction {
    /// Shows the other processes on the database that this one is alive. Nothing is compared with their clocks: they
    /// see that the number rises.
    package func beat(_ owner: String, now: Instant) throws {
        try connection.execute(PresenceSQL.beat, ["owner": .text(owner), "now": .time(now)])
    }

    /// Frees the conversations that a process has which no longer shows itself, so that others go on with them.
    ///
    /// Harmless when it is alive after all: an event has its effect once, whoever handles it.
    package func releaseConversations(ofVanished owner: String) throws {
        try connection.execute(PresenceSQL.releaseConversations, ["owner": .text(owner)])
    }

    /// Frees the rest of what it had, when its last calls must be over: sends in flight are marked as interrupted.
    package func releaseEverything(ofVanished owner: String) throws {
        try releaseConversations(ofVanished: owner)
        try connection.execute(PresenceSQL.releaseSends, ["owner": .text(owner)])
        try connection.execute(PresenceSQL.releaseTokens, ["owner": .text(owner)])
        try connection.execute(PresenceSQL.releaseBroadcasts, ["owner": .text(owner)])
        try connection.execute(PresenceSQL.leave, ["owner": .text(owner)])
    }

    /// At an orderly end, when nothing is held any more.
    package func leave(_ owner: String) throws {
        try connection.execute(PresenceSQL.leave, ["owner": .text(owner)])
    }
}

extension ReadTransaction {
    /// How often each process has shown itself, by owner.
    package func presences() throws -> [String: Int64] {
        try connection.rows(PresenceSQL.all, [:]).reduce(into: [:]) { $0[try $1.text(0)] = try $1.integer(1) }
    }
}

enum PresenceSQL {
    static let beat = SQLStatement(
        """
        INSERT INTO processes (owner, beats, seen_at) VALUES (:owner, 1, :now)
        ON CONFLICT (owner) DO UPDATE SET beats = processes.beats + 1, seen_at = excluded.seen_at
        """)
    static let all = SQLStatement("SELECT owner, beats FROM processes ORDER BY owner LIMIT 1000")
    static let leave = SQLStatement("DELETE FROM processes WHERE owner = :owner")
    static let releaseConversations = SQLStatement(
        "UPDATE inbox_queue SET owner = '', available_at = 0 WHERE owner = :owner")
    static let releaseSends = SQLStatement(
        """
        UPDATE outbox SET state = 0, owner = '', interrupted = 1, attempts = attempts + 1
        WHERE state = 1 AND owner = :owner
        """)
    static let releaseBroadcasts = SQLStatement(
        "UPDATE broadcasts SET owner = '', lease_until = 0 WHERE owner = :owner")
    static let releaseTokens = SQLStatement(
        "UPDATE tokens SET refresh_owner = '', refresh_until = 0 WHERE refresh_owner = :owner")
}
