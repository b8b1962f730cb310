import Core

/// Brings a database to the present schema, all steps in the caller's one transaction.
enum Migrator {
    private static let found = SQLStatement("SELECT version FROM schema_versions ORDER BY version DESC LIMIT 1")
    private static let note = SQLStatement(
        "INSERT INTO schema_versions (version, name, applied_at) VALUES (:version, :name, :now)")

    /// - Throws: ``StoreError/newerSchema(found:known:)``; nothing is changed then.
    static func run(on connection: any SQLConnection, dialect: Dialect, now: Instant) throws {
        try connection.execute(dialect.expand(Schema.table), [:])
        if let lock = dialect.migrationLock { try connection.execute(lock, [:]) }
        let present = try connection.row(found, [:])?.int(0) ?? 0
        guard present <= Schema.latest else { throw StoreError.newerSchema(found: present, known: Schema.latest) }
        for step in Schema.steps where step.version > present {
            for statement in step.statements { try connection.execute(dialect.expand(statement), [:]) }
            try connection.execute(
                note, ["version": .int(step.version), "name": .text(step.name), "now": .time(now)])
        }
    }
}
