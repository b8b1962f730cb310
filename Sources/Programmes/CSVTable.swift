/// A comma-separated table with a header line (RFC 4180: quotes, doubled quotes, line breaks inside quotes).
///
/// Rows keep the line on which they begin, so that a mistake can be told where it stands. A byte-order mark is
/// skipped and `;` is taken as the separator when the header has no comma, as spreadsheets in Viet Nam write it.
package struct CSVTable: Sendable, Equatable {
    package struct Row: Sendable, Equatable {
        /// From 1.
        package var line: Int
        /// By column name; every column of the header is there.
        package var values: [String: String]

        package subscript(column: String) -> String { values[column] ?? "" }
    }

    /// What is wrong with the table as a table.
    package struct Malformed: Error, Sendable, Equatable {
        package var line: Int
        package var message: String
    }

    package var columns: [String]
    package var rows: [Row]
    /// Rows with too many or too few cells, left out of ``rows``; only when they were asked for.
    package private(set) var misshapen: [Malformed] = []

    /// - Parameter collectsMisshapen: notes rows with a wrong number of cells in ``misshapen`` instead of throwing.
    /// - Throws: ``Malformed`` for an open quote, a row with too many or too few cells, or a missing header.
    package init(_ text: String, collectsMisshapen: Bool = false) throws(Malformed) {
        var scalars = Array(text.unicodeScalars)
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        let headerEnd = scalars.firstIndex { $0 == "\n" } ?? scalars.endIndex
        let header = scalars[..<headerEnd]
        let separator: Unicode.Scalar = !header.contains(",") && header.contains(";") ? ";" : ","
        var records = try Self.records(scalars, separator: separator)
        records.removeAll { $0.cells.count == 1 && $0.cells[0].isEmpty }
        guard let first = records.first else {
            throw Malformed(line: 1, message: "the table is empty: the first line must name the columns")
        }
        columns = first.cells.map { String($0.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: "_")) }
        rows = []
        for record in records.dropFirst() {
            guard record.cells.count == columns.count else {
                let malformed = Malformed(
                    line: record.line,
                    message:
                        "has \(record.cells.count) cells, the header has \(columns.count) (a comma inside a cell needs quotes around the cell)"
                )
                guard collectsMisshapen else { throw malformed }
                misshapen.append(malformed)
                continue
            }
            let pairs = zip(columns, record.cells.map(Self.trimmed))
            rows.append(Row(line: record.line, values: Dictionary(pairs, uniquingKeysWith: { first, _ in first })))
        }
    }

    private static func records(_ scalars: [Unicode.Scalar], separator: Unicode.Scalar) throws(Malformed)
        -> [(line: Int, cells: [String])]
    {
        var records: [(line: Int, cells: [String])] = []
        var cells: [String] = []
        var cell = String.UnicodeScalarView()
        var line = 1
        var recordLine = 1
        var quoteLine: Int?
        var index = 0
        func endCell() {
            cells.append(String(cell))
            cell = String.UnicodeScalarView()
        }
        func endRecord() {
            endCell()
            records.append((recordLine, cells))
            cells = []
        }
        while index < scalars.count {
            let scalar = scalars[index]
            index += 1
            if scalar == "\n" { line += 1 }
            if quoteLine != nil {
                if scalar == "\"" {
                    if index < scalars.count, scalars[index] == "\"" {
                        cell.append(scalar)
                        index += 1
                    } else {
                        quoteLine = nil
                    }
                } else {
                    cell.append(scalar)
                }
                continue
            }
            switch scalar {
            case "\"" where cell.isEmpty: quoteLine = line
            case separator: endCell()
            case "\n":
                endRecord()
                recordLine = line
            case "\r": break
            default: cell.append(scalar)
            }
        }
        if let quoteLine { throw Malformed(line: quoteLine, message: "a quotation mark is opened here and never closed") }
        if !cell.isEmpty || !cells.isEmpty { endRecord() }
        return records
    }

    private static func trimmed(_ text: String) -> String {
        var view = text[...]
        while let first = view.first, first.isWhitespace { view.removeFirst() }
        while let last = view.last, last.isWhitespace { view.removeLast() }
        return String(view)
    }
}
