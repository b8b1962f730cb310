package import Core
package import Sealing

/// What a look at a database finds, without changing anything in it.
package struct Inspection: Sendable, Equatable {
    package let schema: Int
    /// What this program writes; what is below can be migrated.
    package let known: Int
    /// “ok”, or what the engine's own check says.
    package let integrity: String
    /// Rows that refer to something that is not there, by table.
    package let orphans: [String: Int]
    /// What durability and erasure rest on, in the engine's words.
    package let settings: [String: String]
    /// Data keys, and how many of them the master key does not open.
    package let keys: Int
    package let foreignKeys: Int
    package let rows: [String: Int]

    package var isSound: Bool { schema == known && integrity == "ok" && orphans.isEmpty && foreignKeys == 0 }

    /// Reads everything in one snapshot; nothing is migrated.
    ///
    /// - Throws: ``StoreError``.
    package static func make(_ location: DatabaseLocation, keys: KeyRing, now: Instant) throws -> Inspection {
        let isEmbedded = if case .sqlite = location { true } else { false }
        return try DatabaseSide.read(location) { connection, version in
            let shapes = try TableShape.all(version: version)
            var (foreign, all) = (0, 0)
            let vault = KeyVault(ring: keys)
            for row in try connection.rows(BackupSQL.days, [:]) {
                all += 1
                do { _ = try vault.key(for: KeyDay(rawValue: Int32(clamping: row.integer(0))), on: connection) } catch StoreError.wrongKey {
                    foreign += 1
                }
            }
            return Inspection(
                schema: version, known: Schema.latest,
                integrity: isEmbedded ? try connection.row(InspectionSQL.integrity, [:])?.text(0) ?? "unknown" : "ok",
                orphans: isEmbedded ? try orphans(on: connection) : [:],
                settings: try isEmbedded ? embeddedSettings(connection) : serverSettings(connection), keys: all, foreignKeys: foreign,
                rows: try shapes.reduce(into: [:]) { $0[$1.name] = try connection.row($1.count, [:])?.int(0) ?? 0 })
        }
    }

    /// A server refuses such rows itself.
    private static func orphans(on connection: any SQLConnection) throws -> [String: Int] {
        try connection.rows(InspectionSQL.orphans, [:]).reduce(into: [:]) { $0[try $1.text(0)] = try $1.int(1) }
    }

    private static func embeddedSettings(_ connection: any SQLConnection) throws -> [String: String] {
        // The engine has asserted it on the writing connection when it opened the file.
        ["synchronous": "FULL", "journal_mode": try connection.row(InspectionSQL.journal, [:])?.text(0) ?? "unknown"]
    }

    private static func serverSettings(_ connection: any SQLConnection) throws -> [String: String] {
        let row = try connection.row(InspectionSQL.server, [:])
        return [
            "server_version": try row?.text(0) ?? "", "fsync": try row?.text(1) ?? "", "synchronous_commit": try row?.text(2) ?? "",
            "full_page_writes": try row?.text(3) ?? "",
        ]
    }
}

private enum InspectionSQL {
    static let integrity = SQLStatement("PRAGMA integrity_check(1)")
    static let orphans = SQLStatement("SELECT \"table\", COUNT(*) FROM pragma_foreign_key_check GROUP BY \"table\"")
    static let journal = SQLStatement("PRAGMA journal_mode")
    static let server = SQLStatement(
        """
        SELECT current_setting('server_version'), current_setting('fsync'), current_setting('synchronous_commit'),
          current_setting('full_page_writes')
        """)
}
