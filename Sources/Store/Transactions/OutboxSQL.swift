/// The statements of the outbox.
enum OutboxSQL {
    static let insert = SQLStatement(
        """
        INSERT INTO outbox (id, conversation, connection, account, lane, reply_key, event, state, sequence, is_head,
          due_at, expires_at, body, day, created_at)
        VALUES (:id, :conversation, :connection, :account, :lane, :key, :event, 0, :sequence, :head,
          :due, :expires, :body, :day, :now)
        """)
    static let firstUnsent = SQLStatement(
        """
        SELECT id FROM outbox WHERE conversation = :conversation AND lane = :lane AND state = 0 AND sequence > 0
        ORDER BY sequence LIMIT 1
        """)
    static let inFlightOfLane = SQLStatement(
        "SELECT 1 FROM outbox WHERE conversation = :conversation AND lane = :lane AND state = 1 LIMIT 1")
    static let inFlight = SQLStatement("SELECT 1 FROM outbox WHERE conversation = :conversation AND state = 1 LIMIT 1")
    static let due = SQLStatement(
        """
        SELECT id, due_at FROM outbox AS o
        WHERE connection = :connection AND account = :account AND lane = :lane AND state = 0 AND is_head = 1
          AND due_at <= :now
          AND NOT EXISTS (SELECT 1 FROM outbox AS f WHERE f.conversation = o.conversation AND f.state = 1)
        ORDER BY due_at LIMIT :limit {FREE}
        """)
    static let dueSafety = SQLStatement(
        """
        SELECT id, due_at FROM outbox
        WHERE connection = :connection AND account = :account AND lane = :lane AND state = 0 AND is_head = 1
          AND due_at <= :now
        ORDER BY due_at LIMIT :limit {FREE}
        """)
    static let load = SQLStatement(
        """
        SELECT c.connection, c.channel, c.account, c.person, o.body, o.conversation, o.lane, o.reply_key, o.attempts,
          o.next_part, o.interrupted, o.expires_at, o.created_at, c.last_inbound_at, c.subscribed
        FROM outbox AS o JOIN conversations AS c ON c.id = o.conversation WHERE o.id = :id
        """)
    static let lease = SQLStatement(
        "UPDATE outbox SET state = 1, owner = :owner, lease_until = :until WHERE id = :id")
    static let returnAbandoned = SQLStatement(
        """
        UPDATE outbox SET state = 0, owner = '', interrupted = 1, attempts = attempts + 1
        WHERE state = 1 AND lease_until <= :now
        """)
    static let scheduled = SQLStatement(
        """
        SELECT id, conversation, lane FROM outbox WHERE state = 0 AND sequence = 0 AND due_at <= :now
        ORDER BY due_at LIMIT 500 {FREE}
        """)
    static let admit = SQLStatement("UPDATE outbox SET sequence = :sequence, is_head = :head WHERE id = :id")
    static let position = SQLStatement(
        "SELECT state, conversation, lane, connection, account, expires_at FROM outbox WHERE id = :id")
    static let part = SQLStatement(
        "UPDATE outbox SET next_part = CASE WHEN next_part < :next THEN :next ELSE next_part END WHERE id = :id")
    static let retry = SQLStatement(
        """
        UPDATE outbox SET state = 0, due_at = :at, reason = :reason, owner = '', interrupted = 0,
          attempts = attempts + 1
        WHERE id = :id
        """)
    static let postpone = SQLStatement("UPDATE outbox SET state = 0, due_at = :at, owner = '' WHERE id = :id")
    /// What is said about a report is kept no longer than it takes to say it, and never among the dead letters.
    static let close = SQLStatement(
        """
        UPDATE outbox SET state = :state, reason = :reason, owner = '', is_head = 0, settled_at = :now,
          attempts = attempts + 1, status = CASE WHEN status < :status THEN :status ELSE status END,
          body = CASE WHEN SUBSTR(reply_key, 1, 8) = 'reports.' THEN NULL ELSE body END
        WHERE id = :id
        """)
    static let withdraw = SQLStatement(
        """
        UPDATE outbox SET state = 5, reason = :reason, owner = '', is_head = 0, settled_at = :now, body = NULL
        WHERE id = :id
        """)
    static let waitingBulk = SQLStatement(
        "SELECT id FROM outbox WHERE conversation = :conversation AND lane = 2 AND state = 0 ORDER BY sequence")
    static let unfetched = SQLStatement(
        """
        SELECT id FROM outbox
        WHERE conversation = :conversation AND lane = 2 AND state = 0 AND sequence > 0 AND sequence <= :cursor
        """)
    static let makeHead = SQLStatement("UPDATE outbox SET is_head = 1 WHERE id = :id AND is_head = 0")
    static let noteExternal = SQLStatement(
        """
        INSERT INTO receipts (connection, account, external_id, message, status, seen_at)
        VALUES (:connection, :account, :external, :message, 0, :now)
        ON CONFLICT (connection, account, external_id) DO UPDATE SET message = excluded.message
        """)
    static let noteStatus = SQLStatement(
        """
        INSERT INTO receipts (connection, account, external_id, message, status, seen_at)
        VALUES (:connection, :account, :external, NULL, :status, :now)
        ON CONFLICT (connection, account, external_id) DO UPDATE SET
          status = CASE WHEN receipts.status < excluded.status THEN excluded.status ELSE receipts.status END
        """)
    static let receipt = SQLStatement(
        """
        SELECT message, status FROM receipts
        WHERE connection = :connection AND account = :account AND external_id = :external
        """)
    static let raise = SQLStatement("UPDATE outbox SET status = :status WHERE id = :id AND status < :status")
    static let status = SQLStatement("SELECT status FROM outbox WHERE id = :id")
    static let pull = SQLStatement(
        """
        SELECT sequence, id, reply_key, body, created_at FROM outbox
        WHERE conversation = :conversation AND sequence > 0 AND sequence > :cursor
          AND (state = 2 OR (state = 0 AND (expires_at IS NULL OR expires_at > :now)))
        ORDER BY sequence LIMIT :limit
        """)
    static let acknowledge = SQLStatement(
        """
        UPDATE outbox SET state = 2, is_head = 0, settled_at = :now, status = CASE WHEN status < 3 THEN 3 ELSE status END,
          body = CASE WHEN SUBSTR(reply_key, 1, 8) = 'reports.' THEN NULL ELSE body END
        WHERE conversation = :conversation AND lane = :lane AND state = 0 AND sequence > 0 AND sequence <= :cursor
        """)
    static let depth = SQLStatement("SELECT lane, COUNT(*) FROM outbox WHERE state = 0 GROUP BY lane")
    static let oldest = SQLStatement("SELECT MIN(created_at) FROM outbox WHERE state = 0 AND lane = :lane")
    static let countDead = SQLStatement("SELECT COUNT(*) FROM outbox WHERE state = 3")
    static let unsentBulk = SQLStatement("SELECT COUNT(*) FROM outbox WHERE state = 0 AND lane = 2")
    static let bulkInFlight = SQLStatement("SELECT COUNT(*) FROM outbox WHERE state = 1 AND lane = 2")
    static let nextScheduled = SQLStatement("SELECT MIN(due_at) FROM outbox WHERE state = 0 AND sequence = 0")
    static let nextDue = SQLStatement(
        """
        SELECT MIN(due_at) FROM outbox
        WHERE connection = :connection AND account = :account AND lane = :lane AND state = 0 AND is_head = 1
        """)
    static let accounts = SQLStatement(
        "SELECT connection, account, channel, paused_until FROM accounts ORDER BY connection, account")
    static let dead = SQLStatement(
        """
        SELECT o.id, o.conversation, c.connection, c.channel, c.account, c.person, o.lane, o.reply_key, o.body,
          o.reason, o.attempts, o.created_at, o.settled_at
        FROM outbox AS o JOIN conversations AS c ON c.id = o.conversation
        WHERE o.state = 3 ORDER BY o.settled_at DESC LIMIT :limit
        """)
    static let revive = SQLStatement(
        """
        UPDATE outbox SET state = 0, sequence = :sequence, is_head = :head, due_at = :now, expires_at = NULL,
          attempts = 0, next_part = :part, interrupted = 0, status = 0, reason = NULL, settled_at = NULL,
          body = :body, day = :day
        WHERE id = :id
        """)
    static let pause = SQLStatement(
        """
        INSERT INTO accounts (connection, account, channel, paused_at, paused_until, reason)
        VALUES (:connection, :account, '', :now, :until, :reason)
        ON CONFLICT (connection, account) DO UPDATE SET
          paused_at = excluded.paused_at, paused_until = excluded.paused_until, reason = excluded.reason
        """)
    static let resume = SQLStatement(
        """
        UPDATE accounts SET paused_at = NULL, paused_until = 0, reason = NULL
        WHERE connection = :connection AND account = :account
        """)
    static let paused = SQLStatement(
        """
        SELECT connection, account, paused_until, reason FROM accounts WHERE paused_until > :now
        ORDER BY connection, account
        """)
}
