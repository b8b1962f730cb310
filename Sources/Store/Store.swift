package import Core
import Dispatch
package import Sealing
import Synchronization

/// Everything that must survive: inbox, conversations, outbox, timers, classes.
///
/// One synchronous seam over one database: an embedded one, or a server's that other processes share. Closures run on
/// the store's own threads, never on Swift's cooperative ones. Concurrent writes are committed together and answered
/// after the data are on disk.
package final class Store: Sendable {
    private let engine: any StorageEngine
    /// Of an embedded database.
    private let file: String?
    private let isTemporary: Bool
    private let servingLock = Mutex<Int32?>(nil)
    private let decisions: WorkQueue<PendingWork<WriteTransaction>>
    /// The same as ``decisions`` where there is one writer only.
    private let queues: WorkQueue<PendingWork<WriteTransaction>>
    private let reads: WorkQueue<PendingWork<ReadTransaction>>

    private let absence = Mutex<StoreError?>(nil)

    /// Why the database cannot be used, from the first call that found it so until ``ping()`` has written again.
    package var trouble: StoreError? { absence.withLock { $0 } }

    /// The version of the schema in the file; after opening always this program's.
    package let schemaVersion: Int

    /// Opens the database, makes it when it does not exist, and brings it to the present schema.
    ///
    /// Blocks the calling thread: for the start of a program and for tests.
    /// - Parameters:
    ///   - keys: opens and makes the keys of sealed content.
    ///   - clock: tells the day under whose key content is sealed.
    ///   - seed: makes the ids repeatable; nil for unguessable ones.
    /// - Throws: ``StoreError`` that says what is wrong and what mends it. Nothing is changed then.
    package static func open(
        _ location: DatabaseLocation, keys: KeyRing, clock: any WallClock = SystemClock(),
        limits: StoreLimits = StoreLimits(), seed: UInt64? = nil
    ) throws(StoreError) -> Store {
        switch location {
        case .sqlite(let path):
            let engine = try SQLiteEngine(path: path, readers: limits.readers)
            return try Store(engine, file: path, isTemporary: false, keys, clock, limits, seed: seed)
        case .postgres(let address):
            return try Store(try PostgresEngine(address), file: nil, isTemporary: false, keys, clock, limits, seed: seed)
        case .temporary:
            let path = try SQLiteFile.makeTemporaryDirectory() + "/nhipcau.sqlite"
            do {
                let engine = try SQLiteEngine(path: path, readers: limits.readers)
                return try Store(engine, file: path, isTemporary: true, keys, clock, limits, seed: seed)
            } catch {
                SQLiteFile.removeTemporary(path)
                throw error
            }
        }
    }

    /// - Parameter threads: what its work runs on; another than its own for simulations.
    init(
        _ engine: any StorageEngine, file: String?, isTemporary: Bool, _ keys: KeyRing, _ clock: any WallClock,
        _ limits: StoreLimits, seed: UInt64?, threads: StoreThreads = .own
    ) throws(StoreError) {
        let vault = KeyVault(ring: keys, mailsDuty: limits.mailsDuty)
        do {
            schemaVersion = try Self.prepare(engine, vault: vault, now: clock.now())
        } catch {
            try? engine.close()
            throw error as? StoreError ?? .cannotOpen(path: engine.place, detail: "unexpected failure")
        }
        self.engine = engine
        self.file = file
        self.isTemporary = isTemporary
        let commit = GroupCommit(engine: engine, vault: vault, clock: clock, limits: limits, seed: seed, threads: threads)
        decisions = WorkQueue(label: "nhipcau.store.write", width: 1, batch: 256, bound: limits.waitingWrites, runner: threads.runner) {
            commit.perform($0, .decision)
        }
        // Each by itself: together they would hold rows that others wait for, in an order that nobody has agreed on.
        queues =
            engine.hasSeveralWriters
            ? WorkQueue(
                label: "nhipcau.store.queue", width: limits.queueWriters, batch: 1, bound: limits.waitingWrites, runner: threads.runner
            ) {
                commit.perform($0, .queue)
            } : decisions
        reads = WorkQueue(
            label: "nhipcau.store.read", width: limits.readers, batch: 1, bound: limits.waitingWrites, runner: threads.runner
        ) { pieces in
            for piece in pieces where piece.begin() {
                piece.finish(
                    Result {
                        try engine.read { connection in
                            try piece.body(ReadTransaction(connection: connection, vault: vault, began: clock.now()))
                        }
                    })
            }
        }
    }

    /// Migrates and proves that the keys fit, before anything else is read or written.
    private static func prepare(_ engine: any StorageEngine, vault: KeyVault, now: Instant) throws -> Int {
        let tables = try engine.tables()
        if tables.any, !tables.ours { throw StoreError.foreignDatabase(path: engine.place) }
        try migrate(engine, now: now)
        try engine.write(.queue) { connection in try vault.ensure(.standing, on: connection, now: now) }
        _ = try engine.read { connection in try vault.key(for: .standing, on: connection) }
        return Schema.latest
    }

    /// Of several processes that start at once on a new database, one makes the tables; the others find them.
    private static func migrate(_ engine: any StorageEngine, now: Instant) throws {
        var refusals = 0
        while true {
            do {
                return try engine.write(.migration) { connection in
                    try Migrator.run(on: connection, dialect: engine.dialect, now: now)
                }
            } catch let error as StoreError where engine.hasSeveralWriters && refusals < GroupCommit.greatestAttempts {
                switch error {
                case .conflict, .contended: refusals += 1
                default: throw error
                }
            }
        }
    }

    /// Whether other processes may serve the same database, so that what they have written has to be looked for.
    package var isShared: Bool { engine.hasSeveralWriters }

    /// The database in words for people: a path, or an address without its password.
    package var place: String { engine.place }

    /// Makes this process the only one that serves the file, until ``close()`` or its end.
    ///
    /// Does nothing on a server's database, which any number of processes may serve.
    /// - Throws: ``StoreError/alreadyServing(path:)``.
    package func lockForServing() throws(StoreError) {
        guard let path = file else { return }
        try servingLock.withLock { lock throws(StoreError) in
            if lock == nil { lock = try SQLiteFile.lock(path) }
        }
    }

    /// Runs `body` on a consistent snapshot of what is committed.
    ///
    /// - Throws: ``StoreError``, what `body` throws, `CancellationError` when cancelled before it began.
    package func read<T: Sendable>(_ body: @escaping @Sendable (ReadTransaction) throws -> T) async throws -> T {
        let slot = ResultSlot<T>()
        try await run(PendingWork { transaction in slot.set(try body(transaction)) }, in: reads)
        return try slot.take()
    }

    /// Runs `body` and returns when everything it wrote is on disk.
    ///
    /// When `body` throws, nothing of it was written. It may run in one transaction with other closures, but sees
    /// only those that have succeeded. It may be run more than once until its changes hold, so it must leave nothing
    /// behind outside the transaction. Keep it short and free of I/O: all writes wait for it.
    /// - Throws: ``StoreError``, what `body` throws, `CancellationError` when cancelled before it began.
    @discardableResult
    package func write<T: Sendable>(_ body: @escaping @Sendable (WriteTransaction) throws -> T) async throws -> T {
        try await write(.decision, body)
    }

    /// The same; `kind` says what it may see of others that run at the same time.
    @discardableResult
    package func write<T: Sendable>(
        _ kind: WriteKind, _ body: @escaping @Sendable (WriteTransaction) throws -> T
    ) async throws -> T {
        let slot = ResultSlot<T>()
        try await run(
            PendingWork { transaction in slot.set(try body(transaction)) }, in: kind == .queue ? queues : decisions)
        return try slot.take()
    }

    private func run<Transaction>(
        _ work: PendingWork<Transaction>, in queue: WorkQueue<PendingWork<Transaction>>
    ) async throws {
        do {
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                    guard work.wait(continuation) else { return }
                    do {
                        try queue.add(work)
                    } catch {
                        work.finish(.failure(error))
                    }
                }
            } onCancel: {
                work.cancel()
            }
        } catch let error as StoreError where error.isAbsence {
            absence.withLock { if $0 == nil { $0 = error } }
            throw error
        }
    }

    /// Erases what is past its time, in bounded batches between which other writes come through.
    ///
    /// Afterwards the erased bytes are gone from an embedded database's file and from its write-ahead log. A server
    /// keeps them in its own files until it overwrites them, sealed under keys that are gone.
    /// - Returns: what was erased.
    /// - Throws: ``StoreError``; what was erased until then stays erased.
    package func eraseExpired(_ policy: RetentionPolicy, now: Instant) async throws -> ErasedCounts {
        var sum = ErasedCounts()
        while true {
            let batch = try await write(.queue) { transaction in try transaction.eraseBatch(policy, limit: 500, now: now) }
            sum += batch
            if batch.total == 0 { break }
        }
        if sum.total > 0 {
            let engine = engine
            try await offPool { try engine.wipeErased() }
        }
        return sum
    }

    /// Sees to it that replaced and deleted bytes are gone from the files, as far as the engine can.
    ///
    /// - Throws: ``StoreError``.
    package func wipeErased() async throws {
        let engine = engine
        try await offPool { try engine.wipeErased() }
    }

    /// Proves that the database can be read and written, by writing to it: a full disk still begins and ends transactions.
    ///
    /// - Throws: ``StoreError``.
    package func ping() async throws {
        try await write(.queue) { transaction in try transaction.connection.execute(HealthSQL.ping, [:]) }
        try await read { transaction in _ = try transaction.connection.row(HealthSQL.one, [:]) }
        absence.withLock { $0 = nil }
    }

    /// Finishes what was begun, refuses everything after, and closes the file. A second call does nothing.
    package func close() async {
        await reads.close()
        await decisions.close()
        await queues.close()
        let engine = engine
        try? await offPool { try engine.close() }
        servingLock.withLock { lock in
            if let file = lock { SQLiteFile.unlock(file) }
            lock = nil
        }
        if isTemporary, let file { SQLiteFile.removeTemporary(file) }
    }

    /// Writes that have not begun; for tests that line up a group.
    var waitingWrites: Int { decisions.waitingCount }

    private func offPool(_ body: @escaping @Sendable () throws -> Void) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            Self.maintenance.async { continuation.resume(with: Result(catching: body)) }
        }
    }

    private static let maintenance = DispatchQueue(label: "nhipcau.store.maintenance")
}
