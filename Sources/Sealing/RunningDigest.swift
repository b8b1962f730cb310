import Crypto

/// SHA-256 of what comes in pieces.
package struct RunningDigest: Sendable {
    private var hash = SHA256()

    package init() {}

    package mutating func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { hash.update(bufferPointer: $0) } }

    /// 32 bytes; of everything that was added until now.
    package var bytes: [UInt8] { Array(hash.finalize()) }
}

/// Proves that something outside the database was written by whoever has the master key: HMAC-SHA256 under a key
/// derived from it.
package enum KeyedMark {
    /// - Parameter purpose: a fixed name; marks made for one purpose are worth nothing for another.
    /// - Returns: 32 bytes.
    package static func make(_ bytes: [UInt8], purpose: String, keys: KeyRing) -> [UInt8] {
        let key = SymmetricKey(data: keys.derived(purpose))
        return Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
    }

    package static func matches(_ mark: [UInt8], _ bytes: [UInt8], purpose: String, keys: KeyRing) -> Bool {
        ConstantTime.isEqual(mark, make(bytes, purpose: purpose, keys: keys))
    }
}

/// Base 16 for marks and digests that stand in text.
package enum Digits {
    package static func text(_ bytes: [UInt8]) -> String { Hexadecimal.encode(bytes) }

    /// Nil unless it is an even number of digits.
    package static func bytes(_ text: String) -> [UInt8]? { Hexadecimal.decode(text) }
}
