/// Short random numbers that people read out, write down and type: `TH-7K4M-92QX`.
///
/// A prefix, seven random characters and a check character. The check is a sum over the field of 32 elements in which
/// every place, the prefix's too, has a weight of its own: it finds each single wrong character and each two that changed
/// places, and a number under one prefix is none under another.
///
/// Read are the ten digits and all letters but O, I, L and U, which count as what they are mistaken for (0, 1, 1, V). Made
/// are only numbers without 0 and 1, and without the letters that a Vietnamese keyboard joins with their neighbours into
/// one letter (A, D, E, W, Y): so they cannot spell a word either.
package enum CheckedNumber {
    /// Codes that reporters keep.
    package static let receiptPrefix = "TH"
    /// Numbers of cases.
    package static let casePrefix = "VV"
    /// Numbers of broadcasts.
    package static let broadcastPrefix = "TB"

    /// Characters after the prefix.
    package static let length = 8

    /// A new number, such as `VV-7K4M-92QX`; about 32 random bits.
    ///
    /// Not unique by itself: whoever keeps numbers makes another one when it exists already.
    /// - Parameter prefix: capital letters and digits.
    package static func make(prefix: String, random: inout some RandomSource) -> String {
        var digits: [UInt8] = []
        while true {
            digits.removeAll(keepingCapacity: true)
            while digits.count < length - 1 { digits.append(made[index(below: made.count, random: &random)]) }
            digits.append(check(prefix: prefix, digits: digits))
            if made.contains(digits[length - 1]) { return written(prefix: prefix, digits: digits) }
        }
    }

    /// The number as it was made, from what somebody typed: either case, with or without the prefix, with spaces, dashes,
    /// dots or nothing between.
    ///
    /// - Returns: nil when it is no such number, or the check character does not fit.
    package static func normalised(_ text: String, prefix: String) -> String? {
        guard let digits = digits(of: text, prefix: prefix), isChecked(digits, prefix: prefix) else { return nil }
        return written(prefix: prefix, digits: digits)
    }

    /// As ``normalised(_:prefix:)``, also when the check character does not fit: what was meant for a number.
    package static func form(_ text: String, prefix: String) -> String? {
        digits(of: text, prefix: prefix).map { written(prefix: prefix, digits: $0) }
    }

    // MARK: Characters

    /// By value.
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// Values of the characters that are made.
    private static let made: [UInt8] = "23456789BCFGHJKMNPQRSTVXZ".unicodeScalars.compactMap(value)

    private static let longestText = 64

    /// The value of a character in either case; nil for what is no letter and no digit.
    private static func value(_ scalar: Unicode.Scalar) -> UInt8? {
        guard var byte = UInt8(exactly: scalar.value) else { return nil }
        if (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) { byte -= 32 }
        switch byte {
        case UInt8(ascii: "O"): byte = UInt8(ascii: "0")
        case UInt8(ascii: "I"), UInt8(ascii: "L"): byte = UInt8(ascii: "1")
        case UInt8(ascii: "U"): byte = UInt8(ascii: "V")
        default: break
        }
        return alphabet.firstIndex(of: byte).map { UInt8($0) }
    }

    /// Between characters: spaces of any width, dashes of any length, dots, and what is not seen at all.
    private static func isFiller(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "-", ".", "_", "\u{AD}", "\u{200B}"..."\u{200D}", "\u{2010}"..."\u{2015}", "\u{2060}", "\u{2212}", "\u{FE63}",
            "\u{FEFF}", "\u{FF0D}":
            true
        default: scalar.properties.isWhitespace
        }
    }

    private static func digits(of text: String, prefix: String) -> [UInt8]? {
        var values: [UInt8] = []
        var scalarCount = 0
        for scalar in text.unicodeScalars {
            scalarCount += 1
            guard scalarCount <= longestText else { return nil }
            if isFiller(scalar) { continue }
            // Letters and digits of full width, as some keyboards write them.
            let narrow = (0xFF10...0xFF5A).contains(scalar.value) ? Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar : scalar
            guard let value = value(narrow) else { return nil }
            values.append(value)
        }
        if values.count == length { return values }
        let start = prefix.unicodeScalars.compactMap(value)
        guard values.count == start.count + length, values.starts(with: start) else { return nil }
        return Array(values.suffix(length))
    }

    private static func written(prefix: String, digits: [UInt8]) -> String {
        var text = prefix.unicodeScalars
        for (place, digit) in digits.enumerated() {
            if place.isMultiple(of: 4) { text.append("-") }
            text.append(Unicode.Scalar(alphabet[Int(digit & 31)]))
        }
        return String(text)
    }

    /// Without a bias to some of the values.
    private static func index(below bound: Int, random: inout some RandomSource) -> Int {
        let limit = UInt64(bound)
        let usable = UInt64.max - UInt64.max % limit
        while true {
            let drawn = random.next()
            if drawn < usable { return Int(drawn % limit) }
        }
    }

    // MARK: Check

    /// Zero for a number with its check character: each place counts `weight` times as much as the next one.
    private static func sum(prefix: String, digits: [UInt8]) -> UInt8 {
        let start = prefix.unicodeScalars.compactMap(value)
        return (start + digits).reduce(0) { product($0, weight) ^ $1 }
    }

    private static func isChecked(_ digits: [UInt8], prefix: String) -> Bool { sum(prefix: prefix, digits: digits) == 0 }

    /// The last place counts once, so what the others sum up to cancels itself out.
    private static func check(prefix: String, digits: [UInt8]) -> UInt8 { sum(prefix: prefix, digits: digits + [0]) }

    /// Its powers are all 31 elements but zero, so no two places within 31 have the same weight.
    private static let weight: UInt8 = 28

    /// In the field of 32 elements: polynomials over two elements, modulo x⁵ + x² + 1.
    private static func product(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var (result, left, right): (UInt8, UInt8, UInt8) = (0, left, right)
        while right > 0 {
            if right & 1 == 1 { result ^= left }
            left <<= 1
            if left & 32 != 0 { left ^= 0b10_0101 }
            right >>= 1
        }
        return result
    }
}
