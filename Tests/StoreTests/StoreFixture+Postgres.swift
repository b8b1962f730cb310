import Core
import PrivatePostgres
@testable import Store

extension StoreFixture {
    func makeEngine() throws -> any StorageEngine { try Self.makeEngine(location) }

    /// The engine by itself, without a store around it.
    static func makeEngine(_ location: DatabaseLocation) throws -> any StorageEngine {
        switch location {
        case .sqlite(let path): try SQLiteEngine(path: path, readers: 1)
        case .postgres(let address): try PostgresEngine(address)
        case .temporary: throw StoreError.missing("place")
        }
    }

    /// Each value of each row of each table, as its bytes.
    func tableContents() throws -> [UInt8] {
        guard case .postgres(let address) = location else { return [] }
        let engine = try PostgresEngine(address)
        defer { try? engine.close() }
        return try engine.read { connection in
            let tables = try connection.rows(
                SQLStatement("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"), [:])
            var bytes: [UInt8] = []
            for table in tables {
                for row in try connection.rows(SQLStatement("SELECT * FROM \(try table.text(0))"), [:]) {
                    for value in row.values {
                        switch value {
                        case .null: break
                        case .integer(let number): bytes += Array("\(number)".utf8)
                        case .text(let text): bytes += Array(text.utf8)
                        case .blob(let content): bytes += content
                        }
                        bytes.append(0)
                    }
                }
            }
            return bytes
        }
    }

    /// Everything in the server's files: tables, log and all, of all tests. Nil when this user may not read them.
    func serverFiles() throws -> [UInt8]? {
        guard let server = PrivatePostgres.shared,
            let directory = try server.execute("CHECKPOINT; SHOW data_directory").first
        else { return nil }
        return try ServerFiles.contents(of: directory)
    }

    /// The file of one table on the server; nil when this user may not read it.
    func tableFile(_ name: String) async throws -> [UInt8]? {
        guard let server = PrivatePostgres.shared,
            let directory = try server.execute("CHECKPOINT; SHOW data_directory").first
        else { return nil }
        let path = try await store.read { transaction in
            try transaction.connection.row(SQLStatement("SELECT pg_relation_filepath('\(name)')"), [:])?.text(0)
        }
        return path.flatMap { ServerFiles.content(of: directory + "/" + $0) }
    }
}
