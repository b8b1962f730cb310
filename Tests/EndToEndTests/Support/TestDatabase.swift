import Foundation
import PrivatePostgres
import Sealing
import Store
import Testing

/// The engines on which the program is run.
enum TestEngine: String, CaseIterable, CustomTestStringConvertible {
    case sqlite, postgres

    var testDescription: String { self == .sqlite ? "SQLite" : "PostgreSQL" }
}

/// The database of one test: what the operator writes into `database.url`.
final class TestDatabase: Sendable {
    let url: String
    private let schema: PrivatePostgres.Schema?

    /// A database on a server of the test's own, which it may end and start again.
    init(on server: PrivatePostgres) throws {
        let made = try server.makeSchema()
        url = made.address
        schema = made
    }

    /// A database that somebody else has made and removes.
    init(url: String) {
        self.url = url
        schema = nil
    }

    init(_ engine: TestEngine) throws {
        switch engine {
        case .sqlite:
            url = "sqlite:var/nhipcau.db"
            schema = nil
        case .postgres:
            guard let server = PrivatePostgres.shared else {
                throw ServerProcess.Failure(description: "no PostgreSQL: \(PrivatePostgres.absence ?? "")")
            }
            let made = try server.makeSchema()
            url = made.address
            schema = made
        }
    }

    /// Opens it beside the program, with the program's key.
    func open(in home: TestHome) throws -> Store {
        let location: DatabaseLocation =
            url.hasPrefix("sqlite:") ? .sqlite(path: home.database.path) : try DatabaseLocation(url: url)
        return try Store.open(location, keys: KeyRing(master: try MasterKey.load(from: home.key.path)))
    }

    /// The files of the server, with everything it has written; nil where the program's own file is the database.
    func serverFiles() throws -> URL? {
        guard schema != nil, let server = PrivatePostgres.shared else { return nil }
        try server.execute("CHECKPOINT")
        let place = server.address.split(separator: "host=").last.map { $0.prefix { $0 != "&" } } ?? ""
        return URL(filePath: String(place)).appending(path: "data")
    }

    func remove() {
        if let schema { try? PrivatePostgres.shared?.drop(schema) }
    }
}
