/// The statements of broadcasts.
enum BroadcastSQL {
    /// Whether a person (`c`) can be reached by the rule of their connection (`s`, outer join) at `:now`; the numbers
    /// are those of ``Reachability``.
    private static let reach = """
        CASE WHEN s.connection IS NULL OR c.left_at IS NOT NULL THEN 3
          WHEN c.subscribed = 0 THEN 2
          WHEN s.window_ms IS NULL OR c.last_inbound_at > :now - s.window_ms THEN 0
          ELSE 1 END
        """
    private static let rule = "LEFT JOIN sending_rules AS s ON s.connection = c.connection"
    /// What a membership (`m`) must be like.
    private static let belongs = """
        (:anyRole = 1 OR m.role IN (:role0, :role1, :role2, :role3)) AND (:anyClass = 1 OR m.school_class = :class)
        """
    /// Whether a person (`c`) belongs anywhere that the rest of the audience names.
    private static let isThere = """
        (:anywhere = 1 OR EXISTS (SELECT 1 FROM memberships AS m JOIN organisations AS o ON o.id = m.organisation
          WHERE m.conversation = c.id AND o.path >= :from AND o.path < :to AND \(belongs)))
        """

    static let previewPlace = SQLStatement(
        """
        SELECT c.channel, \(reach) AS reach, COUNT(*) FROM conversations AS c \(rule)
        WHERE c.id IN (SELECT m.conversation FROM organisations AS o JOIN memberships AS m ON m.organisation = o.id
          WHERE o.path >= :from AND o.path < :to AND \(belongs))
        GROUP BY 1, 2 ORDER BY 1, 2
        """)
    static let previewClass = SQLStatement(
        """
        SELECT c.channel, \(reach) AS reach, COUNT(*) FROM conversations AS c \(rule)
        WHERE c.id IN (SELECT guardian FROM enrolments WHERE class = :course AND status <> 'cancelled') AND \(isThere)
        GROUP BY 1, 2 ORDER BY 1, 2
        """)
    /// A person stands there as often as they have memberships that fit.
    static let pageOfPlace = SQLStatement(
        """
        SELECT c.id, \(reach) AS reach FROM memberships AS m JOIN conversations AS c ON c.id = m.conversation \(rule)
        WHERE m.organisation = :organisation AND m.conversation > :after AND \(belongs)
        ORDER BY m.conversation LIMIT :limit
        """)
    static let pageOfClass = SQLStatement(
        """
        SELECT c.id, \(reach) AS reach FROM conversations AS c \(rule)
        WHERE c.id > :after AND c.id IN (SELECT guardian FROM enrolments WHERE class = :course AND status <> 'cancelled')
          AND \(isThere)
        ORDER BY c.id LIMIT :limit
        """)

    private static let columns = "id, number, audience, content, author, status, created_at, expires_at"
    static let insert = SQLStatement(
        """
        INSERT INTO broadcasts (id, number, audience, content, author, status, is_open, is_planned, created_at, expires_at,
          cursor_path, cursor_person, owner, lease_until)
        VALUES (:id, :number, :audience, :content, :author, 'planning', 1, 0, :created, :expires, '', '', '', 0)
        """)
    static let byID = SQLStatement("SELECT \(columns) FROM broadcasts WHERE id = :id")
    static let byNumber = SQLStatement("SELECT \(columns) FROM broadcasts WHERE number = :number")
    static let newest = SQLStatement(
        "SELECT \(columns) FROM broadcasts WHERE created_at < :before ORDER BY created_at DESC, id DESC LIMIT :limit")
    static let open = SQLStatement("SELECT id FROM broadcasts WHERE is_open = 1 ORDER BY created_at, id LIMIT :limit")
    static let place = SQLStatement(
        "SELECT is_open, is_planned, cursor_path, cursor_person, owner, lease_until FROM broadcasts WHERE id = :id")
    static let lease = SQLStatement("UPDATE broadcasts SET owner = :owner, lease_until = :until WHERE id = :id")
    static let moveCursor = SQLStatement(
        "UPDATE broadcasts SET cursor_path = :path, cursor_person = :person WHERE id = :id")
    static let setPlanned = SQLStatement("UPDATE broadcasts SET is_planned = 1, status = 'sending' WHERE id = :id")
    static let setStatus = SQLStatement("UPDATE broadcasts SET status = :status WHERE id = :id")
    static let finish = SQLStatement(
        "UPDATE broadcasts SET status = :status, is_open = 0, finished_at = :now, owner = '', lease_until = 0 WHERE id = :id")

    static let addRecipient = SQLStatement(
        """
        INSERT INTO broadcast_recipients (broadcast, conversation, state, reason, settled_at)
        VALUES (:broadcast, :conversation, :state, :reason, :settled)
        ON CONFLICT (broadcast, conversation) DO NOTHING
        """)
    static let planned = SQLStatement(
        """
        SELECT r.conversation, \(reach) AS reach, s.is_pull
        FROM broadcast_recipients AS r JOIN conversations AS c ON c.id = r.conversation \(rule)
        WHERE r.broadcast = :broadcast AND r.state = 0 AND r.reason = '' LIMIT :limit
        """)
    static let countQueued = SQLStatement(
        "SELECT COUNT(*) FROM broadcast_recipients WHERE broadcast = :broadcast AND state = 1 AND reason = ''")
    static let anyPlanned = SQLStatement(
        "SELECT 1 FROM broadcast_recipients WHERE broadcast = :broadcast AND state = 0 AND reason = '' LIMIT 1")
    static let anyQueued = SQLStatement(
        "SELECT 1 FROM broadcast_recipients WHERE broadcast = :broadcast AND state = 1 AND reason = '' LIMIT 1")
    static let setRecipient = SQLStatement(
        """
        UPDATE broadcast_recipients SET state = :state, reason = :reason, message = :message, settled_at = :settled
        WHERE broadcast = :broadcast AND conversation = :conversation
        """)
    static let cancelPlanned = SQLStatement(
        """
        UPDATE broadcast_recipients SET state = 7, reason = :reason, settled_at = :now
        WHERE broadcast = :broadcast AND conversation IN (SELECT conversation FROM broadcast_recipients
          WHERE broadcast = :broadcast AND state = 0 AND reason = '' LIMIT :limit)
        """)
    /// Messages of a broadcast that wait and of which nothing has been sent yet.
    static let withdrawable = SQLStatement(
        """
        SELECT r.conversation, r.message FROM broadcast_recipients AS r JOIN outbox AS o ON o.id = r.message
        WHERE r.broadcast = :broadcast AND r.conversation IN (SELECT conversation FROM broadcast_recipients
            WHERE broadcast = :broadcast AND state = 1 AND reason = '')
          AND o.state = 0 AND o.next_part = 0
        LIMIT :limit
        """)
    static let settle = SQLStatement(
        """
        UPDATE broadcast_recipients SET state = :state, reason = :reason, settled_at = :now
        WHERE message = :message AND state <= 3
        """)
    static let raise = SQLStatement(
        """
        UPDATE broadcast_recipients SET state = :state, reason = :reason, settled_at = :now
        WHERE message = :message AND state >= 1 AND state < :state AND state <= 5
        """)
    static let ofMessage = SQLStatement(
        """
        SELECT b.id, r.conversation, b.status FROM broadcast_recipients AS r JOIN broadcasts AS b ON b.id = r.broadcast
        WHERE r.message = :message
        """)
    static let tally = SQLStatement(
        """
        SELECT state, reason, COUNT(*) FROM broadcast_recipients WHERE broadcast = :broadcast
        GROUP BY state, reason ORDER BY state, reason
        """)
    static let recipients = SQLStatement(
        """
        SELECT r.conversation, c.channel, r.state, r.reason, r.settled_at
        FROM broadcast_recipients AS r JOIN conversations AS c ON c.id = r.conversation
        WHERE r.broadcast = :broadcast AND r.conversation > :after ORDER BY r.conversation LIMIT :limit
        """)

    static let releaseLeases = SQLStatement("UPDATE broadcasts SET owner = '', lease_until = 0 WHERE owner <> ''")
}
