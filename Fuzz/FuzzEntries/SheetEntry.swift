import Core
import Programmes

/// Tables of organisations and people.
enum SheetEntry {
    private static let known = [
        Organisation(id: OrganisationID("1"), code: "TH", name: "Sở mẫu", kind: .province),
        Organisation(
            id: OrganisationID("2"), code: "X14797", name: "Phường mẫu", kind: .commune, parent: OrganisationID("1"), commune: "14797"),
    ]
    private static let connections = ["zalo": ["1", "2"], "web": [], "telegram": ["7000000001"]]

    static func organisations(_ bytes: UnsafeRawBufferPointer) {
        let text = FuzzInput(bytes).text
        let sheet = OrganisationSheet(text, known: known, communes: ["14797", "15001"])
        check(sheet.problems, text)
        promise(sheet.entries.isEmpty || sheet.problems.isEmpty, "a tree with a hole in it is not used")
        var parents = Dictionary(known.map { ($0.code, $0.parent == nil ? nil : "TH") }, uniquingKeysWith: { first, _ in first })
        for entry in sheet.entries { parents[entry.code] = .some(entry.parent) }
        promise(Set(sheet.entries.map(\.code)).count == sheet.entries.count, "no two organisations have the same code")
        for entry in sheet.entries {
            promise(Organisation.normalised(code: entry.code)?.isSame(as: entry.code) == true, "codes are in their stored form")
            promise((1...300).contains(entry.name.unicodeScalars.count), "an organisation has a name")
            promise(!entry.name.unicodeScalars.contains { $0.properties.generalCategory == .control }, "a name is one line")
            promise(entry.commune.map { ["14797", "15001"].contains($0) } ?? true, "a commune exists")
            var steps = 0
            var place = entry.code
            while let next = parents[place] ?? nil, steps < 20 {
                promise(parents.keys.contains(next), "whatever stands above exists")
                place = next
                steps += 1
            }
            promise(steps < 20, "the way up ends")
        }
    }

    static func people(_ bytes: UnsafeRawBufferPointer) {
        let text = FuzzInput(bytes).text
        let sheet = PeopleSheet(text, organisations: ["TH", "THCS-MAU"], connections: connections)
        check(sheet.problems, text)
        if sheet.isUnreadable { promise(sheet.people.isEmpty && !sheet.problems.isEmpty, "an unreadable table says why") }
        promise(Set(sheet.people.map(\.line)).count == sheet.people.count, "a row is one person")
        for person in sheet.people {
            let accounts = connections[person.connection.rawValue] ?? []
            promise(connections.keys.contains(person.connection.rawValue), "a connection is configured")
            promise(accounts.isEmpty || accounts.contains(person.account), "an account is one of the connection's")
            promise(isID(person.person), "a person has an id")
            promise(person.account.isEmpty || isID(person.account), "an account is an id")
            promise(["TH", "THCS-MAU"].contains(person.organisation), "an organisation exists")
            promise(Membership.roles.contains(person.role), "a role exists")
            promise(
                Membership.normalised(schoolClass: person.schoolClass)?.isSame(as: person.schoolClass) == true,
                "classes are in their stored form")
        }
        writeAgain(text)
    }

    private static func isID(_ id: String) -> Bool {
        (1...Limits.externalIDScalars).contains(id.unicodeScalars.count)
            && !id.unicodeScalars.contains { $0.properties.isWhitespace || $0.properties.generalCategory == .control }
    }

    private static func check(_ problems: [SheetProblem], _ text: String) {
        let lines = text.unicodeScalars.reduce(1) { $1 == "\n" ? $0 + 1 : $0 }
        for problem in problems {
            promise((1...lines).contains(problem.line), "a problem stands inside the text")
            promise(!problem.message.isEmpty && !problem.mend.isEmpty, "a problem says how to mend it")
        }
    }

    /// Rows with a wrong number of cells are noted, the others read as without them; what is written reads the same.
    private static func writeAgain(_ text: String) {
        guard let table = try? CSVTable(text, collectsMisshapen: true) else {
            promise((try? CSVTable(text)) == nil, "what is no table is none either way")
            return
        }
        promise((try? CSVTable(text) == table) ?? !table.misshapen.isEmpty, "only misshapen rows make a difference")
        let names = table.columns.indices.map { "c\($0)" }
        for row in table.rows.prefix(20) {
            let cells = table.columns.map { row[$0] }
            guard cells.contains(where: { !$0.isEmpty }) else { continue }
            let again = try? CSVTable(CSVTable.line(names) + "\n" + CSVTable.line(cells) + "\n")
            let read = names.map { again?.rows.first?[$0] ?? "" }
            promise(zip(read, cells).allSatisfy { $0.isSame(as: $1) }, "a written row reads the same")
        }
    }
}
