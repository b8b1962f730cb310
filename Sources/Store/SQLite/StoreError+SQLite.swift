import GRDB

extension StoreError {
    /// What an error of SQLite means for the caller. The statement and its values stay out of it.
    init(_ error: DatabaseError, path: String) {
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy
        case .SQLITE_FULL: self = .diskFull
        case .SQLITE_READONLY, .SQLITE_PERM: self = .readOnly(path: path)
        case .SQLITE_CANTOPEN: self = .cannotOpen(path: path, detail: "system refuses it")
        case .SQLITE_IOERR:
            self = .cannotOpen(path: path, detail: "its disk refuses, error \(error.extendedResultCode.rawValue)")
        case .SQLITE_NOTADB, .SQLITE_CORRUPT: self = .notADatabase(path: path)
        case .SQLITE_CONSTRAINT: self = .conflict(error.message ?? "a constraint")
        default: self = .engine(code: Int(error.extendedResultCode.rawValue), error.message ?? "unknown")
        }
    }
}
