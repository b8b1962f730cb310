/// The statements about cases, their entries and who can open them.
enum CaseSQL {
    private static let columns = """
        c.id, c.number, c.level, c.status, c.facts, c.milestones, c.opened_at, c.acknowledged_at, c.acknowledged_by,
          c.assigned_to, c.closed_at, c.erased_at, c.public_key, c.entries, c.next_page_at, c.pages, c.page_reason
        """

    static let insert = SQLStatement(
        """
        INSERT INTO cases (id, number, level, status, facts, opened_at, public_key, next_page_at, page_reason)
        VALUES (:id, :number, :level, 'new', :facts, :opened, :key, :page, :reason)
        """)
    static let exists = SQLStatement("SELECT 1 FROM cases WHERE id = :id")
    static let isTaken = SQLStatement("SELECT 1 FROM cases WHERE number = :number")
    static let byID = SQLStatement("SELECT \(columns) FROM cases AS c WHERE c.id = :id")
    static let byNumber = SQLStatement("SELECT \(columns) FROM cases AS c WHERE c.number = :number")
    /// The most urgent first; a case without a level is none that anybody has looked at.
    private static let order = "ORDER BY CASE c.level WHEN 'S0' THEN 'S9' ELSE c.level END, c.opened_at, c.id LIMIT :limit"
    private static let held = """
        (:hasHolder = 0 OR EXISTS (SELECT 1 FROM case_wraps AS w WHERE w.case_id = c.id AND w.holder = :holder))
        """
    static let notClosed = SQLStatement("SELECT \(columns) FROM cases AS c WHERE c.closed_at IS NULL AND \(held) \(order)")
    static let ofStatus = SQLStatement("SELECT \(columns) FROM cases AS c WHERE c.status = :status AND \(held) \(order)")
    static let setFacts = SQLStatement("UPDATE cases SET facts = :facts, level = :level WHERE id = :id")
    static let setMilestones = SQLStatement("UPDATE cases SET milestones = :milestones WHERE id = :id")
    static let setPaging = SQLStatement(
        "UPDATE cases SET next_page_at = :page, pages = :pages, page_reason = :reason WHERE id = :id")
    static let reopen = SQLStatement(
        """
        UPDATE cases SET status = 'new', acknowledged_at = NULL, acknowledged_by = NULL, assigned_to = NULL
        WHERE id = :id
        """)
    /// Open ones that rest with a member.
    static let takenBy = SQLStatement(
        """
        SELECT id FROM cases WHERE closed_at IS NULL AND (assigned_to = :staff OR assigned_to IS NULL AND acknowledged_by = :staff)
        ORDER BY opened_at, id
        """)
    static let acknowledge = SQLStatement(
        """
        UPDATE cases SET acknowledged_at = :now, acknowledged_by = :actor,
          status = CASE WHEN status = 'new' THEN 'acknowledged' ELSE status END
        WHERE id = :id AND acknowledged_at IS NULL
        """)
    static let assign = SQLStatement("UPDATE cases SET status = 'assigned', assigned_to = :staff WHERE id = :id")
    static let close = SQLStatement(
        """
        UPDATE cases SET status = 'closed', closed_at = :now, outcome = :outcome, next_page_at = NULL WHERE id = :id
        """)
    static let outcome = SQLStatement("SELECT outcome FROM cases WHERE id = :id")
    static let erase = SQLStatement(
        """
        UPDATE cases SET facts = NULL, outcome = NULL, erased_at = :now, next_page_at = NULL, status = 'closed',
          closed_at = CASE WHEN closed_at IS NULL THEN :now ELSE closed_at END
        WHERE id = :id
        """)

    static let nextPosition = SQLStatement("UPDATE cases SET entries = entries + 1 WHERE id = :id")
    static let position = SQLStatement("SELECT entries FROM cases WHERE id = :id")
    static let insertEntry = SQLStatement(
        """
        INSERT INTO case_entries (id, case_id, position, kind, author, made_at, sealed, mailbox)
        VALUES (:id, :case, :position, :kind, :author, :at, :sealed, :mailbox)
        """)
    static let entries = SQLStatement(
        "SELECT id, kind, author, made_at, sealed FROM case_entries WHERE case_id = :case ORDER BY position")
    static let messages = SQLStatement(
        """
        SELECT id, made_at, mailbox FROM case_entries WHERE case_id = :case AND mailbox IS NOT NULL ORDER BY position
        """)
    static let eraseEntries = SQLStatement("DELETE FROM case_entries WHERE case_id = :case")

    static let wrap = SQLStatement("SELECT wrap FROM case_wraps WHERE case_id = :case AND holder = :holder")
    static let holders = SQLStatement("SELECT holder FROM case_wraps WHERE case_id = :case ORDER BY holder")
    static let ofHolder = SQLStatement("SELECT case_id FROM case_wraps WHERE holder = :holder ORDER BY case_id")
    static let setWrap = SQLStatement(
        """
        INSERT INTO case_wraps (case_id, holder, wrap) VALUES (:case, :holder, :wrap)
        ON CONFLICT (case_id, holder) DO UPDATE SET wrap = excluded.wrap
        """)
    static let dropWrap = SQLStatement("DELETE FROM case_wraps WHERE case_id = :case AND holder = :holder")
    static let dropWraps = SQLStatement("DELETE FROM case_wraps WHERE case_id = :case")
    static let dropWrapsOfHolder = SQLStatement("DELETE FROM case_wraps WHERE holder = :holder")
    /// Leaves those that nobody else could open.
    static let dropSparableWraps = SQLStatement(
        """
        DELETE FROM case_wraps WHERE holder = :holder
          AND EXISTS (SELECT 1 FROM case_wraps AS o WHERE o.case_id = case_wraps.case_id AND o.holder <> :holder)
        """)
    static let heldOnlyBy = SQLStatement(
        """
        SELECT c.number FROM case_wraps AS w JOIN cases AS c ON c.id = w.case_id
        WHERE w.holder = :holder
          AND NOT EXISTS (SELECT 1 FROM case_wraps AS o WHERE o.case_id = w.case_id AND o.holder <> :holder)
        ORDER BY c.number
        """)
    static let noteErasure = SQLStatement(
        """
        INSERT INTO case_erasures (number, case_id, erased_at) VALUES (:number, :case, :now)
        ON CONFLICT (number) DO NOTHING
        """)
    static let erasures = SQLStatement(
        "SELECT number, case_id, erased_at FROM case_erasures ORDER BY erased_at, number LIMIT :limit")

    static let publicKey = SQLStatement("SELECT public_key FROM sealing_keys WHERE name = :name")
    static let setPublicKey = SQLStatement(
        """
        INSERT INTO sealing_keys (name, public_key, created_at) VALUES (:name, :key, :now)
        ON CONFLICT (name) DO UPDATE SET public_key = excluded.public_key, created_at = excluded.created_at
        """)

    /// What a person has said in a conversation, latest first; the event that is being handled is among it, and what was
    /// parked because it could not be handled.
    static let talk = SQLStatement(
        """
        SELECT id, payload, received_at FROM events
        WHERE conversation = :conversation AND payload IS NOT NULL AND kind <> 'status'
          AND (kind = 'message' OR kind = 'postback') AND (state <> 0 OR id = :event)
        ORDER BY ordered_at DESC, received_at DESC, position DESC, id DESC LIMIT :limit
        """)
    static let eraseEvent = SQLStatement("UPDATE events SET payload = NULL WHERE id = :id")

    static let duePages = SQLStatement(
        """
        SELECT id FROM cases WHERE next_page_at IS NOT NULL AND next_page_at <= :now
        ORDER BY next_page_at, id LIMIT :limit {FREE}
        """)
    static let nextPage = SQLStatement("SELECT MIN(next_page_at) FROM cases WHERE next_page_at IS NOT NULL")
}
