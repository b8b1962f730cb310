import Foundation
import GRDB

/// ``SQLConnection`` over one GRDB connection, for the time of one access.
final class SQLiteConnection: SQLConnection {
    private let database: Database
    private let path: String

    let hasSeveralWriters = false
    var changesSoFar: Int? { database.isInsideTransaction ? database.totalChangesCount : nil }

    private static let open = SQLStatement("SAVEPOINT work")
    private static let release = SQLStatement("RELEASE work")
    private static let rollBack = SQLStatement("ROLLBACK TO work")

    init(_ database: Database, path: String) {
        self.database = database
        self.path = path
    }

    @discardableResult
    func execute(_ statement: SQLStatement, _ arguments: KeyValuePairs<String, SQLValue>) throws -> Int {
        try translating {
            try database.cachedStatement(sql: statement.text).execute(arguments: bindings(statement, arguments))
            return database.changesCount
        }
    }

    func rows(_ statement: SQLStatement, _ arguments: KeyValuePairs<String, SQLValue>) throws -> [SQLRow] {
        try translating {
            let cursor = try Row.fetchCursor(
                database.cachedStatement(sql: statement.text), arguments: bindings(statement, arguments))
            var rows: [SQLRow] = []
            while let row = try cursor.next() { rows.append(SQLRow(row)) }
            return rows
        }
    }

    func row(_ statement: SQLStatement, _ arguments: KeyValuePairs<String, SQLValue>) throws -> SQLRow? {
        try translating {
            let cursor = try Row.fetchCursor(
                database.cachedStatement(sql: statement.text), arguments: bindings(statement, arguments))
            return try cursor.next().map { SQLRow($0) }
        }
    }

    func insert(_ rows: [SQLRow], into table: TableShape) throws {
        try translating {
            let statement = try database.cachedStatement(sql: table.insertion)
            for row in rows { try statement.execute(arguments: StatementArguments(row.values.map(\.databaseValue))) }
        }
    }

    func savepoint<T>(_ body: () throws -> T) throws -> T {
        try execute(Self.open, [:])
        do {
            let result = try body()
            try execute(Self.release, [:])
            return result
        } catch {
            guard database.isInsideTransaction else { throw TransactionLost(cause: error) }
            do {
                try execute(Self.rollBack, [:])
                try execute(Self.release, [:])
            } catch let failure {
                throw TransactionLost(cause: failure)
            }
            throw error
        }
    }

    private func bindings(_ statement: SQLStatement, _ arguments: KeyValuePairs<String, SQLValue>)
        -> StatementArguments
    {
        StatementArguments(statement.ordered(arguments).map(\.databaseValue))
    }

    private func translating<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw StoreError(error, path: path)
        }
    }
}

extension SQLValue {
    fileprivate var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let value): value.databaseValue
        case .text(let value): value.databaseValue
        case .blob(let bytes): Data(bytes).databaseValue
        }
    }
}

extension SQLRow {
    fileprivate init(_ row: Row) {
        values = row.databaseValues.map { value in
            switch value.storage {
            case .null: .null
            case .int64(let value): .integer(value)
            // No column of the schema holds one; kept readable should a file come from another hand.
            case .double(let value): .text(String(value))
            case .string(let value): .text(value)
            case .blob(let data): .blob([UInt8](data))
            }
        }
    }
}
