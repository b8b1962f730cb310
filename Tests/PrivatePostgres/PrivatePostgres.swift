import CPostgres
import Foundation
import Synchronization

/// A PostgreSQL server for tests: the one that `NHIPCAU_TEST_POSTGRES` names, or one of this process's own, which
/// disappears with it.
package final class PrivatePostgres: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// `postgres://…` of a database on it.
    package let address: String
    private let isOurs: Bool

    /// The one that all tests share; nil when there is none, see ``absence``.
    package static let shared: PrivatePostgres? = try? found.get()

    /// Why there is no server.
    package static var absence: String? {
        if case .failure(let failure) = found { "\(failure)" } else { nil }
    }

    private static let found: Result<PrivatePostgres, any Error> = Result {
        if let given = ProcessInfo.processInfo.environment["NHIPCAU_TEST_POSTGRES"], !given.isEmpty {
            return PrivatePostgres(address: given, isOurs: false)
        }
        let server = try start()
        atexit { try? PrivatePostgres.shared?.stop() }
        return server
    }

    private init(address: String, isOurs: Bool) {
        self.address = address
        self.isOurs = isOurs
    }

    /// Starts another one, for a test that ends it. The caller stops it.
    package static func start() throws -> PrivatePostgres {
        PrivatePostgres(address: try run(["start"]), isOurs: true)
    }

    package func stop() throws {
        if isOurs { _ = try Self.run(["stop", address]) }
    }

    /// Ends the server as a power cut would: everybody's connection is gone.
    package func halt() throws { _ = try Self.run(["halt", address]) }

    /// Starts it again on what was durable.
    package func resume() throws { _ = try Self.run(["resume", address]) }

    /// Makes another server that follows this one, whose commits from now on wait for it. The caller stops it.
    package func follow() throws -> PrivatePostgres {
        PrivatePostgres(address: try Self.run(["standby", address]), isOurs: true)
    }

    /// `kill -9`: the server's other processes notice that it is gone.
    package func killHard() throws { _ = try Self.run(["kill", address]) }

    /// Makes a follower the server that is written to.
    package func promote() throws { _ = try Self.run(["promote", address]) }

    /// The directory of its socket.
    package var directory: String { address.split(separator: "host=").last.map { String($0.prefix { $0 != "&" }) } ?? "" }

    /// The socket on which it listens.
    package var socket: String { directory + "/.s.PGSQL.5432" }

    /// An empty place of its own in the database: the address of a new schema.
    package func makeSchema() throws -> Schema {
        let name = "t_" + UUID().uuidString.lowercased().filter { $0 != "-" }
        try execute("CREATE SCHEMA \(name)")
        let mark = address.contains("?") ? "&" : "?"
        return Schema(name: name, address: "\(address)\(mark)options=-csearch_path%3D\(name)")
    }

    package func drop(_ schema: Schema) throws { try execute("SET lock_timeout = '10s'; DROP SCHEMA \(schema.name) CASCADE") }

    package struct Schema: Sendable {
        package let name: String
        package let address: String
    }

    /// Runs statements as an administrator of the server, on a connection of their own.
    ///
    /// - Returns: the first column of the rows of the last one, as text.
    @discardableResult
    package func execute(_ text: String) throws -> [String] {
        let connection = PQconnectdb(address)
        defer { PQfinish(connection) }
        let result = PQexec(connection, "SET client_min_messages = 'error'; " + text)
        defer { PQclear(result) }
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK: return []
        case PGRES_TUPLES_OK:
            return (0..<PQntuples(result)).map { row in
                PQgetvalue(result, row, 0).map { String(cString: $0) } ?? ""
            }
        default: throw Failure(description: String(cString: PQerrorMessage(connection)))
        }
    }

    private static func run(_ arguments: [String]) throws -> String {
        // The tests may lie behind a link; the script lies beside them.
        let here = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        let root = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let process = Process()
        process.executableURL = root.appendingPathComponent(".ci/postgres")
        process.arguments = arguments
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let complaint = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: String(decoding: complaint, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
        }
        return String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
