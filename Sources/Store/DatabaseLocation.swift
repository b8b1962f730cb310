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
        guard url.hasPrefix(scheme) else { throw .invalidLocation(Self.withoutSecrets(url)) }
        var path = String(url.dropFirst(scheme.count))
        if path.hasPrefix("//") { path = String(path.dropFirst(2)) }
        guard !path.isEmpty, !path.utf8.contains(0) else { throw .invalidLocation(url) }
        self = .sqlite(path: path)
    }

    /// What is no address of ours may still be somebody's, with a password in it: then only its scheme is shown.
    private static func withoutSecrets(_ url: String) -> String {
        guard url.utf8.contains(where: { Array("@?=".utf8).contains($0) }) else { return url }
        let scheme = url.utf8.prefix { (97...122).contains($0 | 0x20) && $0 >= 65 }
        let isScheme = (1...20).contains(scheme.count) && url.utf8.dropFirst(scheme.count).first == UInt8(ascii: ":")
        return isScheme ? String(Substring(scheme)) + ":…" : "…"
    }
}
