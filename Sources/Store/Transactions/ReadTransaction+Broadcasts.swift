package import Core
package import Programmes

extension ReadTransaction {
    /// - Throws: ``StoreError/missing(_:)`` when the audience's organisation or class is unknown.
    package func preview(_ audience: Audience, now: Instant) throws -> AudiencePreview {
        let rows =
            switch try AudienceScope(audience, in: self) {
            case .lifeSkillsClass(let id, let filter):
                try connection.rows(BroadcastSQL.previewClass, filter.preview(of: id, now: now))
            case .place(let filter): try connection.rows(BroadcastSQL.previewPlace, filter.preview(now: now))
            }
        return AudiencePreview(
            rows: try rows.map {
                AudiencePreview.Row(
                    channel: ChannelKind(rawValue: try $0.text(0)) ?? .generic, reach: Reachability.reach(try $0.int(1)),
                    people: try $0.int(2))
            }.sorted { ($0.channel.rawValue, $0.reach) < ($1.channel.rawValue, $1.reach) })
    }

    package func broadcast(_ id: BroadcastID) throws -> Broadcast? {
        try connection.row(BroadcastSQL.byID, ["id": .id(id)]).map(broadcast)
    }

    /// The broadcast with this number, as somebody typed it.
    package func broadcast(number: String) throws -> Broadcast? {
        guard let number = CheckedNumber.normalised(number, prefix: CheckedNumber.broadcastPrefix) else { return nil }
        return try connection.row(BroadcastSQL.byNumber, ["number": .text(number)]).map(broadcast)
    }

    /// Broadcasts made before a time, newest first.
    ///
    /// - Parameter before: nil = all.
    package func broadcasts(before: Instant? = nil, limit: Int) throws -> [Broadcast] {
        try connection.rows(
            BroadcastSQL.newest,
            ["before": .time(before ?? Instant(milliseconds: .max)), "limit": .int(max(0, limit))]
        ).map(broadcast)
    }

    /// Those that are not over, oldest first.
    package func openBroadcasts(limit: Int) throws -> [BroadcastID] {
        try connection.rows(BroadcastSQL.open, ["limit": .int(max(0, limit))]).map { try $0.id(0) }
    }

    package func progress(of broadcast: BroadcastID) throws -> BroadcastProgress {
        BroadcastProgress(
            rows: try connection.rows(BroadcastSQL.tally, ["broadcast": .id(broadcast)]).map {
                BroadcastProgress.Row(
                    outcome: RecipientState.outcome(try $0.int(0)), reason: try $0.text(1), people: try $0.int(2))
            })
    }

    /// What became of each person, in a fixed order.
    ///
    /// - Parameter last: where to go on; nil = from the beginning.
    package func recipients(of broadcast: BroadcastID, after last: ConversationID?, limit: Int) throws -> [BroadcastRecipient] {
        try connection.rows(
            BroadcastSQL.recipients,
            ["broadcast": .id(broadcast), "after": .text(last?.rawValue ?? ""), "limit": .int(max(0, limit))]
        ).map {
            BroadcastRecipient(
                conversation: try $0.id(0), channel: ChannelKind(rawValue: try $0.text(1)) ?? .generic,
                outcome: RecipientState.outcome(try $0.int(2)), reason: try $0.text(3), at: try $0.timeOrNil(4))
        }
    }

    /// The text is empty when it was erased.
    private func broadcast(_ row: SQLRow) throws -> Broadcast {
        let id: BroadcastID = try row.id(0)
        let text = try row.blobOrNil(3).flatMap { try open($0, .broadcastContent, id: id.rawValue) }
        return Broadcast(
            id: id, number: try row.text(1),
            audience: try Payload.decode(Audience.self, from: Array(try row.text(2).utf8), .broadcastContent),
            text: text.map { String(decoding: $0, as: UTF8.self) } ?? "",
            author: try row.textOrNil(4).map { StaffID($0) }, status: Broadcast.Status(rawValue: try row.text(5)) ?? .cancelled,
            createdAt: try row.time(6), expiresAt: try row.time(7))
    }
}
