import Core
import FakeZalo
import Foundation
import Loopback
import PrivatePostgres
import Testing

/// What can happen to a database while the program runs on it.
@Suite("A database in trouble", .serialized, .timeLimit(.minutes(15)))
struct DatabaseFaultTests {
    @Test("a server behind a network that swallows everything")
    func swallowed() async throws {
        let server = try PrivatePostgres.start()
        defer { try? server.stop() }
        let relay = try Relay(to: server.socket)
        defer { relay.stop() }
        let url = "postgres://nhipcau@127.0.0.1:\(relay.port)/nhipcau?connect_timeout=2&tcp_user_timeout=4000"
        let faults = FaultStage(stage: try await ZaloStage(.postgres, database: TestDatabase(url: url)))
        try await faults.endure("unreachable") {
            relay.swallow()
        } mend: {
            relay.deliver()
        }
        await faults.stage.end()
    }

    @Test("a server that can only be read")
    func readOnly() async throws {
        let server = try PrivatePostgres.start()
        defer { try? server.stop() }
        let faults = FaultStage(stage: try await ZaloStage(.postgres, database: TestDatabase(url: server.address)))
        let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'nhipcau' AND pid <> pg_backend_pid()"
        // What was under way when its connections were ended finds the server gone first.
        try await faults.endure("read_only", "unreachable") {
            try server.execute("ALTER DATABASE nhipcau SET default_transaction_read_only = on; \(others)")
        } mend: {
            try server.execute("BEGIN READ WRITE; ALTER DATABASE nhipcau RESET default_transaction_read_only; COMMIT")
        }
        await faults.stage.end()
    }

    @Test("the server is killed and its follower takes its place: all that was acknowledged is there")
    func failover() async throws {
        let first = try PrivatePostgres.start()
        defer { try? first.stop() }
        let second = try first.follow()
        defer { try? second.stop() }
        let url =
            "postgres://nhipcau@/nhipcau?host=\(first.directory),\(second.directory)&target_session_attrs=read-write&connect_timeout=2"
        let faults = FaultStage(stage: try await ZaloStage(.postgres, database: TestDatabase(url: url)))
        try await faults.endure("unreachable") {
            try first.killHard()
        } mend: {
            try second.promote()
        }
        await faults.stage.end()
    }

    @Test("transactions that the server refuses again and again for the sake of others are run again, and nothing doubles")
    func serializationFailures() async throws {
        let server = try PrivatePostgres.start()
        defer { try? server.stop() }
        let faults = FaultStage(stage: try await ZaloStage(.postgres, database: TestDatabase(url: server.address)))
        var acknowledged = try await faults.write("before")
        // One in five changes of these tables is refused, as a conflict and as a deadlock by turns.
        try server.execute(
            """
            CREATE SEQUENCE faults;
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE number BIGINT := nextval('faults');
            BEGIN
              IF number % 10 = 0 THEN RAISE EXCEPTION 'injected' USING ERRCODE = '40001'; END IF;
              IF number % 10 = 5 THEN RAISE EXCEPTION 'injected' USING ERRCODE = '40P01'; END IF;
              RETURN NEW;
            END $$;
            CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON events FOR EACH ROW EXECUTE FUNCTION refuse();
            CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON outbox FOR EACH ROW EXECUTE FUNCTION refuse();
            CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON conversations FOR EACH ROW EXECUTE FUNCTION refuse();
            """)
        for round in 0..<5 { acknowledged.formUnion(try await faults.write("during\(round)")) }
        try server.execute("DROP TRIGGER refuse ON events; DROP TRIGGER refuse ON outbox; DROP TRIGGER refuse ON conversations")
        acknowledged.formUnion(try await faults.write("after"))
        try await faults.stage.zalo.waitForMessages(count: acknowledged.count, deadline: .seconds(120))
        faults.stage.server.stop()
        let refusals = try server.execute("SELECT last_value FROM faults").first.flatMap { Int($0) } ?? 0
        #expect(refusals > 100, "there were refusals")
        let ledger = try await Ledger.read(faults.stage)
        #expect(acknowledged.isSubset(of: ledger.applied))
        #expect(ledger.applied.count == acknowledged.count && ledger.doubledEffects == 0 && ledger.parked == 0)
        #expect(ledger.written == acknowledged.count)
        await faults.stage.end()
    }

    /// A small file system of the program's own, where this user may make one.
    private static let mount: [String]? = {
        let isRoot = getuid() == 0
        let launcher = ["/usr/bin/unshare", isRoot ? "-m" : "-rm"]
        guard FileManager.default.isExecutableFile(atPath: launcher[0]) else { return nil }
        let trial = Process()
        trial.executableURL = URL(filePath: launcher[0])
        trial.arguments = [launcher[1], "sh", "-c", "mount -t tmpfs none /mnt"]
        trial.standardError = FileHandle.nullDevice
        guard (try? trial.run()) != nil else { return nil }
        trial.waitUntilExit()
        return trial.terminationStatus == 0 ? launcher : nil
    }()

    @Test("a full disk, until there is room again", .enabled(if: mount != nil, "this user may not mount file systems"))
    func fullDisk() async throws {
        let stage = try await ZaloStage(.sqlite, start: false)
        let room = stage.home.directory.appending(path: "var")
        try FileManager.default.createDirectory(at: room, withIntermediateDirectories: true)
        let become = ["sh", "-c", "mount -t tmpfs -o size=24m,mode=700 none '\(room.path)' && exec \"$@\"", "sh"]
        try stage.server.start(launcher: try #require(Self.mount) + become)
        let process = try #require(stage.server.process)
        // The file system is seen by the program alone, and through the program's own root.
        let seen = URL(filePath: "/proc/\(process)/root\(room.path)")
        let filler = seen.appending(path: "filler")
        let faults = FaultStage(stage: stage)
        var acknowledged = try await faults.write("before")
        try await faults.endureFullDisk(&acknowledged) {
            Self.fill(filler)
        } mend: {
            try FileManager.default.removeItem(at: filler)
        } copy: {
            for name in ["nhipcau.db", "nhipcau.db-wal"] {
                let source = seen.appending(path: name)
                guard FileManager.default.fileExists(atPath: source.path) else { continue }
                try FileManager.default.copyItem(at: source, to: stage.home.directory.appending(path: name))
            }
            try FileManager.default.copyItem(at: seen.appending(path: "keys"), to: stage.home.directory.appending(path: "keys"))
        }
        await stage.end()
    }

    /// Writes until nothing more fits.
    private static func fill(_ file: URL) {
        let descriptor = open(file.path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        guard descriptor >= 0 else { return }
        let block = [UInt8](repeating: 0xAA, count: 4096)
        while write(descriptor, block, block.count) > 0 {}
        close(descriptor)
    }
}
