extension Schema {
    /// Numbers that stand in `broadcast_recipients.state` are those of ``RecipientState``.
    static let broadcastStep = Step(
        version: 3, name: "organisations, people and broadcasts",
        statements: organisations + sendingRules + broadcasts)

    private static let organisations = [
        // `path` holds the codes from the root down, each followed by “/”: everything below is one range of text,
        // which is compared byte by byte.
        """
        CREATE TABLE organisations (
          id TEXT NOT NULL PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL, kind TEXT NOT NULL,
          parent TEXT REFERENCES organisations (id), commune TEXT, path TEXT NOT NULL
        ) {STRICT}
        """,
        "CREATE UNIQUE INDEX organisations_by_path ON organisations (path)",
        "CREATE INDEX organisations_by_commune ON organisations (commune, kind) WHERE commune IS NOT NULL",
        """
        CREATE TABLE memberships (
          conversation TEXT NOT NULL REFERENCES conversations (id),
          organisation TEXT NOT NULL REFERENCES organisations (id), role TEXT NOT NULL, school_class TEXT NOT NULL,
          PRIMARY KEY (conversation, organisation, role, school_class)
        ) {KEYED}
        """,
        "CREATE INDEX memberships_by_place ON memberships (organisation, conversation, role, school_class)",
    ]

    private static let sendingRules = [
        """
        CREATE TABLE sending_rules (
          connection TEXT NOT NULL PRIMARY KEY, channel TEXT NOT NULL, window_ms {INT}, is_pull {INT} NOT NULL
        ) {KEYED}
        """,
        "ALTER TABLE conversations ADD COLUMN left_at {INT}",
    ]

    private static let broadcasts = [
        """
        CREATE TABLE broadcasts (
          id TEXT NOT NULL PRIMARY KEY, number TEXT NOT NULL UNIQUE, audience TEXT NOT NULL, content {BYTES},
          author TEXT, status TEXT NOT NULL, is_open {INT} NOT NULL, is_planned {INT} NOT NULL,
          created_at {INT} NOT NULL, expires_at {INT} NOT NULL, finished_at {INT}, cursor_path TEXT NOT NULL,
          cursor_person TEXT NOT NULL, owner TEXT NOT NULL, lease_until {INT} NOT NULL
        ) {STRICT}
        """,
        "CREATE INDEX broadcasts_open ON broadcasts (created_at, id) WHERE is_open = 1",
        "CREATE INDEX broadcasts_by_age ON broadcasts (created_at, id)",
        """
        CREATE TABLE broadcast_recipients (
          broadcast TEXT NOT NULL REFERENCES broadcasts (id), conversation TEXT NOT NULL REFERENCES conversations (id),
          state {INT} NOT NULL, reason TEXT NOT NULL, message TEXT, settled_at {INT},
          PRIMARY KEY (broadcast, conversation)
        ) {KEYED}
        """,
        // Who has no outcome yet has no reason either: both are asked for, so that the index leads to them alone.
        "CREATE INDEX broadcast_recipients_tally ON broadcast_recipients (broadcast, state, reason, conversation)",
        "CREATE INDEX broadcast_recipients_by_message ON broadcast_recipients (message) WHERE message IS NOT NULL",
    ]
}
