package import Core

extension WriteTransaction {
    /// The conversation at an address, made when it is the first time that something comes from there.
    package func findOrCreateConversation(_ address: ConversationAddress, now: Instant) throws -> ConversationID {
        if let known = try findConversation(address) { return known }
        let id: ConversationID = makeID(at: now)
        let made = try connection.execute(
            ConversationSQL.insert,
            [
                "id": .id(id), "connection": .id(address.connection), "channel": .text(address.channel.rawValue),
                "account": .text(address.account), "person": .text(address.person), "now": .time(now),
            ])
        // Another process was quicker.
        if made == 0, let known = try findConversation(address) { return known }
        try noteAccount(of: address)
        return id
    }

    /// Looks before it writes: all conversations of an account share the row.
    private func noteAccount(of address: ConversationAddress) throws {
        let key: KeyValuePairs<String, SQLValue> = [
            "connection": .id(address.connection), "account": .text(address.account),
        ]
        let channel = address.channel.rawValue
        if try connection.row(ConversationSQL.accountChannel, key)?.text(0) == channel { return }
        try connection.execute(
            ConversationSQL.insertAccount,
            ["connection": .id(address.connection), "account": .text(address.account), "channel": .text(channel)])
    }

    /// Keeps dialogue's state, sealed under today's key.
    ///
    /// - Throws: ``StoreError/missing(_:)``.
    package func saveState(_ state: [UInt8], of id: ConversationID) throws {
        let sealed = try seal(state, .conversationState, id: id.rawValue)
        try change(
            try connection.execute(
                ConversationSQL.saveState, ["id": .id(id), "state": .blob(sealed), "day": .int(sealingDay())]))
    }

    /// Whether broadcasts and reminders may be sent. After an opt-out those that wait are taken back.
    ///
    /// - Throws: ``StoreError/missing(_:)``.
    package func setSubscribed(_ subscribed: Bool, of id: ConversationID) throws {
        try change(
            try connection.execute(ConversationSQL.setSubscribed, ["id": .id(id), "subscribed": .bool(subscribed)]))
        if !subscribed { try withdrawBulk(of: id, now: began) }
    }

    /// - Throws: ``StoreError/missing(_:)``.
    package func setRole(_ role: String, of id: ConversationID) throws {
        try change(try connection.execute(ConversationSQL.setRole, ["id": .id(id), "role": .text(role)]))
    }

    func noteInbound(_ id: ConversationID, at instant: Instant) throws {
        try connection.execute(ConversationSQL.noteInbound, ["id": .id(id), "at": .time(instant)])
    }

    /// Keeps others from changing the order of the conversation's messages until this transaction ends. What they had
    /// changed before is seen then; what they decide on an older view fails and is decided again.
    func holdOrder(of id: ConversationID) throws {
        if connection.hasSeveralWriters { try connection.execute(ConversationSQL.advance, ["id": .id(id)]) }
    }

    /// Whether this transaction is now the only one that may take messages of the conversation.
    func takeConversation(_ id: ConversationID) throws -> Bool {
        guard connection.hasSeveralWriters else { return true }
        return try connection.row(ConversationSQL.take, ["id": .id(id)]) != nil
    }

    /// The next number of the conversation: orders its messages and enrolments, and is the cursor of its readers.
    func nextSequence(of id: ConversationID) throws -> Int64 {
        try connection.execute(ConversationSQL.advance, ["id": .id(id)])
        guard let row = try connection.row(ConversationSQL.sequence, ["id": .id(id)]) else {
            throw StoreError.missing("conversation")
        }
        return try row.integer(0)
    }

    private func change(_ changed: Int) throws {
        if changed == 0 { throw StoreError.missing("conversation") }
    }
}

extension ReadTransaction {
    package func findConversation(_ address: ConversationAddress) throws -> ConversationID? {
        try connection.row(
            ConversationSQL.find,
            [
                "connection": .id(address.connection), "account": .text(address.account),
                "person": .text(address.person),
            ])?.id(0)
    }

    /// Everything that is kept about a conversation; nil when there is none with this id.
    package func conversation(_ id: ConversationID) throws -> ConversationRecord? {
        guard let row = try connection.row(ConversationSQL.load, ["id": .id(id)]) else { return nil }
        let state = try row.blobOrNil(4).flatMap { try open($0, .conversationState, id: id.rawValue) }
        return ConversationRecord(
            id: id, address: try Self.address(row, from: 0), stateJSON: state, subscribed: try row.bool(5),
            role: try row.text(6), createdAt: try row.time(7), lastInboundAt: try row.timeOrNil(8))
    }

    func address(of id: ConversationID) throws -> ConversationAddress? {
        try connection.row(ConversationSQL.address, ["id": .id(id)]).map { try Self.address($0, from: 0) }
    }

    /// Reads connection, channel, account and person from four columns.
    static func address(_ row: SQLRow, from column: Int) throws -> ConversationAddress {
        ConversationAddress(
            connection: try row.id(column), channel: ChannelKind(rawValue: try row.text(column + 1)) ?? .generic,
            account: try row.text(column + 2), person: try row.text(column + 3))
    }
}

enum ConversationSQL {
    static let find = SQLStatement(
        """
        SELECT id FROM conversations
        WHERE connection = :connection AND account = :account AND person = :person
        """)
    static let insert = SQLStatement(
        """
        INSERT INTO conversations (id, connection, channel, account, person, created_at)
        VALUES (:id, :connection, :channel, :account, :person, :now)
        ON CONFLICT (connection, account, person) DO NOTHING
        """)
    static let accountChannel = SQLStatement(
        "SELECT channel FROM accounts WHERE connection = :connection AND account = :account")
    static let insertAccount = SQLStatement(
        """
        INSERT INTO accounts (connection, account, channel) VALUES (:connection, :account, :channel)
        ON CONFLICT (connection, account) DO UPDATE SET channel = excluded.channel
        """)
    static let load = SQLStatement(
        """
        SELECT connection, channel, account, person, state, subscribed, role, created_at, last_inbound_at
        FROM conversations WHERE id = :id
        """)
    static let address = SQLStatement(
        "SELECT connection, channel, account, person FROM conversations WHERE id = :id")
    static let saveState = SQLStatement(
        "UPDATE conversations SET state = :state, state_day = :day WHERE id = :id")
    static let setSubscribed = SQLStatement("UPDATE conversations SET subscribed = :subscribed WHERE id = :id")
    static let setRole = SQLStatement("UPDATE conversations SET role = :role WHERE id = :id")
    static let noteInbound = SQLStatement(
        """
        UPDATE conversations SET last_inbound_at = :at,
          left_at = CASE WHEN left_at <= :at THEN NULL ELSE left_at END
        WHERE id IN (SELECT id FROM conversations WHERE id = :id {FREE})
          AND (last_inbound_at IS NULL OR last_inbound_at < :at)
        """)
    static let take = SQLStatement("SELECT 1 FROM conversations WHERE id = :id {FREE}")
    static let advance = SQLStatement("UPDATE conversations SET sequence = sequence + 1 WHERE id = :id")
    static let sequence = SQLStatement("SELECT sequence FROM conversations WHERE id = :id")
}
