import Core
import Sealing

/// What a reporter types, and what the database gives back of sealed cases.
enum SealingEntry {
    /// A code, a PIN or a number, as somebody typed it.
    static func code(_ bytes: UnsafeRawBufferPointer) {
        let text = FuzzInput(bytes).text
        if let code = ReceiptCode(parsing: text) {
            promise(ReceiptCode(parsing: code.text) == code, "a code is read as it was made")
            promise(code.text.utf8.count == 12 && code.text.hasPrefix("TH-"), "a code has its form")
            promise(CheckedNumber.form(text, prefix: ReceiptCode.prefix)?.isSame(as: code.text) == true, "a code is what it looks like")
            promise(CheckedNumber.normalised(code.text, prefix: CheckedNumber.casePrefix) == nil, "a code is no case's number")
        }
        if let pin = ReceiptPIN(parsing: text) {
            promise(pin.text.utf8.count == ReceiptPIN.length, "a PIN has six digits")
            promise(ReceiptPIN(parsing: pin.text) == pin, "a PIN is read as it was made")
        }
        if let head = AuditHead(parsing: text) { promise(AuditHead(parsing: head.text) == head, "a noted head is read again") }
    }

    /// First byte even: an envelope as it is. Odd: the rest is sealed, opened, and opened once more after a change.
    static func envelope(_ bytes: UnsafeRawBufferPointer) {
        var input = FuzzInput(bytes)
        let isContent = input.byte() & 1 == 1
        let rest = input.remainder
        guard let key = try? SealingPrivateKey(bytes: Array(1...32)) else { return promise(false, "any 32 bytes are a key") }
        if !isContent {
            _ = try? Envelope.open(rest, with: key, place: "case_entries.body:01")
            _ = try? SealingPrivateKey.unwrap(rest, with: key, caseID: "01", holder: "duty")
            _ = try? PayloadCipher.day(of: rest)
            if let point = try? SealingPublicKey(bytes: rest) { _ = try? Envelope.seal([1], to: point, place: "p") }
            return
        }
        guard var sealed = try? Envelope.seal(rest, to: key.publicKey, place: "p") else {
            return promise(false, "anything can be sealed to a key of ours")
        }
        promise((try? Envelope.open(sealed, with: key, place: "p")) == rest, "what was sealed opens")
        let place = rest.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF } % sealed.count
        sealed[place] ^= 0x10
        promise((try? Envelope.open(sealed, with: key, place: "p")) == nil, "what was changed does not open")
    }

    /// A key under a password as it was stored; it is not opened, which may take seconds.
    static func password(_ bytes: UnsafeRawBufferPointer) {
        let stored = Array(bytes)
        guard let locked = try? PasswordSealedKey(encoded: stored) else { return }
        promise(locked.encoded == stored, "what is read is written as the same")
        let mailbox = try? Mailbox(codeMark: Array(stored.prefix(32)), locked: locked)
        promise(mailbox?.publicKey == locked.publicKey, "a mailbox has its key's public half")
    }
}
