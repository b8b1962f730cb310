import Crypto
import Synchronization

/// Makes, wraps and remembers data keys. Knows nothing about where the wrapped keys are kept.
///
/// Thread-safe. Only keys whose wrapped form is known to be durable may be asked for: see ``makeWrapped(for:)``.
package final class KeyRing: Sendable {
    private let master: Mutex<MasterKey>
    private let reload: @Sendable () -> MasterKey?
    private let opened = Mutex<[KeyDay: DataKey]>([:])

    /// - Parameter reload: reads the master key again, when one does not open or a new one is to be wrapped: while the
    ///   service runs, somebody may have changed it.
    package init(master: MasterKey, reload: @escaping @Sendable () -> MasterKey? = { nil }) {
        self.master = Mutex(master)
        self.reload = reload
    }

    /// A new random key for `day`, wrapped under the master key.
    ///
    /// The key itself is not remembered: keep the result durably first, then ask for it with ``key(for:wrapped:)``.
    /// Otherwise content could be sealed under a key that a rolled-back transaction never kept.
    /// - Throws: ``SealingError``.
    package func makeWrapped(for day: KeyDay) throws(SealingError) -> [UInt8] {
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        if let now = reload() { master.withLock { $0 = now } }
        return try Self.wrap(bytes, for: day, under: master.withLock(\.key))
    }

    /// A wrapped key, wrapped under another master key.
    ///
    /// - Returns: nil when it is wrapped under that one already.
    /// - Throws: ``SealingError/doesNotOpen`` when none of our master keys opens it.
    package func rewrapped(_ wrapped: [UInt8], for day: KeyDay, under next: MasterKey) throws(SealingError) -> [UInt8]? {
        if (try? Self.unwrap(wrapped, for: day, with: next.key)) != nil { return nil }
        return try Self.wrap(unwrap(wrapped, for: day), for: day, under: next.key)
    }

    private static func wrap(_ bytes: [UInt8], for day: KeyDay, under key: SymmetricKey) throws(SealingError) -> [UInt8] {
        try PayloadCipher.seal(bytes, with: DataKey(day: .standing, key: key), place: place(of: day))
    }

    private static func unwrap(_ wrapped: [UInt8], for day: KeyDay, with key: SymmetricKey) throws(SealingError) -> [UInt8] {
        try PayloadCipher.open(wrapped, with: DataKey(day: .standing, key: key), place: place(of: day))
    }

    private func unwrap(_ wrapped: [UInt8], for day: KeyDay) throws(SealingError) -> [UInt8] {
        let known = master.withLock(\.self)
        for key in [known.key] + known.others {
            if let bytes = try? Self.unwrap(wrapped, for: day, with: key) { return bytes }
        }
        guard let now = reload() else { throw .doesNotOpen }
        master.withLock { $0 = now }
        for key in [now.key] + now.others {
            if let bytes = try? Self.unwrap(wrapped, for: day, with: key) { return bytes }
        }
        throw .doesNotOpen
    }

    /// The key of `day`, opened once and then remembered.
    ///
    /// - Parameter wrapped: looks the wrapped key up when it is not yet remembered; nil when there is none.
    /// - Returns: nil when the key does not exist (any more).
    /// - Throws: ``SealingError/doesNotOpen`` when it was wrapped under another master key; what `wrapped` throws.
    package func key(for day: KeyDay, wrapped: () throws -> [UInt8]?) throws -> DataKey? {
        if let known = opened.withLock({ $0[day] }) { return known }
        guard let envelope = try wrapped() else { return nil }
        let bytes = try unwrap(envelope, for: day)
        let key = DataKey(day: day, key: SymmetricKey(data: bytes))
        opened.withLock { $0[day] = key }
        return key
    }

    /// 32 bytes that only the holder of the master key can make, others for each purpose: for marks and chains.
    ///
    /// - Parameter purpose: a fixed name; never anything from outside.
    package func derived(_ purpose: String) -> [UInt8] {
        let key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: master.withLock(\.root), salt: Array("nhipcau.derived".utf8), info: Array(purpose.utf8), outputByteCount: 32)
        return key.withUnsafeBytes { Array($0) }
    }

    /// Forgets the remembered daily keys before `day`; the standing key stays.
    package func forget(before day: KeyDay) {
        opened.withLock { keys in keys = keys.filter { $0.key >= day || $0.key == .standing } }
    }

    private static func place(of day: KeyDay) -> String { "data_keys.wrapped:\(day.rawValue)" }
}
