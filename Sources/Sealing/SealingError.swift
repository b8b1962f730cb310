/// What can go wrong with keys and sealed content. Never carries key material or content.
package enum SealingError: Error, Sendable, Equatable {
    /// The master key is not 32 bytes, or not 64 hexadecimal digits.
    case malformedKey(source: String)
    case keyFileMissing(path: String)
    case keyFileUnreadable(path: String, errno: Int32)
    /// Others than the owner may read the key file.
    case keyFileExposed(path: String)
    /// The key does not open what was sealed: another master key, changed bytes, or a row moved elsewhere.
    case doesNotOpen
    /// Too short, or of a format that this version does not know.
    case malformedEnvelope
}

extension SealingError {
    /// Stable; for logs and counters.
    package var code: String {
        switch self {
        case .malformedKey: "malformed_key"
        case .keyFileMissing: "key_file_missing"
        case .keyFileUnreadable: "key_file_unreadable"
        case .keyFileExposed: "key_file_exposed"
        case .doesNotOpen: "does_not_open"
        case .malformedEnvelope: "malformed_envelope"
        }
    }

    /// No attempt with the same key can succeed.
    package var isRetryable: Bool { false }

    /// What happened and what mends it, for the person who runs the service.
    package var text: String {
        switch self {
        case .malformedKey(let source):
            "The master key in \(source) must be 32 bytes, or 64 hexadecimal digits. Restore it from your key backup."
        case .keyFileMissing(let path):
            "There is no master key at \(path). Restore it from your key backup; without it stored content stays sealed."
        case .keyFileUnreadable(let path, let errno):
            "The master key at \(path) cannot be read or written (system error \(errno)). Check the owner and rights."
        case .keyFileExposed(let path):
            "Other users may read the master key at \(path). Run: chmod 600 \(path)"
        case .doesNotOpen:
            "The content does not open with this key. Check that the master key belongs to this database."
        case .malformedEnvelope:
            "Sealed content has an unknown form; it was damaged, or written by a newer version."
        }
    }
}
