package import Core
package import Sealing

/// What a backup says about itself.
package struct BackupManifest: Sendable, Equatable {
    package let madeAt: Instant
    package let program: String
    package let schema: Int
    /// Of the audit log when the backup was made.
    package let auditHead: AuditHead
    package let tables: [TableContent]

    package var rows: Int { tables.reduce(0) { $0 + $1.rows } }
}

/// Writes and checks backups: one SQLite file for either engine, with a manifest in it, and behind the database one line
/// with the digest of everything before and a mark that only the master key makes. Keys are not in it.
package enum BackupFile {
    static let head = "\nnhipcau backup 1 "
    /// Head, digest, space, mark, line end.
    static let trailerLength = head.utf8.count + 64 + 1 + 64 + 1
    static let purpose = "backup"

    private static let makeManifest = [
        SQLStatement("CREATE TABLE backup_manifest (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT"),
        SQLStatement(
            """
            CREATE TABLE backup_tables (
              name TEXT NOT NULL PRIMARY KEY, position INTEGER NOT NULL, row_count INTEGER NOT NULL, digest BLOB NOT NULL
            ) STRICT
            """),
    ]
    private static let note = SQLStatement("INSERT INTO backup_manifest (name, value) VALUES (:name, :value)")
    private static let noteTable = SQLStatement(
        "INSERT INTO backup_tables (name, position, row_count, digest) VALUES (:name, :position, :rows, :digest)")

    /// Writes a backup of what is committed now, while others go on writing.
    ///
    /// The file appears whole, verified and synced, or not at all; it is readable by this user only.
    /// - Throws: ``StoreError``; ``StoreError/wrongKey`` when the database was sealed with another master key,
    ///   ``TransferFault/exists(path:)``.
    package static func write(
        _ location: DatabaseLocation, to path: String, program: String, keys: KeyRing, now: Instant,
        report: @escaping (TransferProgress) throws -> Void = { _ in }
    ) throws -> BackupManifest {
        let file = try ArchiveFile.create(for: path)
        do {
            let manifest = try DatabaseSide.read(location) { source, version in
                let transaction = ReadTransaction(connection: source, vault: KeyVault(ring: keys), began: now)
                try transaction.checkKeys()
                let head = try transaction.auditHead() ?? AuditHead(count: 0, hash: AuditChain.origin)
                return try file.write { target in
                    let tables = try DatabaseSide.copy(
                        from: source, version: version, to: target, .sqlite, now: now, report: report)
                    let manifest = BackupManifest(madeAt: now, program: program, schema: version, auditHead: head, tables: tables)
                    try write(manifest, to: target)
                    return manifest
                }
            }
            try file.finish(as: path) { digest in Array(trailer(digest, keys).utf8) }
            return manifest
        } catch {
            file.discard()
            throw error
        }
    }

    static func trailer(_ digest: [UInt8], _ keys: KeyRing) -> String {
        head + Digits.text(digest) + " " + Digits.text(KeyedMark.make(digest, purpose: purpose, keys: keys)) + "\n"
    }

    private static func write(_ manifest: BackupManifest, to target: any SQLConnection) throws {
        for statement in makeManifest { try target.execute(statement, [:]) }
        let facts = [
            "format": "1", "made_at": String(manifest.madeAt.milliseconds), "program": manifest.program,
            "schema": String(manifest.schema), "audit_head": manifest.auditHead.text,
        ]
        for (name, value) in facts.sorted(by: { $0.key < $1.key }) {
            try target.execute(note, ["name": .text(name), "value": .text(value)])
        }
        for (position, table) in manifest.tables.enumerated() {
            try target.execute(
                noteTable,
                [
                    "name": .text(table.table), "position": .int(position), "rows": .int(table.rows), "digest": .blob(table.digest),
                ])
        }
    }

    private static let facts = SQLStatement("SELECT name, value FROM backup_manifest ORDER BY name")
    private static let tables = SQLStatement("SELECT name, row_count, digest FROM backup_tables ORDER BY position")

    static func manifest(in source: any SQLConnection) throws -> BackupManifest {
        let facts = try source.rows(facts, [:]).reduce(into: [String: String]()) { $0[try $1.text(0)] = try $1.text(1) }
        guard facts["format"] == "1", let made = facts["made_at"].flatMap({ Int64($0) }), let program = facts["program"],
            let schema = facts["schema"].flatMap({ Int($0) }), let head = facts["audit_head"].flatMap(AuditHead.init(parsing:))
        else { throw BackupFault.malformed }
        let tables = try source.rows(tables, [:]).map {
            TableContent(table: try $0.text(0), rows: try $0.int(1), digest: try $0.blobOrNil(2) ?? [])
        }
        return BackupManifest(
            madeAt: Instant(milliseconds: made), program: program, schema: schema, auditHead: head, tables: tables)
    }
}

/// Why a file is no backup that can be restored.
package enum BackupFault: Error, Sendable, Equatable {
    /// It does not end as a backup does: cut short, or something else.
    case incomplete
    /// Its bytes are not those that were written.
    case damaged
    /// It was written with another master key, or by somebody without one.
    case wrongKey
    case malformed
    /// A table holds something else than the manifest says.
    case tableDiffers(String)
    /// The database in it is not sound, by the engine's own check.
    case unsound(String)
    case auditBroken(String)

    package var text: String {
        switch self {
        case .incomplete: "The file is not a whole backup: it was cut short, or is something else. Take another copy of it."
        case .damaged: "The file was damaged or changed after it was written. Take another copy of it, or an older backup."
        case .wrongKey:
            "The backup was made with another master key. Put that key's file back (database.key_file) from your key backup."
        case .malformed: "The backup has a form that this program does not know. Use the program that wrote it, or a newer one."
        case .tableDiffers(let table): "The table \(table) holds something else than the backup's manifest says."
        case .unsound(let words): "The database in the backup is not sound: \(words)."
        case .auditBroken(let words): "The audit log in the backup is not whole: \(words)"
        }
    }
}

extension BackupFile {
    /// Proves a backup without touching anything: every byte, the manifest, each table, the keys, the audit log.
    ///
    /// - Throws: ``BackupFault``, ``StoreError``.
    package static func verify(
        _ path: String, keys: KeyRing, now: Instant, report: @escaping (TransferProgress) throws -> Void = { _ in }
    ) throws -> BackupManifest {
        try reading(path, keys: keys) { source, manifest in
            if let words = try source.row(soundness, [:])?.text(0), words != "ok" { throw BackupFault.unsound(words) }
            let reader = TableReader(shapes: try TableShape.all(version: manifest.schema), report: report)
            let found = try reader.read(source, .verifying)
            if let wrong = difference(found, manifest.tables) { throw BackupFault.tableDiffers(wrong) }
            let transaction = ReadTransaction(connection: source, vault: KeyVault(ring: keys), began: now)
            try transaction.checkKeys()
            let audit = try transaction.verifyAudit(noted: manifest.auditHead)
            if let fault = audit.faults.first { throw BackupFault.auditBroken("\(fault)") }
            return manifest
        }
    }

    private static let soundness = SQLStatement("PRAGMA integrity_check(1)")

    static func difference(_ found: [TableContent], _ expected: [TableContent]) -> String? {
        guard found.count == expected.count else { return "list of tables" }
        return zip(found, expected).first { $0 != $1 }?.0.table
    }

    /// Checks the bytes before anything reads them as a database.
    static func reading<T>(
        _ path: String, keys: KeyRing, _ body: (any SQLConnection, BackupManifest) throws -> T
    ) throws -> T {
        let (digest, trailer) = try ArchiveFile.trailer(of: path, length: trailerLength)
        let text = String(decoding: trailer, as: UTF8.self)
        guard text.hasPrefix(head) else { throw BackupFault.incomplete }
        guard text.dropFirst(head.count).hasPrefix(Digits.text(digest) + " ") else { throw BackupFault.damaged }
        guard text == Self.trailer(digest, keys) else { throw BackupFault.wrongKey }
        let file = try ArchiveFile.open(reading: path)
        defer { file.close() }
        return try file.read { source in
            let manifest = try manifest(in: source)
            guard manifest.schema <= Schema.latest else {
                throw StoreError.newerSchema(found: manifest.schema, known: Schema.latest)
            }
            return try body(source, manifest)
        }
    }
}

extension ReadTransaction {
    /// Proves that the master key opens every key of the database.
    ///
    /// - Throws: ``StoreError/wrongKey``.
    func checkKeys() throws {
        for row in try connection.rows(BackupSQL.days, [:]) {
            _ = try vault.key(for: KeyDay(rawValue: Int32(clamping: row.integer(0))), on: connection)
        }
    }
}

enum BackupSQL {
    static let days = SQLStatement("SELECT day FROM data_keys ORDER BY day")
}
