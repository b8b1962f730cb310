import CPostgres

extension PostgresSession {
    /// `COPY … FROM STDIN` in binary form.
    ///
    /// - Source: PostgreSQL 15, “COPY”, Binary Format; libpq, “Functions Associated with the COPY Command”.
    func insert(_ rows: [SQLRow], into table: TableShape) throws {
        let start = PQexec(connection, "COPY \(table.name) (\(table.columns.joined(separator: ", "))) FROM STDIN (FORMAT binary)")
        defer { PQclear(start) }
        guard PQresultStatus(start) == PGRES_COPY_IN else { throw note(start) }
        let bytes = Self.encoded(rows)
        let sent = bytes.withUnsafeBytes { buffer in
            PQputCopyData(connection, buffer.bindMemory(to: CChar.self).baseAddress, Int32(clamping: buffer.count))
        }
        _ = PQputCopyEnd(connection, sent == 1 ? nil : "given up")
        var failure: StoreError?
        while let result = PQgetResult(connection) {
            if PQresultStatus(result) != PGRES_COMMAND_OK, failure == nil { failure = note(result) }
            PQclear(result)
        }
        if let failure { throw failure }
        guard sent == 1 else { throw note(nil) }
    }

    private static func encoded(_ rows: [SQLRow]) -> [UInt8] {
        var bytes: [UInt8] = [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00]
        func add(_ number: some FixedWidthInteger) { withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) } }
        add(Int32(0))
        add(Int32(0))
        for row in rows {
            add(Int16(clamping: row.values.count))
            for value in row.values {
                switch value {
                case .null: add(Int32(-1))
                case .integer(let number):
                    add(Int32(8))
                    add(number)
                case .text(let text):
                    add(Int32(clamping: text.utf8.count))
                    bytes.append(contentsOf: text.utf8)
                case .blob(let content):
                    add(Int32(clamping: content.count))
                    bytes.append(contentsOf: content)
                }
            }
        }
        add(Int16(-1))
        return bytes
    }
}
