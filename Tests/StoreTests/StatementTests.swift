@testable import Store
import Testing

@Suite("Statements")
struct StatementTests {
    @Test("know their parameters in the order of first appearance, each once, and none in quotes")
    func parameters() {
        let statement = SQLStatement("SELECT ':no', :b FROM t WHERE a = :a_1 AND (b = :b OR c=:c)")
        #expect(statement.parameters == ["b", "a_1", "c"])
        #expect(SQLStatement("SELECT 1").parameters.isEmpty)
    }

    @Test("order values as their parameters stand, whatever the caller's order")
    func ordering() {
        let statement = SQLStatement("UPDATE t SET a = :a WHERE b = :b AND c = :a")
        #expect(statement.ordered(["b": .int(2), "a": .text("x")]) == [.text("x"), .integer(2)])
    }

    @Test("keep to the words that every engine knows")
    func portability() {
        let texts = Schema.steps.flatMap(\.statements)
        let banned = ["AUTOINCREMENT", " LIKE ", "COLLATE", "GLOB", "REPLACE INTO", "INSERT OR", "RETURNING", "json_"]
        for text in texts {
            for word in banned { #expect(!text.contains(word), "\(word) in \(text)") }
            #expect(!text.contains("BLOB") && !text.contains("BIGINT"), "types are macros: \(text)")
        }
    }

    @Test("turn a column of another type into an error, never a trap")
    func rows() {
        let row = SQLRow(values: [.text("a"), .integer(.max), .null])
        #expect(throws: StoreError.self) { try row.integer(0) }
        #expect(throws: StoreError.self) { try row.text(2) }
        #expect(throws: StoreError.self) { try row.text(9) }
        #expect(throws: StoreError.self) { try row.blobOrNil(0) }
        #expect((try? row.int(1)) == Int.max)
        #expect((try? row.integerOrNil(2)) == .some(nil))
    }
}
