import Core
import Testing

@testable import Programmes

@Suite("Class sheet")
struct ClassSheetTests {
    private static let header =
        "code,title,topic,commune,venue,sessions,grades,capacity,fee,organiser,instructor,safeguarding_contact,licence,registration_closes"
    private static let good =
        "KNS-1,\"Bơi, an toàn\",drowning,14758,Bể bơi,2026-11-28 08:00-10:00; 2026-12-05 08:00-10:00,mn-5,20,50.000,Nhà văn hóa,Cô giáo,Cô phụ trách,,2026-11-27 17:00"

    private func sheet(_ rows: String...) -> ClassSheet {
        ClassSheet(([Self.header] + rows).joined(separator: "\r\n"), topics: ["drowning"], communes: ["14758"], isDemo: true)
    }

    @Test("a good row becomes a class")
    func goodRow() throws {
        let sheet = sheet(Self.good)
        #expect(sheet.problems.isEmpty, "\(sheet.problems)")
        let offer = try #require(sheet.offers.first)
        #expect(offer.title == "Bơi, an toàn")
        #expect(offer.grades == 0...5)
        #expect(offer.fee == 50_000)
        #expect(offer.sessions.map(\.start.iso8601InVietnam) == ["2026-11-28T08:00:00+07:00", "2026-12-05T08:00:00+07:00"])
        #expect(offer.licence == nil)
        #expect(offer.isDemo)
    }

    @Test(
        "each mistake is told with its line and column",
        arguments: [
            ("drowning", "swim", "topic"), ("14758", "99999", "commune"), ("mn-5", "5-1", "grades"), ("mn-5", "1-13", "grades"),
            (",20,", ",0,", "capacity"), ("50.000", "-1", "fee"), ("08:00-10:00;", "10:00-08:00;", "sessions"),
            ("2026-11-28 08:00-10:00", "thứ bảy", "sessions"), ("Cô phụ trách", "", "safeguarding_contact"),
            ("2026-11-27 17:00", "mai", "registration_closes"), ("KNS-1", "", "code"),
        ])
    func mistakes(from: String, to: String, column: String) {
        let sheet = sheet(Self.good.replacing(from, with: to))
        #expect(sheet.problems.contains { $0.line == 2 && $0.column == column }, "\(sheet.problems)")
        #expect(sheet.offers.isEmpty)
    }

    @Test("a bad row does not take the good ones with it, and a code may stand once only")
    func partial() {
        let sheet = sheet(Self.good, Self.good, Self.good.replacing("KNS-1", with: "KNS-2"))
        #expect(sheet.offers.map(\.code) == ["KNS-1", "KNS-2"])
        #expect(sheet.problems.map(\.line) == [3])
    }

    @Test("a table that is no table names the line", arguments: ["", "\"code", "code,title\n1,2,3"])
    func malformed(text: String) {
        #expect(ClassSheet(text, topics: [], communes: [], isDemo: false).problems.isEmpty == false)
    }

    @Test("shifting moves whole weeks, so weekdays and hours stay")
    func shifting() throws {
        let day = try #require(CivilDate(year: 2027, month: 2, day: 10))
        let moved = try #require(sheet(Self.good).shifted(toWeekOf: day).first)
        let start = CivilTime(try #require(moved.firstStart))
        #expect(start.date.isoWeekday == 6)
        #expect(start.date.monday == day.monday)
        #expect(start.hour == 8)
    }

    @Test("semicolons separate where the header has no comma, and a byte-order mark is skipped")
    func spreadsheets() throws {
        let table = try CSVTable("\u{FEFF}a;b\n1;\"x\ny\"\n3;4")
        #expect(table.columns == ["a", "b"])
        #expect(table.rows.map(\.line) == [2, 4])
        #expect(table.rows.first?["b"] == "x\ny")
    }
}
