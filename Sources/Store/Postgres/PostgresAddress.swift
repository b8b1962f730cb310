import CPostgres

/// Where a PostgreSQL database is. Its description is without the password.
package struct PostgresAddress: Sendable, Equatable, CustomStringConvertible {
    /// What is given to libpq, in its words.
    let options: [Option]
    package let description: String
    /// How long to wait for the answer to one statement before the server counts as lost: `tcp_user_timeout` of the
    /// address, which is how long the network may keep what was sent.
    let patience: Duration

    struct Option: Sendable, Equatable {
        let keyword: String
        let value: String
    }

    /// Waiting for a server that does not answer: seconds for the connection, milliseconds for what was sent.
    private static let patience = [
        Option(keyword: "connect_timeout", value: "5"), Option(keyword: "tcp_user_timeout", value: "10000"),
        Option(keyword: "keepalives_idle", value: "15"), Option(keyword: "keepalives_interval", value: "5"),
        Option(keyword: "keepalives_count", value: "3"), Option(keyword: "fallback_application_name", value: "nhipcau"),
    ]

    /// - Parameters:
    ///   - url: `postgres://[user[:password]@][host][:port]/[database][?option=value&…]`, with the options of libpq;
    ///     `?host=/directory` for a socket. `/` and `@` in a name or password must be percent-encoded.
    ///   - password: when it does not stand in the address. Without either, libpq looks at `PGPASSWORD` and its
    ///     password file.
    /// - Throws: ``StoreError/invalidLocation(_:)``, without what could be a password.
    package init(url: String, password: String? = nil) throws(StoreError) {
        guard !url.utf8.contains(0), let parsed = PQconninfoParse(url, nil) else {
            throw .invalidLocation(Self.withoutSecrets(url))
        }
        defer { PQconninfoFree(parsed) }
        var given: [Option] = []
        var cursor = parsed
        while let keyword = cursor.pointee.keyword {
            if let value = cursor.pointee.val {
                given.append(Option(keyword: String(cString: keyword), value: String(cString: value)))
            }
            cursor += 1
        }
        if let password {
            given.removeAll { $0.keyword == "password" }
            given.append(Option(keyword: "password", value: password))
        }
        for option in Self.patience where !given.contains(where: { $0.keyword == option.keyword }) {
            given.append(option)
        }
        // Ours to choose: the program only speaks UTF-8.
        given.removeAll { $0.keyword == "client_encoding" }
        given.append(Option(keyword: "client_encoding", value: "UTF8"))
        options = given
        func value(_ keyword: String) -> String? { given.first { $0.keyword == keyword }?.value }
        let (host, port, database) = (value("host") ?? value("hostaddr") ?? "", value("port") ?? "", value("dbname") ?? "")
        guard !Self.isCutShort(url), Self.isHost(host), Self.isPort(port), Self.isDatabase(database) else {
            throw .invalidLocation(Self.withoutSecrets(url))
        }
        let wait = value("tcp_user_timeout").flatMap { Int64($0) } ?? 0
        patience = .milliseconds(wait > 0 ? wait : 10_000)
        description = "postgres://\(host)\(port.isEmpty ? "" : ":" + port)/\(database)"
    }

    /// A `/` or `@` in a password that is not percent-encoded ends it early for libpq: the rest of it would be taken for
    /// the host, the port, the database or an option, and shown.
    private static func isCutShort(_ url: String) -> Bool {
        let rest = url.utf8.drop { $0 != UInt8(ascii: "/") }.dropFirst(2)
        guard let last = rest.lastIndex(of: UInt8(ascii: "@")) else { return false }
        return rest[..<last].contains { $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: "/") }
    }

    private static func isHost(_ text: String) -> Bool { text.utf8.allSatisfy { !Array("@?=&".utf8).contains($0) && $0 > 0x20 } }
    private static func isPort(_ text: String) -> Bool { text.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ",") } }
    private static func isDatabase(_ text: String) -> Bool { text.utf8.allSatisfy { !Array("@?=&:/".utf8).contains($0) } }

    /// The scheme: whatever follows may be a part of a password that was not percent-encoded.
    private static func withoutSecrets(_ url: String) -> String { String(url.prefix { $0 != ":" && $0 != "/" }.prefix(20)) + "://…" }
}
