import Sealing
import Testing

private enum LowOrderPoints {
    /// The points of order 1, 2, 4 and 8, in every way that 32 bytes can write them.
    static let all: [[UInt8]] = {
        let high = [UInt8](repeating: 0xFF, count: 30)
        let points: [[UInt8]] = [
            [UInt8](repeating: 0, count: 32), [1] + [UInt8](repeating: 0, count: 31), [0xEC] + high + [0x7F], [0xED] + high + [0x7F],
            [0xEE] + high + [0x7F], bytes("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
            bytes("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
        ]
        return points + points.map { $0.dropLast() + [$0[31] | 0x80] }
    }()
}

@Suite("Envelopes")
struct EnvelopeTests {
    private let key = SealingPrivateKey.make()

    @Test(
        "open with the private key, empty ones too",
        arguments: [[], [0], Array("con bị bạn đánh".utf8), Array(repeating: 7, count: 100_000)])
    func roundTrip(content: [UInt8]) throws {
        let sealed = try Envelope.seal(content, to: key.publicKey, place: "case_entries.body:1")
        #expect(sealed.count == content.count + Envelope.overhead)
        #expect(try Envelope.open(sealed, with: key, place: "case_entries.body:1") == content)
    }

    @Test("never have the same bytes twice")
    func isRandomised() throws {
        let sealed = try (0..<20).map { _ in try Envelope.seal([1, 2, 3], to: key.publicKey, place: "p") }
        #expect(Set(sealed).count == 20)
    }

    @Test("do not open with another key or at another place")
    func bound() throws {
        let sealed = try Envelope.seal([1, 2, 3], to: key.publicKey, place: "p:1")
        #expect(throws: SealingError.doesNotOpen) { try Envelope.open(sealed, with: .make(), place: "p:1") }
        #expect(throws: SealingError.doesNotOpen) { try Envelope.open(sealed, with: key, place: "p:2") }
    }

    @Test("do not open after any byte was changed, removed or added")
    func everyByteCounts() throws {
        let sealed = try Envelope.seal([7, 8], to: key.publicKey, place: "p")
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: SealingError.self) { try Envelope.open(changed, with: key, place: "p") }
            #expect(throws: SealingError.self) { try Envelope.open(Array(sealed.prefix(index)), with: key, place: "p") }
        }
        #expect(throws: SealingError.doesNotOpen) { try Envelope.open(sealed + [0], with: key, place: "p") }
    }

    @Test("of another version or too short for one are told apart from those that do not open")
    func malformed() throws {
        var sealed = try Envelope.seal([], to: key.publicKey, place: "p")
        #expect(throws: SealingError.malformedEnvelope) { try Envelope.open(Array(sealed.dropLast()), with: key, place: "p") }
        sealed[0] = 2
        #expect(throws: SealingError.malformedEnvelope) { try Envelope.open(sealed, with: key, place: "p") }
        #expect(throws: SealingError.malformedEnvelope) { try Envelope.open([], with: key, place: "p") }
    }

    @Test("are not sealed to a point that gives everybody the same secret, and none made with one opens", arguments: LowOrderPoints.all)
    func lowOrder(point: [UInt8]) throws {
        let recipient = try SealingPublicKey(bytes: point)
        #expect(throws: SealingError.unusableKey) { try Envelope.seal([1], to: recipient, place: "p") }
        let forged = [1] + point + [UInt8](repeating: 0, count: 16)
        #expect(throws: SealingError.doesNotOpen) { try Envelope.open(forged, with: key, place: "p") }
    }

    /// Made once with another implementation of RFC 9180: format 1 must stay readable for as long as there are cases.
    @Test("of format 1 open in every version")
    func fixedForm() throws {
        let key = try SealingPrivateKey(bytes: Array(1...32))
        #expect(key.publicKey.bytes == bytes("07a37cbc142093c8b755dc1b10e86cb426374ad16aa853ed0bdfc0b2b86d1c7c"))
        #expect(key.publicKey.fingerprint == "aaa8-fff7-03b5-0b22")
        let sealed = bytes(
            "015714769d116bf76436ae74bc793d2c30ad1903c59ac5273805c7e2698b410c364a2278277517d0a120e1a1ec72ec0c062193e52d732520e2"
                + "77a00f8b194e2e1eafab27b6453e8dc0e0023dc4b290d09ac2188ad599c8")
        let opened = try Envelope.open(sealed, with: key, place: "case_entries.body:01")
        #expect(String(decoding: opened, as: UTF8.self) == "bị bạn đánh ở cổng trường")
    }
}

@Suite("Keys of cases")
struct SealingKeyTests {
    @Test("a wrap opens for its holder, on its case, under its name, and for nobody else")
    func wraps() throws {
        let (caseKey, member, other) = (SealingPrivateKey.make(), SealingPrivateKey.make(), SealingPrivateKey.make())
        let wrap = try caseKey.wrapped(for: member.publicKey, caseID: "c1", holder: "staff-1")
        let opened = try SealingPrivateKey.unwrap(wrap, with: member, caseID: "c1", holder: "staff-1")
        #expect(opened.bytes == caseKey.bytes && opened.publicKey == caseKey.publicKey)
        #expect(throws: SealingError.doesNotOpen) {
            try SealingPrivateKey.unwrap(wrap, with: other, caseID: "c1", holder: "staff-1")
        }
        #expect(throws: SealingError.doesNotOpen) {
            try SealingPrivateKey.unwrap(wrap, with: member, caseID: "c2", holder: "staff-1")
        }
        #expect(throws: SealingError.doesNotOpen) {
            try SealingPrivateKey.unwrap(wrap, with: member, caseID: "c1", holder: "duty")
        }
    }

    @Test("a wrap that holds no key is refused")
    func wrongContent() throws {
        let member = SealingPrivateKey.make()
        let wrap = try Envelope.seal([1, 2, 3], to: member.publicKey, place: "case_key:c1:duty")
        #expect(throws: SealingError.unusableKey) {
            try SealingPrivateKey.unwrap(wrap, with: member, caseID: "c1", holder: "duty")
        }
    }

    @Test("have 32 bytes", arguments: [0, 31, 33, 64])
    func lengths(count: Int) {
        let bytes = [UInt8](repeating: 9, count: count)
        #expect(throws: SealingError.unusableKey) { try SealingPublicKey(bytes: bytes) }
        #expect(throws: SealingError.unusableKey) { try SealingPrivateKey(bytes: bytes) }
    }

    @Test("are each another")
    func chance() {
        #expect(Set((0..<50).map { _ in SealingPrivateKey.make().publicKey }).count == 50)
    }
}
