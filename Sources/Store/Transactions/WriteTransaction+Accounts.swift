package import Core

extension WriteTransaction {
    /// Keeps a fresh pair of tokens, and ends any lease on its refreshing.
    ///
    /// - Parameter refresh: nil keeps the old one, for platforms that leave it valid.
    /// - Returns: the new generation.
    @discardableResult
    package func saveToken(
        connection id: ConnectionID, account: String, access: String, refresh: String?, expiresAt: Instant, now: Instant
    ) throws -> Int {
        let place = Self.place(id, account)
        try connection.execute(
            AccountSQL.saveToken,
            [
                "connection": .id(id), "account": .text(account), "expires": .time(expiresAt), "now": .time(now),
                "access": .blob(try seal(Array(access.utf8), .accessToken, id: place, standing: true)),
                "refresh": .blob(
                    orNull: try refresh.map { try seal(Array($0.utf8), .refreshToken, id: place, standing: true) }),
            ])
        return try connection.row(
            AccountSQL.generation, ["connection": .id(id), "account": .text(account)])?.int(0) ?? 1
    }

    /// Keeps the first pair of tokens that a configuration gives, unless that very pair was taken up before, by
    /// whichever process: what it has become since is worth more.
    ///
    /// - Parameters:
    ///   - mark: tells this pair from others without giving it away.
    ///   - isKnown: the caller knows that it was taken up before marks were kept.
    /// - Returns: whether the pair was kept now.
    package func takeUpSeed(
        connection id: ConnectionID, account: String, mark: String, isKnown: Bool, access: String, refresh: String?,
        expiresAt: Instant, now: Instant
    ) throws -> Bool {
        let key: KeyValuePairs<String, SQLValue> = ["connection": .id(id), "account": .text(account)]
        let hasToken = try token(connection: id, account: account) != nil
        let taken = try connection.row(AccountSQL.seed, key)?.textOrNil(0)
        let isOld = hasToken && (taken == mark || (taken == nil && isKnown))
        if !isOld {
            try saveToken(
                connection: id, account: account, access: access, refresh: refresh, expiresAt: expiresAt, now: now)
        }
        if taken != mark {
            try connection.execute(
                AccountSQL.noteSeed, ["connection": .id(id), "account": .text(account), "mark": .text(mark)])
        }
        return !isOld
    }

    /// Leases the right to refresh the account's token. Read the token again after a success: another may have been
    /// saved before the lease was free.
    ///
    /// - Returns: false while somebody else has the lease.
    package func claimTokenRefresh(
        connection id: ConnectionID, account: String, owner: String, leaseFor: Duration, now: Instant
    ) throws -> Bool {
        let changed = try connection.execute(
            AccountSQL.claimRefresh,
            [
                "connection": .id(id), "account": .text(account), "owner": .text(owner), "now": .time(now),
                "until": .time(now + leaseFor),
            ])
        return changed == 1
    }

    /// No-op unless `owner` has the lease.
    package func releaseTokenRefresh(connection id: ConnectionID, account: String, owner: String) throws {
        try connection.execute(
            AccountSQL.releaseRefresh, ["connection": .id(id), "account": .text(account), "owner": .text(owner)])
    }

    /// - Throws: ``StoreError/conflict(_:)`` when the id is taken.
    package func createWebSession(id: String, tokenHash: [UInt8], language: Language, now: Instant) throws {
        try connection.execute(
            AccountSQL.createSession,
            [
                "id": .text(id), "hash": .blob(tokenHash), "language": .text(language.rawValue), "now": .time(now),
            ])
    }

    /// Notes that the browser was there. No-op for an unknown id.
    package func touchWebSession(_ id: String, now: Instant) throws {
        try connection.execute(AccountSQL.touchSession, ["id": .text(id), "now": .time(now)])
    }
}

extension ReadTransaction {
    /// Nil when none was saved.
    package func token(connection id: ConnectionID, account: String) throws -> StoredToken? {
        let place = Self.place(id, account)
        guard
            let row = try connection.row(AccountSQL.token, ["connection": .id(id), "account": .text(account)]),
            let access = try row.blobOrNil(0).flatMap({ try open($0, .accessToken, id: place) })
        else { return nil }
        let refresh = try row.blobOrNil(1).flatMap { try open($0, .refreshToken, id: place) }
        return StoredToken(
            access: String(decoding: access, as: UTF8.self),
            refresh: refresh.map { String(decoding: $0, as: UTF8.self) },
            expiresAt: try row.time(2), refreshedAt: try row.time(3), generation: try row.int(4))
    }

    /// Nil when there is none; whether the bearer's token fits is the caller's to check.
    package func webSession(_ id: String) throws -> WebSession? {
        guard let row = try connection.row(AccountSQL.session, ["id": .text(id)]) else { return nil }
        return WebSession(
            id: id, tokenHash: try row.blobOrNil(0) ?? [], language: Language(rawValue: try row.text(1)),
            createdAt: try row.time(2), lastSeenAt: try row.time(3))
    }

    static func place(_ connection: ConnectionID, _ account: String) -> String { "\(connection)/\(account)" }
}

enum AccountSQL {
    static let saveToken = SQLStatement(
        """
        INSERT INTO tokens (connection, account, access, refresh, expires_at, refreshed_at, generation)
        VALUES (:connection, :account, :access, :refresh, :expires, :now, 1)
        ON CONFLICT (connection, account) DO UPDATE SET
          access = excluded.access, refresh = COALESCE(excluded.refresh, tokens.refresh),
          expires_at = excluded.expires_at, refreshed_at = excluded.refreshed_at,
          generation = tokens.generation + 1, refresh_owner = '', refresh_until = 0
        """)
    static let seed = SQLStatement("SELECT seed FROM tokens WHERE connection = :connection AND account = :account")
    static let noteSeed = SQLStatement(
        "UPDATE tokens SET seed = :mark WHERE connection = :connection AND account = :account")
    static let generation = SQLStatement(
        "SELECT generation FROM tokens WHERE connection = :connection AND account = :account")
    static let token = SQLStatement(
        """
        SELECT access, refresh, expires_at, refreshed_at, generation FROM tokens
        WHERE connection = :connection AND account = :account
        """)
    static let claimRefresh = SQLStatement(
        """
        INSERT INTO tokens (connection, account, expires_at, refreshed_at, generation, refresh_owner, refresh_until)
        VALUES (:connection, :account, 0, 0, 0, :owner, :until)
        ON CONFLICT (connection, account) DO UPDATE SET
          refresh_owner = excluded.refresh_owner, refresh_until = excluded.refresh_until
        WHERE tokens.refresh_until <= :now
        """)
    static let releaseRefresh = SQLStatement(
        """
        UPDATE tokens SET refresh_owner = '', refresh_until = 0
        WHERE connection = :connection AND account = :account AND refresh_owner = :owner
        """)
    static let createSession = SQLStatement(
        """
        INSERT INTO web_sessions (id, token_hash, language, created_at, last_seen_at)
        VALUES (:id, :hash, :language, :now, :now)
        """)
    static let session = SQLStatement(
        "SELECT token_hash, language, created_at, last_seen_at FROM web_sessions WHERE id = :id")
    static let touchSession = SQLStatement(
        "UPDATE web_sessions SET last_seen_at = :now WHERE id = :id AND last_seen_at < :now")
}
