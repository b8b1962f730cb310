import Core
import Foundation
import Testing

@testable import Programmes

@Suite("Organisation sheet")
struct OrganisationSheetTests {
    private static let header = "code,name,kind,parent,commune"

    private func sheet(_ rows: String..., known: [Organisation] = []) -> OrganisationSheet {
        OrganisationSheet(
            ([Self.header] + rows).joined(separator: "\n"), known: known, communes: ["14797", "14758"])
    }

    @Test("a tree is read, in any order and any case of its codes")
    func tree() {
        let sheet = sheet("thcs-a,Trường A,school,x1,14797", "X1,Phường Hạc Thành,commune,TH,14797", "th,Sở,province,,")
        #expect(sheet.problems.isEmpty, "\(sheet.problems)")
        #expect(sheet.entries.map(\.code) == ["THCS-A", "X1", "TH"])
        #expect(sheet.entries.map(\.parent) == ["X1", "TH", nil])
        #expect(sheet.entries.map(\.commune) == ["14797", "14797", nil])
    }

    @Test("the template can be imported")
    func template() {
        #expect(OrganisationSheet(OrganisationSheet.template, known: [], communes: ["14797"]).entries.count == 3)
    }

    @Test(
        "each mistake is told with its line and column, and nothing of the table is taken",
        arguments: [
            (",Trường,school,TH,14797", "code"), ("trường a,Trường,school,TH,14797", "code"), ("A/B,Trường,school,TH,14797", "code"),
            ("A,,school,TH,14797", "name"), ("A,Trường,trường,TH,14797", "kind"), ("A,Trường,school,TH,99999", "commune"),
            ("A,Trường,school,TH,", "commune"), ("A,Trường,school,NO,14797", "parent"), ("TH,Trường,school,,14797", "code"),
            ("A,Trường,school,A,14797", "parent"), ("A,Trường,school,TH", ""), ("A,Trường,school,T H,14797", "parent"),
        ])
    func mistakes(row: String, column: String) {
        let sheet = sheet("TH,Sở,province,,", row)
        #expect(sheet.problems.contains { $0.line == 3 && $0.column == column && !$0.mend.isEmpty }, "\(sheet.problems)")
        #expect(sheet.entries.isEmpty)
    }

    @Test("a circle is told at each of its lines, also when it closes over what is stored")
    func circle() {
        let sheet = sheet("A,A,association,C,", "B,B,association,A,", "C,C,association,B,", "D,D,association,A,")
        #expect(sheet.problems.map(\.line) == [2, 3, 4])
        #expect(sheet.problems.allSatisfy { $0.message.contains("circle") })
        let root = Organisation(id: OrganisationID("1"), code: "R", name: "R", kind: .association)
        let child = Organisation(id: OrganisationID("2"), code: "C", name: "C", kind: .association, parent: root.id)
        #expect(self.sheet("R,R,association,C,", known: [root, child]).problems.map(\.line) == [2])
        #expect(self.sheet("N,N,association,C,", known: [root, child]).problems.isEmpty)
    }

    @Test("a tree that is deeper than any administration is refused")
    func deep() {
        let rows = (0..<20).map { "L\($0),L\($0),association,\($0 == 0 ? "" : "L\($0 - 1)")," }
        let text = ([Self.header] + rows).joined(separator: "\n")
        let problems = OrganisationSheet(text, known: [], communes: []).problems
        #expect(problems.count == 20 - OrganisationSheet.deepest && problems.allSatisfy { $0.message.contains("deep") }, "\(problems)")
    }

    @Test("a missing column and a table that cannot be read are told")
    func broken() {
        #expect(OrganisationSheet("code,name,kind,parent\nA,A,school,", known: [], communes: []).problems.map(\.column) == ["commune"])
        #expect(OrganisationSheet("", known: [], communes: []).problems.map(\.line) == [1])
        #expect(OrganisationSheet("\(Self.header)\n\"A,b", known: [], communes: []).problems.map(\.line) == [2])
    }
}

@Suite("People sheet")
struct PeopleSheetTests {
    private static let header = "connection,account,person,role,organisation,class"

    private func sheet(_ rows: String..., connections: [String: [String]] = ["zalo": ["oa"], "tele": []]) -> PeopleSheet {
        PeopleSheet(
            ([Self.header] + rows).joined(separator: "\r\n"), organisations: ["THCS-A"], connections: connections)
    }

    @Test("a row becomes a person; role, organisation and class are folded, a single account may be left out")
    func good() {
        let sheet = sheet("zalo,,7001,Parent,thcs-a, 6 a", "tele,,55,teacher,THCS-A,")
        #expect(sheet.problems.isEmpty, "\(sheet.problems)")
        #expect(
            sheet.people == [
                PersonEntry(
                    line: 2, connection: ConnectionID("zalo"), account: "oa", person: "7001", role: "parent", organisation: "THCS-A",
                    schoolClass: "6A"),
                PersonEntry(
                    line: 3, connection: ConnectionID("tele"), account: "", person: "55", role: "teacher", organisation: "THCS-A"),
            ])
    }

    @Test(
        "each mistake is told with its line and column, and the good rows are taken all the same",
        arguments: [
            ("sms,,1,parent,THCS-A,6A", "connection"), ("zalo,other,1,parent,THCS-A,6A", "account"),
            ("zalo,,,parent,THCS-A,6A", "person"), ("zalo,,1 2,parent,THCS-A,6A", "person"),
            ("zalo,,7.00E+18,parent,THCS-A,6A", "person"), ("zalo,,1,mother,THCS-A,6A", "role"), ("zalo,,1,parent,NO,6A", "organisation"),
            ("zalo,,1,parent,THCS-A,ABCDEFGHIJKLMNOPQRSTU", "class"), ("zalo,,1,parent,THCS-A", ""),
        ])
    func mistakes(row: String, column: String) {
        let sheet = sheet("zalo,,1,parent,THCS-A,6A", row, "zalo,,2,parent,THCS-A,6A")
        #expect(sheet.problems.map(\.line) == [3], "\(sheet.problems)")
        #expect(sheet.problems.first?.column == column)
        #expect(sheet.people.map(\.line) == [2, 4])
    }

    @Test("an id that only looks like a rounded number is kept, and several accounts have to be named")
    func edges() {
        #expect(sheet("tele,,1E5,parent,THCS-A,").people.count == 1)
        #expect(sheet("zalo,,1,parent,THCS-A,", connections: ["zalo": ["a", "b"]]).problems.map(\.column) == ["account"])
        #expect(sheet("zalo,b,1,parent,THCS-A,", connections: ["zalo": ["a", "b"]]).people.map(\.account) == ["b"])
    }

    @Test("a table without its columns is unreadable, one with a bad row is not")
    func unreadable() {
        #expect(PeopleSheet("a,b\n1,2", organisations: [], connections: [:]).isUnreadable)
        #expect(!sheet("zalo").isUnreadable)
        #expect(PeopleSheet(PeopleSheet.template, organisations: ["THCS-MAU", "TH"], connections: ["zalo": []]).people.count == 3)
    }

    @Test("a written line is read as the same cells")
    func roundTrip() throws {
        let cells = ["a,b", "say \"x\"", "", "two\nlines", "a;b", " c"]
        let table = try CSVTable("1,2,3,4,5,6\n" + CSVTable.line(cells) + "\n")
        #expect(table.rows.first.map { row in (1...6).map { row["\($0)"] } } == ["a,b", "say \"x\"", "", "two\nlines", "a;b", "c"])
    }
}

@Suite("Tables for a trial")
struct DemonstrationSheetTests {
    private static func text(_ name: String) throws -> String {
        var root = URL(filePath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        return try String(contentsOf: root.appending(path: "config/demo/\(name)"), encoding: .utf8)
    }

    @Test("can be imported, one after the other")
    func good() throws {
        let text = try Self.text("organisations.csv")
        let communes = Set(text.split(separator: "\n").dropFirst().compactMap { $0.split(separator: ",").last.map(String.init) })
        let organisations = OrganisationSheet(text, known: [], communes: communes)
        #expect(organisations.problems.isEmpty && organisations.entries.count >= 10, "\(organisations.problems)")
        let people = PeopleSheet(
            try Self.text("people.csv"), organisations: Set(organisations.entries.map(\.code)), connections: ["zalo": []])
        #expect(people.problems.isEmpty && people.people.count >= 10, "\(people.problems)")
    }
}
