import Testing

@testable import Sealing

@Suite("Keys under passwords")
struct PasswordSealedKeyTests {
    private let key = SealingPrivateKey.make()

    private func make(_ password: String, place: String = "staff.key:1") async throws -> PasswordSealedKey {
        try await PasswordSealedKey.make(key, password: password, place: place, cost: .forTests)
    }

    @Test("open with the password, after having been stored", arguments: ["a", "mật khẩu dài của cô Hạnh", " có dấu cách ", ""])
    func roundTrip(password: String) async throws {
        let stored = try await make(password).encoded
        #expect(stored.count == PasswordSealedKey.byteCount)
        let opened = try await PasswordSealedKey(encoded: stored).open(password: password, place: "staff.key:1")
        #expect(opened.bytes == key.bytes)
    }

    @Test("open however the keyboard composes the letters")
    func composition() async throws {
        let locked = try await make("m\u{1EAD}t kh\u{1EA9}u")
        #expect(try await locked.open(password: "ma\u{323}\u{302}t kha\u{302}\u{309}u", place: "staff.key:1").bytes == key.bytes)
    }

    @Test("do not open with another password or at another place")
    func bound() async throws {
        let locked = try await make("đúng")
        for wrong in ["sai", "Đúng", "đúng ", "dung", ""] {
            await #expect(throws: SealingError.doesNotOpen) { try await locked.open(password: wrong, place: "staff.key:1") }
        }
        await #expect(throws: SealingError.doesNotOpen) { try await locked.open(password: "đúng", place: "staff.key:2") }
    }

    @Test("have a salt of their own each time")
    func salts() async throws {
        let (first, second) = (try await make("x"), try await make("x"))
        #expect(first.salt != second.salt && first.sealed != second.sealed && first != second)
    }

    @Test("do not open after any byte was changed")
    func everyByteCounts() async throws {
        let stored = try await make("x").encoded
        // The cost byte stays: a higher one only takes longer.
        for index in stored.indices where index != 1 {
            var changed = stored
            changed[index] ^= 1
            await #expect(throws: SealingError.self) {
                _ = try await PasswordSealedKey(encoded: changed).open(password: "x", place: "staff.key:1")
            }
        }
    }

    @Test("of another cost than it was made with do not open")
    func cost() async throws {
        var stored = try await make("x").encoded
        stored[1] += 1
        await #expect(throws: SealingError.doesNotOpen) {
            _ = try await PasswordSealedKey(encoded: stored).open(password: "x", place: "staff.key:1")
        }
    }

    @Test("that ask for too much or too little work, or have another length or version, are refused unopened")
    func malformed() async throws {
        let stored = try await make("x").encoded
        for exponent in UInt8.min ... .max {
            var changed = stored
            changed[1] = exponent
            let isRead = (try? PasswordSealedKey(encoded: changed)) != nil
            #expect(isRead == (10...20).contains(exponent), "\(exponent)")
        }
        for other in [[], Array(stored.dropLast()), stored + [0], [2] + stored.dropFirst()] {
            #expect(throws: SealingError.malformedEnvelope) { try PasswordSealedKey(encoded: other) }
        }
    }

    /// Made once with other implementations of scrypt and AES-GCM.
    @Test("of format 1 open in every version")
    func fixedForm() async throws {
        let stored = bytes(
            "010a07a37cbc142093c8b755dc1b10e86cb426374ad16aa853ed0bdfc0b2b86d1c7c000102030405060708090a0b0c0d0e0f"
                + "000102030405060708090a0b5c8f5542d8ce83bc4e08112ee8fcf997d0dbcb2a6e597881d7cc59b2d6c9898e55ba72cae4db1e58028516efe0a3e5bd"
        )
        let opened = try await PasswordSealedKey(encoded: stored).open(password: "mật khẩu dài", place: "staff.key:7")
        #expect(opened.bytes == Array(1...32))
    }

    @Test("take the full cost when none is named")
    func standardCost() async throws {
        let locked = try await PasswordSealedKey.make(key, password: "x", place: "p")
        #expect(locked.encoded[1] == 17)
        #expect(try await locked.open(password: "x", place: "p").bytes == key.bytes)
    }
}

@Suite("The slow hash")
struct SlowHashTests {
    /// RFC 7914, section 12, the vector with N = 16384, r = 8, p = 1.
    @Test("is scrypt")
    func knownAnswer() async throws {
        let cost = try #require(HashCost(exponent: 14))
        let key = try await SlowHash.shared.key(
            password: Array("pleaseletmein".utf8), salt: Array("SodiumChloride".utf8), cost: cost)
        let expected = bytes("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2")
        #expect(key == expected)
    }

    @Test("refuses when too much work waits, and says that waiting helps")
    func full() async {
        let hash = SlowHash(rounds: HashCost.forTests.rounds - 1)
        await #expect(throws: SealingError.busy) { _ = try await hash.key(password: [], salt: [], cost: .forTests) }
        #expect(SealingError.busy.isRetryable && !SealingError.doesNotOpen.isRetryable)
    }

    @Test("counts work until it is done, and serves all that found room")
    func room() async throws {
        let hash = SlowHash(rounds: 8 * HashCost.forTests.rounds)
        for _ in 0..<4 {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 { group.addTask { _ = try await hash.key(password: [1], salt: [2], cost: .forTests) } }
                try await group.waitForAll()
            }
        }
    }
}
