import Core

/// The secret part of a link that works once.
enum LinkToken {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".unicodeScalars)

    /// 32 random bytes as base64url without padding: 43 characters.
    static func make(random: inout some RandomSource) -> String {
        var scalars = String.UnicodeScalarView()
        var bits: UInt64 = 0
        var held = 0
        var bytes = 0
        func take(_ count: Int) -> Int {
            held -= count
            return Int((bits >> UInt64(held)) & ((1 << UInt64(count)) - 1))
        }
        while bytes < 32 {
            var word = random.next()
            for _ in 0..<8 {
                bits = (bits << 8) | (word & 0xFF)
                word >>= 8
                held += 8
                bytes += 1
                while held >= 6 { scalars.append(alphabet[take(6)]) }
            }
        }
        if held > 0 {
            bits <<= UInt64(6 - held)
            held = 6
            scalars.append(alphabet[take(6)])
        }
        return String(scalars)
    }
}
