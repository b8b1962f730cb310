import Crypto
import CryptoExtras
import Dispatch
import Synchronization

/// How much work a password takes: scrypt with N = 2^`exponent`, r = 8, p = 1.
package struct HashCost: Sendable, Hashable {
    /// What a stored cost may be; more would let damaged data ask for gigabytes.
    package static let exponents: ClosedRange<UInt8> = 10...20

    /// 0.3 seconds and 128 MB.
    package static let standard = HashCost(unchecked: 17)
    /// Some milliseconds and 1 MB: for tests only, it protects nothing.
    package static let forTests = HashCost(unchecked: 10)

    let exponent: UInt8

    /// scrypt's N, at most 2^20.
    var rounds: Int { 1 << Int(exponent) }

    private init(unchecked exponent: UInt8) { self.exponent = exponent }

    /// Nil outside ``exponents``.
    package init?(exponent: UInt8) {
        guard Self.exponents.contains(exponent) else { return nil }
        self.exponent = exponent
    }
}

/// scrypt, one at a time and on a thread of its own, because each takes 128 MB and a third of a second.
final class SlowHash: Sendable {
    /// The only one, but in tests.
    static let shared = SlowHash(rounds: 64 * HashCost.standard.rounds)

    private let limit: Int
    private let thread = DispatchQueue(label: "nhipcau.sealing.slow-hash")
    private let taken = Mutex(0)

    /// - Parameter rounds: how much work may wait and run, in rounds of scrypt; what would be more is refused. The shared
    ///   one takes 64 hashes of standard cost, some twenty seconds.
    init(rounds: Int) { limit = rounds }

    /// 32 bytes from a password. Suspends the caller, blocks no thread of the cooperative pool.
    /// - Throws: ``SealingError/busy`` when too much work waits, or memory is lacking.
    func key(password: [UInt8], salt: [UInt8], cost: HashCost) async throws(SealingError) -> [UInt8] {
        let isAdmitted = taken.withLock { taken in
            guard taken + cost.rounds <= limit else { return false }
            taken += cost.rounds
            return true
        }
        guard isAdmitted else { throw .busy }
        let key: [UInt8]? = await withCheckedContinuation { continuation in
            thread.async {
                let key = try? KDF.Scrypt.deriveKey(
                    from: password, salt: salt, outputByteCount: 32, rounds: cost.rounds, blockSize: 8, parallelism: 1
                ).withUnsafeBytes { Array($0) }
                self.taken.withLock { $0 -= cost.rounds }
                continuation.resume(returning: key)
            }
        }
        guard let key else { throw .busy }
        return key
    }
}
