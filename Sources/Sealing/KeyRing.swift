import Crypto
import Synchronization

/// Makes, wraps and remembers data keys. Knows nothing about where the wrapped keys are kept.
///
/// Thread-safe. Only keys whose wrapped form is known to be durable may be asked for: see ``makeWrapped(for:)``.
package final class KeyRing: Sendable {
    private let master: DataKey
    private let opened = Mutex<[KeyDay: DataKey]>([:])

    package init(master: MasterKey) { self.master = DataKey(day: .standing, key: master.key) }

    /// A new random key for `day`, wrapped under the master key.
    ///
    /// The key itself is not remembered: keep the result durably first, then ask for it with ``key(for:wrapped:)``.
    /// Otherwise content could be sealed under a key that a rolled-back transaction never kept.
    /// - Throws: ``SealingError``.
    package func makeWrapped(for day: KeyDay) throws(SealingError) -> [UInt8] {
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        return try PayloadCipher.seal(bytes, with: master, place: Self.place(of: day))
    }

    /// The key of `day`, opened once and then remembered.
    ///
    /// - Parameter wrapped: looks the wrapped key up when it is not yet remembered; nil when there is none.
    /// - Returns: nil when the key does not exist (any more).
    /// - Throws: ``SealingError/doesNotOpen`` when it was wrapped under another master key; what `wrapped` throws.
    package func key(for day: KeyDay, wrapped: () throws -> [UInt8]?) throws -> DataKey? {
        if let known = opened.withLock({ $0[day] }) { return known }
        guard let envelope = try wrapped() else { return nil }
        let bytes = try PayloadCipher.open(envelope, with: master, place: Self.place(of: day))
        let key = DataKey(day: day, key: SymmetricKey(data: bytes))
        opened.withLock { $0[day] = key }
        return key
    }

    /// 32 bytes that only the holder of the master key can make, others for each purpose: for marks and chains.
    ///
    /// - Parameter purpose: a fixed name; never anything from outside.
    package func derived(_ purpose: String) -> [UInt8] {
        let key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: master.key, salt: Array("nhipcau.derived".utf8), info: Array(purpose.utf8), outputByteCount: 32)
        return key.withUnsafeBytes { Array($0) }
    }

    /// Forgets the remembered daily keys before `day`; the standing key stays.
    package func forget(before day: KeyDay) {
        opened.withLock { keys in keys = keys.filter { $0.key >= day || $0.key == .standing } }
    }

    private static func place(of day: KeyDay) -> String { "data_keys.wrapped:\(day.rawValue)" }
}
