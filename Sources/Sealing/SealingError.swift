/// What can go wrong with keys and sealed content. Never carries key material or content.
package enum SealingError: Error, Sendable, Equatable {
    /// The key is not 32 bytes, or not 64 hexadecimal digits.
    case malformedKey(source: String, of: KeyPurpose = .master)
    case keyFileMissing(path: String, of: KeyPurpose = .master)
    case keyFileUnreadable(path: String, errno: Int32, of: KeyPurpose = .master)
    /// Others than the owner may read the key file.
    case keyFileExposed(path: String, of: KeyPurpose = .master)
    /// Not the key that the database was used with; both are given as fingerprints.
    case foreignKey(path: String, of: KeyPurpose, expected: String, found: String)
    /// The key does not open what was sealed: another master key, changed bytes, or a row moved elsewhere.
    case doesNotOpen
    /// Too short, or of a format that this version does not know.
    case malformedEnvelope
    /// A stored public or private key has the wrong length, or is one that nothing can be sealed to.
    case unusableKey
    /// Too many passwords are being checked already, or memory for it is lacking.
    case busy
}

extension SealingError {
    /// Stable; for logs and counters.
    package var code: String {
        switch self {
        case .malformedKey: "malformed_key"
        case .keyFileMissing: "key_file_missing"
        case .keyFileUnreadable: "key_file_unreadable"
        case .keyFileExposed: "key_file_exposed"
        case .foreignKey: "foreign_key"
        case .doesNotOpen: "does_not_open"
        case .malformedEnvelope: "malformed_envelope"
        case .unusableKey: "unusable_key"
        case .busy: "busy"
        }
    }

    /// Otherwise no attempt with the same key can succeed.
    package var isRetryable: Bool { self == .busy }

    /// What happened and what mends it, for the person who runs the service.
    package var text: String {
        switch self {
        case .malformedKey(let source, let key):
            "The \(key.name) in \(source) must be 32 bytes, or 64 hexadecimal digits. Restore it from your key backup."
        case .keyFileMissing(let path, .master):
            "There is no master key at \(path). Restore it from your key backup; without it stored content stays sealed."
        case .keyFileMissing(let path, .duty):
            "There is no duty key at \(path). Restore it from your key backup; without it nobody on duty can open the cases at hand."
        case .keyFileUnreadable(let path, let errno, let key):
            "The \(key.name) at \(path) cannot be read or written (system error \(errno)). Check the owner and rights."
        case .keyFileExposed(let path, let key):
            "Other users may read the \(key.name) at \(path). Run: chmod 600 \(path)"
        case .foreignKey(let path, let key, let expected, let found):
            "The \(key.name) at \(path) is \(found), but this database was used with \(expected). Put that key back from your key backup."
        case .doesNotOpen:
            "The content does not open with this key. Check that the master key belongs to this database."
        case .unusableKey:
            "A stored key cannot be used; it was damaged, or written by a newer version."
        case .busy:
            "Too many passwords and codes are being checked at once. Try again in a few seconds."
        case .malformedEnvelope:
            "Sealed content has an unknown form; it was damaged, or written by a newer version."
        }
    }
}
