import Core
import Sealing
import Testing

@Suite("The payload cipher")
struct PayloadCipherTests {
    private static let day = KeyDay(rawValue: 20_781)

    private func key(_ day: KeyDay = Self.day, ring: KeyRing = KeyRing(master: .random())) throws -> DataKey {
        let wrapped = try ring.makeWrapped(for: day)
        return try #require(try ring.key(for: day) { wrapped })
    }

    @Test("opens what it sealed, empty content too", arguments: [[], [0], Array("con bị bạn đánh".utf8)])
    func roundTrip(content: [UInt8]) throws {
        let key = try key()
        let sealed = try PayloadCipher.seal(content, with: key, place: "events.payload:1")
        #expect(sealed.count == content.count + PayloadCipher.overhead)
        #expect(try PayloadCipher.day(of: sealed) == Self.day)
        #expect(try PayloadCipher.open(sealed, with: key, place: "events.payload:1") == content)
    }

    @Test("never seals the same content to the same bytes")
    func isRandomised() throws {
        let key = try key()
        let seals = try (0..<20).map { _ in try PayloadCipher.seal([1, 2, 3], with: key, place: "p") }
        #expect(Set(seals).count == 20)
    }

    @Test("does not open at another place")
    func placeIsBound() throws {
        let key = try key()
        let sealed = try PayloadCipher.seal([1, 2, 3], with: key, place: "outbox.body:1")
        #expect(throws: SealingError.doesNotOpen) {
            try PayloadCipher.open(sealed, with: key, place: "outbox.body:2")
        }
    }

    @Test("does not open with another key of the same day")
    func keyIsBound() throws {
        let sealed = try PayloadCipher.seal([1, 2, 3], with: key(), place: "p")
        #expect(throws: SealingError.doesNotOpen) { try PayloadCipher.open(sealed, with: key(), place: "p") }
    }

    @Test("does not open after any byte was changed or removed")
    func everyByteCounts() throws {
        let key = try key()
        let sealed = try PayloadCipher.seal([7, 8], with: key, place: "p")
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: SealingError.self) { try PayloadCipher.open(changed, with: key, place: "p") }
            #expect(throws: SealingError.self) {
                try PayloadCipher.open(Array(sealed.prefix(index)), with: key, place: "p")
            }
        }
    }

    @Test("knows that a day in Viet Nam begins at 17:00 UTC of the day before, and never gives the standing key")
    func days() {
        let midnight = CivilDate(year: 2026, month: 11, day: 24)?.at() ?? Instant(milliseconds: 0)
        #expect(KeyDay(midnight).rawValue == KeyDay(midnight - .milliseconds(1)).rawValue + 1)
        #expect(KeyDay(Instant(milliseconds: .min)) > .standing)
        #expect(KeyDay(Instant(milliseconds: .max)) > .standing)
    }
}
