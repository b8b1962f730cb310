import Core

/// Brings a database to the present schema, all steps in the caller's one transaction.
enum Migrator {
    private static let found = SQLStatement("SELECT version FROM schema_versions ORDER BY version DESC LIMIT 1")
    private static let note = SQLStatement(
        "INSERT INTO schema_versions (version, name, applied_at) VALUES (:version, :name, :now)")

    /// The version of a database that has our tables; 0 before its first step.
    static func version(on connection: any SQLConnection) throws -> Int { try connection.row(found, [:])?.int(0) ?? 0 }

    /// - Parameters:
    ///   - target: where to stop, for content of an earlier version that is moved in before the later steps.
    ///   - report: called before each step with its number among those that are to be taken, how many there are, and its name.
    /// - Throws: ``StoreError/newerSchema(found:known:)``; nothing is changed then.
    static func run(
        on connection: any SQLConnection, dialect: Dialect, now: Instant, to target: Int = Schema.latest,
        report: (_ number: Int, _ of: Int, _ name: String) -> Void = { _, _, _ in }
    ) throws {
        try connection.execute(dialect.expand(Schema.table), [:])
        if let lock = dialect.migrationLock { try connection.execute(lock, [:]) }
        let present = try version(on: connection)
        guard present <= Schema.latest else { throw StoreError.newerSchema(found: present, known: Schema.latest) }
        let steps = Schema.steps.filter { $0.version > present && $0.version <= target }
        for (index, step) in steps.enumerated() {
            report(index + 1, steps.count, step.name)
            for statement in step.statements { try connection.execute(dialect.expand(statement), [:]) }
            try connection.execute(
                note, ["version": .int(step.version), "name": .text(step.name), "now": .time(now)])
        }
    }
}
