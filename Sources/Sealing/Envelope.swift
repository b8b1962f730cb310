import Crypto
import FoundationEssentials

/// Seals content to a public key with HPKE (base mode, X25519, HKDF-SHA256, ChaCha20-Poly1305): who seals cannot open.
///
/// Sealed form, version 1: version byte, 32-byte encapsulated key, ciphertext with a 16-byte tag. The version and the place
/// are authenticated, so that a sealed value copied to another row does not open.
/// - Source: RFC 9180.
package enum Envelope {
    /// Bytes that sealing adds.
    package static let overhead = 1 + encapsulatedBytes + tagBytes

    private static let version: UInt8 = 1
    private static let encapsulatedBytes = 32
    private static let tagBytes = 16
    private static let suite = HPKE.Ciphersuite.Curve25519_SHA256_ChachaPoly

    /// - Parameter place: where the value is kept, for example `case_entries.body:<id>`; needed again to open it.
    /// - Throws: ``SealingError/unusableKey`` when the key is none that anything can be sealed to.
    package static func seal(_ content: [UInt8], to recipient: SealingPublicKey, place: String) throws(SealingError) -> [UInt8] {
        do {
            let key = try Curve25519.KeyAgreement.PublicKey(rawRepresentation: recipient.bytes)
            guard try !isLowOrder(key) else { throw SealingError.unusableKey }
            var sender = try HPKE.Sender(recipientKey: key, ciphersuite: suite, info: Data(place.utf8))
            var sealed = [version]
            sealed.reserveCapacity(content.count + overhead)
            sealed.append(contentsOf: sender.encapsulatedKey)
            sealed.append(contentsOf: try sender.seal(content, authenticating: [version]))
            return sealed
        } catch {
            throw .unusableKey
        }
    }

    /// - Throws: ``SealingError/malformedEnvelope`` for what is none of ours, ``SealingError/doesNotOpen`` for another key,
    ///   place, or changed bytes.
    package static func open(_ sealed: [UInt8], with key: SealingPrivateKey, place: String) throws(SealingError) -> [UInt8] {
        guard sealed.count >= overhead, sealed.first == version else { throw .malformedEnvelope }
        do {
            let encapsulated = Data(sealed[1..<1 + encapsulatedBytes])
            guard try !isLowOrder(Curve25519.KeyAgreement.PublicKey(rawRepresentation: encapsulated)) else {
                throw SealingError.doesNotOpen
            }
            var recipient = try HPKE.Recipient(
                privateKey: key.key, ciphersuite: suite, info: Data(place.utf8), encapsulatedKey: encapsulated)
            return Array(try recipient.open(sealed[(1 + encapsulatedBytes)...], authenticating: [version]))
        } catch {
            throw .doesNotOpen
        }
    }

    /// Whether the point gives everybody the same secret, zero: RFC 9180 (§7.1.4) wants such points refused, and the
    /// library does not look. Any private key shows it, since all are multiples of 8.
    private static func isLowOrder(_ key: Curve25519.KeyAgreement.PublicKey) throws -> Bool {
        let probe = try Curve25519.KeyAgreement.PrivateKey(rawRepresentation: [UInt8](repeating: 1, count: 32))
        return try probe.sharedSecretFromKeyAgreement(with: key).withUnsafeBytes { $0.allSatisfy { $0 == 0 } }
    }
}
