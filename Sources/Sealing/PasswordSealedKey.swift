import Crypto
import Foundation

/// A private key under a password: scrypt, then AES-256-GCM.
///
/// Encoded form, version 1: version byte, cost (log2 of scrypt's N), 32-byte public key, 16-byte salt, 12-byte nonce, 32-byte
/// sealed key, 16-byte tag. Everything before the nonce and the place are authenticated.
package struct PasswordSealedKey: Sendable, Equatable {
    /// Of ``encoded``.
    package static let byteCount = headerBytes + saltBytes + sealedBytes

    /// Whose private key this is.
    package let publicKey: SealingPublicKey
    package let cost: HashCost
    /// 16 bytes.
    package let salt: [UInt8]
    /// Nonce, sealed key and tag: 60 bytes.
    package let sealed: [UInt8]

    private static let version: UInt8 = 1
    private static let headerBytes = 2 + SealingPublicKey.byteCount
    private static let saltBytes = 16
    private static let nonceBytes = 12
    private static let tagBytes = 16
    private static let sealedBytes = nonceBytes + SealingPrivateKey.byteCount + tagBytes

    /// Seals `key`; takes 0.3 seconds at the standard cost, one after the other in the whole process.
    ///
    /// - Parameters:
    ///   - password: as it was typed; nothing is trimmed, but it does not matter how a keyboard composes its letters.
    ///   - place: where the result is kept, for example `staff.key:<id>`; needed again to open it.
    ///   - cost: kept in the result.
    /// - Throws: ``SealingError/busy``.
    package static func make(
        _ key: SealingPrivateKey, password: String, place: String, cost: HashCost = .standard
    ) async throws(SealingError) -> PasswordSealedKey {
        let salt = SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }
        let hash = try await SlowHash.shared.key(password: Self.bytes(of: password), salt: salt, cost: cost)
        do {
            let header = header(publicKey: key.publicKey, cost: cost, salt: salt)
            let box = try AES.GCM.seal(key.bytes, using: SymmetricKey(data: hash), authenticating: header + Array(place.utf8))
            let sealed = Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
            return PasswordSealedKey(publicKey: key.publicKey, cost: cost, salt: salt, sealed: sealed)
        } catch {
            throw .unusableKey
        }
    }

    /// The key; takes as long as ``make(_:password:place:cost:)``, also for a wrong password.
    ///
    /// - Throws: ``SealingError/doesNotOpen`` for another password or place, or changed bytes; ``SealingError/busy``.
    package func open(password: String, place: String) async throws(SealingError) -> SealingPrivateKey {
        let hash = try await SlowHash.shared.key(password: Self.bytes(of: password), salt: salt, cost: cost)
        let opened: SealingPrivateKey
        do {
            let nonce = try AES.GCM.Nonce(data: sealed.prefix(Self.nonceBytes))
            let box = try AES.GCM.SealedBox(
                nonce: nonce, ciphertext: sealed.dropFirst(Self.nonceBytes).dropLast(Self.tagBytes),
                tag: sealed.suffix(Self.tagBytes))
            let header = Self.header(publicKey: publicKey, cost: cost, salt: salt)
            opened = try SealingPrivateKey(
                bytes: Array(try AES.GCM.open(box, using: SymmetricKey(data: hash), authenticating: header + Array(place.utf8))))
        } catch {
            throw .doesNotOpen
        }
        guard opened.publicKey == publicKey else { throw .doesNotOpen }
        return opened
    }

    /// Some systems send "ậ" as one scalar and some as three.
    private static func bytes(of password: String) -> [UInt8] { Array(password.precomposedStringWithCanonicalMapping.utf8) }

    private static func header(publicKey: SealingPublicKey, cost: HashCost, salt: [UInt8]) -> [UInt8] {
        [version, cost.exponent] + publicKey.bytes + salt
    }
}

// MARK: - Storing

extension PasswordSealedKey {
    /// ``byteCount`` bytes.
    package var encoded: [UInt8] { Self.header(publicKey: publicKey, cost: cost, salt: salt) + sealed }

    /// - Throws: ``SealingError/malformedEnvelope`` unless these are ``byteCount`` bytes of a version and a cost we know.
    package init(encoded: [UInt8]) throws(SealingError) {
        guard encoded.count == Self.byteCount, encoded[0] == Self.version, let cost = HashCost(exponent: encoded[1]) else {
            throw .malformedEnvelope
        }
        publicKey = try SealingPublicKey(bytes: Array(encoded[2..<Self.headerBytes]))
        self.cost = cost
        salt = Array(encoded[Self.headerBytes..<Self.headerBytes + Self.saltBytes])
        sealed = Array(encoded[(Self.headerBytes + Self.saltBytes)...])
    }
}
