/// The key that opens new cases for whoever is on duty. Lives outside the database, in a file like the master key's.
///
/// Lost, cases can still be opened by the team's members; stolen together with the database, all open cases can be read.
package enum DutyKey {
    /// Reads the key file (32 raw bytes, or 64 hexadecimal digits).
    ///
    /// - Throws: ``SealingError`` when it is missing, unreadable, malformed, or readable by others; its text says what to do.
    package static func load(from path: String) throws(SealingError) -> SealingPrivateKey {
        try SealingPrivateKey(bytes: KeyFile.key(at: path, of: .duty))
    }

    /// Reads the key file, or makes one that only its owner may read and syncs it to disk.
    ///
    /// Two processes that start together end up with the same key: the file appears complete or not at all.
    /// - Throws: ``SealingError``; nothing is left behind.
    package static func loadOrCreate(at path: String) throws(SealingError) -> SealingPrivateKey {
        try SealingPrivateKey(bytes: KeyFile.keyOrNew(at: path, of: .duty))
    }

    /// Reads the key file and compares the key with the one that cases are sealed for.
    ///
    /// - Throws: ``SealingError/foreignKey(path:of:expected:found:)`` for another key, otherwise as ``load(from:)``.
    package static func load(from path: String, expecting publicKey: SealingPublicKey) throws(SealingError) -> SealingPrivateKey {
        let key = try load(from: path)
        guard key.publicKey == publicKey else {
            throw .foreignKey(path: path, of: .duty, expected: publicKey.fingerprint, found: key.publicKey.fingerprint)
        }
        return key
    }

    /// The key at `next` takes the place of the one at `path`, which stays as `kept`: backups from before still need it.
    ///
    /// Can be done again when it was interrupted.
    /// - Throws: ``SealingError/keyFileUnreadable(path:errno:of:)``.
    package static func exchange(_ path: String, next: String, keeping kept: String) throws(SealingError) {
        try KeyFile.exchange(path, next: next, keeping: kept, of: .duty)
    }
}
