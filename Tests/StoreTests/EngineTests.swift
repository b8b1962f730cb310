import Core
import Foundation
import PrivatePostgres
import Sealing
@testable import Store
import Testing

@Suite("Engines")
struct EngineTests {
    @Test("are both tested, where that is asked for")
    func both() {
        let absence = PrivatePostgres.absence ?? ""
        if ProcessInfo.processInfo.environment["NHIPCAU_TEST_REQUIRE_POSTGRES"] == "1" {
            #expect(TestEngine.allCases == [.sqlite, .postgres], "PostgreSQL is missing: \(absence)")
        } else if !TestEngine.allCases.contains(.postgres) {
            print("NOT TESTED: PostgreSQL, because there is no server: \(absence)")
        }
        #expect(TestEngine.allCases.first == .sqlite)
    }

    private static let probe = [
        "CREATE TABLE probe (place {INT} NOT NULL PRIMARY KEY, number {INT}, word TEXT, content {BYTES}) {STRICT}"
    ]
    private static let put = SQLStatement(
        "INSERT INTO probe (place, number, word, content) VALUES (:place, :number, :word, :content)")

    @Test("keep every value as it is: bounds, nothing, and emptiness", arguments: TestEngine.allCases)
    func values(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let rows: [[SQLValue]] = [
                [.integer(.min), .text("Nguyễn Thị Bưởi 🌸"), .blob([0, 255, 0])],
                [.integer(.max), .text(""), .blob([])],
                [.null, .null, .null],
                [.integer(-1), .text("'; DROP TABLE probe; --"), .blob(Array(0...255))],
            ]
            let found = try await fixture.store.write { transaction in
                for statement in Self.probe {
                    try transaction.connection.execute(fixture.dialect.expand(statement), [:])
                }
                for (place, row) in rows.enumerated() {
                    let changed = try transaction.connection.execute(
                        Self.put, ["content": row[2], "place": .int(place), "number": row[0], "word": row[1]])
                    #expect(changed == 1)
                }
                return try transaction.connection.rows(
                    SQLStatement("SELECT number, word, content FROM probe ORDER BY place"), [:])
            }
            #expect(found.map(\.values) == rows)
        }
    }

    @Test("order text by its bytes, whatever language the server speaks", arguments: TestEngine.allCases)
    func order(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let people = ["đào", "Đào", "dao", "Dao", "ă", "a", "â", "B", "b", "Z", "z", "_", "10", "9", "ẩ", "á a", "aa"]
            for person in people { _ = try await fixture.conversation(person) }
            let found = try await fixture.store.read { transaction in
                try transaction.connection.rows(SQLStatement("SELECT person FROM conversations ORDER BY person"), [:])
                    .map { try $0.text(0) }
            }
            #expect(found == people.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
            let range = try await fixture.store.read { transaction in
                try transaction.connection.rows(
                    SQLStatement("SELECT person FROM conversations WHERE person >= :from AND person < :to"),
                    ["from": .text("a"), "to": .text("b")]
                ).map { try $0.text(0) }
            }
            #expect(Set(range) == ["a", "aa"])
        }
    }

    @Test("survive a statement that fails inside a savepoint", arguments: TestEngine.allCases)
    func savepoint(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let address = fixture.address("an")
            let now = fixture.now
            let id = try await fixture.store.write { transaction in
                let id = try transaction.findOrCreateConversation(address, now: now)
                let failure = #expect(throws: StoreError.self) {
                    try transaction.connection.savepoint {
                        try transaction.setRole("teacher", of: id)
                        try transaction.connection.execute(
                            SQLStatement("INSERT INTO inbox_queue VALUES ('nobody', 1, 1, '', 0)"), [:])
                    }
                }
                #expect(failure?.code == "conflict")
                return id
            }
            #expect(try await fixture.store.read { try $0.conversation(id) }?.role == "parent")
        }
    }

    @Test("say which row stands in the way without its values", arguments: TestEngine.allCases)
    func conflict(engine: TestEngine) async throws {
        try await withStore(engine) { fixture in
            let now = fixture.now
            let secret = "so-dien-thoai-0912"
            let error = await #expect(throws: StoreError.self) {
                try await fixture.store.write { transaction in
                    for _ in 0..<2 {
                        try transaction.createWebSession(id: secret, tokenHash: [1], language: .vietnamese, now: now)
                    }
                }
            }
            #expect(error?.code == "conflict")
            #expect(error?.text.contains(secret) == false)
        }
    }

    @Test("are told apart by the address, and no password is ever shown")
    func addresses() throws {
        let url = "postgres://nhipcau:bi-mat@db.vn:5433/truong?sslmode=require"
        guard case .postgres(let address) = try DatabaseLocation(url: url) else {
            Issue.record("is PostgreSQL")
            return
        }
        #expect(address.description == "postgres://db.vn:5433/truong")
        #expect(address.options.contains { $0.keyword == "password" && $0.value == "bi-mat" })
        #expect(address.options.contains { $0.keyword == "connect_timeout" && $0.value == "5" })
        guard case .postgres(let other) = try DatabaseLocation(url: "postgresql:///t?host=/run/x&connect_timeout=9", password: "p")
        else {
            Issue.record("is PostgreSQL")
            return
        }
        #expect(other.description == "postgres:///run/x/t")
        #expect(other.options.filter { $0.keyword == "connect_timeout" }.map(\.value) == ["9"])
        // The latter are passwords with `/`, `@` and `?` that nobody percent-encoded, and addresses of other programs.
        for text in [
            "postgres://u:bi-mat@h/d?nosuchoption=1", "postgres://u:bi-mat@[h/d", "postgres://u:bi-mat/2@h/d", "postgres://u:54/bi-mat@h/d",
            "postgres://u:1@bi-mat@h/d", "postgres://u:1@bi-mat?sslmode=x@h/d", "postgres://h/d?user=a@b&password=bi-mat&nosuchoption=1",
            "mysql://u:bi-mat@h/d", "host=h password=bi-mat",
        ] {
            let error = #expect(throws: StoreError.self) { try DatabaseLocation(url: text) }
            #expect(error?.code == "invalid_location")
            #expect(error?.text.contains("bi-mat") == false, "\(error?.text ?? "")")
        }
    }

    @Test("number parameters and place locks for a server")
    func numbering() {
        let statement = SQLStatement("SELECT a FROM t WHERE b = :b AND c = ':b' AND d = :a_1 OR e = :b LIMIT :n {FREE}")
        #expect(statement.numberedText.hasSuffix("b = $1 AND c = ':b' AND d = $2 OR e = $1 LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED"))
        #expect(statement.text.hasSuffix("LIMIT :n "))
        #expect(statement.parameters == ["b", "a_1", "n"])
        #expect(SQLStatement("SELECT 1 FROM t {LOCK}").numberedText == "SELECT 1 FROM t FOR NO KEY UPDATE")
    }
}

extension StoreFixture {
    var dialect: Dialect { engine == .sqlite ? .sqlite : .postgres }
}
