/// SHA-256 over the files of a catalogue, to notice that content changed. Not used for anything secret.
///
/// - Source: FIPS 180-4.
package struct ContentDigest {
    private static let constants: [UInt32] = firstPrimes(64).map { fraction(of: $0, cube: true) }
    private static let start: [UInt32] = firstPrimes(8).map { fraction(of: $0, cube: false) }

    private var state = Self.start
    private var pending: [UInt8] = []
    private var length: UInt64 = 0

    /// Lower-case hex over paths and bytes; each is preceded by its length, so that nothing can move between files.
    static func hex(of files: [ContentFiles.File]) -> String {
        var digest = ContentDigest()
        for file in files {
            for part in [Array(file.path.utf8), file.bytes] {
                digest.update(Array("\(part.count):".utf8))
                digest.update(part)
            }
        }
        return digest.finish()
    }

    /// Lower-case hex over bytes alone.
    package static func hex(of bytes: [UInt8]) -> String {
        var digest = ContentDigest()
        digest.update(bytes)
        return digest.finish()
    }

    private mutating func update(_ bytes: [UInt8]) {
        length &+= UInt64(bytes.count)
        pending += bytes
        var index = 0
        while pending.count - index >= 64 {
            block(pending[index..<(index + 64)])
            index += 64
        }
        pending.removeFirst(index)
    }

    private mutating func finish() -> String {
        let bits = length &* 8
        var padding: [UInt8] = [0x80]
        padding += [UInt8](repeating: 0, count: (119 - pending.count) % 64)
        for shift in stride(from: 56, through: 0, by: -8) {
            padding.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
        }
        update(padding)
        let digits = Array("0123456789abcdef".unicodeScalars)
        var text = String.UnicodeScalarView()
        for word in state {
            for shift in stride(from: 28, through: 0, by: -4) { text.append(digits[Int((word >> UInt32(shift)) & 15)]) }
        }
        return String(text)
    }

    private mutating func block(_ bytes: ArraySlice<UInt8>) {
        var words: [UInt32] = []
        words.reserveCapacity(64)
        var word: UInt32 = 0
        for (index, byte) in bytes.enumerated() {
            word = word << 8 | UInt32(byte)
            if index % 4 == 3 { words.append(word) }
        }
        for index in 16..<64 {
            let near = words[index - 2]
            let far = words[index - 15]
            let first = Self.rotate(far, 7) ^ Self.rotate(far, 18) ^ (far >> 3)
            let second = Self.rotate(near, 17) ^ Self.rotate(near, 19) ^ (near >> 10)
            words.append(words[index - 16] &+ first &+ words[index - 7] &+ second)
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for index in 0..<64 {
            let sum1 = Self.rotate(e, 6) ^ Self.rotate(e, 11) ^ Self.rotate(e, 25)
            let choice = (e & f) ^ (~e & g)
            let first = h &+ sum1 &+ choice &+ Self.constants[index] &+ words[index]
            let sum0 = Self.rotate(a, 2) ^ Self.rotate(a, 13) ^ Self.rotate(a, 22)
            let second = sum0 &+ ((a & b) ^ (a & c) ^ (b & c))
            (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
        }
        for (index, value) in [a, b, c, d, e, f, g, h].enumerated() { state[index] = state[index] &+ value }
    }

    private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

    private static func firstPrimes(_ count: Int) -> [UInt64] {
        var primes: [UInt64] = []
        var candidate: UInt64 = 2
        while primes.count < count {
            if primes.allSatisfy({ candidate % $0 != 0 }) { primes.append(candidate) }
            candidate += 1
        }
        return primes
    }

    /// The first 32 bits of the fractional part of a prime's square or cube root, by bisection on whole numbers.
    private static func fraction(of prime: UInt64, cube: Bool) -> UInt32 {
        var low: UInt64 = 0
        var high: UInt64 = 1 << 37
        while high - low > 1 {
            let middle = (low + high) / 2
            if isBelow(middle, prime, cube) { low = middle } else { high = middle }
        }
        return UInt32(truncatingIfNeeded: low)
    }

    /// Whether `value` / 2³² to the second or third power is at most `prime`.
    private static func isBelow(_ value: UInt64, _ prime: UInt64, _ cube: Bool) -> Bool {
        let square = UInt128(value) * UInt128(value)
        if !cube { return square <= UInt128(prime) << 64 }
        // 37 · 3 = 111 bits, and the prime below 2⁹ shifted by 96: both fit.
        return square * UInt128(value) <= UInt128(prime) << 96
    }
}
