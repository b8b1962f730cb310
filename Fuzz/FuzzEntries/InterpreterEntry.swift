import Content
import Core
import JSON
import Understanding

/// Any text that a person could write, read by an interpreter that was trained on a handful of sentences.
enum InterpreterEntry {
    private static let now = CivilDate(dayNumber: 20_781).at(hour: 9)
    private static let interpreter = try? Interpreter.make(
        training: SmallCatalogue.training, gazetteer: SmallCatalogue.gazetteer, triage: SmallCatalogue.triage)

    static func run(_ bytes: UnsafeRawBufferPointer) {
        guard let interpreter else {
            promise(false, "the small catalogue can be trained")
            return
        }
        let text = FuzzInput(bytes).text
        let scalars = Array(text.unicodeScalars)
        func isSlice(_ part: String, _ start: Int, _ end: Int) -> Bool {
            guard 0 <= start, start <= end, end <= scalars.count else { return false }
            return part.unicodeScalars.elementsEqual(scalars[start..<end])
        }
        let reading = interpreter.read(text, at: now)
        promise(reading.text.isSame(as: text), "a reading keeps the text")
        promise(reading.ranking.allSatisfy { (0...1).contains($0.confidence) }, "confidences are from 0 to 1")
        promise(reading.ranking.reduce(0) { $0 + $1.confidence } <= 1.000_1, "confidences sum to at most 1")
        for entity in reading.entities {
            promise(isSlice(entity.text, entity.start, entity.end), "an entity is a slice of the text")
            if case .time(let span) = entity.value, let from = span.from, let to = span.to {
                promise(from < to, "a stretch of time does not end before it begins")
            }
        }
        for reason in reading.triage.because {
            promise(isSlice(reason.text, reason.start, reason.end), "a reason is a slice of the text")
        }
        promise(reading.triage == interpreter.triage(text), "triage alone says the same")
        promise((try? JSONValue(parsing: reading.json.compactText)) != nil, "a reading is printed as JSON")
    }
}
