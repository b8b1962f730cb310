package import Core
package import Programmes

extension WriteTransaction {
    /// Applies the changes of one decision, in order.
    ///
    /// - Parameters:
    ///   - conversation: whose event was decided on.
    ///   - event: the event itself; noted with what is sent because of it.
    /// - Throws: ``StoreError/conflict(_:)`` when the decision was made on stale data. Let it leave the closure of
    ///   `write`, so that nothing of the decision is applied.
    package func apply(_ changes: [Change], in conversation: ConversationID, event: EventID?, now: Instant) throws {
        for change in changes { try apply(change, in: conversation, event: event, now: now) }
    }

    private func apply(_ change: Change, in conversation: ConversationID, event: EventID?, now: Instant) throws {
        switch change {
        case .reply(let reply): try send(reply, to: conversation, event: event, now: now)
        case .notify(let other, let reply): try notify(other, reply, event: event, now: now)
        case .enrol(let enrolment): try enrol(enrolment)
        case .cancelEnrolment(let id): try cancel(id)
        case .promote(let id): try promote(id)
        case .handOver(let item): try handOver(item)
        case .setTimer(let timer): try setTimer(timer, in: conversation)
        case .cancelTimer(let key): try cancelTimer(key: key, in: conversation)
        case .setTimerFor(let other, let timer): try setTimer(timer, in: other)
        case .subscribe(let subscribed): try setSubscribed(subscribed, of: conversation)
        case .count(let metric, let label): try count(metric, label, now: now)
        case .openCase(let opening): try openCase(opening, in: conversation, event: event, now: now)
        case .appendToCase(let id, let entry): try appendToCase(id, entry, event: event, now: now)
        case .classifyCase(let id, let facts): try classifyCase(id, facts, now: now)
        case .noteCase(let id, let milestone): try noteCase(id, milestone, now: now)
        case .acknowledgeCase(let id, let member): try acknowledgeCase(id, by: member, now: now)
        case .redeemLink(let code, let member): try redeemLink(code: code, of: member, for: conversation, now: now)
        case .startBroadcast(let broadcast): try startBroadcast(broadcast, now: now)
        case .commandBroadcast(let id, let command):
            let member = try staffMember(conversation: conversation)?.id
            try commandBroadcast(id, command, by: member.map { .member($0) } ?? .program, now: now)
        }
    }

    private func send(_ reply: Reply, to conversation: ConversationID, event: EventID?, now: Instant) throws {
        let draft = OutboxDraft(
            conversation: conversation, lane: reply.lane, key: reply.key, message: reply.message, event: event)
        try enqueue(draft, now: now)
    }

    private func notify(_ other: ConversationID, _ reply: Reply, event: EventID?, now: Instant) throws {
        // Who is not there any more cannot be told anything; the rest of the decision still holds.
        guard let row = try connection.row(ChangeSQL.isSubscribed, ["id": .id(other)]) else { return }
        if reply.lane == .bulk, try !row.bool(0) { return }
        try send(reply, to: other, event: event, now: now)
    }

    private func handOver(_ item: DeskItem) throws {
        let details = try seal(Payload.encode(item.details), .deskDetails, id: item.id.rawValue, standing: true)
        try connection.execute(
            ChangeSQL.handOver,
            [
                "id": .id(item.id), "kind": .text(item.kind.rawValue), "conversation": .id(item.conversation),
                "details": .blob(details), "created": .time(item.createdAt),
            ])
    }

    private func count(_ metric: String, _ label: String, now: Instant) throws {
        try connection.execute(
            ChangeSQL.count,
            [
                "day": .int(CivilTime(now).date.dayNumber), "metric": .text(metric), "label": .text(label),
            ])
    }

    /// - Throws: ``StoreError/missing(_:)`` when it is unknown or closed already.
    package func closeDeskItem(_ id: DeskItemID, now: Instant) throws {
        let changed = try connection.execute(ChangeSQL.closeDeskItem, ["id": .id(id), "now": .time(now)])
        if changed == 0 { throw StoreError.missing("open desk item") }
    }
}

extension ReadTransaction {
    /// What waits at the desk, oldest first.
    package func deskItems(limit: Int) throws -> [DeskItem] {
        try connection.rows(ChangeSQL.deskItems, ["limit": .int(max(0, limit))]).map { row in
            let id: DeskItemID = try row.id(0)
            let details = try row.blobOrNil(3).flatMap { try open($0, .deskDetails, id: id.rawValue) }
            return DeskItem(
                id: id, kind: DeskItem.Kind(rawValue: try row.text(1)) ?? .human, conversation: try row.id(2),
                details: try details.map { try Payload.decode([String: String].self, from: $0, .deskDetails) } ?? [:],
                createdAt: try row.time(4))
        }
    }

    /// How often something was counted, over all days.
    package func count(metric: String, label: String) throws -> Int {
        let row = try connection.row(ChangeSQL.total, ["metric": .text(metric), "label": .text(label)])
        return Int(clamping: try row?.integerOrNil(0) ?? 0)
    }
}

enum ChangeSQL {
    static let isSubscribed = SQLStatement("SELECT subscribed FROM conversations WHERE id = :id")
    static let handOver = SQLStatement(
        """
        INSERT INTO desk_items (id, kind, conversation, details, created_at)
        VALUES (:id, :kind, :conversation, :details, :created)
        """)
    static let deskItems = SQLStatement(
        """
        SELECT id, kind, conversation, details, created_at FROM desk_items WHERE closed_at IS NULL
        ORDER BY created_at, id LIMIT :limit
        """)
    static let closeDeskItem = SQLStatement(
        "UPDATE desk_items SET closed_at = :now WHERE id = :id AND closed_at IS NULL")
    static let count = SQLStatement(
        """
        INSERT INTO counts (day, metric, label, total) VALUES (:day, :metric, :label, 1)
        ON CONFLICT (day, metric, label) DO UPDATE SET total = counts.total + 1
        """)
    static let total = SQLStatement(
        "SELECT CAST(SUM(total) AS BIGINT) FROM counts WHERE metric = :metric AND label = :label")
}
