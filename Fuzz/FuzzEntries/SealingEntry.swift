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

    /// The audit log: the first line is a noted head, each further one an entry whose fields stand between tabs. Once as it
    /// was kept, once with one entry changed or left out.
    static func audit(_ bytes: UnsafeRawBufferPointer) {
        var input = FuzzInput(bytes)
        let noted = AuditHead(parsing: input.line())
        guard let master = try? MasterKey(bytes: Array(1...32)) else { return promise(false, "any 32 bytes are a key") }
        let keys = KeyRing(master: master)
        var entries: [AuditEntry] = []
        for line in input.text.split(separator: "\n", omittingEmptySubsequences: false).prefix(20) {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            func field(_ index: Int) -> String { fields.indices.contains(index) ? fields[index] : "" }
            let sequence = Int64(entries.count) + 1
            let at = Instant(milliseconds: Int64(field(0)) ?? 0)
            let hash = AuditChain.hash(
                previous: entries.last?.hash ?? AuditChain.origin, sequence: sequence, at: at, actor: field(1), action: field(2),
                subject: field(3), detail: field(4), keys: keys)
            entries.append(
                AuditEntry(
                    sequence: sequence, at: at, actor: field(1), action: field(2), subject: field(3), detail: field(4), hash: hash))
        }
        var verifier = AuditChain.Verifier(keys: keys)
        promise(entries.allSatisfy { verifier.check($0) == nil } && verifier.finish() == nil, "a log as it was written has no fault")
        promise(AuditHead(parsing: verifier.notedHead.text) == verifier.notedHead, "its head can be noted")
        let place = bytes.count % entries.count
        for fault in 0..<4 {
            var changed = entries
            switch fault {
            case 0: changed[place].detail += "."
            case 1: changed[place].sequence = Int64(bytes.count) &* .max
            case 2: changed[place].hash = Array(changed[place].hash.prefix(bytes.count % 32))
            default: changed.remove(at: place)
            }
            var other = AuditChain.Verifier(keys: keys, noted: fault == 3 ? verifier.notedHead : noted)
            var faults = changed.compactMap { other.check($0) }
            if let last = other.finish() { faults.append(last) }
            let isSame = fault == 1 && changed[place].sequence == entries[place].sequence
            promise(!faults.isEmpty || isSame, "what was changed is found")
            promise(faults.allSatisfy { !$0.description.isEmpty }, "a fault says what it is")
        }
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
