/// Where the data are.
package enum DatabaseLocation: Sendable, Equatable {
    /// One file; made when it does not exist. Its directory must exist and be writable.
    case sqlite(path: String)
    /// A database of a PostgreSQL server that exists; any number of processes may share it.
    case postgres(PostgresAddress)
    /// A file in a directory of its own that disappears when the store is closed.
    case temporary

    /// Reads `database.url`.
    ///
    /// - Parameters:
    ///   - url: `sqlite:PATH` (also `sqlite://PATH`), `postgres://…`, or `temporary:`.
    ///   - password: of the server, when it does not stand in the address.
    /// - Throws: ``StoreError/invalidLocation(_:)``.
    package init(url: String, password: String? = nil) throws(StoreError) {
        if url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") {
            self = .postgres(try PostgresAddress(url: url, password: password))
            return
        }
        if url == "temporary:" {
            self = .temporary
            return
        }
        let scheme = "sqlite:"
        guard url.hasPrefix(scheme) else { throw .invalidLocation(url) }
        var path = String(url.dropFirst(scheme.count))
        if path.hasPrefix("//") { path = String(path.dropFirst(2)) }
        guard !path.isEmpty, !path.utf8.contains(0) else { throw .invalidLocation(url) }
        self = .sqlite(path: path)
    }
}
