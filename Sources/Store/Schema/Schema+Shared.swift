extension Schema {
    /// What several processes on one database have to know of each other.
    static let sharedStep = Step(
        version: 4, name: "several processes",
        statements: [
            """
            CREATE TABLE processes (
              owner TEXT NOT NULL PRIMARY KEY, beats {INT} NOT NULL, seen_at {INT} NOT NULL
            ) {STRICT}
            """,
            // Which first pair of tokens from a configuration was taken up last.
            "ALTER TABLE tokens ADD COLUMN seed TEXT",
            // For the look at what other processes have written for web chats.
            "CREATE INDEX outbox_fresh ON outbox (connection, created_at) WHERE state = 0",
        ])
}
