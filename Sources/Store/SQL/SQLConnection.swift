/// One connection inside a transaction. The only thing that the topics of the store know of an engine.
///
/// Synchronous, and used by one thread at a time.
protocol SQLConnection: AnyObject {
    /// Whether others may write while this transaction runs; then rows that matter have to be locked.
    var hasSeveralWriters: Bool { get }

    /// How many rows have been changed through it so far, by whatever statements, undone or not. Nil where a statement that
    /// fails spoils the transaction, so that only a savepoint lets others go on, and outside a transaction.
    var changesSoFar: Int? { get }

    /// Runs a statement that returns no rows.
    ///
    /// - Returns: how many rows it changed.
    /// - Throws: ``StoreError``.
    @discardableResult
    func execute(_ statement: SQLStatement, _ arguments: KeyValuePairs<String, SQLValue>) throws -> Int

    /// All rows of a query. Every query of the store has a stated bound on its rows.
    ///
    /// - Throws: ``StoreError``.
    func rows(_ statement: SQLStatement, _ arguments: KeyValuePairs<String, SQLValue>) throws -> [SQLRow]

    /// The first row of a query.
    ///
    /// - Throws: ``StoreError``.
    func row(_ statement: SQLStatement, _ arguments: KeyValuePairs<String, SQLValue>) throws -> SQLRow?

    /// Adds rows with a value for each column of the table; the fastest way the engine has.
    ///
    /// - Throws: ``StoreError``.
    func insert(_ rows: [SQLRow], into table: TableShape) throws

    /// Runs `body` so that everything it wrote is undone when it throws, and nothing else.
    ///
    /// - Throws: what `body` throws; ``TransactionLost`` when the engine gave up the whole transaction.
    func savepoint<T>(_ body: () throws -> T) throws -> T
}

extension SQLConnection {
    var changesSoFar: Int? { nil }
}

/// The engine has rolled back the whole transaction, with all savepoints in it (a full disk, for example).
struct TransactionLost: Error {
    let cause: any Error
}
