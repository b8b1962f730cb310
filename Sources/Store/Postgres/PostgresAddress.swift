import CPostgres

/// Where a PostgreSQL database is. Its description is without the password.
package struct PostgresAddress: Sendable, Equatable, CustomStringConvertible {
    /// What is given to libpq, in its words.
    let options: [Option]
    package let description: String

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
    ///     `?host=/directory` for a socket.
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
        let port = value("port").map { ":\($0)" } ?? ""
        description = "postgres://\(value("host") ?? value("hostaddr") ?? "")\(port)/\(value("dbname") ?? "")"
    }

    /// The scheme and the host at most.
    private static func withoutSecrets(_ url: String) -> String {
        let afterUser = url.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        let place = afterUser.split(separator: "?", omittingEmptySubsequences: false).first ?? ""
        return url.contains("@") ? "postgres://…@\(place.prefix(60))" : String(place.prefix(60))
    }
}
