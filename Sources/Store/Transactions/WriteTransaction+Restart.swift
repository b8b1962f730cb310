package import Core

extension WriteTransaction {
    /// Frees what an earlier process had leased and can no longer finish.
    ///
    /// Only for the one process that holds the serving lock of an embedded database: there, every lease found at the
    /// start belongs to somebody who has died. Sends that were in flight are marked as interrupted. Does nothing on a
    /// server's database, where leases may be those of living processes.
    package func releaseLeasesOfEarlierProcesses(now: Instant) throws {
        if connection.hasSeveralWriters { return }
        try connection.execute(RestartSQL.queue, [:])
        try connection.execute(RestartSQL.sends, [:])
        try connection.execute(RestartSQL.tokens, [:])
        try connection.execute(BroadcastSQL.releaseLeases, [:])
    }

    /// Forgets a web session, so that its token no longer opens anything. No-op when there is none.
    package func deleteWebSession(_ id: String) throws {
        try connection.execute(RestartSQL.deleteSession, ["id": .text(id)])
    }
}

extension ReadTransaction {
    /// Whether events of this conversation still wait for their effect.
    package func hasWaitingEvents(_ conversation: ConversationID) throws -> Bool {
        try connection.row(RestartSQL.waiting, ["conversation": .id(conversation)]) != nil
    }
}

enum RestartSQL {
    static let queue = SQLStatement("UPDATE inbox_queue SET owner = '', available_at = 0 WHERE owner <> ''")
    static let sends = SQLStatement(
        "UPDATE outbox SET state = 0, owner = '', interrupted = 1, attempts = attempts + 1 WHERE state = 1")
    static let tokens = SQLStatement(
        "UPDATE tokens SET refresh_owner = '', refresh_until = 0 WHERE refresh_owner <> ''")
    static let deleteSession = SQLStatement("DELETE FROM web_sessions WHERE id = :id")
    static let waiting = SQLStatement(
        "SELECT 1 FROM events WHERE conversation = :conversation AND state = 0 LIMIT 1")
}
