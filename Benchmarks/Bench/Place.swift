import Core
import Foundation
import PrivatePostgres
import Sealing
import Store

/// Where the data lie.
enum Engine: String, CaseIterable, Sendable {
    case sqlite = "SQLite"
    case postgres = "PostgreSQL"

    /// Nil when it can be used on this machine.
    var whyNot: String? { self == .postgres ? PrivatePostgres.absence.map { "\($0): make setup" } : nil }
}

/// A temporary directory with an empty database of one engine.
struct Place: Sendable {
    let engine: Engine
    let directory: URL
    /// As `database.url` takes it.
    let address: String
    let keys = KeyRing(master: MasterKey.random())
    private let schema: PrivatePostgres.Schema?

    init(_ engine: Engine) throws {
        self.engine = engine
        directory = FileManager.default.temporaryDirectory.appending(path: "nhipcau-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        switch engine {
        case .sqlite:
            schema = nil
            address = "sqlite:" + directory.appending(path: "bench.db").path
        case .postgres:
            guard let server = PrivatePostgres.shared else { throw Load.Failed(description: engine.whyNot ?? "no server") }
            let made = try server.makeSchema()
            schema = made
            address = made.address
        }
    }

    /// Of a server's database.
    var schemaName: String { schema?.name ?? "public" }

    func open() throws -> Store {
        switch engine {
        case .sqlite: try Store.open(.sqlite(path: String(address.dropFirst("sqlite:".count))), keys: keys)
        case .postgres: try Store.open(DatabaseLocation(url: address, password: nil), keys: keys)
        }
    }

    func remove() {
        try? FileManager.default.removeItem(at: directory)
        if let schema { try? PrivatePostgres.shared?.drop(schema) }
    }

    /// Runs `body` with a place of its own.
    static func with<T: Sendable>(_ engine: Engine, _ body: (Place) async throws -> T) async throws -> T {
        let place = try Place(engine)
        defer { place.remove() }
        return try await body(place)
    }
}
