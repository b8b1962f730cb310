import GRDB

/// One table as every engine has it: what has to be known to move its rows.
struct TableShape: Sendable, Equatable {
    let name: String
    /// In the order in which the schema names them.
    let columns: [String]
    /// Positions of the primary key's columns, in its order.
    let key: [Int]
    /// Whether its rows refer to each other, so that they must come together.
    let refersToItself: Bool

    /// The first page of rows in the order of the key, bytes before bytes on every engine.
    var firstPage: SQLStatement { page(where: "") }

    /// The page after the row with this key.
    var nextPage: SQLStatement {
        let names = key.indices.map { ":k\($0)" }.joined(separator: ", ")
        return page(where: "WHERE (\(keyColumns)) > (\(names)) ")
    }

    var count: SQLStatement { SQLStatement("SELECT COUNT(*) FROM \(name)") }

    /// With `?` for each value.
    var insertion: String {
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        return "INSERT INTO \(name) (\(columns.joined(separator: ", "))) VALUES (\(marks))"
    }

    private var keyColumns: String { key.map { columns[$0] }.joined(separator: ", ") }

    private func page(where condition: String) -> SQLStatement {
        SQLStatement(
            "SELECT \(columns.joined(separator: ", ")) FROM \(name) \(condition)ORDER BY \(keyColumns) LIMIT :limit")
    }
}

extension TableShape {
    /// The tables of the schema of a version, each behind those that it refers to. Without the one that notes the version.
    ///
    /// Found by making the schema in memory, so that no list can be forgotten when a step is added.
    /// - Throws: ``StoreError``.
    static func all(version: Int) throws -> [TableShape] {
        do {
            let queue = try DatabaseQueue()
            return try queue.write { database in
                for step in Schema.steps where step.version <= version {
                    for statement in step.statements { try database.execute(sql: Dialect.sqlite.expand(statement).text) }
                }
                return try sorted(tables(of: database))
            }
        } catch let error as DatabaseError {
            throw StoreError(error, path: "memory")
        }
    }

    private static func tables(of database: Database) throws -> [(shape: TableShape, needs: Set<String>)] {
        let names = try String.fetchAll(
            database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name")
        return try names.map { name in
            let columns = try Row.fetchAll(database, sql: "SELECT name, pk FROM pragma_table_info(?) ORDER BY cid", arguments: [name])
            let needs = Set(
                try String.fetchAll(database, sql: "SELECT \"table\" FROM pragma_foreign_key_list(?)", arguments: [name]))
            let ranks = columns.map { row -> Int in row["pk"] }
            let key = ranks.indices.filter { ranks[$0] > 0 }.sorted { ranks[$0] < ranks[$1] }
            let shape = TableShape(
                name: name, columns: columns.map { row -> String in row["name"] }, key: key, refersToItself: needs.contains(name))
            return (shape, needs.subtracting([name]))
        }
    }

    private static func sorted(_ tables: [(shape: TableShape, needs: Set<String>)]) -> [TableShape] {
        var (waiting, placed, names) = (tables, [TableShape](), Set<String>())
        while !waiting.isEmpty {
            let ready = waiting.filter { $0.needs.isSubset(of: names) }
            precondition(!ready.isEmpty, "tables of the schema refer to each other in a circle")
            placed += ready.map(\.shape)
            names.formUnion(ready.map(\.shape.name))
            waiting.removeAll { names.contains($0.shape.name) }
        }
        return placed
    }
}
