package import Core

extension WriteTransaction {
    /// Stores events, each once.
    ///
    /// An event whose key the connection has shown before is a no-op. Events that name no person, and those that the
    /// channel ignores, are recorded as done; the others wait in their person's conversation, which is made when new.
    ///
    /// - Throws: ``StoreError/full(_:)`` when as many events wait as may; nothing is stored then.
    package func acceptEvents(_ events: [IncomingEvent], now: Instant) throws -> Acceptance {
        guard ledger.waitingEvents < ledger.limits.waitingEvents else { throw StoreError.full(.inbox) }
        var accepted = 0
        // People in the same order everywhere, so that two batches never wait for each other; each one's order stays.
        for incoming in connection.hasSeveralWriters ? Self.byPerson(events) : events
        where try accept(incoming, now: now) { accepted += 1 }
        return Acceptance(accepted: accepted, duplicates: events.count - accepted)
    }

    private static func byPerson(_ events: [IncomingEvent]) -> [IncomingEvent] {
        events.enumerated().sorted { one, other in
            (one.element.event.account, one.element.event.person, one.offset)
                < (other.element.event.account, other.element.event.person, other.offset)
        }.map(\.element)
    }

    private func accept(_ incoming: IncomingEvent, now: Instant) throws -> Bool {
        let event = incoming.event
        let key = event.deduplicationKey.withoutNUL
        let known = try connection.row(
            InboxSQL.isKnown, ["connection": .id(incoming.connection), "key": .text(key)])
        guard known == nil else { return false }
        var conversation: ConversationID?
        if event.kind != .ignored, !event.person.isEmpty {
            let address = ConversationAddress(
                connection: incoming.connection, channel: incoming.channel, account: event.account.withoutNUL,
                person: event.person.withoutNUL)
            conversation = try findOrCreateConversation(address, now: now)
        }
        guard try insert(incoming, key: key, conversation: conversation, now: now) else { return false }
        if let conversation {
            try queue(conversation, lane: incoming.lane, now: now)
            let time = min(event.timestamp ?? now, now)
            switch event.kind {
            case .message, .postback: try noteInbound(conversation, at: time)
            case .follow, .unfollow: try notePresence(of: conversation, isThere: event.kind == .follow, at: time)
            default: break
            }
        }
        return true
    }

    /// Stores an event of our own making (a timer) in a conversation that exists.
    func insertOwn(_ event: InboundEvent, address: ConversationAddress, conversation: ConversationID, now: Instant)
        throws
    {
        let incoming = IncomingEvent(
            connection: address.connection, channel: address.channel, event: event, lane: .reply)
        _ = try insert(incoming, key: event.deduplicationKey, conversation: conversation, now: now)
        try queue(conversation, lane: .reply, now: now)
    }

    /// - Returns: false when the connection has shown this key before, or another process stores it just now.
    private func insert(
        _ incoming: IncomingEvent, key: String, conversation: ConversationID?, now: Instant
    ) throws -> Bool {
        let event = incoming.event
        let id: EventID = makeID(at: now)
        let payload = try seal(EventPayload.encode(event), .eventPayload, id: id.rawValue)
        let stored = try connection.execute(
            InboxSQL.insert,
            [
                "id": .id(id), "connection": .id(incoming.connection), "key": .text(key),
                "conversation": .id(conversation), "kind": .text(event.kind.rawValue),
                "name": .text(event.kind == .timer ? "timer" : event.name.withoutNUL),
                "lane": .int(incoming.lane.rawValue),
                "state": .int(conversation == nil ? EventState.done : EventState.waiting),
                "ordered": .time(event.timestamp ?? now), "received": .time(now),
                "position": .integer(ledger.nextArrival()), "payload": .blob(payload), "day": .int(sealingDay()),
                "finished": conversation == nil ? .time(now) : .null,
            ])
        guard stored > 0 else { return false }
        if conversation != nil { ledger.noteEvents(1) }
        return true
    }

    private func queue(_ conversation: ConversationID, lane: Lane, now: Instant) throws {
        try connection.execute(
            InboxSQL.queue, ["conversation": .id(conversation), "lane": .int(lane.rawValue), "now": .time(now)])
    }

    /// Leases conversations in which something waits: those with a safety event first, then by longest waiting.
    ///
    /// A lease keeps other workers away until ``releaseConversation(_:owner:)`` or until `leaseFor` has passed.
    package func claimConversations(limit: Int, owner: String, leaseFor: Duration, now: Instant) throws
        -> [ClaimedConversation]
    {
        let found = try connection.rows(InboxSQL.next, ["now": .time(now), "limit": .int(max(0, limit))])
        var claimed: [ClaimedConversation] = []
        for row in found {
            let id: ConversationID = try row.id(0)
            try connection.execute(
                InboxSQL.lease,
                ["conversation": .id(id), "owner": .text(owner), "until": .time(now + leaseFor)])
            let events = try waitingEvents(of: id, now: now)
            guard !events.isEmpty, let address = try address(of: id) else {
                try requeue(id)
                continue
            }
            claimed.append(ClaimedConversation(conversation: id, address: address, events: events))
        }
        return claimed
    }

    private func waitingEvents(of conversation: ConversationID, now: Instant) throws -> [StoredEvent] {
        var events: [StoredEvent] = []
        for row in try connection.rows(InboxSQL.waiting, ["conversation": .id(conversation)]) {
            let id: EventID = try row.id(0)
            guard let event = try readable(row, id: id) else {
                try park(id, reason: "unreadable", now: now)
                continue
            }
            events.append(
                StoredEvent(
                    id: id, event: event, lane: Lane(rawValue: try row.int(1)) ?? .reply,
                    receivedAt: try row.time(2), attempts: try row.int(3)))
        }
        return events
    }

    /// Nil when the content was erased or damaged: one such event must not hold up its conversation for ever.
    private func readable(_ row: SQLRow, id: EventID) throws -> InboundEvent? {
        do {
            guard let sealed = try row.blobOrNil(4), let bytes = try open(sealed, .eventPayload, id: id.rawValue) else {
                return nil
            }
            return try Payload.decode(InboundEvent.self, from: bytes, .eventPayload)
        } catch StoreError.unreadable {
            return nil
        }
    }

    /// Whether the event still awaits its effect. Asked inside the transaction that applies the effect, so that the
    /// effect happens once however often the event is handed out.
    package func beginEvent(_ id: EventID) throws -> Bool {
        guard try connection.row(InboxSQL.state, ["id": .id(id)])?.int(0) == EventState.waiting else { return false }
        // When the event came, somebody else may have been at the conversation's row.
        if connection.hasSeveralWriters, let row = try connection.row(InboxSQL.inbound, ["id": .id(id)]) {
            try noteInbound(row.id(0), at: min(row.time(1), row.time(2)))
        }
        return true
    }

    /// Marks the event as done. No-op when it already is.
    package func finishEvent(_ id: EventID, now: Instant) throws {
        let changed = try connection.execute(InboxSQL.finish, ["id": .id(id), "now": .time(now)])
        ledger.noteEvents(-changed)
    }

    /// Counts a failure to handle the event. The first retry may follow at once, later ones back off; after five
    /// failures the event is parked where ``ReadTransaction/failedEvents(limit:)`` shows it.
    ///
    /// Stop the conversation's work after a failure and release it: its later events wait for this one.
    /// - Parameter reason: a stable code, never content.
    /// - Returns: true when the event is parked now.
    @discardableResult
    package func failEvent(_ id: EventID, reason: String, now: Instant) throws -> Bool {
        guard let row = try connection.row(InboxSQL.state, ["id": .id(id)]), try row.int(0) == EventState.waiting else {
            return false
        }
        let attempts = try row.int(1).addingSaturating(1)
        guard attempts < InboxSQL.greatestAttempts else {
            try park(id, reason: reason, now: now)
            return true
        }
        let delays: [Duration] = [.zero, .zero, .seconds(1), .seconds(5), .seconds(25)]
        let delay = delays.indices.contains(attempts) ? delays[attempts] : .seconds(25)
        try connection.execute(
            InboxSQL.fail,
            [
                "id": .id(id), "attempts": .int(attempts), "reason": .text(reason),
                "retry": delay == .zero ? .integer(0) : .time(now + delay),
            ])
        return false
    }

    func park(_ id: EventID, reason: String, now: Instant) throws {
        let changed = try connection.execute(
            InboxSQL.park, ["id": .id(id), "reason": .text(reason), "now": .time(now)])
        ledger.noteEvents(-changed)
    }

    /// Puts a parked event back into its conversation, with a clean count of failures.
    ///
    /// - Throws: ``StoreError/missing(_:)`` when it is not parked.
    package func retryFailedEvent(_ id: EventID, now: Instant) throws {
        let changed = try connection.execute(InboxSQL.unpark, ["id": .id(id)])
        guard changed == 1, let row = try connection.row(InboxSQL.conversationOf, ["id": .id(id)]) else {
            throw StoreError.missing("failed event")
        }
        ledger.noteEvents(1)
        try queue(try row.id(0), lane: Lane(rawValue: try row.int(1)) ?? .reply, now: now)
    }

    /// Ends the lease that `owner` has on the conversation. What still waits in it can be claimed again.
    package func releaseConversation(_ id: ConversationID, owner: String) throws {
        let row = try connection.row(InboxSQL.owner, ["conversation": .id(id)])
        guard try row?.text(0) == owner else { return }
        try requeue(id)
    }

    /// Brings the queue row in line with what waits.
    private func requeue(_ id: ConversationID) throws {
        guard let head = try connection.row(InboxSQL.head, ["conversation": .id(id)]) else {
            try connection.execute(InboxSQL.leave, ["conversation": .id(id)])
            return
        }
        let isUrgent = try connection.row(InboxSQL.urgent, ["conversation": .id(id)]) != nil
        try connection.execute(
            InboxSQL.requeue,
            [
                "conversation": .id(id), "lane": .integer(isUrgent ? 0 : try head.integer(0)),
                "since": .integer(try head.integer(1)), "available": .integer(try head.integer(2)),
            ])
    }
}

extension ReadTransaction {
    package func inboxDepth() throws -> InboxDepth {
        let waiting = try connection.row(InboxSQL.countWaiting, [:])?.int(0) ?? 0
        let failed = try connection.row(InboxSQL.countFailed, [:])?.int(0) ?? 0
        let oldest = try connection.row(InboxSQL.oldest, [:])?.timeOrNil(0)
        return InboxDepth(waiting: waiting, oldestWaiting: oldest, failed: failed)
    }

    /// Parked events, latest first.
    package func failedEvents(limit: Int) throws -> [FailedEvent] {
        try connection.rows(InboxSQL.failed, ["limit": .int(max(0, limit))]).map { row in
            FailedEvent(
                id: try row.id(0), conversation: try row.textOrNil(1).map(ConversationID.init(rawValue:)),
                kind: try row.text(2), reason: try row.textOrNil(3) ?? "", receivedAt: try row.time(4),
                failedAt: try row.time(5))
        }
    }
}

enum InboxSQL {
    static let greatestAttempts = 5

    static let isKnown = SQLStatement(
        "SELECT 1 FROM events WHERE connection = :connection AND deduplication_key = :key")
    static let insert = SQLStatement(
        """
        INSERT INTO events (id, connection, deduplication_key, conversation, kind, name, lane, state, ordered_at,
          received_at, position, payload, day, finished_at)
        VALUES (:id, :connection, :key, :conversation, :kind, :name, :lane, :state, :ordered, :received, :position,
          :payload, :day, :finished)
        ON CONFLICT (connection, deduplication_key) DO NOTHING
        """)
    /// A lease stays, and so does a back-off, except that a safety event ends the back-off. A row that is right already
    /// is not written, but is locked where others write too: whoever empties the queue meanwhile waits, and looks again.
    static let queue = SQLStatement(
        """
        INSERT INTO inbox_queue (conversation, lane, since, owner, available_at)
        VALUES (:conversation, :lane, :now, '', 0)
        ON CONFLICT (conversation) DO UPDATE SET
          lane = CASE WHEN excluded.lane < inbox_queue.lane THEN excluded.lane ELSE inbox_queue.lane END,
          available_at = CASE WHEN inbox_queue.owner = '' AND excluded.lane = 0 THEN 0
            ELSE inbox_queue.available_at END
        WHERE excluded.lane < inbox_queue.lane
          OR (inbox_queue.owner = '' AND excluded.lane = 0 AND inbox_queue.available_at <> 0)
        """)
    static let next = SQLStatement(
        """
        SELECT conversation FROM inbox_queue WHERE available_at <= :now
        ORDER BY lane, since, conversation LIMIT :limit {FREE}
        """)
    static let lease = SQLStatement(
        "UPDATE inbox_queue SET owner = :owner, available_at = :until WHERE conversation = :conversation")
    static let waiting = SQLStatement(
        """
        SELECT id, lane, received_at, attempts, payload FROM events
        WHERE conversation = :conversation AND state = 0
        ORDER BY ordered_at, received_at, position, id LIMIT 16
        """)
    static let state = SQLStatement("SELECT state, attempts FROM events WHERE id = :id")
    /// Of what a person wrote or pressed.
    static let inbound = SQLStatement(
        """
        SELECT conversation, ordered_at, received_at FROM events
        WHERE id = :id AND conversation IS NOT NULL AND kind IN ('message', 'postback')
        """)
    static let conversationOf = SQLStatement("SELECT conversation, lane FROM events WHERE id = :id")
    /// What a platform tells us that we said is of no use afterwards, and must not outlive the outbox row with the same words.
    static let finish = SQLStatement(
        """
        UPDATE events SET state = 1, finished_at = :now, payload = CASE WHEN kind = 'echo' THEN NULL ELSE payload END
        WHERE id = :id AND state = 0
        """)
    static let fail = SQLStatement(
        "UPDATE events SET attempts = :attempts, reason = :reason, retry_at = :retry WHERE id = :id")
    static let park = SQLStatement(
        """
        UPDATE events SET state = 2, attempts = attempts + 1, reason = :reason, finished_at = :now
        WHERE id = :id AND state = 0
        """)
    static let unpark = SQLStatement(
        """
        UPDATE events SET state = 0, attempts = 0, retry_at = 0, finished_at = NULL
        WHERE id = :id AND state = 2 AND payload IS NOT NULL
        """)
    static let owner = SQLStatement("SELECT owner FROM inbox_queue WHERE conversation = :conversation {LOCK}")
    static let head = SQLStatement(
        """
        SELECT lane, received_at, retry_at FROM events WHERE conversation = :conversation AND state = 0
        ORDER BY ordered_at, received_at, position, id LIMIT 1
        """)
    static let urgent = SQLStatement(
        "SELECT 1 FROM events WHERE conversation = :conversation AND state = 0 AND lane = 0 LIMIT 1")
    static let leave = SQLStatement("DELETE FROM inbox_queue WHERE conversation = :conversation")
    static let requeue = SQLStatement(
        """
        UPDATE inbox_queue SET lane = :lane, since = :since, owner = '', available_at = :available
        WHERE conversation = :conversation
        """)
    static let countWaiting = SQLStatement("SELECT COUNT(*) FROM events WHERE state = 0")
    static let countFailed = SQLStatement("SELECT COUNT(*) FROM events WHERE state = 2")
    static let oldest = SQLStatement("SELECT MIN(since) FROM inbox_queue")
    static let failed = SQLStatement(
        """
        SELECT id, conversation, kind, reason, received_at, finished_at FROM events WHERE state = 2
        ORDER BY finished_at DESC, id LIMIT :limit
        """)
}

extension String {
    /// No engine keeps U+0000 in text, and a key that ends early would be another's key.
    var withoutNUL: String {
        utf8.contains(0) ? String(UnicodeScalarView(unicodeScalars.filter { $0.value != 0 })) : self
    }
}
