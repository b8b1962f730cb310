import Core
import Programmes

/// A table of classes.
enum ClassSheetEntry {
    static func run(_ bytes: UnsafeRawBufferPointer) {
        let text = FuzzInput(bytes).text
        let lines = text.unicodeScalars.reduce(1) { $1 == "\n" ? $0 + 1 : $0 }
        if let table = try? CSVTable(text) {
            for row in table.rows {
                promise((1...lines).contains(row.line), "a row stands inside the text")
                promise(Set(row.values.keys) == Set(table.columns), "a row has every column")
            }
        }
        let sheet = ClassSheet(text, topics: ["drowning", "first_aid"], communes: ["14797"], isDemo: true)
        for problem in sheet.problems {
            promise((1...lines).contains(problem.line), "a problem stands inside the text")
            promise(!problem.message.isEmpty && !problem.mend.isEmpty, "a problem says how to mend it")
        }
        for offer in sheet.offers {
            promise(!offer.code.isEmpty && !offer.title.isEmpty, "a class has a code and a title")
            promise(offer.sessions.allSatisfy { $0.start < $0.end }, "a session ends after it begins")
            promise((0...12).contains(offer.grades.lowerBound) && offer.grades.upperBound <= 12, "school years exist")
        }
        promise(Set(sheet.offers.map(\.id)).count == sheet.offers.count, "no two classes have the same id")
        let shifted = sheet.shifted(toWeekOf: CivilDate(dayNumber: 20_781))
        promise(shifted.count == sheet.offers.count, "moving keeps every class")
    }
}
