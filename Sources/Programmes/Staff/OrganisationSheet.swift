import Core

/// An organisation as it stands in a table: its parent by code, without an id.
package struct OrganisationEntry: Sendable, Equatable {
    /// Upper case.
    package var code: String
    package var name: String
    package var kind: Organisation.Kind
    /// Code of the organisation above; nil = it is a root.
    package var parent: String?
    /// Code of the commune in which it lies.
    package var commune: String?

    package init(code: String, name: String, kind: Organisation.Kind, parent: String? = nil, commune: String? = nil) {
        self.code = code
        self.name = name
        self.kind = kind
        self.parent = parent
        self.commune = commune
    }
}

/// A table of organisations, checked row by row and as a tree.
package struct OrganisationSheet: Sendable, Equatable {
    package static let columns = ["code", "name", "kind", "parent", "commune"]

    /// A table to begin with: the header and a few made-up lines.
    package static let template = """
        code,name,kind,parent,commune
        TH,Sở Giáo dục và Đào tạo (mẫu),province,,
        X14797,Phường Hạc Thành (mẫu),commune,TH,14797
        THCS-MAU,Trường THCS Mẫu,school,X14797,14797

        """

    /// How many levels a tree may have.
    static let deepest = 12

    /// All entries of the table when there are no ``problems``; a tree with a hole in it is of no use.
    package private(set) var entries: [OrganisationEntry] = []
    package private(set) var problems: [SheetProblem] = []

    /// - Parameters:
    ///   - known: what is stored already; the table may refer to it and may change it.
    ///   - communes: known commune codes.
    package init(_ text: String, known: [Organisation], communes: Set<String>) {
        guard let table = CSVTable(text, columns: Self.columns, problems: &problems) else { return }
        var lines: [String: Int] = [:]
        var read: [(line: Int, entry: OrganisationEntry)] = []
        for row in table.rows {
            var reader = OrganisationRow(row: row, communes: communes)
            let entry = reader.read()
            problems += reader.problems
            guard let entry else { continue }
            if let earlier = lines[entry.code] {
                problems.append(
                    SheetProblem(
                        line: row.line, column: "code", message: "“\(entry.code)” stands on line \(earlier) already",
                        mend: "Give each organisation a code of its own."))
                continue
            }
            lines[entry.code] = row.line
            read.append((row.line, entry))
        }
        checkTree(read, known)
        problems.sort { ($0.line, $0.column) < ($1.line, $1.column) }
        if problems.isEmpty { entries = read.map(\.entry) }
    }

    private mutating func checkTree(_ read: [(line: Int, entry: OrganisationEntry)], _ known: [Organisation]) {
        let codes = Dictionary(known.map { ($0.id, $0.code) }, uniquingKeysWith: { first, _ in first })
        var parents: [String: String?] = [:]
        for organisation in known { parents[organisation.code] = .some(organisation.parent.flatMap { codes[$0] }) }
        for (_, entry) in read { parents[entry.code] = .some(entry.parent) }
        for (line, entry) in read {
            guard let parent = entry.parent else { continue }
            guard parents[parent] != nil else {
                problems.append(
                    SheetProblem(
                        line: line, column: "parent", message: "there is no organisation “\(parent)”",
                        mend: "Write the code of another line of this table, or leave it empty for the topmost."))
                continue
            }
            if let message = fault(above: entry.code, parents) {
                problems.append(
                    SheetProblem(line: line, column: "parent", message: message, mend: "Let one of them stand below something else."))
            }
        }
    }

    /// Why the way up from `code` does not end at a root soon enough; nil when it does.
    private func fault(above code: String, _ parents: [String: String?]) -> String? {
        var way = [code]
        while let last = way.last, let next = parents[last] ?? nil {
            if next == code { return "\(way.joined(separator: " → ")) → \(code) is a circle" }
            // A circle higher up is told at its own lines.
            if way.contains(next) { return nil }
            way.append(next)
            if way.count > Self.deepest { return "stands more than \(Self.deepest) levels deep" }
        }
        return nil
    }
}

/// Reads one row; every mistake is noted, none stops the reading.
private struct OrganisationRow {
    let row: CSVTable.Row
    let communes: Set<String>
    var problems: [SheetProblem] = []

    mutating func read() -> OrganisationEntry? {
        let code = readCode("code") ?? ""
        if row["code"].isEmpty { complain("code", "is empty", "Every organisation needs a short code.") }
        let name = row["name"]
        if name.isEmpty { complain("name", "is empty", "Every organisation needs a name.") }
        if name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            complain("name", "has line breaks or other characters that are not shown", "Write the name on one line.")
        }
        if name.unicodeScalars.count > 300 { complain("name", "is longer than 300 characters", "Shorten it.") }
        let kind = Organisation.Kind(rawValue: row["kind"].lowercased())
        if kind == nil {
            let kinds = Organisation.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            complain("kind", "“\(row["kind"].prefix(40))” is not a kind of organisation", "Write one of \(kinds).")
        }
        let parent = row["parent"].isEmpty ? nil : readCode("parent")
        let commune = row["commune"].isEmpty ? nil : row["commune"]
        if let commune, !communes.contains(commune) {
            complain(
                "commune", "“\(commune.prefix(40))” is not a commune's code",
                "Use the five-digit code from intents/lookups/communes.yml.")
        }
        if commune == nil, let kind, [.commune, .school, .centre].contains(kind) {
            complain("commune", "is empty", "A \(kind.rawValue) needs the code of its commune.")
        }
        guard problems.isEmpty, let kind else { return nil }
        return OrganisationEntry(code: code, name: name, kind: kind, parent: parent, commune: commune)
    }

    private mutating func readCode(_ column: String) -> String? {
        if let code = Organisation.normalised(code: row[column]) { return code }
        if !row[column].isEmpty {
            complain(
                column, "“\(row[column].prefix(40))” is not a code",
                "Write at most 40 Latin letters, digits, hyphens, dots or underscores, without spaces.")
        }
        return nil
    }

    private mutating func complain(_ column: String, _ message: String, _ mend: String) {
        problems.append(SheetProblem(line: row.line, column: column, message: message, mend: mend))
    }
}

extension Organisation {
    /// A code as it is stored; nil when it cannot be one. Case does not matter.
    package static func normalised(code: String) -> String? {
        let scalars = code.uppercased().unicodeScalars
        guard !scalars.isEmpty, scalars.count <= 40, scalars.allSatisfy(isCodeScalar) else { return nil }
        return String(scalars)
    }

    private static func isCodeScalar(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "A"..."Z", "0"..."9", "-", "_", ".": true
        default: false
        }
    }
}

extension CSVTable {
    /// Reads a table that must have these columns; what is wrong with it is added to `problems`.
    ///
    /// - Returns: nil when it cannot be read as a table, or a column is missing.
    init?(_ text: String, columns wanted: [String], problems: inout [SheetProblem]) {
        do {
            self = try CSVTable(text, collectsMisshapen: true)
        } catch {
            problems.append(
                SheetProblem(line: error.line, column: "", message: error.message, mend: "Mend this line; compare with the template."))
            return nil
        }
        for column in wanted where !columns.contains(column) {
            problems.append(
                SheetProblem(
                    line: 1, column: column, message: "the column is missing", mend: "Add the column “\(column)” to the first line."))
        }
        guard problems.isEmpty else { return nil }
        problems += misshapen.map {
            SheetProblem(line: $0.line, column: "", message: $0.message, mend: "Mend this line; compare with the template.")
        }
    }

    /// One line of a table, with quotes where a cell needs them.
    package static func line(_ cells: [String]) -> String {
        cells.map { cell in
            let scalars = cell.unicodeScalars
            guard scalars.contains(where: { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" || $0 == ";" }) else { return cell }
            // A mark behind a quotation mark makes one character with it, but is none to whoever reads the table.
            return "\"" + String(String.UnicodeScalarView(scalars.flatMap { $0 == "\"" ? [$0, $0] : [$0] })) + "\""
        }.joined(separator: ",")
    }
}
