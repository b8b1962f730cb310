extension Schema {
    /// Numbers that stand in `events.state` and `outbox.state` are those of ``EventState`` and ``SendState``.
    static let firstStep = Step(
        version: 1, name: "the road",
        statements: keys + conversations + events + outbox
            + timers + accounts + programmes + desk)

    private static let keys = [
        """
        CREATE TABLE data_keys (
          day {INT} NOT NULL PRIMARY KEY, wrapped {BYTES} NOT NULL, created_at {INT} NOT NULL
        ) {STRICT}
        """
    ]

    private static let conversations = [
        """
        CREATE TABLE conversations (
          id TEXT NOT NULL PRIMARY KEY, connection TEXT NOT NULL, channel TEXT NOT NULL, account TEXT NOT NULL,
          person TEXT NOT NULL, state {BYTES}, state_day {INT} NOT NULL DEFAULT 0,
          subscribed {INT} NOT NULL DEFAULT 1, role TEXT NOT NULL DEFAULT 'parent', created_at {INT} NOT NULL,
          last_inbound_at {INT}, sequence {INT} NOT NULL DEFAULT 0,
          UNIQUE (connection, account, person)
        ) {STRICT}
        """,
        "CREATE INDEX conversations_by_state_day ON conversations (state_day) WHERE state IS NOT NULL",
    ]

    private static let events = [
        """
        CREATE TABLE events (
          id TEXT NOT NULL PRIMARY KEY, connection TEXT NOT NULL, deduplication_key TEXT NOT NULL,
          conversation TEXT REFERENCES conversations (id), kind TEXT NOT NULL, name TEXT NOT NULL,
          lane {INT} NOT NULL, state {INT} NOT NULL, ordered_at {INT} NOT NULL, received_at {INT} NOT NULL,
          position {INT} NOT NULL, attempts {INT} NOT NULL DEFAULT 0, retry_at {INT} NOT NULL DEFAULT 0,
          reason TEXT, payload {BYTES}, day {INT} NOT NULL, finished_at {INT},
          UNIQUE (connection, deduplication_key)
        ) {STRICT}
        """,
        """
        CREATE INDEX events_waiting ON events (conversation, ordered_at, received_at, position, id)
          WHERE state = 0
        """,
        "CREATE INDEX events_urgent ON events (conversation) WHERE state = 0 AND lane = 0",
        "CREATE INDEX events_failed ON events (finished_at) WHERE state = 2",
        "CREATE INDEX events_by_day ON events (day) WHERE payload IS NOT NULL",
        "CREATE INDEX events_by_age ON events (received_at) WHERE payload IS NULL",
        """
        CREATE TABLE inbox_queue (
          conversation TEXT NOT NULL PRIMARY KEY REFERENCES conversations (id), lane {INT} NOT NULL,
          since {INT} NOT NULL, owner TEXT NOT NULL, available_at {INT} NOT NULL
        ) {KEYED}
        """,
        "CREATE INDEX inbox_queue_next ON inbox_queue (lane, since, conversation, available_at)",
    ]

    private static let outbox = [
        """
        CREATE TABLE outbox (
          id TEXT NOT NULL PRIMARY KEY, conversation TEXT NOT NULL REFERENCES conversations (id),
          connection TEXT NOT NULL, account TEXT NOT NULL, lane {INT} NOT NULL, reply_key TEXT NOT NULL,
          event TEXT, state {INT} NOT NULL, sequence {INT} NOT NULL, is_head {INT} NOT NULL,
          due_at {INT} NOT NULL, expires_at {INT}, attempts {INT} NOT NULL DEFAULT 0,
          next_part {INT} NOT NULL DEFAULT 0, interrupted {INT} NOT NULL DEFAULT 0, status {INT} NOT NULL DEFAULT 0,
          owner TEXT NOT NULL DEFAULT '', lease_until {INT} NOT NULL DEFAULT 0, reason TEXT,
          body {BYTES}, day {INT} NOT NULL, created_at {INT} NOT NULL, settled_at {INT}
        ) {STRICT}
        """,
        "CREATE INDEX outbox_due ON outbox (connection, account, lane, due_at) WHERE state = 0 AND is_head = 1",
        "CREATE INDEX outbox_scheduled ON outbox (due_at) WHERE state = 0 AND sequence = 0",
        "CREATE INDEX outbox_in_flight ON outbox (conversation) WHERE state = 1",
        "CREATE INDEX outbox_leases ON outbox (lease_until) WHERE state = 1",
        "CREATE INDEX outbox_stream ON outbox (conversation, sequence) WHERE sequence > 0",
        "CREATE INDEX outbox_unsent ON outbox (conversation, lane, sequence) WHERE state = 0",
        "CREATE INDEX outbox_waiting ON outbox (lane, created_at) WHERE state = 0",
        "CREATE INDEX outbox_dead ON outbox (settled_at) WHERE state = 3",
        "CREATE INDEX outbox_by_day ON outbox (day) WHERE body IS NOT NULL",
        "CREATE INDEX outbox_by_age ON outbox (created_at) WHERE body IS NULL",
        """
        CREATE TABLE receipts (
          connection TEXT NOT NULL, account TEXT NOT NULL, external_id TEXT NOT NULL, message TEXT,
          status {INT} NOT NULL, seen_at {INT} NOT NULL,
          PRIMARY KEY (connection, account, external_id)
        ) {KEYED}
        """,
        "CREATE INDEX receipts_by_age ON receipts (seen_at)",
    ]

    private static let timers = [
        """
        CREATE TABLE timers (
          conversation TEXT NOT NULL REFERENCES conversations (id), timer_key TEXT NOT NULL, due_at {INT} NOT NULL,
          payload {BYTES} NOT NULL,
          PRIMARY KEY (conversation, timer_key)
        ) {KEYED}
        """,
        "CREATE INDEX timers_due ON timers (due_at, conversation, timer_key)",
    ]

    private static let accounts = [
        """
        CREATE TABLE accounts (
          connection TEXT NOT NULL, account TEXT NOT NULL, channel TEXT NOT NULL, paused_at {INT},
          paused_until {INT} NOT NULL DEFAULT 0, reason TEXT,
          PRIMARY KEY (connection, account)
        ) {KEYED}
        """,
        """
        CREATE TABLE tokens (
          connection TEXT NOT NULL, account TEXT NOT NULL, access {BYTES}, refresh {BYTES},
          expires_at {INT} NOT NULL, refreshed_at {INT} NOT NULL, generation {INT} NOT NULL,
          refresh_owner TEXT NOT NULL DEFAULT '', refresh_until {INT} NOT NULL DEFAULT 0,
          PRIMARY KEY (connection, account)
        ) {STRICT}
        """,
        """
        CREATE TABLE web_sessions (
          id TEXT NOT NULL PRIMARY KEY, token_hash {BYTES} NOT NULL, language TEXT NOT NULL,
          created_at {INT} NOT NULL, last_seen_at {INT} NOT NULL
        ) {STRICT}
        """,
        "CREATE INDEX web_sessions_by_age ON web_sessions (last_seen_at)",
    ]

    private static let programmes = [
        """
        CREATE TABLE classes (
          id TEXT NOT NULL PRIMARY KEY, code TEXT NOT NULL, code_key TEXT NOT NULL UNIQUE, title TEXT NOT NULL,
          topic TEXT NOT NULL, commune TEXT NOT NULL, venue TEXT NOT NULL, lowest_grade {INT} NOT NULL,
          highest_grade {INT} NOT NULL, capacity {INT} NOT NULL, fee {INT} NOT NULL, organiser TEXT NOT NULL,
          instructor TEXT NOT NULL, safeguarding_contact TEXT NOT NULL, licence TEXT,
          registration_closes {INT} NOT NULL, is_cancelled {INT} NOT NULL, is_demo {INT} NOT NULL,
          first_start {INT} NOT NULL
        ) {STRICT}
        """,
        "CREATE INDEX classes_open ON classes (registration_closes) WHERE is_cancelled = 0",
        "CREATE INDEX classes_by_topic ON classes (topic, registration_closes) WHERE is_cancelled = 0",
        "CREATE INDEX classes_by_commune ON classes (commune, registration_closes) WHERE is_cancelled = 0",
        """
        CREATE TABLE class_sessions (
          class TEXT NOT NULL REFERENCES classes (id), position {INT} NOT NULL, start_at {INT} NOT NULL,
          end_at {INT} NOT NULL,
          PRIMARY KEY (class, position)
        ) {KEYED}
        """,
        """
        CREATE TABLE enrolments (
          id TEXT NOT NULL PRIMARY KEY, class TEXT NOT NULL REFERENCES classes (id),
          guardian TEXT NOT NULL REFERENCES conversations (id), child_name {BYTES}, grade {INT} NOT NULL,
          grade_suffix TEXT, status TEXT NOT NULL, created_at {INT} NOT NULL, position {INT} NOT NULL
        ) {STRICT}
        """,
        "CREATE INDEX enrolments_by_class ON enrolments (class, status, created_at, position)",
        "CREATE INDEX enrolments_by_guardian ON enrolments (guardian, created_at, position)",
        "CREATE INDEX enrolments_named ON enrolments (created_at) WHERE child_name IS NOT NULL",
    ]

    private static let desk = [
        """
        CREATE TABLE desk_items (
          id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, conversation TEXT NOT NULL REFERENCES conversations (id),
          details {BYTES}, created_at {INT} NOT NULL, closed_at {INT}
        ) {STRICT}
        """,
        "CREATE INDEX desk_items_open ON desk_items (created_at, id) WHERE closed_at IS NULL",
        "CREATE INDEX desk_items_sealed ON desk_items (created_at) WHERE details IS NOT NULL",
        """
        CREATE TABLE counts (
          day {INT} NOT NULL, metric TEXT NOT NULL, label TEXT NOT NULL, total {INT} NOT NULL,
          PRIMARY KEY (day, metric, label)
        ) {KEYED}
        """,
        "CREATE INDEX counts_by_metric ON counts (metric, label)",
    ]
}
