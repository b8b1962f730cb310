@testable import Store
import Testing

@Suite("Query plans")
struct QueryPlanTests {
    /// What runs for each event and each message, and the indexes that must carry it.
    private static let hot: [(name: String, statement: SQLStatement, indexes: [String])] = [
        ("is known", InboxSQL.isKnown, ["sqlite_autoindex_events_2"]),
        ("next conversations", InboxSQL.next, ["inbox_queue_next"]),
        ("waiting events", InboxSQL.waiting, ["events_waiting"]),
        ("head", InboxSQL.head, ["events_waiting"]),
        ("urgent", InboxSQL.urgent, ["events_urgent"]),
        ("event state", InboxSQL.state, ["sqlite_autoindex_events_1"]),
        ("finish", InboxSQL.finish, ["sqlite_autoindex_events_1"]),
        ("count waiting", InboxSQL.countWaiting, ["events_"]),
        ("failed", InboxSQL.failed, ["events_failed"]),
        ("find conversation", ConversationSQL.find, ["sqlite_autoindex_conversations_2"]),
        ("load conversation", ConversationSQL.load, ["sqlite_autoindex_conversations_1"]),
        ("first unsent", OutboxSQL.firstUnsent, ["outbox_unsent"]),
        ("in flight of lane", OutboxSQL.inFlightOfLane, ["outbox_in_flight"]),
        ("due", OutboxSQL.due, ["outbox_due", "outbox_in_flight"]),
        ("due safety", OutboxSQL.dueSafety, ["outbox_due"]),
        ("abandoned", OutboxSQL.returnAbandoned, ["outbox_leases"]),
        ("scheduled", OutboxSQL.scheduled, ["outbox_scheduled"]),
        ("next scheduled", OutboxSQL.nextScheduled, ["outbox_scheduled"]),
        ("next due", OutboxSQL.nextDue, ["outbox_due"]),
        ("position", OutboxSQL.position, ["sqlite_autoindex_outbox_1"]),
        ("load message", OutboxSQL.load, ["sqlite_autoindex_outbox_1", "sqlite_autoindex_conversations_1"]),
        ("pull", OutboxSQL.pull, ["outbox_stream"]),
        ("acknowledge", OutboxSQL.acknowledge, ["outbox_unsent"]),
        ("oldest", OutboxSQL.oldest, ["outbox_waiting"]),
        ("dead", OutboxSQL.dead, ["outbox_dead"]),
        ("count dead", OutboxSQL.countDead, ["outbox_dead"]),
        ("receipt", OutboxSQL.receipt, ["PRIMARY KEY"]),
        ("timers due", TimerSQL.due, ["timers_due"]),
        ("next timer", TimerSQL.next, ["timers_due"]),
        ("open classes", ClassSQL.find, ["classes_open", "PRIMARY KEY"]),
        ("class by code", ClassSQL.byCode, ["sqlite_autoindex_classes_2"]),
        ("seats", ClassSQL.seats, ["enrolments_by_class"]),
        ("first waiting", ClassSQL.firstWaiting, ["enrolments_by_class"]),
        ("by guardian", ClassSQL.byGuardian, ["enrolments_by_guardian"]),
        ("stale events", RetentionSQL.staleEvents, ["events_by_day"]),
        ("stale messages", RetentionSQL.staleMessages, ["outbox_by_day"]),
        ("erase events", RetentionSQL.eraseEvents, ["events_by_day"]),
        ("erase messages", RetentionSQL.eraseMessages, ["outbox_by_day"]),
        ("erase states", RetentionSQL.eraseStates, ["conversations_by_state_day"]),
        ("erase names", RetentionSQL.eraseNames, ["enrolments_named"]),
        ("drop events", RetentionSQL.dropEvents, ["events_by_age"]),
        ("drop messages", RetentionSQL.dropMessages, ["outbox_by_age"]),
        ("drop receipts", RetentionSQL.dropReceipts, ["receipts_by_age"]),
        ("talk", CaseSQL.talk, ["events_talk"]),
        ("pages due", CaseSQL.duePages, ["cases_paging"]),
        ("next page", CaseSQL.nextPage, ["cases_paging"]),
        ("open cases", CaseSQL.notClosed, ["cases_open", "sqlite_autoindex_case_wraps_1"]),
        ("entries", CaseSQL.entries, ["sqlite_autoindex_case_entries_2"]),
        ("report link", MailboxSQL.link, ["sqlite_autoindex_report_links_1"]),
        ("mailbox", MailboxSQL.byMark, ["sqlite_autoindex_case_mailboxes_2"]),
        ("member of a chat", StaffSQL.byConversation, ["sqlite_autoindex_staff_3"]),
        ("audit page", AuditSQL.page, ["INTEGER PRIMARY KEY"]),
    ]

    @Test("of everything that runs often go through their indexes, without a scan", arguments: hot.indices)
    func plans(index: Int) async throws {
        let (name, statement, indexes) = Self.hot[index]
        try await withStore(.sqlite) { fixture in
            let explain = SQLStatement("EXPLAIN QUERY PLAN " + Self.withoutParameters(statement))
            let plan = try await fixture.store.read { transaction in
                try transaction.connection.rows(explain, [:]).map { try $0.text(3) }
            }
            let text = plan.joined(separator: "\n")
            for index in indexes { #expect(text.contains(index), "\(name): \(text)") }
            // Walking an index in its order until the limit is reached is no scan of the table.
            let scans = plan.filter { $0.hasPrefix("SCAN") && !$0.contains("INDEX") }
            #expect(scans.isEmpty, "\(name): \(text)")
        }
    }

    /// The same statement with constants, because plans are asked for without values.
    private static func withoutParameters(_ statement: SQLStatement) -> String {
        statement.parameters.sorted { $0.count > $1.count }.reduce(statement.text) { text, name in
            text.split(separator: ":" + name, omittingEmptySubsequences: false).joined(separator: "1")
        }
    }

    @Test("of claims need no sorting of their own")
    func noSorting() async throws {
        try await withStore(.sqlite) { fixture in
            let claims = [
                InboxSQL.next, InboxSQL.waiting, InboxSQL.head, OutboxSQL.due, OutboxSQL.dueSafety,
                OutboxSQL.scheduled, OutboxSQL.firstUnsent, OutboxSQL.pull, TimerSQL.due,
            ]
            for claim in claims {
                let explain = SQLStatement("EXPLAIN QUERY PLAN " + Self.withoutParameters(claim))
                let plan = try await fixture.store.read { transaction in
                    try transaction.connection.rows(explain, [:]).map { try $0.text(3) }
                }
                #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(claim.text): \(plan)")
            }
        }
    }
}
