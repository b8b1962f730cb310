extension Schema {
    /// Nothing here links a case to a conversation, a person, an account or a school.
    static let casesStep = Step(
        version: 2, name: "cases and staff", statements: cases + reporters + people + audit)

    private static let cases = [
        """
        CREATE TABLE cases (
          id TEXT NOT NULL PRIMARY KEY, number TEXT NOT NULL UNIQUE, level TEXT NOT NULL, status TEXT NOT NULL,
          facts {BYTES}, milestones TEXT NOT NULL DEFAULT '', opened_at {INT} NOT NULL, acknowledged_at {INT},
          acknowledged_by TEXT, assigned_to TEXT, closed_at {INT}, outcome {BYTES}, erased_at {INT},
          public_key {BYTES} NOT NULL, entries {INT} NOT NULL DEFAULT 0, next_page_at {INT},
          pages {INT} NOT NULL DEFAULT 0, page_reason TEXT NOT NULL
        ) {STRICT}
        """,
        "CREATE INDEX cases_paging ON cases (next_page_at, id) WHERE next_page_at IS NOT NULL",
        "CREATE INDEX cases_open ON cases (opened_at) WHERE closed_at IS NULL",
        """
        CREATE TABLE case_entries (
          id TEXT NOT NULL PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases (id), position {INT} NOT NULL,
          kind TEXT NOT NULL, author TEXT NOT NULL, made_at {INT} NOT NULL, sealed {BYTES} NOT NULL, mailbox {BYTES},
          UNIQUE (case_id, position)
        ) {STRICT}
        """,
        """
        CREATE TABLE case_wraps (
          case_id TEXT NOT NULL REFERENCES cases (id), holder TEXT NOT NULL, wrap {BYTES} NOT NULL,
          PRIMARY KEY (case_id, holder)
        ) {STRICT}
        """,
        "CREATE INDEX case_wraps_by_holder ON case_wraps (holder, case_id)",
        """
        CREATE TABLE case_erasures (
          number TEXT NOT NULL PRIMARY KEY, case_id TEXT NOT NULL, erased_at {INT} NOT NULL
        ) {STRICT}
        """,
        """
        CREATE TABLE sealing_keys (
          name TEXT NOT NULL PRIMARY KEY, public_key {BYTES} NOT NULL, created_at {INT} NOT NULL
        ) {STRICT}
        """,
        // The messages before a report, latest first.
        "CREATE INDEX events_talk ON events (conversation, ordered_at) WHERE payload IS NOT NULL AND kind <> 'status'",
    ]

    private static let reporters = [
        """
        CREATE TABLE report_links (
          token_hash {BYTES} NOT NULL PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases (id),
          expires_at {INT} NOT NULL, used_at {INT}
        ) {STRICT}
        """,
        "CREATE INDEX report_links_by_case ON report_links (case_id)",
        """
        CREATE TABLE case_mailboxes (
          case_id TEXT NOT NULL PRIMARY KEY REFERENCES cases (id), code_mark {BYTES} NOT NULL UNIQUE,
          locked {BYTES} NOT NULL, created_at {INT} NOT NULL, opened_at {INT}, failures {INT} NOT NULL DEFAULT 0
        ) {STRICT}
        """,
    ]

    private static let people = [
        """
        CREATE TABLE staff (
          id TEXT NOT NULL PRIMARY KEY, login TEXT NOT NULL UNIQUE, name {BYTES} NOT NULL, email {BYTES},
          roles TEXT NOT NULL, organisation TEXT NOT NULL, is_active {INT} NOT NULL, conversation TEXT UNIQUE,
          public_key {BYTES}, locked_key {BYTES}, created_at {INT} NOT NULL, updated_at {INT} NOT NULL
        ) {STRICT}
        """,
        """
        CREATE TABLE staff_links (
          code_hash {BYTES} NOT NULL PRIMARY KEY, staff TEXT NOT NULL REFERENCES staff (id), expires_at {INT} NOT NULL,
          used_at {INT}
        ) {STRICT}
        """,
        "CREATE INDEX staff_links_by_staff ON staff_links (staff)",
    ]

    private static let audit = [
        """
        CREATE TABLE audit (
          sequence {INT} NOT NULL PRIMARY KEY, made_at {INT} NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
          subject TEXT NOT NULL, detail TEXT NOT NULL, hash {BYTES} NOT NULL
        ) {STRICT}
        """,
        // One row: where the next entry goes. Who appends holds it until the commit, so that entries never cross.
        """
        CREATE TABLE audit_head (
          name TEXT NOT NULL PRIMARY KEY, sequence {INT} NOT NULL, hash {BYTES}
        ) {STRICT}
        """,
    ]
}
