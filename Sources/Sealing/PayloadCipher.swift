import Crypto

/// Seals content at rest: AES-256-GCM under a day's key, bound to the place where it is kept.
///
/// Sealed form, version 1: version byte, day as 4 bytes (big-endian), 12-byte nonce, ciphertext, 16-byte tag.
/// The first five bytes and the place are authenticated, so that a sealed value copied to another row does not open.
package enum PayloadCipher {
    /// Bytes that sealing adds.
    package static let overhead = headerBytes + nonceBytes + tagBytes

    private static let version: UInt8 = 1
    private static let headerBytes = 5
    private static let nonceBytes = 12
    private static let tagBytes = 16

    /// - Parameter place: where the value is kept, for example `outbox.body:<id>`; needed again to open it.
    /// - Throws: ``SealingError``.
    package static func seal(_ content: [UInt8], with key: DataKey, place: String) throws(SealingError) -> [UInt8] {
        let header = header(of: key.day)
        do {
            let box = try AES.GCM.seal(content, using: key.key, authenticating: header + Array(place.utf8))
            var sealed = header
            sealed.reserveCapacity(content.count + overhead)
            sealed.append(contentsOf: box.nonce)
            sealed.append(contentsOf: box.ciphertext)
            sealed.append(contentsOf: box.tag)
            return sealed
        } catch {
            throw .malformedEnvelope
        }
    }

    /// Which key opens this.
    /// - Throws: ``SealingError/malformedEnvelope``.
    package static func day(of sealed: [UInt8]) throws(SealingError) -> KeyDay {
        guard sealed.count >= overhead, sealed.first == version else { throw .malformedEnvelope }
        let bits = sealed[1..<headerBytes].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return KeyDay(rawValue: Int32(bitPattern: bits))
    }

    /// - Throws: ``SealingError/doesNotOpen`` for another key, place, or changed bytes.
    package static func open(_ sealed: [UInt8], with key: DataKey, place: String) throws(SealingError) -> [UInt8] {
        guard try day(of: sealed) == key.day else { throw .doesNotOpen }
        do {
            let nonce = try AES.GCM.Nonce(data: sealed[headerBytes..<headerBytes + nonceBytes])
            let box = try AES.GCM.SealedBox(
                nonce: nonce, ciphertext: sealed[(headerBytes + nonceBytes)..<(sealed.count - tagBytes)],
                tag: sealed[(sealed.count - tagBytes)...])
            return Array(try AES.GCM.open(box, using: key.key, authenticating: header(of: key.day) + Array(place.utf8)))
        } catch {
            throw .doesNotOpen
        }
    }

    private static func header(of day: KeyDay) -> [UInt8] {
        let bits = UInt32(bitPattern: day.rawValue)
        return [version] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: bits >> UInt32($0)) }
    }
}
