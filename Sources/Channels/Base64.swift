/// Base 64 of RFC 4648, standard or URL alphabet.
package enum Base64 {
    /// The bytes; padding may be left out, white space is skipped. Nil for anything else.
    package static func decode(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count / 4 * 3)
        var bits: UInt32 = 0
        var count = 0
        var padding = 0
        for unit in text.utf8 {
            if unit == 0x20 || (0x09...0x0D).contains(unit) { continue }
            if unit == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            guard padding == 0, let value = value(unit) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 1
            if count == 4 {
                bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
                bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
                bytes.append(UInt8(truncatingIfNeeded: bits))
                bits = 0
                count = 0
            }
        }
        switch count {
        case 0: return padding == 0 ? bytes : nil
        case 2 where padding == 0 || padding == 2: return bytes + [UInt8(truncatingIfNeeded: bits >> 4)]
        case 3 where padding <= 1:
            return bytes + [UInt8(truncatingIfNeeded: bits >> 10), UInt8(truncatingIfNeeded: bits >> 2)]
        default: return nil
        }
    }

    /// With padding, on one line.
    package static func encode(_ bytes: some Collection<UInt8>) -> String {
        String(decoding: encoded(bytes), as: UTF8.self)
    }

    /// In lines of `line` characters (a multiple of four), each with its CR LF.
    package static func encode(_ bytes: some Collection<UInt8>, line: Int) -> String {
        var lines: [UInt8] = []
        var rest = encoded(bytes)[...]
        while !rest.isEmpty {
            lines.append(contentsOf: rest.prefix(line))
            lines.append(contentsOf: [0x0D, 0x0A])
            rest = rest.dropFirst(line)
        }
        return String(decoding: lines, as: UTF8.self)
    }

    private static func encoded(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var rest = bytes[...]
        while let first = rest.popFirst() {
            let second = rest.popFirst()
            let third = rest.popFirst()
            let bits = UInt32(first) << 16 | UInt32(second ?? 0) << 8 | UInt32(third ?? 0)
            text.append(digit(bits >> 18))
            text.append(digit(bits >> 12))
            text.append(second == nil ? UInt8(ascii: "=") : digit(bits >> 6))
            text.append(third == nil ? UInt8(ascii: "=") : digit(bits))
        }
        return text
    }

    private static func digit(_ bits: UInt32) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: bits & 63)
        switch value {
        case 0..<26: return UInt8(ascii: "A") + value
        case 26..<52: return UInt8(ascii: "a") + value - 26
        case 52..<62: return UInt8(ascii: "0") + value - 52
        default: return value == 62 ? UInt8(ascii: "+") : UInt8(ascii: "/")
        }
    }

    private static func value(_ unit: UInt8) -> UInt8? {
        switch unit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): unit - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): unit - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): unit - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
