package import Core
import Crypto

/// Ties the entries of the audit log together: each entry's hash covers the one before and all of its own fields, under a
/// key derived from the master key, so that a change in the database alone is found.
///
/// What is cut off at the end leaves a shorter chain that is whole: only a head noted elsewhere tells (``AuditHead``).
package enum AuditChain {
    /// What stands before the first entry.
    package static let origin = [UInt8](repeating: 0, count: 32)

    /// The hash of an entry; 32 bytes.
    /// - Parameter previous: the hash of the entry before, or ``origin``.
    package static func hash(
        previous: [UInt8], sequence: Int64, at: Instant, actor: String, action: String, subject: String, detail: String,
        keys: KeyRing
    ) -> [UInt8] {
        let entry = AuditEntry(
            sequence: sequence, at: at, actor: actor, action: action, subject: subject, detail: detail, hash: [])
        return hash(of: entry, previous: previous, key: key(of: keys))
    }

    static func key(of keys: KeyRing) -> SymmetricKey { SymmetricKey(data: keys.derived("audit_chain")) }

    static func hash(of entry: AuditEntry, previous: [UInt8], key: SymmetricKey) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: encoded(entry, previous: previous), using: key))
    }

    /// Version byte 1, then each field behind its length, so that nothing can move from one field into the next. Numbers
    /// are 8 bytes, big-endian; texts are their UTF-8.
    private static func encoded(_ entry: AuditEntry, previous: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = [1]
        let fields: [[UInt8]] = [
            previous, bigEndian(entry.sequence), bigEndian(entry.at.milliseconds), Array(entry.actor.utf8),
            Array(entry.action.utf8), Array(entry.subject.utf8), Array(entry.detail.utf8),
        ]
        for field in fields {
            bytes.append(contentsOf: bigEndian(Int64(field.count)))
            bytes.append(contentsOf: field)
        }
        return bytes
    }

    private static func bigEndian(_ number: Int64) -> [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> Int64($0)) }
    }
}
