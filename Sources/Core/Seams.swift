/// Where the time comes from. Two implementers: the system's clock and a manual one for tests.
package protocol WallClock: Sendable {
    func now() -> Instant
}

/// Where chance comes from. Two implementers: the system's generator and a seeded one.
///
/// Passed `inout` into pure code, so that a run can be repeated from its seed.
package protocol RandomSource {
    mutating func next() -> UInt64
}

/// Makes identifiers that sort by the time of their making and cannot be guessed.
///
/// 26 characters of Crockford base 32: 48 bits of milliseconds, then 80 random bits.
package struct IdentifierSource {
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".unicodeScalars)

    package init() {}

    package func make<Tag>(_ kind: Identifier<Tag>.Type = Identifier<Tag>.self, at now: Instant, random: inout some RandomSource)
        -> Identifier<Tag>
    {
        var scalars = String.UnicodeScalarView()
        let time = UInt64(clamping: now.milliseconds) & 0xFFFF_FFFF_FFFF
        for shift in stride(from: 45, through: 0, by: -5) {
            scalars.append(Self.alphabet[Int((time >> UInt64(shift)) & 31)])
        }
        var bits = random.next()
        for position in 0..<16 {
            if position == 12 { bits = random.next() }
            scalars.append(Self.alphabet[Int(bits & 31)])
            bits >>= 5
        }
        return Identifier(String(scalars))
    }
}

/// The system's generator.
package struct SystemRandom: RandomSource, Sendable {
    private var generator = SystemRandomNumberGenerator()

    package init() {}

    package mutating func next() -> UInt64 { generator.next() }
}

/// A repeatable generator (SplitMix64) for tests, simulations and content tests.
package struct SeededRandom: RandomSource, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
