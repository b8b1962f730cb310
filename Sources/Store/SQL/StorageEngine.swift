/// One kind of database. Blocking: its callers bring the threads.
protocol StorageEngine: Sendable {
    /// The database in words for people, without secrets.
    var place: String { get }
    var dialect: Dialect { get }
    /// Whether other processes may write to it while this one does.
    var hasSeveralWriters: Bool { get }

    /// Runs `body` on a snapshot of what is committed.
    ///
    /// - Throws: ``StoreError``, and what `body` throws.
    func read<T>(_ body: (any SQLConnection) throws -> T) throws -> T

    /// Runs `body` in one transaction that is durable when this returns.
    ///
    /// - Throws: ``StoreError``, and what `body` throws; nothing was written then. ``StoreError/contended`` when another
    ///   transaction stood in the way: the same may succeed at once.
    func write<T>(_ kind: WriteKind, _ body: (any SQLConnection) throws -> T) throws -> T

    /// Whether there are tables already, and whether ours are among them.
    ///
    /// - Throws: ``StoreError``.
    func tables() throws -> (any: Bool, ours: Bool)

    /// Does what the engine can so that erased bytes are gone from its files, too.
    ///
    /// - Throws: ``StoreError``.
    func wipeErased() throws

    /// Closes all connections. A second call does nothing.
    ///
    /// - Throws: ``StoreError``.
    func close() throws
}

extension StorageEngine {
    func write<T>(_ body: (any SQLConnection) throws -> T) throws -> T { try write(.decision, body) }
}
