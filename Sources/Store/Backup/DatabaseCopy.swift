package import Core
package import Sealing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Moves a whole database to another place, of either engine.
package enum DatabaseCopy {
    /// Copies everything, proves it table by table, and only then commits: the target is whole, or as empty as before.
    ///
    /// What a process had leased is free in the target, and sends that were in flight are marked as interrupted, as at a
    /// restart. Nobody may serve the source meanwhile: what was taken in would be missing.
    /// - Throws: ``StoreError``; ``TransferFault`` when the target is not empty, ``StoreError/alreadyServing(path:)``
    ///   when the source is being served, ``StoreError/wrongKey``.
    package static func run(
        from source: DatabaseLocation, to target: DatabaseLocation, keys: KeyRing, now: Instant,
        report: @escaping (TransferProgress) throws -> Void = { _ in }
    ) throws -> [TableContent] {
        var lock: Int32?
        if case .sqlite(let path) = source, SQLiteFile.exists(path) { lock = try SQLiteFile.lock(path) }
        defer { if let lock { SQLiteFile.unlock(lock) } }
        if case .postgres(let address) = source, try isServed(source) { throw StoreError.alreadyServing(path: address.description) }
        return try DatabaseSide.read(source) { from, version in
            try ReadTransaction(connection: from, vault: KeyVault(ring: keys), began: now).checkKeys()
            return try DatabaseSide.create(target) { to, dialect in
                let tables = try DatabaseSide.copy(from: from, version: version, to: to, dialect, now: now, report: report)
                try Migrator.run(on: to, dialect: dialect, now: now)
                try FreshStart.releaseEverything(on: to)
                return tables
            }
        }
    }
}

extension DatabaseCopy {
    /// Whether a process shows itself in a server's database, which each does every two seconds.
    private static func isServed(_ location: DatabaseLocation) throws -> Bool {
        func beats() throws -> [SQLRow] {
            try DatabaseSide.read(location) { connection, version in version < 4 ? [] : try connection.rows(PresenceSQL.all, [:]) }
        }
        let before = try beats()
        guard !before.isEmpty else { return false }
        for _ in 0..<10 {
            usleep(500_000)
            if try beats().map(\.values) != before.map(\.values) { return true }
        }
        return false
    }
}

/// What must not be taken as it stands when a database goes on in another place.
enum FreshStart {
    /// Whoever had something before has it no more.
    static func releaseEverything(on connection: any SQLConnection) throws {
        for statement in releases { try connection.execute(statement, [:]) }
    }

    private static let releases = [
        SQLStatement("UPDATE inbox_queue SET owner = '', available_at = 0 WHERE owner <> ''"),
        SQLStatement(
            """
            UPDATE outbox SET state = 0, owner = '', lease_until = 0, interrupted = 1, attempts = attempts + 1 WHERE state = 1
            """),
        SQLStatement("UPDATE tokens SET refresh_owner = '', refresh_until = 0 WHERE refresh_owner <> ''"),
        SQLStatement("UPDATE broadcasts SET owner = '', lease_until = 0 WHERE owner <> ''"),
        SQLStatement("DELETE FROM processes"),
    ]
}
