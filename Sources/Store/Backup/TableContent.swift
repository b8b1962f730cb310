import Sealing

/// How much a table holds, and a digest of it that is the same on every engine.
package struct TableContent: Sendable, Equatable {
    package let table: String
    package let rows: Int
    /// SHA-256 over the rows in the order of the primary key; 32 bytes.
    package let digest: [UInt8]
}

/// How far a long command is.
package struct TransferProgress: Sendable {
    package enum Phase: String, Sendable { case reading, copying, verifying }

    package let phase: Phase
    package let table: String
    /// From 1 on.
    package let position: Int
    package let tables: Int
    /// Of this table, until now.
    package let rows: Int
}

/// Reads tables page by page and adds up what they hold.
///
/// A value is one byte for its kind (0 null, 1 number, 2 text, 3 bytes), then 8 bytes big-endian: the number, or the
/// length of what follows. A row is its values in the order of the schema's columns.
struct TableReader {
    typealias Report = (TransferProgress) throws -> Void

    let shapes: [TableShape]
    let report: Report
    static let page = 1000

    /// - Parameter take: is given each page of rows; of a table whose rows refer to each other all of them at once.
    /// - Throws: ``StoreError``, what `take` throws.
    func read(
        _ connection: any SQLConnection, _ phase: TransferProgress.Phase,
        take: (TableShape, [SQLRow]) throws -> Void = { _, _ in }
    ) throws -> [TableContent] {
        try shapes.enumerated().map { index, shape in
            var digest = RunningDigest()
            var count = 0
            var last: [SQLValue]?
            let limit = shape.refersToItself ? Int(Int32.max) : Self.page
            while true {
                let rows = try page(of: shape, after: last, limit: limit, connection)
                if !rows.isEmpty { try take(shape, rows) }
                digest.add(Self.canonical(rows))
                count += rows.count
                try report(
                    TransferProgress(phase: phase, table: shape.name, position: index + 1, tables: shapes.count, rows: count))
                guard rows.count == limit, let row = rows.last else { break }
                last = shape.key.map { row.values[$0] }
            }
            return TableContent(table: shape.name, rows: count, digest: digest.bytes)
        }
    }

    private func page(of shape: TableShape, after last: [SQLValue]?, limit: Int, _ connection: any SQLConnection) throws -> [SQLRow] {
        let most = SQLValue.int(limit)
        guard let last else { return try connection.rows(shape.firstPage, ["limit": most]) }
        let next = shape.nextPage
        switch last.count {
        case 1: return try connection.rows(next, ["k0": last[0], "limit": most])
        case 2: return try connection.rows(next, ["k0": last[0], "k1": last[1], "limit": most])
        case 3: return try connection.rows(next, ["k0": last[0], "k1": last[1], "k2": last[2], "limit": most])
        default:
            precondition(last.count == 4, "a primary key of more than four columns")
            return try connection.rows(next, ["k0": last[0], "k1": last[1], "k2": last[2], "k3": last[3], "limit": most])
        }
    }

    private static func canonical(_ rows: [SQLRow]) -> [UInt8] {
        var bytes: [UInt8] = []
        for row in rows {
            for value in row.values {
                switch value {
                case .null: bytes.append(0)
                case .integer(let number):
                    bytes.append(1)
                    append(number, to: &bytes)
                case .text(let text):
                    bytes.append(2)
                    append(Int64(text.utf8.count), to: &bytes)
                    bytes.append(contentsOf: text.utf8)
                case .blob(let content):
                    bytes.append(3)
                    append(Int64(content.count), to: &bytes)
                    bytes.append(contentsOf: content)
                }
            }
        }
        return bytes
    }

    private static func append(_ number: Int64, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
