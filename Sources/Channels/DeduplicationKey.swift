package import Core
import Crypto

/// Makes keys that are equal for redeliveries of one event and for nothing else.
package enum DeduplicationKey {
    /// The parts in order; what separates them cannot occur inside one.
    package static func make(_ kind: ChannelKind, _ parts: String...) -> String {
        ([kind.rawValue] + parts).map(escaped).joined(separator: "|")
    }

    /// For events without an id of their own: redeliveries repeat the body byte by byte.
    package static func make(_ kind: ChannelKind, _ name: String, body: [UInt8]) -> String {
        var hasher = SHA256()
        body.withUnsafeBytes { hasher.update(bufferPointer: $0) }
        return make(kind, name, Hexadecimal.text(hasher.finalize().prefix(16)))
    }

    private static func escaped(_ part: String) -> String {
        guard part.utf8.contains(where: { $0 == UInt8(ascii: "|") || $0 == UInt8(ascii: "%") }) else { return part }
        var scalars = String.UnicodeScalarView()
        for scalar in part.unicodeScalars {
            switch scalar {
            case "|": scalars.append(contentsOf: "%7C".unicodeScalars)
            case "%": scalars.append(contentsOf: "%25".unicodeScalars)
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }
}
