package import Core
package import Programmes
package import Sealing

/// A member of the staff with the key that opens cases for them.
package struct StaffAccount: Sendable, Equatable {
    package var member: StaffMember
    /// Nil until they have a password.
    package var publicKey: SealingPublicKey?
    /// Their private key under their password.
    package var lockedKey: PasswordSealedKey?
    package var updatedAt: Instant

    package init(
        member: StaffMember, publicKey: SealingPublicKey? = nil, lockedKey: PasswordSealedKey? = nil, updatedAt: Instant
    ) {
        self.member = member
        self.publicKey = publicKey
        self.lockedKey = lockedKey
        self.updatedAt = updatedAt
    }

    /// The place under which a member's key is sealed with their password.
    package static func keyPlace(of id: StaffID) -> String { "staff_key:\(id)" }
}

/// What a new key costs.
package struct StaffKeyReset: Sendable, Equatable {
    /// Cases that must be shared with the member again.
    package var removedWraps: Int
    /// Numbers of the cases that nobody can open any more.
    package var lostCases: [String]

    package init(removedWraps: Int, lostCases: [String]) {
        self.removedWraps = removedWraps
        self.lostCases = lostCases
    }
}

/// A code that links one chat to a member, once.
package struct StaffInvitation: Sendable, Equatable {
    /// As it is read out and typed; only its hash is kept.
    package var code: String
    package var expires: Instant

    package init(code: String, expires: Instant) {
        self.code = code
        self.expires = expires
    }
}

/// The form of such a code: `7K4M-92QX-BCFG`, some 55 random bits.
enum StaffLinkCode {
    /// Without what looks alike, and without the letters that a Vietnamese keyboard joins with their neighbours.
    private static let alphabet = Array("23456789BCFGHJKMNPQRSTVXZ".unicodeScalars)
    private static let length = 12

    static func make(random: inout some RandomSource) -> String {
        var scalars = String.UnicodeScalarView()
        let bound = UInt64(alphabet.count)
        let usable = UInt64.max - UInt64.max % bound
        var count = 0
        while count < length {
            let drawn = random.next()
            guard drawn < usable else { continue }
            if count > 0, count.isMultiple(of: 4) { scalars.append("-") }
            scalars.append(alphabet[Int(drawn % bound)])
            count += 1
        }
        return String(scalars)
    }

    /// What is kept: case, hyphens and spaces do not matter. Nil for what can be no code.
    static func hash(_ typed: String) -> TokenHash? {
        var scalars = String.UnicodeScalarView()
        for scalar in typed.unicodeScalars.prefix(64) {
            guard scalar.isASCII, scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) else { continue }
            scalars.append(contentsOf: scalar.properties.uppercaseMapping.unicodeScalars)
        }
        return scalars.count == length ? TokenHash(of: String(scalars)) : nil
    }
}
