/// The steps that lead from an empty database to the present schema, each only ever appended.
enum Schema {
    struct Step: Sendable {
        let version: Int
        let name: String
        /// DDL with the macros of ``Dialect``.
        let statements: [String]
    }

    static let steps = [firstStep, casesStep, broadcastStep, sharedStep]

    /// The version that this program writes.
    static var latest: Int { steps.last?.version ?? 0 }

    static let table =
        "CREATE TABLE IF NOT EXISTS schema_versions "
        + "(version {INT} NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at {INT} NOT NULL) {STRICT}"
}

/// The few words in which the engines' DDL differs.
struct Dialect: Sendable {
    /// 64-bit whole numbers; also milliseconds and truth values.
    let integer: String
    let bytes: String
    /// Behind a table with a wide or growing row.
    let tableOptions: String
    /// Behind a table of small rows that is only ever read by its primary key.
    let keyedTableOptions: String
    /// Text that is compared and ordered byte by byte, whatever language the database is set to.
    let text: String
    /// Keeps other processes from migrating at the same time; they wait.
    let migrationLock: SQLStatement?

    static let sqlite = Dialect(
        integer: "INTEGER", bytes: "BLOB", tableOptions: "STRICT", keyedTableOptions: "STRICT, WITHOUT ROWID",
        text: "TEXT", migrationLock: nil)

    static let postgres = Dialect(
        integer: "BIGINT", bytes: "BYTEA", tableOptions: "", keyedTableOptions: "", text: #"TEXT COLLATE "C""#,
        migrationLock: SQLStatement("LOCK TABLE schema_versions IN EXCLUSIVE MODE"))

    func expand(_ text: String) -> SQLStatement {
        var result = text
        for (macro, word) in [
            ("{INT}", integer), ("{BYTES}", bytes), ("{STRICT}", tableOptions), ("{KEYED}", keyedTableOptions),
            (" TEXT", " " + self.text),
        ] {
            result = result.split(separator: macro, omittingEmptySubsequences: false).joined(separator: word)
        }
        return SQLStatement(result)
    }
}
