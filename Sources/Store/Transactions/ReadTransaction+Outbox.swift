package import Core

/// One of our accounts on a platform, as the sender sees it.
struct SendingAccount {
    let connection: String
    let account: String
    let pausedUntil: Instant
}

extension ReadTransaction {
    /// Messages of a conversation for a client that fetches, after its cursor, in order; also those that it has
    /// received before, as long as they are kept, so that a client can go back.
    package func pullMessages(_ conversation: ConversationID, after cursor: Int64, limit: Int) throws -> [PullMessage] {
        let rows = try connection.rows(
            OutboxSQL.pull,
            [
                "conversation": .id(conversation), "cursor": .integer(max(0, cursor)), "now": .time(began),
                "limit": .int(max(0, limit)),
            ])
        return try rows.compactMap { row in
            let id: MessageID = try row.id(1)
            guard let message = try readableMessage(row.blobOrNil(3), id: id) else { return nil }
            return PullMessage(
                cursor: try row.integer(0), id: id, key: try row.text(2), message: message, createdAt: try row.time(4))
        }
    }

    /// Nil when the content was erased or damaged: one such message must not hold up the others.
    func readableMessage(_ sealed: [UInt8]?, id: MessageID) throws -> OutboundMessage? {
        do {
            guard let sealed, let bytes = try open(sealed, .outboxBody, id: id.rawValue) else { return nil }
            return try Payload.decode(OutboundMessage.self, from: bytes, .outboxBody)
        } catch StoreError.unreadable {
            return nil
        }
    }

    /// How far a message has come; nil when there is none with this id.
    package func deliveryStatus(of id: MessageID) throws -> DeliveryStatus? {
        try connection.row(OutboxSQL.status, ["id": .id(id)]).flatMap { DeliveryStatus(rawValue: try $0.int(0)) }
    }

    package func outboxDepth() throws -> OutboxDepth {
        var waiting = Dictionary(uniqueKeysWithValues: Lane.allCases.map { ($0, 0) })
        for row in try connection.rows(OutboxSQL.depth, [:]) {
            if let lane = Lane(rawValue: try row.int(0)) { waiting[lane] = try row.int(1) }
        }
        var oldest: Instant?
        for lane in Lane.allCases {
            let first = try connection.row(OutboxSQL.oldest, ["lane": .int(lane.rawValue)])?.timeOrNil(0)
            oldest = [oldest, first].compactMap(\.self).min()
        }
        let dead = try connection.row(OutboxSQL.countDead, [:])?.int(0) ?? 0
        return OutboxDepth(waiting: waiting, oldestWaiting: oldest, dead: dead)
    }

    /// When the next message of these channels falls due; in the past while one is held back by another in flight.
    package func nextSendDue(channels: [ChannelKind]) throws -> Instant? {
        var next = try connection.row(OutboxSQL.nextScheduled, [:])?.timeOrNil(0)
        for account in try sendingAccounts(channels) {
            for lane in Lane.allCases {
                let row = try connection.row(
                    OutboxSQL.nextDue,
                    [
                        "connection": .text(account.connection), "account": .text(account.account),
                        "lane": .int(lane.rawValue),
                    ])
                guard let due = try row?.timeOrNil(0) else { continue }
                let earliest = lane == .safety ? due : max(due, account.pausedUntil)
                next = min(next ?? earliest, earliest)
            }
        }
        return next
    }

    func sendingAccounts(_ channels: [ChannelKind]) throws -> [SendingAccount] {
        let wanted = Set(channels)
        return try connection.rows(OutboxSQL.accounts, [:]).compactMap { row in
            guard let channel = ChannelKind(rawValue: try row.text(2)), wanted.contains(channel) else { return nil }
            return SendingAccount(
                connection: try row.text(0), account: try row.text(1), pausedUntil: try row.time(3))
        }
    }

    /// Messages that were given up, latest first.
    package func deadLetters(limit: Int) throws -> [DeadLetter] {
        try connection.rows(OutboxSQL.dead, ["limit": .int(max(0, limit))]).map { row in
            let id: MessageID = try row.id(0)
            return DeadLetter(
                id: id, conversation: try row.id(1), address: try Self.address(row, from: 2),
                lane: Lane(rawValue: try row.int(6)) ?? .reply, key: try row.text(7),
                message: try readableMessage(row.blobOrNil(8), id: id), reason: try row.textOrNil(9) ?? "",
                attempts: try row.int(10), createdAt: try row.time(11), diedAt: try row.time(12))
        }
    }

    package func pausedAccounts(now: Instant) throws -> [PausedAccount] {
        try connection.rows(OutboxSQL.paused, ["now": .time(now)]).map { row in
            let until = try row.time(2)
            return PausedAccount(
                connection: try row.id(0), account: try row.text(1),
                until: until.milliseconds == .max ? nil : until, reason: try row.textOrNil(3) ?? "")
        }
    }
}
