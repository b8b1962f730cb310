import Crypto

/// A public X25519 key: whoever has it can seal, and only the owner of the private key can open.
package struct SealingPublicKey: Sendable, Hashable {
    package static let byteCount = 32

    /// 32 bytes.
    package let bytes: [UInt8]

    /// A key as it was stored.
    /// - Throws: ``SealingError/unusableKey`` unless there are exactly 32 bytes.
    package init(bytes: [UInt8]) throws(SealingError) {
        guard bytes.count == Self.byteCount else { throw .unusableKey }
        self.bytes = bytes
    }

    fileprivate init(of key: Curve25519.KeyAgreement.PrivateKey) { bytes = Array(key.publicKey.rawRepresentation) }

    /// The first eight bytes of its SHA-256 as `a1b2-c3d4-e5f6-0718`, for people to compare.
    package var fingerprint: String {
        let digits = Array(Hexadecimal.encode(SHA256.hash(data: bytes).prefix(8)).unicodeScalars)
        var text = String.UnicodeScalarView()
        for (place, digit) in digits.enumerated() {
            if place > 0, place.isMultiple(of: 4) { text.append("-") }
            text.append(digit)
        }
        return String(text)
    }
}

/// A private X25519 key; only ever in memory, unless it is sealed itself.
package struct SealingPrivateKey: Sendable, Secret {
    package static let byteCount = 32

    let key: Curve25519.KeyAgreement.PrivateKey
    package let publicKey: SealingPublicKey

    private init(key: Curve25519.KeyAgreement.PrivateKey) {
        self.key = key
        publicKey = SealingPublicKey(of: key)
    }

    /// A new key, from the system's generator.
    package static func make() -> SealingPrivateKey { SealingPrivateKey(key: Curve25519.KeyAgreement.PrivateKey()) }

    /// - Throws: ``SealingError/unusableKey`` unless there are exactly 32 bytes.
    package init(bytes: [UInt8]) throws(SealingError) {
        guard bytes.count == Self.byteCount else { throw .unusableKey }
        do {
            self.init(key: try Curve25519.KeyAgreement.PrivateKey(rawRepresentation: bytes))
        } catch {
            throw .unusableKey
        }
    }

    /// 32 bytes. Never to be logged, or stored unsealed.
    package var bytes: [UInt8] { Array(key.rawRepresentation) }
}

// MARK: - Wraps

extension SealingPrivateKey {
    /// This key, sealed to somebody who may use it: a member of the team, the duty key, the escrow key.
    ///
    /// - Parameters:
    ///   - caseID: whose key it is; needed again to open, so that a wrap copied to another case does not.
    ///   - holder: a name for whom it is sealed to, for example a member's id or `duty`; needed again too.
    /// - Throws: ``SealingError/unusableKey`` when the holder's key is none that anything can be sealed to.
    package func wrapped(for recipient: SealingPublicKey, caseID: String, holder: String) throws(SealingError) -> [UInt8] {
        try Envelope.seal(bytes, to: recipient, place: Self.place(caseID: caseID, holder: holder))
    }

    /// The key in a wrap that ``wrapped(for:caseID:holder:)`` made.
    /// - Throws: ``SealingError/doesNotOpen`` for another holder's key, case or name, ``SealingError/malformedEnvelope``.
    package static func unwrap(
        _ wrap: [UInt8], with holderKey: SealingPrivateKey, caseID: String, holder: String
    ) throws(SealingError) -> SealingPrivateKey {
        let bytes = try Envelope.open(wrap, with: holderKey, place: place(caseID: caseID, holder: holder))
        return try SealingPrivateKey(bytes: bytes)
    }

    private static func place(caseID: String, holder: String) -> String { "case_key:\(caseID):\(holder)" }
}
