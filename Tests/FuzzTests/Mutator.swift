/// Changes seeds as a fuzzer does, the same way for the same seed.
struct Mutator {
    private var state: UInt64
    private static let morsels: [[UInt8]] =
        [
            "\"", "{", "}", "[", "]", ":", ",", "\\u", "\\ud83d", "-", "0", "1e999", "99999999999999999999", "null", "\n", "\r\n",
            "\n  ", "- ", "#", "&a ", "*a ", "|", "{{", "}}", "%", "=", "?", "\0", "ạ", "a\u{0323}", "🇻🇳", "👨‍👩‍👧", "\u{2028}", "\u{FEFF}",
            "\u{0600}", "đánh", "…",
        ].map { Array($0.utf8) } + [[0xFF], [0xC2], [0xE1, 0xBA], [0xED, 0xA0, 0x80]]

    init(seed: UInt64) { state = seed }

    /// A number from 0 to `bound`, exclusive.
    mutating func number(below bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ mixed >> 31) % UInt64(max(bound, 1)))
    }

    /// `seed` with one to eight changes; `other` lends pieces. At most 4,096 bytes.
    mutating func mutation(of seed: [UInt8], with other: [UInt8]) -> [UInt8] {
        var bytes = seed
        for _ in 0...number(below: 8) {
            let start = number(below: bytes.count + 1)
            let end = min(bytes.count, start + number(below: 16))
            switch number(below: 7) {
            case 0 where !bytes.isEmpty: bytes[number(below: bytes.count)] ^= 1 << UInt8(number(below: 8))
            case 1: bytes.insert(UInt8(number(below: 256)), at: start)
            case 2: bytes.removeSubrange(start..<end)
            case 3: bytes.insert(contentsOf: bytes[start..<end], at: start)
            case 4:
                let from = number(below: other.count + 1)
                bytes.replaceSubrange(start..<end, with: other[from..<min(other.count, from + number(below: 64))])
            case 5: bytes.removeSubrange(start..<min(bytes.count, start + number(below: 256)))
            default: bytes.insert(contentsOf: Self.morsels[number(below: Self.morsels.count)], at: start)
            }
        }
        return Array(bytes.prefix(4_096))
    }
}
