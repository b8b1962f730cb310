import CPostgres

/// The values of one statement as libpq takes them: all in binary form, one behind the other.
struct PostgresParameters {
    let types: [Oid]
    private let bytes: [UInt8]
    /// Where each value stands in ``bytes``; nil for null.
    private let places: [Range<Int>?]

    var count: Int { types.count }

    init(_ values: [SQLValue]) {
        var types: [Oid] = []
        var bytes: [UInt8] = []
        var places: [Range<Int>?] = []
        for value in values {
            let start = bytes.count
            types.append(PostgresType.of(value))
            switch value {
            case .null:
                places.append(nil)
                continue
            case .integer(let number): withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
            // The server refuses U+0000 in text.
            case .text(let text): bytes.append(contentsOf: text.withoutNUL.utf8)
            case .blob(let content): bytes.append(contentsOf: content)
            }
            places.append(start..<bytes.count)
        }
        // An empty value needs an address, too: none would mean null.
        bytes.append(0)
        self.types = types
        self.bytes = bytes
        self.places = places
    }

    func withPointers<T>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> T
    ) -> T {
        bytes.withUnsafeBytes { buffer in
            let start = buffer.bindMemory(to: CChar.self).baseAddress
            let pointers = places.map { place -> UnsafePointer<CChar>? in
                guard let place, let start else { return nil }
                return start + place.lowerBound
            }
            let lengths = places.map { Int32(clamping: $0?.count ?? 0) }
            let formats = [Int32](repeating: 1, count: places.count)
            return body(pointers, lengths, formats)
        }
    }
}

/// The few types of PostgreSQL that the schema uses, and those that its functions give back.
///
/// - Source: PostgreSQL 15, `pg_type.dat`.
enum PostgresType {
    static let unknown: Oid = 0
    static let bool: Oid = 16
    static let bytes: Oid = 17
    static let char: Oid = 18
    static let name: Oid = 19
    static let int8: Oid = 20
    static let int2: Oid = 21
    static let int4: Oid = 23
    static let text: Oid = 25
    static let varchar: Oid = 1043

    static func of(_ value: SQLValue) -> Oid {
        switch value {
        case .null: unknown
        case .integer: int8
        case .text: text
        case .blob: bytes
        }
    }
}

/// Reads columns of a result in binary form.
enum PostgresValue {
    static func row(_ row: Int32, of result: OpaquePointer?) throws -> SQLRow {
        SQLRow(values: try (0..<PQnfields(result)).map { try value(row, $0, of: result) })
    }

    private static func value(_ row: Int32, _ column: Int32, of result: OpaquePointer?) throws -> SQLValue {
        guard PQgetisnull(result, row, column) == 0, let start = PQgetvalue(result, row, column) else { return .null }
        let bytes = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, row, column)))
        switch PQftype(result, column) {
        case PostgresType.int8, PostgresType.int4, PostgresType.int2, PostgresType.bool: return .integer(integer(bytes))
        case PostgresType.text, PostgresType.varchar, PostgresType.name, PostgresType.char:
            return .text(String(decoding: bytes, as: UTF8.self))
        case PostgresType.bytes: return .blob([UInt8](bytes))
        case let other: throw StoreError.engine(code: Int(other), "a column has a type that the schema does not use")
        }
    }

    /// Big-endian, with the sign of its own width.
    private static func integer(_ bytes: UnsafeRawBufferPointer) -> Int64 {
        let bits = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let unused = UInt64(8 * max(0, 8 - bytes.count))
        // A truth value is one byte, and never negative.
        return bytes.count == 1 ? Int64(bits) : Int64(bitPattern: bits << unused) >> Int64(unused)
    }
}
