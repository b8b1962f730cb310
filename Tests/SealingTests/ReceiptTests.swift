import Core
import Sealing
import Testing

@Suite("What a reporter keeps")
struct ReceiptTests {
    @Test("a code is read as it was made, and however it is typed")
    func codes() throws {
        var random = SeededRandom(seed: 5)
        for _ in 0..<100 {
            let code = ReceiptCode.make(random: &random)
            #expect(ReceiptCode(parsing: code.text) == code)
            #expect(ReceiptCode(parsing: code.text.dropFirst(3).lowercased().split(separator: "-").joined(separator: " ")) == code)
        }
        #expect(ReceiptCode(parsing: "th 7k4m 92qx")?.text == "TH-7K4M-92QX")
        #expect(ReceiptCode(parsing: "th 7k4m 92qy") == nil)
    }

    @Test("the number of a case or of a broadcast is no code")
    func otherNumbers() {
        var random = SeededRandom(seed: 6)
        for prefix in [CheckedNumber.casePrefix, CheckedNumber.broadcastPrefix] {
            #expect(ReceiptCode(parsing: CheckedNumber.make(prefix: prefix, random: &random)) == nil)
        }
    }

    @Test("a PIN has six digits, is read as it was made, and is none of those tried first")
    func pins() {
        var random = SeededRandom(seed: 5)
        var seen: Set<String> = []
        for _ in 0..<5_000 {
            let pin = ReceiptPIN.make(random: &random)
            #expect(pin.text.utf8.count == 6 && pin.text.utf8.allSatisfy { (48...57).contains($0) })
            #expect(ReceiptPIN(parsing: pin.text) == pin)
            #expect(!pin.isWeak)
            seen.insert(pin.text)
        }
        #expect(seen.count > 4_900)
        #expect(seen.contains { $0.hasPrefix("0") })
    }

    @Test(
        "weak PINs",
        arguments: [
            "000000", "999999", "123456", "012345", "654321", "987654", "890123", "210987", "121212", "909090", "123123", "007007",
        ])
    func weak(text: String) {
        #expect(ReceiptPIN(parsing: text)?.isWeak == true)
    }

    @Test("one PIN in nine hundred is weak")
    func weakCount() {
        let weak = (0..<100_000).count { number in
            let digits = String(number)
            return ReceiptPIN(parsing: String(repeating: "0", count: 6 - digits.utf8.count) + digits)?.isWeak == true
        }
        // Of those that begin with 0: 100 with a repeated half, 9 more with two digits in turn, a run up and one down.
        #expect(weak == 111)
    }

    @Test("a PIN is read with spaces and dashes", arguments: ["493817", " 493 817 ", "49-38-17", "493\u{A0}817"])
    func forgiving(text: String) {
        #expect(ReceiptPIN(parsing: text)?.text == "493817")
    }

    @Test("anything else is no PIN", arguments: ["", "49381", "4938177", "49381a", "４９３８１７", "49381٧", String(repeating: " ", count: 90)])
    func refused(text: String) {
        #expect(ReceiptPIN(parsing: text) == nil)
    }
}

@Suite("Mailboxes")
struct MailboxTests {
    private let keys = KeyRing(master: .random())
    private let code: ReceiptCode
    private let pin: ReceiptPIN

    init() {
        var random = SeededRandom(seed: 9)
        code = ReceiptCode.make(random: &random)
        pin = ReceiptPIN.make(random: &random)
    }

    private func mailbox() async throws -> Mailbox {
        try await Mailbox.make(code: code, pin: pin, keys: keys, cost: .forTests)
    }

    @Test("open with code and PIN, after having been stored, and give what was sealed to them")
    func roundTrip() async throws {
        let made = try await mailbox()
        let stored = try Mailbox(codeMark: made.codeMark, locked: PasswordSealedKey(encoded: made.locked.encoded))
        #expect(stored == made)
        let sealed = try Envelope.seal([1, 2], to: stored.publicKey, place: "p")
        let key = try await Mailbox.open(stored, code: code, pin: pin, cost: .forTests)
        #expect(try Envelope.open(sealed, with: key, place: "p") == [1, 2])
    }

    @Test("are found by the mark of the code, under this master key only")
    func marks() async throws {
        let mailbox = try await mailbox()
        #expect(Mailbox.mark(of: code, keys: keys) == mailbox.codeMark)
        #expect(Mailbox.mark(of: code, keys: KeyRing(master: .random())) != mailbox.codeMark)
        var random = SeededRandom(seed: 10)
        #expect(Mailbox.mark(of: .make(random: &random), keys: keys) != mailbox.codeMark)
    }

    @Test("do not open with another code or PIN, and one that does not exist fails in the same way")
    func wrong() async throws {
        let mailbox = try await mailbox()
        var random = SeededRandom(seed: 10)
        let (otherCode, otherPIN) = (ReceiptCode.make(random: &random), ReceiptPIN.make(random: &random))
        for (code, pin, found) in [(code, otherPIN, mailbox), (otherCode, pin, mailbox), (code, pin, nil)] {
            await #expect(throws: SealingError.doesNotOpen) {
                _ = try await Mailbox.open(found, code: code, pin: pin, cost: .forTests)
            }
        }
        await Mailbox.pretendToOpen(code: code, pin: pin, cost: .forTests)
    }

    @Test("do not open with another mailbox's key in their place")
    func swapped() async throws {
        let mailbox = try await mailbox()
        var random = SeededRandom(seed: 10)
        let other = try await Mailbox.make(code: .make(random: &random), pin: pin, keys: keys, cost: .forTests)
        let swapped = try Mailbox(codeMark: mailbox.codeMark, locked: other.locked)
        await #expect(throws: SealingError.doesNotOpen) { _ = try await swapped.open(code: code, pin: pin) }
        #expect(throws: SealingError.malformedEnvelope) { try Mailbox(codeMark: [1], locked: other.locked) }
    }

    @Test("of format 1 are found in every version")
    func fixedForm() throws {
        let keys = KeyRing(master: try MasterKey(bytes: Array(0..<32)))
        let code = try #require(ReceiptCode(parsing: "TH-7K4M-92QX"))
        #expect(Mailbox.mark(of: code, keys: keys) == bytes("7d5511e1da307f20bfb4bfe15cb6c5e15f9bac53b7f1b16721afe6a183aa71ad"))
    }
}
