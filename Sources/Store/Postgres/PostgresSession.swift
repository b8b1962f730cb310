import CPostgres

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One connection to the server: ``SQLConnection`` for the time of one transaction.
///
/// `@unchecked Sendable` because it is used by one thread at a time: the engine hands it out and takes it back under
/// its lock.
final class PostgresSession: SQLConnection, @unchecked Sendable {
    let connection: OpaquePointer
    private let place: String
    private var prepared: [PreparedKey: String] = [:]
    /// Why the transaction can no longer be committed.
    private var failure: StoreError?
    /// Why even its savepoints are gone.
    private var lost: StoreError?
    private var isStale = false
    /// How long to wait for each answer; nil for as long as it takes.
    private var patience: Duration?
    /// The server has not answered in time: it may still be at work, so nothing more can be asked on this connection.
    private(set) var isSilent = false

    let hasSeveralWriters = true

    private struct PreparedKey: Hashable {
        let text: String
        let types: [Oid]
    }

    /// What holds for every transaction. A process that stops in the middle of one must not hold up the others for long,
    /// and who waits for a lock is told so before the server counts as silent.
    private static func settings(_ patience: Duration) -> String {
        let lock = min(5_000, max(1, patience.components.seconds * 500))
        return """
            SET lock_timeout = \(lock); SET idle_in_transaction_session_timeout = '10s'; SET statement_timeout = '60s';
            SET client_min_messages = 'warning'; SET TimeZone = 'UTC'
            """
    }

    /// Connects. Blocks for as long as the address allows.
    ///
    /// - Throws: ``StoreError/unreachable(place:detail:)``, or another that says what the server lacks.
    init(_ address: PostgresAddress) throws(StoreError) {
        place = address.description
        patience = address.patience
        let keywords = CStrings(address.options.map(\.keyword))
        let values = CStrings(address.options.map(\.value))
        guard let connection = PQconnectdbParams(keywords.pointers, values.pointers, 0) else {
            throw .unreachable(place: place, detail: "out of memory")
        }
        self.connection = connection
        do {
            guard PQstatus(connection) == CONNECTION_OK else {
                throw StoreError.unreachable(place: place, detail: Self.line(PQerrorMessage(connection)))
            }
            PQsetNoticeProcessor(connection, { _, _ in }, nil)
            // Neither sending nor receiving waits by itself: both wait in `wait(for:until:)`.
            guard PQsetnonblocking(connection, 1) == 0 else {
                throw StoreError.unreachable(place: place, detail: Self.line(PQerrorMessage(connection)))
            }
            try prepareForUse(address)
        } catch {
            close()
            throw error as? StoreError ?? .cannotOpen(path: place, detail: "unexpected failure")
        }
    }

    /// Also runs when the initialiser has thrown.
    deinit { close() }

    private var isClosed = false

    /// After this nothing may be called any more.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        // A server that hangs is told as well as one that works: with the end of what it reads from.
        if isSilent { shutdown(PQsocket(connection), Int32(SHUT_RDWR)) }
        PQfinish(connection)
    }

    /// Whether it can be used for another transaction.
    var isUsable: Bool {
        !isClosed && !isStale && !isSilent && PQstatus(connection) == CONNECTION_OK && PQtransactionStatus(connection) == PQTRANS_IDLE
    }

    private func prepareForUse(_ address: PostgresAddress) throws {
        let encoding = PQparameterStatus(connection, "server_encoding").map { String(cString: $0) }
        guard encoding == "UTF8" else {
            throw StoreError.cannotOpen(path: place, detail: "the database's encoding is \(encoding ?? "unknown"), not UTF8")
        }
        try run(Self.settings(address.patience))
        let found = try row(Self.durability, [:])
        if try found?.textOrNil(0) == "off" {
            throw StoreError.cannotOpen(path: place, detail: "fsync is off: what is acknowledged would not be durable")
        }
        if try found?.textOrNil(1) == "off" { try run("SET synchronous_commit = on") }
        guard try found?.textOrNil(2) != nil else {
            throw StoreError.cannotOpen(path: place, detail: "no schema of search_path exists")
        }
    }

    private static let durability = SQLStatement(
        """
        SELECT current_setting('fsync', true), current_setting('synchronous_commit', true),
          CAST(current_schema() AS TEXT)
        """)

    // MARK: Transactions

    /// - Parameters:
    ///   - text: `BEGIN …`, maybe with a lock behind it.
    ///   - patience: how long the server may take for each statement until the end of the transaction.
    /// - Throws: ``StoreError``.
    func begin(_ text: String, patience: Duration?) throws {
        failure = nil
        lost = nil
        self.patience = patience
        try run(text)
    }

    /// For what is done outside a transaction and may take as long as the server allows it.
    func waitsPatiently() { patience = nil }

    /// - Throws: ``StoreError``; why the transaction could not be committed.
    func commit() throws {
        if let lost { throw lost }
        if PQtransactionStatus(connection) == PQTRANS_INERROR {
            throw failure ?? StoreError.engine(code: 0, "the transaction had failed")
        }
        try run("COMMIT")
    }

    /// Leaves whatever transaction there is; a connection that cannot is no longer usable.
    func rollBack() {
        guard !isSilent, PQstatus(connection) == CONNECTION_OK, PQtransactionStatus(connection) != PQTRANS_IDLE else { return }
        try? run("ROLLBACK")
    }

    func savepoint<T>(_ body: () throws -> T) throws -> T {
        try run("SAVEPOINT work")
        do {
            let result = try body()
            if let failure { throw failure }
            try run("RELEASE SAVEPOINT work")
            return result
        } catch {
            if let lost { throw TransactionLost(cause: lost) }
            do {
                try run("ROLLBACK TO SAVEPOINT work; RELEASE SAVEPOINT work")
                failure = nil
            } catch let failure {
                throw TransactionLost(cause: failure)
            }
            throw error
        }
    }

    /// One or several statements without parameters and rows.
    func run(_ text: String) throws {
        let result = try answer { PQsendQuery(connection, text) }
        defer { PQclear(result) }
        try check(result)
    }

    // MARK: Statements

    @discardableResult
    func execute(_ statement: SQLStatement, _ arguments: KeyValuePairs<String, SQLValue>) throws -> Int {
        try perform(statement, arguments) { result in
            PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
        }
    }

    func rows(_ statement: SQLStatement, _ arguments: KeyValuePairs<String, SQLValue>) throws -> [SQLRow] {
        try perform(statement, arguments) { result in
            try (0..<PQntuples(result)).map { try PostgresValue.row($0, of: result) }
        }
    }

    func row(_ statement: SQLStatement, _ arguments: KeyValuePairs<String, SQLValue>) throws -> SQLRow? {
        try perform(statement, arguments) { result in
            PQntuples(result) > 0 ? try PostgresValue.row(0, of: result) : nil
        }
    }

    private func perform<T>(
        _ statement: SQLStatement, _ arguments: KeyValuePairs<String, SQLValue>, _ read: (OpaquePointer?) throws -> T
    ) throws -> T {
        let values = PostgresParameters(statement.ordered(arguments))
        let name = try prepare(statement, values)
        let result = try answer {
            values.withPointers { pointers, lengths, formats in
                PQsendQueryPrepared(connection, name, Int32(values.count), pointers, lengths, formats, 1)
            }
        }
        defer { PQclear(result) }
        try check(result)
        return try read(result)
    }

    /// Once per connection and per combination of types: a parameter that is null has none, and the server finds it by
    /// the place where it stands.
    private func prepare(_ statement: SQLStatement, _ values: PostgresParameters) throws -> String {
        let key = PreparedKey(text: statement.numberedText, types: values.types)
        if let name = prepared[key] { return name }
        let name = "s\(prepared.count)"
        let result = try answer { PQsendPrepare(connection, name, key.text, Int32(values.count), values.types) }
        defer { PQclear(result) }
        try check(result)
        prepared[key] = name
        return name
    }

    // MARK: Waiting

    /// Sends, and waits for the whole answer: the last of several results, or the first that is a failure.
    ///
    /// - Throws: ``StoreError/unreachable(place:detail:)`` when none came in time.
    private func answer(_ send: () -> Int32) throws -> OpaquePointer? {
        if isSilent { throw lost ?? silence() }
        let limit = patience.map { ContinuousClock.now + $0 }
        guard send() == 1 else { throw note(nil) }
        var unsent = PQflush(connection)
        while unsent == 1 {
            try wait(for: POLLIN | POLLOUT, until: limit)
            // Reading as well, so that a server that is still answering can go on.
            if PQconsumeInput(connection) == 0 { break }
            unsent = PQflush(connection)
        }
        var kept: OpaquePointer?
        do {
            while true {
                while PQisBusy(connection) == 1 {
                    try wait(for: POLLIN, until: limit)
                    // What it had said before it was lost is still to be had.
                    if PQconsumeInput(connection) == 0 { break }
                }
                guard let next = PQgetResult(connection) else { return kept }
                if let earlier = kept, !Self.isSuccess(earlier) {
                    PQclear(next)
                } else {
                    PQclear(kept)
                    kept = next
                }
            }
        } catch {
            PQclear(kept)
            throw error
        }
    }

    private func wait(for events: Int32, until limit: ContinuousClock.Instant?) throws {
        while true {
            var milliseconds: Int32 = -1
            if let limit {
                let (seconds, attoseconds) = ContinuousClock.now.duration(to: limit).components
                milliseconds = Int32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
                if milliseconds <= 0 { throw silence() }
            }
            var entry = pollfd(fd: PQsocket(connection), events: Int16(truncatingIfNeeded: events), revents: 0)
            let ready = poll(&entry, 1, milliseconds)
            if ready > 0 || (ready < 0 && errno != EINTR) { return }
        }
    }

    private func silence() -> StoreError {
        isSilent = true
        let error = StoreError.unreachable(place: place, detail: "it does not answer")
        if failure == nil { failure = error }
        if lost == nil { lost = error }
        return error
    }

    private static func isSuccess(_ result: OpaquePointer?) -> Bool {
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: true
        default: false
        }
    }

    private func check(_ result: OpaquePointer?) throws {
        if !Self.isSuccess(result) { throw note(result) }
    }

    func note(_ result: OpaquePointer?) -> StoreError {
        let error: StoreError
        let state = cpostgres_sql_state(result).map { String(cString: $0) }
        if let state {
            error = StoreError(sqlState: state, message: Self.line(cpostgres_message(result)), place: place)
        } else {
            error = .unreachable(place: place, detail: "the connection was lost")
        }
        // A prepared statement that no longer fits the tables, or that somebody has dropped.
        if state == "0A000" || state == "26000" { isStale = true }
        // What can only be read here may be writable elsewhere by now: the next connection looks for it.
        if case .readOnly = error { isStale = true }
        if failure == nil { failure = error }
        if error == .contended || PQstatus(connection) != CONNECTION_OK, lost == nil { lost = error }
        return error
    }

    /// The first line, without the line end.
    private static func line(_ text: UnsafePointer<CChar>?) -> String {
        let whole = text.map { String(cString: $0) } ?? ""
        return String(whole.split(whereSeparator: \.isNewline).first ?? "no reason was given")
    }
}

/// C strings with the NULL at the end that libpq wants, for as long as this lives.
private final class CStrings {
    private let strings: [[CChar]]
    private let storage: UnsafeMutableBufferPointer<CChar>
    private let list: UnsafeMutableBufferPointer<UnsafePointer<CChar>?>

    var pointers: UnsafePointer<UnsafePointer<CChar>?>? { UnsafePointer(list.baseAddress) }

    init(_ texts: [String]) {
        strings = texts.map { Array($0.utf8CString) }
        storage = .allocate(capacity: max(1, strings.reduce(0) { $0 + $1.count }))
        list = .allocate(capacity: texts.count + 1)
        var offset = 0
        for (index, string) in strings.enumerated() {
            _ = UnsafeMutableBufferPointer(rebasing: storage[offset..<offset + string.count]).initialize(from: string)
            list.initializeElement(at: index, to: storage.baseAddress.map { UnsafePointer($0 + offset) })
            offset += string.count
        }
        list.initializeElement(at: texts.count, to: nil)
    }

    deinit {
        storage.deallocate()
        list.deallocate()
    }
}
