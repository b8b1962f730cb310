import Core

/// A database from which everything is read, or an empty one into which everything is written.
enum DatabaseSide {
    /// Runs `body` on one consistent snapshot of the whole database, however long it takes and whatever is written
    /// meanwhile. Nothing is migrated.
    ///
    /// - Throws: ``StoreError``; ``StoreError/missing(_:)`` where there is no database of ours.
    static func read<T>(_ location: DatabaseLocation, _ body: (any SQLConnection, _ version: Int) throws -> T) throws -> T {
        let engine = try engine(location)
        defer { try? engine.close() }
        guard try engine.tables().ours else { throw StoreError.missing("database of this program at \(engine.place)") }
        return try engine.read { connection in
            // Between two pages, the other side may take its time.
            if engine.hasSeveralWriters { try connection.execute(patience, [:]) }
            let version = try Migrator.version(on: connection)
            guard version <= Schema.latest else { throw StoreError.newerSchema(found: version, known: Schema.latest) }
            return try body(connection, version)
        }
    }

    /// Runs `body` in one transaction on a database that has no tables yet. When it throws, or the process ends, there is
    /// nothing afterwards, as before.
    ///
    /// - Throws: ``StoreError``; ``TransferFault`` where there is something.
    static func create<T>(_ location: DatabaseLocation, _ body: (any SQLConnection, Dialect) throws -> T) throws -> T {
        switch location {
        case .temporary: throw StoreError.invalidLocation("temporary:")
        case .sqlite(let path):
            let file = try ArchiveFile.create(for: path)
            do {
                let result = try file.write { try body($0, .sqlite) }
                try file.finish(as: path)
                return result
            } catch {
                file.discard()
                throw error
            }
        case .postgres(let address):
            let engine = try PostgresEngine(address)
            defer { try? engine.close() }
            guard try !engine.tables().any else { throw TransferFault.notEmpty(place: engine.place) }
            return try engine.write(.migration) { connection in
                try connection.execute(patience, [:])
                return try body(connection, .postgres)
            }
        }
    }

    private static let patience = SQLStatement("SET LOCAL idle_in_transaction_session_timeout = '10min'")

    static func engine(_ location: DatabaseLocation) throws -> any StorageEngine {
        switch location {
        case .temporary: throw StoreError.invalidLocation("temporary:")
        case .sqlite(let path):
            guard SQLiteFile.exists(path) else { throw StoreError.missing("database at \(path)") }
            return try SQLiteEngine(path: path, readers: 1)
        case .postgres(let address): return try PostgresEngine(address)
        }
    }

    /// Copies all rows and proves, before anything is committed, that the same came in.
    static func copy(
        from source: any SQLConnection, version: Int, to target: any SQLConnection, _ dialect: Dialect, now: Instant,
        report: @escaping TableReader.Report
    ) throws -> [TableContent] {
        try Migrator.run(on: target, dialect: dialect, now: now, to: version)
        let reader = TableReader(shapes: try TableShape.all(version: version), report: report)
        let read = try reader.read(source, .copying) { shape, rows in try target.insert(rows, into: shape) }
        let written = try reader.read(target, .verifying)
        guard read == written else {
            let place = zip(read, written).first { $0 != $1 }?.0.table ?? ""
            throw TransferFault.differs(table: place)
        }
        return read
    }
}
