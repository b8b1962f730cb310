package import Core
package import Programmes

extension WriteTransaction {
    /// Makes conversations where there are none, and memberships. Who is new there may be sent broadcasts; who has
    /// opted out stays so. Repeating it changes nothing.
    ///
    /// - Parameter people: a bounded page of them.
    /// - Throws: ``StoreError/missing(_:)`` when an organisation is unknown; nothing of the page is stored then.
    @discardableResult
    package func addPeople(_ people: [PersonEntry], now: Instant) throws -> PeopleImport {
        var result = PeopleImport()
        var organisations: [String: OrganisationID] = [:]
        for person in people {
            if organisations[person.organisation] == nil {
                organisations[person.organisation] = try organisation(code: person.organisation)?.id
            }
            guard let organisation = organisations[person.organisation] else { throw StoreError.missing("organisation") }
            let address = ConversationAddress(
                connection: person.connection, channel: try channel(of: person.connection),
                account: person.account.withoutNUL, person: person.person.withoutNUL)
            let known = try findConversation(address)
            if known == nil { result.conversations += 1 }
            let conversation = try known ?? findOrCreateConversation(address, now: now)
            let isNew = try addMembership(
                Membership(
                    conversation: conversation, organisation: organisation, role: person.role, schoolClass: person.schoolClass))
            if isNew { result.memberships += 1 } else { result.known += 1 }
        }
        return result
    }

    /// - Returns: false when it was there before.
    /// - Throws: ``StoreError/conflict(_:)`` when there is no such conversation or organisation.
    @discardableResult
    package func addMembership(_ membership: Membership) throws -> Bool {
        try connection.execute(MembershipSQL.add, Self.values(membership)) > 0
    }

    /// - Returns: false when there was none.
    @discardableResult
    package func removeMembership(_ membership: Membership) throws -> Bool {
        try connection.execute(MembershipSQL.remove, Self.values(membership)) > 0
    }

    /// Whether the person has left the channel, as far as its events tell. Who has left gets no broadcasts.
    func notePresence(of conversation: ConversationID, isThere: Bool, at time: Instant) throws {
        try connection.execute(
            isThere ? MembershipSQL.returned : MembershipSQL.left, ["id": .id(conversation), "at": .time(time)])
    }

    private static func values(_ membership: Membership) -> KeyValuePairs<String, SQLValue> {
        [
            "conversation": .id(membership.conversation), "organisation": .id(membership.organisation),
            "role": .text(membership.role), "class": .text(membership.schoolClass.withoutNUL),
        ]
    }

    private func channel(of connection: ConnectionID) throws -> ChannelKind {
        try self.connection.row(MembershipSQL.channel, ["connection": .id(connection)])
            .flatMap { ChannelKind(rawValue: try $0.text(0)) } ?? .generic
    }

    /// Replaces what is known about the configured connections; a no-op when it is the same.
    ///
    /// Every program that counts or sends does this at its start: who belongs to a connection that is no longer
    /// configured counts as gone.
    package func saveSendingRules(_ rules: SendingRules) throws {
        let stored = try sendingRules()
        guard stored != rules else { return }
        for connection in stored.connections.keys where rules.connections[connection] == nil {
            try self.connection.execute(MembershipSQL.dropRule, ["connection": .id(connection)])
        }
        for (connection, rule) in rules.connections where stored.connections[connection] != rule {
            try self.connection.execute(
                MembershipSQL.saveRule,
                [
                    "connection": .id(connection), "window": rule.window.map { .integer($0.wholeMilliseconds) } ?? .null,
                    "pull": .bool(rule.isPull), "channel": .text(rule.channel.rawValue),
                ])
        }
    }
}

extension ReadTransaction {
    package func sendingRules() throws -> SendingRules {
        let rows = try connection.rows(MembershipSQL.rules, [:])
        var rules = SendingRules(connections: [:])
        for row in rows {
            rules.connections[try row.id(0)] = SendingRules.Rule(
                channel: ChannelKind(rawValue: try row.text(3)) ?? .generic,
                window: try row.integerOrNil(1).map { .milliseconds($0) }, isPull: try row.bool(2))
        }
        return rules
    }

    package func memberships(of conversation: ConversationID) throws -> [Membership] {
        try connection.rows(MembershipSQL.of, ["conversation": .id(conversation)]).map {
            Membership(
                conversation: conversation, organisation: try $0.id(0), role: try $0.text(1), schoolClass: try $0.text(2))
        }
    }

    /// Everybody, in a fixed order.
    ///
    /// - Parameter last: where to go on; nil = from the beginning.
    package func people(after last: Membership?, limit: Int) throws -> [PersonRecord] {
        try connection.rows(
            MembershipSQL.page,
            [
                "conversation": .text(last?.conversation.rawValue ?? ""), "organisation": .text(last?.organisation.rawValue ?? ""),
                "role": .text(last?.role ?? ""), "class": .text(last?.schoolClass ?? ""), "limit": .int(max(0, limit)),
            ]
        ).map { row in
            PersonRecord(
                membership: Membership(
                    conversation: try row.id(0), organisation: try row.id(1), role: try row.text(2), schoolClass: try row.text(3)),
                address: try Self.address(row, from: 4), organisationCode: try row.text(8))
        }
    }
}

enum MembershipSQL {
    static let add = SQLStatement(
        """
        INSERT INTO memberships (conversation, organisation, role, school_class)
        VALUES (:conversation, :organisation, :role, :class)
        ON CONFLICT (conversation, organisation, role, school_class) DO NOTHING
        """)
    static let remove = SQLStatement(
        """
        DELETE FROM memberships
        WHERE conversation = :conversation AND organisation = :organisation AND role = :role AND school_class = :class
        """)
    static let of = SQLStatement(
        """
        SELECT organisation, role, school_class FROM memberships WHERE conversation = :conversation
        ORDER BY organisation, role, school_class
        """)
    static let page = SQLStatement(
        """
        SELECT m.conversation, m.organisation, m.role, m.school_class, c.connection, c.channel, c.account, c.person, o.code
        FROM memberships AS m JOIN conversations AS c ON c.id = m.conversation
          JOIN organisations AS o ON o.id = m.organisation
        WHERE (m.conversation, m.organisation, m.role, m.school_class) > (:conversation, :organisation, :role, :class)
        ORDER BY m.conversation, m.organisation, m.role, m.school_class LIMIT :limit
        """)
    static let left = SQLStatement(
        """
        UPDATE conversations SET left_at = :at
        WHERE id = :id AND (last_inbound_at IS NULL OR last_inbound_at <= :at)
        """)
    static let returned = SQLStatement("UPDATE conversations SET left_at = NULL WHERE id = :id AND left_at <= :at")
    static let rules = SQLStatement("SELECT connection, window_ms, is_pull, channel FROM sending_rules")
    static let channel = SQLStatement("SELECT channel FROM sending_rules WHERE connection = :connection")
    static let saveRule = SQLStatement(
        """
        INSERT INTO sending_rules (connection, channel, window_ms, is_pull) VALUES (:connection, :channel, :window, :pull)
        ON CONFLICT (connection) DO UPDATE SET
          channel = excluded.channel, window_ms = excluded.window_ms, is_pull = excluded.is_pull
        """)
    static let dropRule = SQLStatement("DELETE FROM sending_rules WHERE connection = :connection")
}
