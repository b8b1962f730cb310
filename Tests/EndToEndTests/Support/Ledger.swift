import Core
@testable import Store

/// What stands in the database after the program has ended.
struct Ledger {
    /// The platform's ids of the messages that had their effect.
    var applied: Set<String> = []
    /// Answers beyond one of a kind to one event.
    var doubledEffects = 0
    /// Rows of the outbox.
    var written = 0
    var waiting = 0
    var parked = 0
    /// Rows of the outbox that the platform took.
    var sent = 0
    var cases = 0

    static func read(_ stage: ZaloStage) async throws -> Ledger {
        let store = try stage.database.open(in: stage.home)
        let ledger = try await store.read { tx in
            func number(_ text: String) throws -> Int { try tx.connection.row(SQLStatement(text), [:])?.int(0) ?? 0 }
            var ledger = Ledger()
            let keys = try tx.connection.rows(SQLStatement("SELECT deduplication_key FROM events WHERE state = 1"), [:])
            // The key ends with the platform's id of the message.
            ledger.applied = Set(try keys.map { try $0.text(0).split(separator: "|").last.map(String.init) ?? "" })
            ledger.doubledEffects = try number(
                """
                SELECT CAST(COALESCE(SUM(n - 1), 0) AS BIGINT) FROM
                  (SELECT COUNT(*) AS n FROM outbox WHERE event IS NOT NULL GROUP BY event, reply_key) AS answers
                """)
            ledger.written = try number("SELECT COUNT(*) FROM outbox")
            ledger.waiting = try number("SELECT COUNT(*) FROM events WHERE state = 0")
            ledger.parked = try number("SELECT COUNT(*) FROM events WHERE state = 2")
            ledger.sent = try number("SELECT COUNT(*) FROM outbox WHERE state = \(SendState.accepted)")
            ledger.cases = try number("SELECT COUNT(*) FROM cases")
            return ledger
        }
        await store.close()
        return ledger
    }
}
