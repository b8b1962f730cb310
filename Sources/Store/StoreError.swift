/// What can go wrong in the store. Never carries content.
package enum StoreError: Error, Sendable, Equatable {
    /// What has a bound.
    package enum Queue: String, Sendable { case inbox, bulk, writes }

    package enum Severity: String, Sendable { case notice, warning, error, critical }

    /// The bound of a queue is reached; nothing of the call was stored.
    case full(Queue)
    /// What was to be written contradicts what is stored: a decision on stale data, or an id used twice.
    case conflict(String)
    /// There is no such row.
    case missing(String)
    /// Another process held the database for longer than the busy time-out.
    case busy
    /// Other transactions stood in the way, however often it was tried again.
    case contended
    /// The database server does not answer, refuses us, or went away in the middle. Whether a write that was being
    /// committed then has happened, nobody knows: doing it again must be harmless.
    case unreachable(place: String, detail: String)
    case diskFull
    case readOnly(path: String)
    case cannotOpen(path: String, detail: String)
    case notADatabase(path: String)
    /// A database, but of another program.
    case foreignDatabase(path: String)
    case newerSchema(found: Int, known: Int)
    case alreadyServing(path: String)
    /// The master key is not the one this database was sealed with.
    case wrongKey
    /// Sealed content whose key is gone, or that was damaged; names the place, not the row.
    case unreadable(String)
    case invalidLocation(String)
    case closed
    /// Another failure of the engine, by its own code.
    case engine(code: Int, String)
}

extension StoreError {
    /// Stable; for logs and counters.
    package var code: String {
        switch self {
        case .full(let queue): "full_\(queue.rawValue)"
        case .conflict: "conflict"
        case .missing: "missing"
        case .busy: "busy"
        case .contended: "contended"
        case .unreachable: "unreachable"
        case .diskFull: "disk_full"
        case .readOnly: "read_only"
        case .cannotOpen: "cannot_open"
        case .notADatabase: "not_a_database"
        case .foreignDatabase: "foreign_database"
        case .newerSchema: "newer_schema"
        case .alreadyServing: "already_serving"
        case .wrongKey: "wrong_key"
        case .unreadable: "unreadable"
        case .invalidLocation: "invalid_location"
        case .closed: "closed"
        case .engine: "engine"
        }
    }

    /// Whether the same call can succeed later without anybody doing anything.
    package var isRetryable: Bool {
        switch self {
        case .full, .busy, .contended, .unreachable, .diskFull, .readOnly, .cannotOpen: true
        case .conflict, .missing, .notADatabase, .foreignDatabase, .newerSchema,
            .alreadyServing, .wrongKey, .unreadable, .invalidLocation, .closed, .engine:
            false
        }
    }

    /// Whether it says that the database cannot be used now, whoever asks for whatever. ``Store/trouble`` is one of these.
    package var isAbsence: Bool {
        switch self {
        case .unreachable, .diskFull, .readOnly, .cannotOpen: true
        case .full, .conflict, .missing, .busy, .contended, .notADatabase, .foreignDatabase, .newerSchema, .alreadyServing,
            .wrongKey, .unreadable, .invalidLocation, .closed, .engine:
            false
        }
    }

    package var severity: Severity {
        switch self {
        case .closed: .notice
        case .full, .busy, .contended, .conflict, .missing: .warning
        case .unreachable, .unreadable, .engine, .alreadyServing, .invalidLocation: .error
        case .diskFull, .readOnly, .cannotOpen, .notADatabase, .foreignDatabase, .newerSchema, .wrongKey: .critical
        }
    }

    /// What happened and what mends it, for the person who runs the service.
    package var text: String {
        switch self {
        case .full(.inbox): "Too many incoming events are waiting. They are refused until the workers have caught up."
        case .full(.bulk): "Too many broadcast messages are waiting. Send the rest when the queue has become shorter."
        case .full(.writes): "The database is slower than what is written to it. Check the disk."
        case .conflict(let what): "The data changed in between: \(what)."
        case .missing(let what): "There is no such \(what)."
        case .busy: "Another process is using the database. Wait, or stop the other command."
        case .contended: "Other work on the database stood in the way too often. Try again."
        case .unreachable(let place, let detail):
            "The database server at \(place) cannot be used (\(detail)). Check that it runs, and the address and password."
        case .diskFull: "The disk of the database is full. Make room; nothing that was confirmed is lost."
        case .readOnly(let path):
            "The database at \(path) cannot be written. Give this user write access to the file and its directory."
        case .cannotOpen(let path, let detail):
            "The database at \(path) cannot be opened (\(detail)). Check that the directory exists and is writable."
        case .notADatabase(let path):
            "\(path) is not an SQLite database, or it is damaged. Restore a backup, or name another file."
        case .foreignDatabase(let path): "\(path) is the database of another program. Name another file."
        case .newerSchema(let found, let known):
            "The database has schema \(found), this program knows \(known). Start the newer program, or restore the "
                + "backup from before the upgrade."
        case .alreadyServing(let path):
            "Another process already serves \(path). Stop it first; one file is served by one process."
        case .wrongKey: "The master key is not the one of this database. Restore the key from your key backup."
        case .unreadable(let place): "Stored content (\(place)) cannot be opened: its key was erased, or it is damaged."
        case .invalidLocation(let text):
            "database.url \"\(text)\" is not understood. Write sqlite:PATH, for example sqlite:data/nhipcau.sqlite, or "
                + "postgres://user@host/database (in a password, / is written %2F and @ is %40)."
        case .closed: "The database is closed."
        case .engine(let code, let detail): "The database reports an error (\(code): \(detail))."
        }
    }
}
