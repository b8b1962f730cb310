package import Core

/// Somebody who can be written to, as they stand in a table.
package struct PersonEntry: Sendable, Equatable {
    /// Where it stands in the table.
    package var line: Int
    package var connection: ConnectionID
    package var account: String
    /// The platform's id of the person.
    package var person: String
    /// `parent`, `pupil`, `teacher`, `staff`.
    package var role: String
    /// Code of the organisation.
    package var organisation: String
    /// Folded to upper case; empty where there is none.
    package var schoolClass: String

    package init(
        line: Int = 0, connection: ConnectionID, account: String, person: String, role: String, organisation: String,
        schoolClass: String = ""
    ) {
        self.line = line
        self.connection = connection
        self.account = account
        self.person = person
        self.role = role
        self.organisation = organisation
        self.schoolClass = schoolClass
    }
}

/// A table of people, checked row by row; a bad row does not take the good ones with it.
package struct PeopleSheet: Sendable, Equatable {
    package static let columns = ["connection", "account", "person", "role", "organisation", "class"]

    /// A table to begin with: the header and a few made-up lines.
    package static let template = """
        connection,account,person,role,organisation,class
        zalo,1000000000000000001,7000000000000000001,parent,THCS-MAU,6A
        zalo,1000000000000000001,7000000000000000002,teacher,THCS-MAU,6A
        zalo,1000000000000000001,7000000000000000003,staff,TH,

        """

    package private(set) var people: [PersonEntry] = []
    package private(set) var problems: [SheetProblem] = []
    /// The table itself cannot be read, so nothing of it was.
    package private(set) var isUnreadable = false

    /// - Parameters:
    ///   - organisations: known codes, in upper case.
    ///   - connections: configured connections, each with our own accounts on it as far as they are known. A row may
    ///     leave the account out where there is only one.
    package init(_ text: String, organisations: Set<String>, connections: [String: [String]]) {
        guard let table = CSVTable(text, columns: Self.columns, problems: &problems) else {
            isUnreadable = true
            return
        }
        people.reserveCapacity(table.rows.count)
        for row in table.rows {
            var reader = PersonRow(row: row, organisations: organisations, connections: connections)
            if let person = reader.read() { people.append(person) }
            problems += reader.problems
        }
        problems.sort { ($0.line, $0.column) < ($1.line, $1.column) }
    }
}

extension Membership {
    package static let roles = ["parent", "pupil", "teacher", "staff"]

    /// A school class as it is stored; nil when it is too long to be one. Case and spaces do not matter.
    package static func normalised(schoolClass: String) -> String? {
        let folded = String(
            String.UnicodeScalarView(schoolClass.uppercased().unicodeScalars.filter { !$0.properties.isWhitespace && $0.value != 0 }))
        return folded.unicodeScalars.count <= 20 ? folded : nil
    }
}

/// Reads one row; every mistake is noted, none stops the reading.
private struct PersonRow {
    let row: CSVTable.Row
    let organisations: Set<String>
    let connections: [String: [String]]
    var problems: [SheetProblem] = []

    mutating func read() -> PersonEntry? {
        let connection = row["connection"]
        let account = readAccount(connection)
        let person = row["person"]
        if person.isEmpty { complain("person", "is empty", "Write the platform's id of the person.") }
        if person.unicodeScalars.count > Limits.externalIDScalars || person.unicodeScalars.contains(where: Self.isStrange) {
            complain(
                "person", "“\(person.prefix(40))” is not an id of a person",
                "Write the platform's id exactly as it stands there, without spaces.")
        } else if Self.wasRounded(person) {
            complain(
                "person", "“\(person.prefix(40))” was rounded by a spreadsheet",
                "Format the column as text and enter the id again.")
        }
        let role = row["role"].lowercased()
        if !Membership.roles.contains(role) {
            complain("role", "“\(role.prefix(40))” is not a role", "Write one of \(Membership.roles.joined(separator: ", ")).")
        }
        let organisation = row["organisation"].uppercased()
        if !organisations.contains(organisation) {
            complain(
                "organisation", "there is no organisation “\(row["organisation"].prefix(40))”",
                "Import it first (nhipcau organisations import), or mend the code.")
        }
        let schoolClass = Membership.normalised(schoolClass: row["class"])
        if schoolClass == nil { complain("class", "is longer than 20 characters", "Write the class only, for example 6A.") }
        guard problems.isEmpty, let account, let schoolClass else { return nil }
        return PersonEntry(
            line: row.line, connection: ConnectionID(connection), account: account, person: person, role: role,
            organisation: organisation, schoolClass: schoolClass)
    }

    private mutating func readAccount(_ connection: String) -> String? {
        guard let accounts = connections[connection] else {
            let known = connections.keys.sorted().joined(separator: ", ")
            complain(
                "connection", "“\(connection.prefix(40))” is not a configured connection",
                known.isEmpty ? "Configure it first (config/nhipcau.yml, connections)." : "Write one of \(known).")
            return nil
        }
        let given = row["account"]
        if given.isEmpty {
            if accounts.count <= 1 { return accounts.first ?? "" }
            complain("account", "is empty", "The connection has several accounts; write one of \(accounts.joined(separator: ", ")).")
            return nil
        }
        if !accounts.isEmpty, !accounts.contains(given) {
            complain(
                "account", "“\(given.prefix(40))” is not an account of this connection",
                "Write one of \(accounts.joined(separator: ", ")), or leave it empty when there is only one.")
            return nil
        }
        if given.unicodeScalars.count > Limits.externalIDScalars || given.unicodeScalars.contains(where: Self.isStrange) {
            complain("account", "“\(given.prefix(40))” is not an account", "Write the platform's id of our account, without spaces.")
            return nil
        }
        return given
    }

    private static func isStrange(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || scalar.properties.generalCategory == .control
    }

    /// `7.0E+18`: a long number that went through a spreadsheet is no longer the same number.
    private static func wasRounded(_ person: String) -> Bool {
        let scalars = Array(person.unicodeScalars)
        guard let mark = scalars.firstIndex(where: { $0 == "E" || $0 == "e" }), mark + 1 < scalars.count, mark > 0 else { return false }
        let mantissa = scalars[..<mark]
        let exponent = scalars[(mark + 1)...]
        return mantissa.contains(where: { $0 == "." || $0 == "," }) && exponent.first == "+"
            && mantissa.allSatisfy { ("0"..."9").contains($0) || $0 == "." || $0 == "," }
            && exponent.dropFirst().allSatisfy { ("0"..."9").contains($0) }
    }

    private mutating func complain(_ column: String, _ message: String, _ mend: String) {
        problems.append(SheetProblem(line: row.line, column: column, message: message, mend: mend))
    }
}
