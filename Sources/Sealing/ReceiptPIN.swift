package import Core

/// The six digits that open a mailbox together with its ``ReceiptCode``.
package struct ReceiptPIN: Sendable, Equatable, Secret {
    package static let length = 6

    /// Six digits.
    package let text: String

    /// A new PIN; never one of those that are tried first (``isWeak``).
    package static func make(random: inout some RandomSource) -> ReceiptPIN {
        let bound: UInt64 = 1_000_000
        let usable = UInt64.max - UInt64.max % bound
        while true {
            let drawn = random.next()
            guard drawn < usable else { continue }
            let digits = String(drawn % bound)
            let pin = ReceiptPIN(text: String(repeating: "0", count: length - digits.utf8.count) + digits)
            if !pin.isWeak { return pin }
        }
    }

    private init(text: String) { self.text = text }

    /// A PIN as somebody typed it, with spaces or dashes anywhere; nil unless there are six digits.
    package init?(parsing text: String) {
        var digits = String.UnicodeScalarView()
        for (place, scalar) in text.unicodeScalars.enumerated() {
            guard place < 32 else { return nil }
            switch scalar {
            case "0"..."9": digits.append(scalar)
            case "-", ".", "\u{2010}"..."\u{2015}": continue
            default: guard scalar.properties.isWhitespace else { return nil }
            }
        }
        guard digits.count == Self.length else { return nil }
        self.text = String(digits)
    }

    /// One digit or two in turn, a repeated half, or a run up or down: 000000, 121212, 123123, 123456, 987654.
    package var isWeak: Bool {
        let digits = text.utf8.map { Int($0) - 48 }
        let steps = Set(zip(digits, digits.dropFirst()).map { ($1 - $0 + 10) % 10 })
        if steps == [0] || steps == [1] || steps == [9] { return true }
        return [2, 3].contains { period in zip(digits, digits.dropFirst(period)).allSatisfy { $0 == $1 } }
    }
}
