import Core
import Foundation
import Sealing
@testable import Store
import Testing

@Suite("Opening a database")
struct OpeningTests {
    private func open(_ path: String, master: MasterKey = .random()) throws(StoreError) -> Store {
        try Store.open(.sqlite(path: path), keys: KeyRing(master: master))
    }

    @Test("brings a new one to the present schema and an old one keeps its data", arguments: TestEngine.allCases)
    func reopening(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            #expect(fixture.store.schemaVersion == Schema.latest)
            let id = try await fixture.conversation()
            await fixture.store.close()
            let again = try fixture.reopen()
            #expect(again.schemaVersion == Schema.latest)
            #expect(try await again.read { try $0.conversation(id) }?.address == fixture.address("an"))
            try await again.ping()
            await again.close()
        }
    }

    @Test("refuses a schema that is newer than the program, and leaves it alone", arguments: TestEngine.allCases)
    func newerSchema(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            try await fixture.store.write { transaction in
                try transaction.connection.execute(
                    SQLStatement("INSERT INTO schema_versions VALUES (999, 'from tomorrow', 0)"), [:])
            }
            await fixture.store.close()
            let before = try content(of: fixture)
            #expect(throws: StoreError.newerSchema(found: 999, known: Schema.latest)) { try fixture.reopen() }
            #expect(try content(of: fixture).map(\.values) == before.map(\.values))
        }
    }

    /// The schema and its history, as they are in the database.
    private func content(of fixture: StoreFixture) throws -> [SQLRow] {
        let engine = try fixture.makeEngine()
        defer { try? engine.close() }
        let names =
            fixture.engine == .sqlite
            ? "SELECT name, sql FROM sqlite_master ORDER BY name"
            : """
            SELECT table_name || '.' || column_name, data_type || is_nullable FROM information_schema.columns
            WHERE table_schema = current_schema() ORDER BY 1
            """
        return try engine.read { connection in
            try connection.rows(SQLStatement(names), [:])
                + connection.rows(SQLStatement("SELECT version, name FROM schema_versions ORDER BY version"), [:])
        }
    }

    @Test("refuses a file that is no database, and leaves it alone")
    func notADatabase() async throws {
        try await withDirectory { directory in
            let path = directory + "/notes.txt"
            let text = Data(String(repeating: "Danh sách lớp 5A\n", count: 300).utf8)
            try text.write(to: URL(fileURLWithPath: path))
            #expect(throws: StoreError.notADatabase(path: path)) { try open(path) }
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == text)
            #expect(throws: StoreError.notADatabase(path: directory)) { try open(directory) }
        }
    }

    @Test("refuses a damaged database")
    func damaged() async throws {
        try await withStore(.sqlite) { fixture in
            for index in 0..<50 { try await fixture.accept(fixture.incoming("\(index)", from: "p\(index)")) }
            await fixture.store.close()
            var bytes = try Data(contentsOf: URL(fileURLWithPath: fixture.path))
            for index in 100..<bytes.count { bytes[index] = UInt8(truncatingIfNeeded: index &* 31) }
            try bytes.write(to: URL(fileURLWithPath: fixture.path))
            #expect(throws: StoreError.notADatabase(path: fixture.path)) { try fixture.reopen() }
        }
    }

    @Test("refuses the database of another program", arguments: TestEngine.allCases)
    func foreign(kind: TestEngine) async throws {
        try await withLocation(kind) { location, _ in
            let engine = try StoreFixture.makeEngine(location)
            _ = try engine.write(.queue) { try $0.execute(SQLStatement("CREATE TABLE bookmarks (url TEXT)"), [:]) }
            try engine.close()
            #expect(throws: StoreError.foreignDatabase(path: engine.place)) {
                try Store.open(location, keys: KeyRing(master: .random()))
            }
        }
    }

    @Test("refuses another master key at once, and nothing was sealed with it", arguments: TestEngine.allCases)
    func wrongKey(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            await fixture.store.close()
            #expect(throws: StoreError.wrongKey) { try fixture.reopen(master: .random()) }
            let again = try fixture.reopen()
            try await again.ping()
            await again.close()
        }
    }

    @Test("refuses a directory that is missing or cannot be written")
    func directories() async throws {
        try await withDirectory { directory in
            let missing = directory + "/none/nhipcau.sqlite"
            #expect(
                throws: StoreError.cannotOpen(path: missing, detail: "there is no directory \(directory)/none")
            ) { try open(missing) }
            // Nobody may make files in /proc, the administrator neither, for whom rights do not count.
            let isAdministrator = geteuid() == 0
            let closed = isAdministrator ? "/proc" : directory + "/closed"
            if !isAdministrator {
                try FileManager.default.createDirectory(
                    atPath: closed, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o555])
            }
            let error = #expect(throws: StoreError.self) { try open(closed + "/nhipcau.sqlite") }
            #expect(["read_only", "cannot_open"].contains(error?.code))
        }
    }

    @Test("lets one process serve a file")
    func servingLock() async throws {
        try await withStore(.sqlite) { fixture in
            try fixture.store.lockForServing()
            try fixture.store.lockForServing()
            let other = try fixture.reopen()
            #expect(throws: StoreError.alreadyServing(path: fixture.path)) { try other.lockForServing() }
            try await other.ping()
            await fixture.store.close()
            try other.lockForServing()
            await other.close()
        }
    }

    @Test("makes a temporary database that leaves nothing behind")
    func temporary() async throws {
        let store = try Store.open(.temporary, keys: KeyRing(master: .random()))
        let path = store.place
        #expect(FileManager.default.fileExists(atPath: path))
        try await store.ping()
        await store.close()
        #expect(!FileManager.default.fileExists(atPath: path))
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
        #expect(!FileManager.default.fileExists(atPath: directory))
    }

    @Test("makes the same ids from the same seed, and others without")
    func seeds() async throws {
        func ids(_ seed: UInt64?) async throws -> [String] {
            try await withStore(.sqlite, seed: seed) { fixture in
                var ids: [String] = []
                for person in ["a", "b", "c"] { ids.append(try await fixture.conversation(person).rawValue) }
                return ids
            }
        }
        let first = try await ids(5)
        #expect(Set(first).count == 3)
        #expect(try await ids(5) == first)
        #expect(try await ids(6) != first)
        #expect(try await ids(nil) != first)
    }

    @Test("reads database.url")
    func locations() throws {
        #expect(try DatabaseLocation(url: "sqlite:data/a.sqlite") == .sqlite(path: "data/a.sqlite"))
        #expect(try DatabaseLocation(url: "sqlite:///srv/a.sqlite") == .sqlite(path: "/srv/a.sqlite"))
        #expect(try DatabaseLocation(url: "temporary:") == .temporary)
        for text in ["", "sqlite:", "sqlite://", "data.sqlite", "mysql://x", "sqlite:a\u{0}b"] {
            #expect(throws: StoreError.invalidLocation(text)) { try DatabaseLocation(url: text) }
        }
    }

    @Test("has a code and a mend for each error")
    func errors() {
        let all: [StoreError] = [
            .full(.inbox), .full(.bulk), .full(.writes), .conflict("x"), .missing("x"), .busy, .diskFull,
            .contended, .unreachable(place: "p", detail: "d"), .readOnly(path: "p"),
            .cannotOpen(path: "p", detail: "d"), .notADatabase(path: "p"),
            .foreignDatabase(path: "p"), .newerSchema(found: 2, known: 1), .alreadyServing(path: "p"), .wrongKey,
            .unreadable("x"), .invalidLocation("x"), .closed, .engine(code: 1, "x"),
        ]
        #expect(Set(all.map(\.code)).count == all.count)
        #expect(Set(all.map(\.text)).count == all.count)
        #expect(
            all.filter(\.isRetryable).map(\.code) == [
                "full_inbox", "full_bulk", "full_writes", "busy", "disk_full", "contended", "unreachable", "read_only", "cannot_open",
            ])
        #expect(all.filter(\.isAbsence).map(\.code) == ["disk_full", "unreachable", "read_only", "cannot_open"])
    }
}
