package import Core

extension WriteTransaction {
    /// Puts a message into the outbox.
    ///
    /// - Throws: ``StoreError/full(_:)`` for the bulk lane when as many wait as may; ``StoreError/missing(_:)`` when
    ///   there is no such conversation.
    @discardableResult
    package func enqueue(_ draft: OutboxDraft, now: Instant) throws -> MessageID {
        guard let address = try address(of: draft.conversation) else { throw StoreError.missing("conversation") }
        if draft.lane == .bulk, ledger.waitingBulk >= ledger.limits.waitingBulk { throw StoreError.full(.bulk) }
        let later = draft.notBefore.flatMap { $0 > now ? $0 : nil }
        let id: MessageID = makeID(at: now)
        // What waits for a later day must not lose its key before: standing key, but erased by the day it was due.
        let body = try seal(Payload.encode(draft.message), .outboxBody, id: id.rawValue, standing: later != nil)
        let place = try later == nil ? nextPlace(draft.conversation, draft.lane) : (sequence: 0, isHead: false)
        try connection.execute(
            OutboxSQL.insert,
            [
                "id": .id(id), "conversation": .id(draft.conversation), "connection": .id(address.connection),
                "account": .text(address.account), "lane": .int(draft.lane.rawValue), "key": .text(draft.key),
                "event": .id(draft.event), "sequence": .integer(place.sequence), "head": .bool(place.isHead),
                "due": .time(later ?? now), "expires": .time(draft.expires), "body": .blob(body),
                "day": .int(later.map { max(sealingDay(), CivilTime($0).date.dayNumber) } ?? sealingDay()),
                "now": .time(now),
            ])
        if draft.lane == .bulk { ledger.noteBulk(1) }
        return id
    }

    /// The end of the conversation's order, and whether nothing of the lane stands before it.
    private func nextPlace(_ conversation: ConversationID, _ lane: Lane) throws -> (sequence: Int64, isHead: Bool) {
        let sequence = try nextSequence(of: conversation)
        let values: KeyValuePairs<String, SQLValue> = [
            "conversation": .id(conversation), "lane": .int(lane.rawValue),
        ]
        let isFree = try connection.row(OutboxSQL.firstUnsent, values) == nil
        return (sequence, try isFree && connection.row(OutboxSQL.inFlightOfLane, values) == nil)
    }

    /// Leases messages that are due: safety first, then replies, then bulk; within a lane the longest due first.
    ///
    /// Of one conversation at most one message is in flight, and those of one lane go in the order of their making;
    /// a safety message waits for no other lane. Paused accounts are passed over, except for safety. Messages past
    /// their expiry become dead letters on the way. Also lets scheduled messages whose time has come join their
    /// conversation, those of pull channels too.
    /// - Parameters:
    ///   - limit: of all lanes together.
    ///   - safetyBeside: so many more, of the safety lane alone.
    ///   - channels: the kinds whose messages are to be pushed; not those whose clients fetch.
    package func claimSends(
        limit: Int, safetyBeside: Int = 0, owner: String, leaseFor: Duration, now: Instant, channels: [ChannelKind]
    ) throws -> [ClaimedSend] {
        try returnAbandoned(now: now)
        try admitScheduled(now: now)
        let accounts = try sendingAccounts(channels)
        var claimed: [ClaimedSend] = []
        for lane in Lane.allCases {
            let open = lane == .safety ? accounts : accounts.filter { $0.pausedUntil <= now }
            let limit = lane == .safety ? limit + safetyBeside : limit
            var isFinished = false
            while claimed.count < limit, !isFinished {
                isFinished = true
                for id in try dueMessages(lane, of: open, limit: limit - claimed.count, now: now) {
                    switch try lease(id, lane, owner: owner, until: now + leaseFor, now: now) {
                    case .leased(let send): claimed.append(send)
                    // Its successor may be due, too.
                    case .fellAway: isFinished = false
                    case .held: break
                    }
                }
            }
        }
        return claimed
    }

    private func dueMessages(_ lane: Lane, of accounts: [SendingAccount], limit: Int, now: Instant) throws
        -> [MessageID]
    {
        var due: [(at: Int64, id: MessageID)] = []
        let statement = lane == .safety ? OutboxSQL.dueSafety : OutboxSQL.due
        for account in accounts {
            let rows = try connection.rows(
                statement,
                [
                    "connection": .text(account.connection), "account": .text(account.account),
                    "lane": .int(lane.rawValue), "now": .time(now), "limit": .int(limit),
                ])
            for row in rows { due.append((try row.integer(1), try row.id(0))) }
        }
        return due.sorted { ($0.at, $0.id) < ($1.at, $1.id) }.prefix(limit).map(\.id)
    }

    private enum Lease {
        case leased(ClaimedSend)
        /// Not to be sent any more.
        case fellAway
        /// Another message of its conversation is in flight, or about to be.
        case held
    }

    private func lease(_ id: MessageID, _ lane: Lane, owner: String, until: Instant, now: Instant) throws -> Lease {
        guard let row = try connection.row(OutboxSQL.load, ["id": .id(id)]) else { return .held }
        if lane != .safety, connection.hasSeveralWriters {
            let conversation: ConversationID = try row.id(5)
            guard try takeConversation(conversation),
                try connection.row(OutboxSQL.inFlight, ["conversation": .id(conversation)]) == nil
            else { return .held }
        }
        let expires = try row.timeOrNil(11)
        if let expires, expires <= now {
            try settle(id, .dead(code: "expired"), now: now)
            return .fellAway
        }
        guard let message = try readableMessage(row.blobOrNil(4), id: id) else {
            try settle(id, .dead(code: "unreadable"), now: now)
            return .fellAway
        }
        if lane == .bulk, try !mayStillGo(id, subscribed: row.bool(14), hasBegun: row.int(9) > 0, now: now) { return .fellAway }
        try connection.execute(OutboxSQL.lease, ["id": .id(id), "owner": .text(owner), "until": .time(until)])
        return .leased(
            ClaimedSend(
                id: id, conversation: try row.id(5), address: try Self.address(row, from: 0),
                lane: Lane(rawValue: try row.int(6)) ?? .reply, key: try row.text(7), message: message,
                attempt: try row.int(8).addingSaturating(1), nextPart: try row.int(9),
                wasInterrupted: try row.bool(10), createdAt: try row.time(12), expires: expires,
                lastInboundAt: try row.timeOrNil(13)))
    }

    /// Takes back what a sender that disappeared had leased.
    private func returnAbandoned(now: Instant) throws {
        try connection.execute(OutboxSQL.returnAbandoned, ["now": .time(now)])
    }

    private func admitScheduled(now: Instant) throws {
        for row in try connection.rows(OutboxSQL.scheduled, ["now": .time(now)]) {
            let place = try nextPlace(try row.id(1), Lane(rawValue: try row.int(2)) ?? .reply)
            try connection.execute(
                OutboxSQL.admit,
                ["id": .text(try row.text(0)), "sequence": .integer(place.sequence), "head": .bool(place.isHead)])
        }
    }

    /// Records what became of a try.
    ///
    /// - Returns: false when the message was settled for good before; nothing changes then.
    /// - Throws: ``StoreError/missing(_:)``.
    @discardableResult
    package func settle(_ id: MessageID, _ settlement: Settlement, now: Instant) throws -> Bool {
        guard let row = try connection.row(OutboxSQL.position, ["id": .id(id)]) else {
            throw StoreError.missing("message")
        }
        let state = try row.int(0)
        guard state == SendState.waiting || state == SendState.inFlight else { return false }
        switch settlement {
        case .part(let next, let externalID):
            try connection.execute(OutboxSQL.part, ["id": .id(id), "next": .int(next)])
            try noteExternal(externalID, of: id, row, now: now)
        case .retry(let at, let code):
            if let expires = try row.timeOrNil(5), expires <= at {
                try close(id, SendState.dead, .failed, code: "expired", row, now: now)
            } else {
                try connection.execute(OutboxSQL.retry, ["id": .id(id), "at": .time(at), "reason": .text(code)])
            }
        case .postpone(let until):
            try connection.execute(OutboxSQL.postpone, ["id": .id(id), "at": .time(until)])
        case .accepted(let externalID):
            try close(id, SendState.accepted, .sent, code: nil, row, now: now)
            try noteExternal(externalID, of: id, row, now: now)
        case .dead(let code): try close(id, SendState.dead, .failed, code: code, row, now: now)
        case .ambiguousKept(let code): try close(id, SendState.ambiguous, .queued, code: code, row, now: now)
        }
        return true
    }

    private func close(
        _ id: MessageID, _ state: Int, _ status: DeliveryStatus, code: String?, _ row: SQLRow, now: Instant
    ) throws {
        try holdOrder(of: row.id(1))
        try connection.execute(
            OutboxSQL.close,
            [
                "id": .id(id), "state": .int(state), "status": .int(status.rawValue), "reason": .text(orNull: code),
                "now": .time(now),
            ])
        if try row.int(2) == Lane.bulk.rawValue {
            ledger.noteBulk(-1)
            try noteOutcome(of: id, status, reason: code, now: now)
        }
        let lane: KeyValuePairs<String, SQLValue> = [
            "conversation": .text(try row.text(1)), "lane": .integer(try row.integer(2)),
        ]
        if let next = try connection.row(OutboxSQL.firstUnsent, lane) {
            try connection.execute(OutboxSQL.makeHead, ["id": .text(try next.text(0))])
        }
    }

    private func noteExternal(_ externalID: String?, of id: MessageID, _ row: SQLRow, now: Instant) throws {
        guard let externalID, !externalID.isEmpty else { return }
        let key: (connection: SQLValue, account: SQLValue, external: SQLValue) = (
            .text(try row.text(3)), .text(try row.text(4)), .text(externalID.withoutNUL)
        )
        try connection.execute(
            OutboxSQL.noteExternal,
            [
                "connection": key.connection, "account": key.account, "external": key.external, "message": .id(id),
                "now": .time(now),
            ])
        // A receipt may have come before the answer to the call.
        let early = try connection.row(
            OutboxSQL.receipt,
            ["connection": key.connection, "account": key.account, "external": key.external])
        if let status = try early?.int(1), status > 0 {
            try connection.execute(OutboxSQL.raise, ["id": .id(id), "status": .int(status)])
            if let status = DeliveryStatus(rawValue: status) { try noteReceipt(of: id, status, now: now) }
        }
    }

    /// Moves a message up the ladder of ``DeliveryStatus``; never down.
    ///
    /// A receipt for a message that is not yet settled is remembered and applied when it is.
    /// - Returns: whether the message's status has changed now.
    @discardableResult
    package func raiseStatus(
        connection id: ConnectionID, account: String, externalID: String, to status: DeliveryStatus, now: Instant
    ) throws -> Bool {
        let external = SQLValue.text(externalID.withoutNUL)
        let account = SQLValue.text(account.withoutNUL)
        try connection.execute(
            OutboxSQL.noteStatus,
            [
                "connection": .id(id), "account": account, "external": external, "status": .int(status.rawValue),
                "now": .time(now),
            ])
        let row = try connection.row(
            OutboxSQL.receipt, ["connection": .id(id), "account": account, "external": external])
        guard let message = try row?.textOrNil(0) else { return false }
        try noteReceipt(of: MessageID(message), status, now: now)
        return try connection.execute(
            OutboxSQL.raise, ["id": .text(message), "status": .int(status.rawValue)]) > 0
    }

    /// Marks what a fetching client has received: everything up to and including the cursor.
    package func acknowledgePull(_ conversation: ConversationID, upTo cursor: Int64, now: Instant) throws {
        for lane in Lane.allCases {
            if lane == .bulk { try noteFetched(conversation, upTo: cursor, now: now) }
            let changed = try connection.execute(
                OutboxSQL.acknowledge,
                [
                    "conversation": .id(conversation), "lane": .int(lane.rawValue), "cursor": .integer(cursor),
                    "now": .time(now),
                ])
            if lane == .bulk { ledger.noteBulk(-changed) }
        }
    }

    /// The broadcasts to which the messages belong that a fetching client has received now.
    private func noteFetched(_ conversation: ConversationID, upTo cursor: Int64, now: Instant) throws {
        let fetched = try connection.rows(
            OutboxSQL.unfetched, ["conversation": .id(conversation), "cursor": .integer(cursor)])
        for row in fetched { try noteReceipt(of: try row.id(0), .delivered, now: now) }
    }

    /// Takes a waiting message back: it is never sent, and its content is gone. No-op when it does not wait.
    func withdrawMessage(_ id: MessageID, reason: String, now: Instant) throws {
        guard let row = try connection.row(OutboxSQL.position, ["id": .id(id)]), try row.int(0) == SendState.waiting
        else { return }
        try holdOrder(of: row.id(1))
        try connection.execute(OutboxSQL.withdraw, ["id": .id(id), "reason": .text(reason), "now": .time(now)])
        if try row.int(2) == Lane.bulk.rawValue { ledger.noteBulk(-1) }
        let lane: KeyValuePairs<String, SQLValue> = [
            "conversation": .text(try row.text(1)), "lane": .integer(try row.integer(2)),
        ]
        // What is in flight comes back to the head by itself.
        guard try connection.row(OutboxSQL.inFlightOfLane, lane) == nil else { return }
        if let next = try connection.row(OutboxSQL.firstUnsent, lane) {
            try connection.execute(OutboxSQL.makeHead, ["id": .text(try next.text(0))])
        }
    }

    /// Takes back every bulk message of a conversation that waits.
    func withdrawBulk(of conversation: ConversationID, now: Instant) throws {
        for row in try connection.rows(OutboxSQL.waitingBulk, ["conversation": .id(conversation)]) {
            try withdrawAfterOptOut(try row.id(0), now: now)
        }
    }

    /// Sends a dead letter again, at the end of its conversation's order and without its old expiry.
    ///
    /// - Parameter replacement: the corrected content; nil keeps the old one.
    /// - Throws: ``StoreError/missing(_:)`` when it is not a dead letter, or its content was erased.
    package func requeueDead(_ id: MessageID, replacing replacement: OutboundMessage? = nil, now: Instant) throws {
        guard let row = try connection.row(OutboxSQL.position, ["id": .id(id)]),
            try row.int(0) == SendState.dead, let old = try connection.row(OutboxSQL.load, ["id": .id(id)]),
            let message = try replacement ?? readableMessage(old.blobOrNil(4), id: id)
        else { throw StoreError.missing("dead letter") }
        let lane = Lane(rawValue: try row.int(2)) ?? .reply
        if lane == .bulk, ledger.waitingBulk >= ledger.limits.waitingBulk { throw StoreError.full(.bulk) }
        let place = try nextPlace(try row.id(1), lane)
        let isChanged = replacement != nil
        try connection.execute(
            OutboxSQL.revive,
            [
                "id": .id(id), "now": .time(now), "sequence": .integer(place.sequence), "head": .bool(place.isHead),
                "body": .blob(try seal(Payload.encode(message), .outboxBody, id: id.rawValue)),
                "day": .int(sealingDay()), "part": .integer(isChanged ? 0 : try old.integer(9)),
            ])
        if lane == .bulk { ledger.noteBulk(1) }
    }

    /// Stops sending from an account, safety excepted.
    ///
    /// - Parameter until: nil = until ``resumeAccount(connection:account:)``.
    package func pauseAccount(
        connection id: ConnectionID, account: String, until: Instant?, reason: String, now: Instant
    ) throws {
        try connection.execute(
            OutboxSQL.pause,
            [
                "connection": .id(id), "account": .text(account), "now": .time(now), "reason": .text(reason),
                "until": .time(until ?? Instant(milliseconds: .max)),
            ])
    }

    package func resumeAccount(connection id: ConnectionID, account: String) throws {
        try connection.execute(OutboxSQL.resume, ["connection": .id(id), "account": .text(account)])
    }
}
