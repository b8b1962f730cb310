import Crypto

/// What is kept of a secret that a client shows: SHA-256 of it. Enough, because the secret has 256 random bits.
package struct TokenHash: Sendable, Equatable {
    /// 32 bytes when made by ``init(of:)``.
    package let bytes: [UInt8]

    package init(of token: String) { bytes = Array(SHA256.hash(data: Array(token.utf8))) }

    /// A hash as it was stored.
    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// Compares in constant time. False for an empty or wrong-sized stored hash.
    package func matches(_ token: String) -> Bool {
        ConstantTime.isEqual(bytes, TokenHash(of: token).bytes)
    }
}

/// A secret for one client: 256 random bits, written as 43 characters of base64url.
package struct BearerToken: Sendable, Secret {
    package let text: String

    /// What may be stored.
    package var hash: TokenHash { TokenHash(of: text) }

    /// From the system's generator.
    package static func make() -> BearerToken {
        BearerToken(text: SymmetricKey(size: .bits256).withUnsafeBytes { Self.base64url($0) })
    }

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".unicodeScalars)

    private static func base64url(_ bytes: some Sequence<UInt8>) -> String {
        var scalars = String.UnicodeScalarView()
        var pending: UInt32 = 0
        var pendingBits: UInt32 = 0
        for byte in bytes {
            pending = pending << 8 | UInt32(byte)
            pendingBits += 8
            while pendingBits >= 6 {
                pendingBits -= 6
                scalars.append(alphabet[Int(pending >> pendingBits & 63)])
            }
            pending &= (1 << pendingBits) - 1
        }
        if pendingBits > 0 { scalars.append(alphabet[Int(pending << (6 - pendingBits) & 63)]) }
        return String(scalars)
    }
}
