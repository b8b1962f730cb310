import GRDB
import Synchronization

/// One SQLite file: a writing connection and a few reading ones. Blocking; its callers bring the threads.
final class SQLiteEngine: StorageEngine {
    let path: String
    let dialect = Dialect.sqlite
    let hasSeveralWriters = false
    private let pool: DatabasePool
    private let isClosed = Mutex(false)

    var place: String { path }

    private static let begin = SQLStatement("BEGIN IMMEDIATE")
    private static let commit = SQLStatement("COMMIT")
    private static let rollBack = SQLStatement("ROLLBACK")

    /// Opens or makes the file and sets what durability and erasure need.
    ///
    /// - Throws: ``StoreError`` that says what is wrong with the file or its directory.
    init(path: String, readers: Int) throws(StoreError) {
        self.path = path
        try SQLiteFile.check(path)
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = true
        configuration.maximumReaderCount = max(1, readers)
        configuration.label = "nhipcau.store"
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction(Self.prepareWriter)
        } catch let error as DatabaseError {
            throw StoreError(error, path: path)
        } catch let error as StoreError {
            throw error
        } catch {
            throw .cannotOpen(path: path, detail: "unexpected failure")
        }
    }

    /// GRDB sets `synchronous` to NORMAL when it switches WAL on, so ours has to come afterwards.
    private static func prepareWriter(_ database: Database) throws {
        try database.execute(sql: "PRAGMA synchronous = FULL")
        try database.execute(sql: "PRAGMA secure_delete = ON")
        try database.execute(sql: "PRAGMA temp_store = MEMORY")
        try database.execute(sql: "PRAGMA cache_size = -16000")
        // Pages that many commits change go into the file once; the log stays within about 32 MB.
        try database.execute(sql: "PRAGMA wal_autocheckpoint = 8000")
        let mode = try Int.fetchOne(database, sql: "PRAGMA synchronous")
        let journal = try String.fetchOne(database, sql: "PRAGMA journal_mode")
        guard mode == 2, journal == "wal" else {
            throw StoreError.engine(code: 0, "synchronous = FULL with a write-ahead log is not in force")
        }
    }

    /// Runs `body` on a snapshot of what is committed. Blocks the calling thread.
    ///
    /// - Throws: ``StoreError``, and what `body` throws.
    func read<T>(_ body: (any SQLConnection) throws -> T) throws -> T {
        try translating {
            try pool.read { database in try body(SQLiteConnection(database, path: path)) }
        }
    }

    /// Runs `body` in one transaction that is on disk when this returns. Blocks the calling thread.
    ///
    /// - Throws: ``StoreError``, and what `body` throws; nothing was written then.
    func write<T>(_ kind: WriteKind, _ body: (any SQLConnection) throws -> T) throws -> T {
        try translating {
            try pool.writeWithoutTransaction { database in
                let connection = SQLiteConnection(database, path: path)
                try connection.execute(Self.begin, [:])
                do {
                    let result = try body(connection)
                    try connection.execute(Self.commit, [:])
                    return result
                } catch {
                    // A refused commit leaves the transaction open; a full disk has already ended it.
                    if database.isInsideTransaction { try connection.execute(Self.rollBack, [:]) }
                    throw error
                }
            }
        }
    }

    /// Moves the write-ahead log into the file and empties it, as far as readers allow.
    ///
    /// - Throws: ``StoreError``.
    func wipeErased() throws {
        try translating {
            try pool.writeWithoutTransaction { database in _ = try database.checkpoint(.truncate) }
        }
    }

    /// Whether the file already holds tables, and whether ours are among them.
    ///
    /// - Throws: ``StoreError``.
    func tables() throws -> (any: Bool, ours: Bool) {
        try translating {
            try pool.read { database in
                let names = try String.fetchAll(
                    database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
                return (!names.isEmpty, names.contains("schema_versions"))
            }
        }
    }

    /// Empties the write-ahead log first, so that the file alone is whole, and closes all connections.
    /// A second call does nothing.
    ///
    /// - Throws: ``StoreError``.
    func close() throws {
        // GRDB does not guard a checkpoint on a closed connection, and SQLite does not survive it.
        let wasClosed = isClosed.withLock { isClosed in
            defer { isClosed = true }
            return isClosed
        }
        if wasClosed { return }
        try? wipeErased()
        try translating { try pool.close() }
    }

    private func translating<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw StoreError(error, path: path)
        }
    }
}
