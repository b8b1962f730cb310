/// A JSON number, kept as the characters it was written with.
package struct JSONNumber: Sendable, Hashable {
    /// Always a number of the JSON grammar.
    package let text: String

    /// For the parser, which has checked the grammar.
    init(checked text: String) { self.text = text }

    package init(_ value: some BinaryInteger) { text = String(value) }

    /// Nil for infinities and NaN.
    package init?(_ value: Double) {
        guard value.isFinite else { return nil }
        // A whole number prints without ".0", as people expect of counts and limits.
        if value.magnitude < 1e15, value == value.rounded(.towardZero) {
            text = String(Int64(value))
        } else {
            text = "\(value)"
        }
    }

    /// The value when it is written as a whole number that fits; nil for `1.0`, `1e3` and larger numbers.
    package var int64: Int64? { Self.int64(text) }

    /// The nearest `Double`; nil when that is infinite, or when the number is so long that reading it would cost.
    package var double: Double? {
        guard text.utf8.count <= 1_024, let value = Double(text), value.isFinite else { return nil }
        return value
    }

    /// Reads `-?[0-9]+`; nil for anything else and outside the range.
    package static func int64(_ text: String) -> Int64? {
        guard (1...20).contains(text.utf8.count) else { return nil }
        var value: Int64 = 0
        var isNegative = false
        var digits = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: "-"), digits == 0, !isNegative {
                isNegative = true
                continue
            }
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            digits += 1
            // Counting downwards lets the most negative number through.
            let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = product.subtractingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            if tooLarge || overflow { return nil }
            value = sum
        }
        if digits == 0 { return nil }
        if isNegative { return value }
        let (positive, overflow) = Int64(0).subtractingReportingOverflow(value)
        return overflow ? nil : positive
    }
}
