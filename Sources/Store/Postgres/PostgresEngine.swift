import Synchronization

/// A database of a PostgreSQL server, over a few connections that are made when they are needed and again when they
/// were lost.
final class PostgresEngine: StorageEngine {
    private struct Pool {
        var idle: [PostgresSession] = []
        var isClosed = false
        /// While a server does not answer at all, only one in a while waits to see whether it does again.
        var silence: (until: ContinuousClock.Instant, error: StoreError)?
    }

    /// An attempt that took longer than this found a server that does not answer, not one that refuses.
    private static let promptness = Duration.seconds(1)
    private static let pauseAfterSilence = Duration.seconds(2)

    let place: String
    let dialect = Dialect.postgres
    let hasSeveralWriters = true
    private let address: PostgresAddress
    private let pool = Mutex(Pool())

    /// Decisions of all processes take turns, as they do before the one writer of an embedded database: nearly any two
    /// that overlap would touch the same pages of an index, and one of them would have to be run again. Taken before
    /// the snapshot, so that each sees everything that was decided before it.
    private static let beginDecision =
        "BEGIN ISOLATION LEVEL SERIALIZABLE; LOCK TABLE schema_versions IN EXCLUSIVE MODE"
    private static let beginQueue = "BEGIN ISOLATION LEVEL READ COMMITTED"
    /// Takes as long as it takes: an index over millions of rows is made in one statement.
    private static let beginMigration = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL statement_timeout = 0"
    private static let beginRead = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

    /// Connects once, so that a wrong address is told at once.
    ///
    /// - Throws: ``StoreError``.
    init(_ address: PostgresAddress) throws(StoreError) {
        self.address = address
        place = address.description
        let first = try PostgresSession(address)
        pool.withLock { $0.idle.append(first) }
    }

    func read<T>(_ body: (any SQLConnection) throws -> T) throws -> T {
        try transaction(Self.beginRead, patience: address.patience * 3, body)
    }

    func write<T>(_ kind: WriteKind, _ body: (any SQLConnection) throws -> T) throws -> T {
        switch kind {
        case .decision: try transaction(Self.beginDecision, patience: address.patience, body)
        case .queue: try transaction(Self.beginQueue, patience: address.patience, body)
        case .migration: try transaction(Self.beginMigration, patience: nil, body)
        }
    }

    private func transaction<T>(
        _ begin: String, patience: Duration?, _ body: (any SQLConnection) throws -> T
    ) throws -> T {
        let session = try start(begin, patience: patience)
        defer { giveBack(session) }
        do {
            let result = try body(session)
            try session.commit()
            return result
        } catch let lost as TransactionLost {
            session.rollBack()
            throw lost.cause
        } catch {
            session.rollBack()
            // The others were made to the same server, which is not to be written to any more.
            if case StoreError.readOnly = error { dropIdle() }
            throw error
        }
    }

    /// A connection with an open transaction. One that was idle may be dead, which its first statement shows; nothing
    /// has happened then, so a new one takes its place.
    private func start(_ begin: String, patience: Duration?) throws -> PostgresSession {
        if let idle = try takeIdle() {
            do {
                try idle.begin(begin, patience: patience)
                return idle
            } catch {
                idle.rollBack()
                let (wasAlive, wasSilent) = (idle.isUsable, idle.isSilent)
                giveBack(idle)
                if wasAlive { throw error }
                dropIdle()
                // Its callers have waited long enough; those behind them need not wait as long.
                if wasSilent {
                    noteSilence(error)
                    throw error
                }
            }
        }
        let fresh = try connect()
        do {
            try fresh.begin(begin, patience: patience)
            return fresh
        } catch {
            fresh.rollBack()
            giveBack(fresh)
            throw error
        }
    }

    private func connect() throws -> PostgresSession {
        let began = ContinuousClock.now
        if let silence = pool.withLock(\.silence), began < silence.until { throw silence.error }
        do {
            let session = try PostgresSession(address)
            pool.withLock { $0.silence = nil }
            return session
        } catch {
            if began.duration(to: .now) >= Self.promptness { noteSilence(error) }
            throw error
        }
    }

    private func noteSilence(_ error: any Error) {
        guard let error = error as? StoreError else { return }
        pool.withLock { $0.silence = (.now + Self.pauseAfterSilence, error) }
    }

    private func takeIdle() throws -> PostgresSession? {
        try pool.withLock { pool in
            if pool.isClosed { throw StoreError.closed }
            return pool.idle.popLast()
        }
    }

    private func giveBack(_ session: PostgresSession) {
        let isKept =
            session.isUsable
            && pool.withLock { pool in
                if pool.isClosed { return false }
                pool.idle.append(session)
                return true
            }
        if !isKept { session.close() }
    }

    /// When one was dead, the others of its age are, too.
    private func dropIdle() {
        let dropped = pool.withLock { pool in
            let all = pool.idle
            pool.idle = []
            return all
        }
        for session in dropped { session.close() }
    }

    private static let tableNames = SQLStatement(
        """
        SELECT c.relname FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p')
        """)

    func tables() throws -> (any: Bool, ours: Bool) {
        let names = try read { try $0.rows(Self.tableNames, [:]).map { try $0.text(0) } }
        return (!names.isEmpty, names.contains("schema_versions"))
    }

    /// Rewrites the small table of keys, so that erased ones are gone from its file, and makes the room of erased rows
    /// free. Their bytes stay in files, in the server's log and in its backups until they are overwritten, sealed
    /// under keys that are gone.
    func wipeErased() throws {
        for text in ["VACUUM (FULL) data_keys", "VACUUM events", "VACUUM outbox", "VACUUM conversations"] {
            guard let session = try takeIdle() ?? (try? connect()) else { return }
            defer { giveBack(session) }
            session.waitsPatiently()
            // Another process may be at it, or the user may not own the tables: the next run tries again.
            try? session.run(text)
        }
    }

    func close() throws {
        pool.withLock { $0.isClosed = true }
        dropIdle()
    }
}
