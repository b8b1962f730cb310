package import Core

/// What a reporter keeps to come back: `TH-7K4M-92QX`. Says nothing about the case and is not its number.
package struct ReceiptCode: Sendable, Equatable, Secret {
    package static let prefix = CheckedNumber.receiptPrefix

    /// With prefix and dashes, in capitals.
    package let text: String

    /// A new code; see ``CheckedNumber`` for its form.
    package static func make(random: inout some RandomSource) -> ReceiptCode {
        ReceiptCode(text: CheckedNumber.make(prefix: prefix, random: &random))
    }

    private init(text: String) { self.text = text }

    /// A code as somebody typed it: either case, with or without the prefix, spaces and dashes anywhere.
    ///
    /// Nil when it is no code of ours, or has a typing mistake that the check character finds.
    package init?(parsing text: String) {
        guard let code = CheckedNumber.normalised(text, prefix: Self.prefix) else { return nil }
        self.text = code
    }
}
