import JSON

/// Any bytes as a JSON text. What is read must be written such that it reads as the same value.
enum JSONEntry {
    static func run(_ bytes: UnsafeRawBufferPointer) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: Array(bytes), depth: JSONValue.deepestNesting)
        } catch {
            promise((0...bytes.count).contains(error.offset ?? -1), "an error stands inside the text")
            promise((error.line ?? 0) >= 1, "lines count from 1")
            promise(!error.message.isEmpty, "an error says what is wrong")
            return
        }
        let compact = value.compactText
        promise(
            !compact.unicodeScalars.contains { $0 == "\n" || $0 == "\r" || $0 == "\u{2028}" || $0 == "\u{2029}" },
            "compact text is one line")
        promise(isRead(compact, as: value), "compact text reads as the same value")
        promise(isRead(value.prettyText, as: value), "pretty text reads as the same value")
        numbers(value)
    }

    private static func isRead(_ text: String, as value: JSONValue) -> Bool {
        guard let again = try? JSONValue(parsing: text, depth: JSONValue.deepestNesting) else { return false }
        return again == value && again.compactText.isSame(as: value.compactText)
    }

    private static func numbers(_ value: JSONValue) {
        switch value {
        case .number(let number):
            if let whole = number.int64 { promise(Int64(number.text) == whole, "a whole number is what is written") }
            if let double = number.double { promise(double.isFinite, "a number is finite") }
        case .array(let elements): elements.forEach(numbers)
        case .object(let object): object.members.forEach { numbers($0.value) }
        case .null, .bool, .string: break
        }
    }
}
