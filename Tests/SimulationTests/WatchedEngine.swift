import Core
@testable import Store
import Synchronization

/// A real engine that notes what was committed, and that fails when the run wants it to.
struct WatchedEngine: StorageEngine {
    let base: any StorageEngine
    let watcher: any EngineWatcher
    var sabotage: Sabotage?

    var place: String { base.place }
    var dialect: Dialect { base.dialect }
    var hasSeveralWriters: Bool { base.hasSeveralWriters }

    func read<T>(_ body: (any SQLConnection) throws -> T) throws -> T {
        try watcher.beforeRead()
        return try base.read(body)
    }

    func write<T>(_ kind: WriteKind, _ body: (any SQLConnection) throws -> T) throws -> T {
        let fate = try watcher.beforeWrite()
        var statements: [WatchedConnection.Statement] = []
        let result = try base.write(kind) { connection in
            let watched = WatchedConnection(connection, sabotage)
            let result = try body(watched)
            statements = watched.statements
            if fate == .dieBeforeCommit || fate == .contendBeforeCommit { throw try watcher.failure(fate) }
            return result
        }
        watcher.committed(statements)
        if fate == .failAfterCommit || fate == .dieAfterCommit { throw try watcher.failure(fate) }
        return result
    }

    func tables() throws -> (any: Bool, ours: Bool) { try base.tables() }
    func wipeErased() throws { try base.wipeErased() }
    func close() throws {}
}

enum CommitFate {
    case good, contendBeforeCommit, dieBeforeCommit, failAfterCommit, dieAfterCommit
}

protocol EngineWatcher: Sendable {
    func beforeRead() throws
    /// - Throws: when the database cannot even be asked.
    func beforeWrite() throws -> CommitFate
    /// - Returns: what the caller is told.
    func failure(_ fate: CommitFate) throws -> any Error
    func committed(_ statements: [WatchedConnection.Statement])
}

/// Notes the statements that change what the invariants speak of.
final class WatchedConnection: SQLConnection {
    struct Statement {
        let kind: Kind
        let values: [String: SQLValue]
        let changed: Int

        func text(_ name: String) -> String? { if case .text(let text)? = values[name] { text } else { nil } }
        func integer(_ name: String) -> Int64? { if case .integer(let number)? = values[name] { number } else { nil } }
        func bytes(_ name: String) -> [UInt8]? { if case .blob(let bytes)? = values[name] { bytes } else { nil } }
    }

    enum Kind {
        case event, finish, park, takeConversation
        case message, admit, lease, returnAbandoned, part, retry, postpone, close, withdraw, restart, releaseSends
        case subscribe, openCase, conversation
    }

    private static let kinds: [String: Kind] = [
        InboxSQL.insert.text: .event, InboxSQL.finish.text: .finish, InboxSQL.park.text: .park,
        InboxSQL.lease.text: .takeConversation,
        OutboxSQL.insert.text: .message, OutboxSQL.admit.text: .admit, OutboxSQL.lease.text: .lease,
        OutboxSQL.returnAbandoned.text: .returnAbandoned, OutboxSQL.part.text: .part, OutboxSQL.retry.text: .retry,
        OutboxSQL.postpone.text: .postpone, OutboxSQL.close.text: .close, OutboxSQL.withdraw.text: .withdraw,
        ConversationSQL.setSubscribed.text: .subscribe, CaseSQL.insert.text: .openCase,
        ConversationSQL.insert.text: .conversation, RestartSQL.sends.text: .restart,
        PresenceSQL.releaseSends.text: .releaseSends,
    ]

    private let base: any SQLConnection
    private(set) var statements: [Statement] = []

    private let sabotage: Sabotage?
    private static let looks = Atomic<Int>(0)

    init(_ base: any SQLConnection, _ sabotage: Sabotage?) {
        self.base = base
        self.sabotage = sabotage
    }

    private func nextLook() -> Int { Self.looks.wrappingAdd(1, ordering: .relaxed).newValue }

    var hasSeveralWriters: Bool { base.hasSeveralWriters }
    var changesSoFar: Int? { base.changesSoFar }

    func execute(_ statement: SQLStatement, _ arguments: KeyValuePairs<String, SQLValue>) throws -> Int {
        var changed = 1
        if let sabotage, sabotage.passesOver(statement, nextLook()) {
            if sabotage == .confirmedIsLost { return changed }
        } else {
            changed = try base.execute(statement, arguments)
        }
        if let kind = Self.kinds[statement.text] {
            let values = Dictionary(arguments.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
            statements.append(Statement(kind: kind, values: values, changed: changed))
        }
        return changed
    }

    func rows(_ statement: SQLStatement, _ arguments: KeyValuePairs<String, SQLValue>) throws -> [SQLRow] {
        sabotage?.hides(statement, nextLook()) == true ? [] : try base.rows(statement, arguments)
    }

    func row(_ statement: SQLStatement, _ arguments: KeyValuePairs<String, SQLValue>) throws -> SQLRow? {
        sabotage?.hides(statement, nextLook()) == true ? nil : try base.row(statement, arguments)
    }

    func insert(_ rows: [SQLRow], into table: TableShape) throws { try base.insert(rows, into: table) }

    func savepoint<T>(_ body: () throws -> T) throws -> T {
        let count = statements.count
        do {
            return try base.savepoint(body)
        } catch {
            statements.removeLast(statements.count - count)
            throw error
        }
    }
}
