package import Core
package import Programmes

extension WriteTransaction {
    /// Writes a broadcast down; ``advanceBroadcast(_:owner:leaseFor:pace:now:)`` then carries it to its people.
    ///
    /// - Throws: ``StoreError/conflict(_:)`` when the number is taken, the text is empty, or it would have expired
    ///   already; ``StoreError/missing(_:)`` when the audience's organisation or class is unknown.
    package func startBroadcast(_ broadcast: Broadcast, now: Instant) throws {
        let text = BroadcastText.cleaned(broadcast.text)
        guard !text.isEmpty else { throw StoreError.conflict("the text is empty") }
        guard broadcast.expiresAt > now else { throw StoreError.conflict("the broadcast has expired") }
        _ = try AudienceScope(broadcast.audience, in: self)
        let audience = String(decoding: try Payload.encode(broadcast.audience), as: UTF8.self)
        try connection.execute(
            BroadcastSQL.insert,
            [
                "id": .id(broadcast.id), "number": .text(broadcast.number), "audience": .text(audience.withoutNUL),
                "content": .blob(
                    try seal(Array(text.utf8), .broadcastContent, id: broadcast.id.rawValue, standing: true)),
                "author": .id(broadcast.author), "created": .time(broadcast.createdAt), "expires": .time(broadcast.expiresAt),
            ])
        try appendAudit(
            actor: broadcast.author.map { .member($0) } ?? .operator, action: "broadcast.started", subject: broadcast.number,
            now: now)
    }

    /// Pauses, resumes or cancels. Doing it twice changes nothing.
    ///
    /// From then on nothing of a paused or cancelled broadcast is handed to a sender; what is in flight goes on to its
    /// end. What waits in the outbox is taken back step by step (``advanceBroadcast(_:owner:leaseFor:pace:now:)``).
    /// - Throws: ``StoreError/missing(_:)``; ``StoreError/conflict(_:)`` when the broadcast is over.
    package func commandBroadcast(_ id: BroadcastID, _ command: BroadcastCommand, by actor: Actor, now: Instant) throws {
        guard let broadcast = try broadcast(id) else { throw StoreError.missing("broadcast") }
        switch (command, broadcast.status) {
        case (.cancel, .cancelled), (.pause, .paused), (.resume, .planning), (.resume, .sending): return
        case (_, .done), (_, .cancelled): throw StoreError.conflict("the broadcast is over")
        case (.resume, .paused) where broadcast.expiresAt <= now: throw StoreError.conflict("the broadcast has expired")
        case (.pause, _): try setStatus(.paused, of: id)
        case (.resume, .paused):
            let isPlanned = try connection.row(BroadcastSQL.place, ["id": .id(id)])?.bool(1) ?? false
            try setStatus(isPlanned ? .sending : .planning, of: id)
        case (.cancel, _): try setStatus(.cancelled, of: id)
        }
        try appendAudit(actor: actor, action: "broadcast.\(Self.participle(of: command))", subject: broadcast.number, now: now)
    }

    private static func participle(of command: BroadcastCommand) -> String {
        switch command {
        case .pause: "paused"
        case .resume: "resumed"
        case .cancel: "cancelled"
        }
    }

    /// Does one bounded step of a broadcast: looks at a page of its audience, moves a batch into the outbox, or marks
    /// those who will not get it any more. A process that dies between two steps loses and doubles nothing.
    ///
    /// - Parameters:
    ///   - owner: this process; while its lease lasts, others leave the broadcast to it.
    ///   - leaseFor: from `now`; each step renews it.
    package func advanceBroadcast(
        _ id: BroadcastID, owner: String, leaseFor: Duration, pace: BroadcastPace = BroadcastPace(), now: Instant
    ) throws -> BroadcastAdvance {
        guard let place = try connection.row(BroadcastSQL.place, ["id": .id(id)]), let broadcast = try broadcast(id),
            try place.bool(0)
        else { return .notNow }
        if try place.text(4) != owner, try place.time(5) > now { return .notNow }
        let isExpired = broadcast.expiresAt <= now
        if broadcast.status == .paused, !isExpired {
            let taken = try withdraw(id, as: RecipientState.planned, reason: "", now: now)
            return taken > 0 ? .withdrawn(taken) : .notNow
        }
        if try place.text(4) != owner || place.time(5) < now + leaseFor / 2 {
            try connection.execute(
                BroadcastSQL.lease, ["id": .id(id), "owner": .text(owner), "until": .time(now + leaseFor)])
        }
        if broadcast.status == .cancelled || isExpired {
            return try end(broadcast, isPlanned: try place.bool(1), pace: pace, now: now)
        }
        if try !place.bool(1) {
            let cursor = PlanningCursor(path: try place.text(2), person: try place.text(3))
            return .planned(try plan(broadcast, from: cursor, pace: pace, now: now))
        }
        let moved = try moveIntoOutbox(broadcast, pace: pace, now: now)
        if moved > 0 { return .queued(moved) }
        if try isOpen(id) { return .waiting }
        return try finish(broadcast, .done, now: now)
    }

    // MARK: - Planning

    private struct PlanningCursor {
        var path: String
        var person: String
    }

    /// Writes down the next people of the audience, each once, and moves the cursor behind them.
    ///
    /// - Returns: how many were looked at.
    private func plan(_ broadcast: Broadcast, from start: PlanningCursor, pace: BroadcastPace, now: Instant) throws -> Int {
        let scope = try AudienceScope(broadcast.audience, in: self)
        var cursor = start
        var seen = 0
        var isComplete = false
        switch scope {
        case .lifeSkillsClass(let id, let filter):
            let rows = try connection.rows(
                BroadcastSQL.pageOfClass, filter.page(of: id, after: cursor.person, limit: pace.page, now: now))
            try note(rows, of: broadcast.id, now: now)
            cursor.person = try rows.last?.text(0) ?? cursor.person
            seen = rows.count
            isComplete = rows.count < pace.page
        case .place(let filter):
            var organisations = pace.organisations
            while seen < pace.page, organisations > 0 {
                let from = cursor.path.utf8.lexicographicallyPrecedes(filter.from.utf8) ? filter.from : cursor.path
                guard let next = try connection.row(OrganisationSQL.next, ["at": .text(from), "to": .text(filter.to)]) else {
                    isComplete = true
                    break
                }
                organisations -= 1
                let path = try next.text(1)
                if path != cursor.path { cursor = PlanningCursor(path: path, person: "") }
                let limit = pace.page - seen
                let rows = try connection.rows(
                    BroadcastSQL.pageOfPlace, filter.page(of: try next.text(0), after: cursor.person, limit: limit, now: now))
                try note(rows, of: broadcast.id, now: now)
                seen += rows.count
                cursor.person = try rows.last?.text(0) ?? cursor.person
                if rows.count < limit { cursor = PlanningCursor(path: OrganisationTree.successor(of: path), person: "") }
            }
        }
        try connection.execute(
            BroadcastSQL.moveCursor, ["id": .id(broadcast.id), "path": .text(cursor.path), "person": .text(cursor.person)])
        if isComplete { try connection.execute(BroadcastSQL.setPlanned, ["id": .id(broadcast.id)]) }
        return seen
    }

    private func note(_ rows: [SQLRow], of broadcast: BroadcastID, now: Instant) throws {
        var last: String?
        for row in rows {
            let conversation = try row.text(0)
            if conversation == last { continue }
            last = conversation
            let reach = Reachability.reach(try row.int(1))
            let isPlanned = reach == .reachable
            try connection.execute(
                BroadcastSQL.addRecipient,
                [
                    "broadcast": .id(broadcast), "conversation": .text(conversation),
                    "state": .int(isPlanned ? RecipientState.planned : RecipientState.skipped),
                    "reason": .text(isPlanned ? "" : reach.rawValue), "settled": .time(isPlanned ? nil : now),
                ])
        }
    }

    // MARK: - Sending

    /// Moves the next planned people into the outbox, as far as there is room. Who has become unreachable since they
    /// were written down is passed over.
    ///
    /// - Returns: how many are planned no more.
    private func moveIntoOutbox(_ broadcast: Broadcast, pace: BroadcastPace, now: Instant) throws -> Int {
        let queued = try connection.row(BroadcastSQL.countQueued, ["broadcast": .id(broadcast.id)])?.int(0) ?? 0
        let room = min(pace.batch, pace.window - queued, ledger.limits.waitingBulk - ledger.waitingBulk)
        guard room > 0 else { return 0 }
        let rows = try connection.rows(
            BroadcastSQL.planned, ["now": .time(now), "broadcast": .id(broadcast.id), "limit": .int(room)])
        let message = OutboundMessage(text: broadcast.text)
        for row in rows {
            let conversation: ConversationID = try row.id(0)
            let reach = Reachability.reach(try row.int(1))
            guard reach == .reachable else {
                try setRecipient(broadcast.id, conversation, RecipientState.skipped, reason: reach.rawValue, now: now)
                continue
            }
            let id = try enqueue(
                OutboxDraft(
                    conversation: conversation, lane: .bulk, key: Self.messageKey, message: message, expires: broadcast.expiresAt),
                now: now)
            // A client that fetches may be away for good: it has been sent when it lies ready there.
            let isPull = try row.integerOrNil(2) == 1
            try setRecipient(
                broadcast.id, conversation, isPull ? RecipientState.sent : RecipientState.queued, message: id, now: now)
        }
        return rows.count
    }

    private func setRecipient(
        _ broadcast: BroadcastID, _ conversation: ConversationID, _ state: Int, reason: String = "", message: MessageID? = nil,
        now: Instant
    ) throws {
        let isOpen = state == RecipientState.planned || state == RecipientState.queued
        try connection.execute(
            BroadcastSQL.setRecipient,
            [
                "state": .int(state), "reason": .text(reason), "message": .id(message),
                "settled": .time(isOpen ? nil : now), "broadcast": .id(broadcast), "conversation": .id(conversation),
            ])
    }

    // MARK: - Ending

    /// Marks everybody who has not got it, in bounded steps; then it is over.
    private func end(_ broadcast: Broadcast, isPlanned: Bool, pace: BroadcastPace, now: Instant) throws -> BroadcastAdvance {
        let isCancelled = broadcast.status == .cancelled
        let reason = isCancelled ? Self.cancelledReason : Self.expiredReason
        let taken = try withdraw(broadcast.id, as: RecipientState.cancelled, reason: reason, now: now)
        if taken > 0 { return .withdrawn(taken) }
        let swept = try connection.execute(
            BroadcastSQL.cancelPlanned,
            ["reason": .text(reason), "now": .time(now), "broadcast": .id(broadcast.id), "limit": .int(pace.page)])
        if swept > 0 { return .withdrawn(swept) }
        if try isOpen(broadcast.id) { return .waiting }
        // Whoever was not even written down has no outcome: such a broadcast was not done.
        return try finish(broadcast, isCancelled || !isPlanned ? .cancelled : .done, now: now)
    }

    private func finish(_ broadcast: Broadcast, _ status: Broadcast.Status, now: Instant) throws -> BroadcastAdvance {
        try connection.execute(
            BroadcastSQL.finish, ["status": .text(status.rawValue), "now": .time(now), "id": .id(broadcast.id)])
        try appendAudit(
            actor: .program, action: "broadcast.finished", subject: broadcast.number, detail: status.rawValue, now: now)
        return .finished
    }

    /// So few at once that a sender who is at work on the same messages is seldom in the way.
    private static let withdrawnAtOnce = 50

    /// Takes messages of a broadcast out of the outbox that wait there and of which nothing has been sent.
    private func withdraw(_ id: BroadcastID, as state: Int, reason: String, now: Instant) throws -> Int {
        let rows = try connection.rows(
            BroadcastSQL.withdrawable, ["broadcast": .id(id), "limit": .int(Self.withdrawnAtOnce)])
        for row in rows {
            try withdrawMessage(try row.id(1), reason: reason.isEmpty ? "paused" : reason, now: now)
            try setRecipient(id, try row.id(0), state, reason: reason, now: now)
        }
        return rows.count
    }

    private func setStatus(_ status: Broadcast.Status, of id: BroadcastID) throws {
        try connection.execute(BroadcastSQL.setStatus, ["id": .id(id), "status": .text(status.rawValue)])
    }

    private func isOpen(_ id: BroadcastID) throws -> Bool {
        try connection.row(BroadcastSQL.anyPlanned, ["broadcast": .id(id)]) != nil
            || connection.row(BroadcastSQL.anyQueued, ["broadcast": .id(id)]) != nil
    }

    // MARK: - What the outbox tells

    /// The outcome of a message, for the broadcast that it may belong to.
    func noteOutcome(of message: MessageID, _ status: DeliveryStatus, reason: String?, now: Instant) throws {
        let isExpired = reason == Self.expiredReason
        let state = isExpired ? RecipientState.cancelled : RecipientState.state(of: status) ?? RecipientState.failed
        try connection.execute(
            BroadcastSQL.settle,
            ["state": .int(state), "reason": .text(reason ?? ""), "now": .time(now), "message": .id(message)])
    }

    /// A receipt for a message; also when the message itself has been erased.
    func noteReceipt(of message: MessageID, _ status: DeliveryStatus, now: Instant) throws {
        guard let state = RecipientState.state(of: status) else { return }
        try connection.execute(
            BroadcastSQL.raise,
            [
                "state": .int(state), "reason": .text(status == .failed ? Self.reportedReason : ""), "now": .time(now),
                "message": .id(message),
            ])
    }

    /// The last look before a bulk message is handed to a sender: takes it back when its person has opted out, or its
    /// broadcast was paused or cancelled while it was in flight before.
    ///
    /// - Returns: whether it may go.
    func mayStillGo(_ message: MessageID, subscribed: Bool, hasBegun: Bool, now: Instant) throws -> Bool {
        if !subscribed {
            try withdrawAfterOptOut(message, now: now)
            return false
        }
        guard !hasBegun, let row = try connection.row(BroadcastSQL.ofMessage, ["message": .id(message)]) else { return true }
        switch Broadcast.Status(rawValue: try row.text(2)) {
        case .paused:
            try withdrawMessage(message, reason: "paused", now: now)
            try setRecipient(try row.id(0), try row.id(1), RecipientState.planned, now: now)
        case .cancelled:
            try withdrawMessage(message, reason: Self.cancelledReason, now: now)
            try setRecipient(try row.id(0), try row.id(1), RecipientState.cancelled, reason: Self.cancelledReason, now: now)
        case .planning, .sending, .done, nil: return true
        }
        return false
    }

    func withdrawAfterOptOut(_ message: MessageID, now: Instant) throws {
        let reason = AudiencePreview.Reach.optedOut.rawValue
        try withdrawMessage(message, reason: reason, now: now)
        try connection.execute(
            BroadcastSQL.settle,
            [
                "state": .int(RecipientState.skipped), "reason": .text(reason), "now": .time(now), "message": .id(message),
            ])
    }

    /// The key of the messages of broadcasts.
    static let messageKey = "broadcasts.message"
    static let cancelledReason = "cancelled"
    static let expiredReason = "expired"
    /// The platform took it and said later that it did not arrive.
    static let reportedReason = "not_delivered"
}

/// The numbers that ``BroadcastSQL`` gives for ``AudiencePreview/Reach``.
enum Reachability {
    static func reach(_ number: Int) -> AudiencePreview.Reach {
        switch number {
        case 0: .reachable
        case 1: .windowClosed
        case 2: .optedOut
        default: .gone
        }
    }
}
