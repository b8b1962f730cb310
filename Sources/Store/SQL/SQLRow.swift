import Core

/// One row of a result; columns by position.
///
/// A column of another type than asked for means that the schema and this code disagree, or that the file was
/// changed by another hand: ``StoreError/engine(code:_:)``, never a trap.
struct SQLRow: Sendable {
    let values: [SQLValue]

    func integer(_ column: Int) throws -> Int64 {
        guard case .integer(let value) = value(column) else { throw mismatch(column) }
        return value
    }

    func integerOrNil(_ column: Int) throws -> Int64? {
        value(column) == .null ? nil : try integer(column)
    }

    func int(_ column: Int) throws -> Int { Int(clamping: try integer(column)) }

    func bool(_ column: Int) throws -> Bool { try integer(column) != 0 }

    func text(_ column: Int) throws -> String {
        guard case .text(let value) = value(column) else { throw mismatch(column) }
        return value
    }

    func textOrNil(_ column: Int) throws -> String? {
        value(column) == .null ? nil : try text(column)
    }

    func blobOrNil(_ column: Int) throws -> [UInt8]? {
        switch value(column) {
        case .null: nil
        case .blob(let bytes): bytes
        case .integer, .text: throw mismatch(column)
        }
    }

    func id<Tag>(_ column: Int) throws -> Identifier<Tag> { Identifier(try text(column)) }

    func time(_ column: Int) throws -> Instant { Instant(milliseconds: try integer(column)) }

    func timeOrNil(_ column: Int) throws -> Instant? {
        try integerOrNil(column).map(Instant.init(milliseconds:))
    }

    private func value(_ column: Int) -> SQLValue { values.indices.contains(column) ? values[column] : .null }

    private func mismatch(_ column: Int) -> StoreError { .engine(code: 20, "column \(column) has another type") }
}
