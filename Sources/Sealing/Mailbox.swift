import Crypto

/// Where the team's words wait for a reporter: a key pair of its own, under scrypt of code and PIN.
///
/// Of the code only a keyed mark is kept, enough to find the mailbox when the code is shown.
package struct Mailbox: Sendable, Equatable {
    /// HMAC-SHA256 of the code, under a key derived from the master key; 32 bytes.
    package let codeMark: [UInt8]
    /// What is written to the reporter is sealed to it.
    package let publicKey: SealingPublicKey
    package let locked: PasswordSealedKey

    /// A mailbox as it was stored.
    /// - Throws: ``SealingError/malformedEnvelope`` unless the mark has 32 bytes and the keys belong together.
    package init(codeMark: [UInt8], locked: PasswordSealedKey) throws(SealingError) {
        guard codeMark.count == SHA256.byteCount else { throw .malformedEnvelope }
        self.init(mark: codeMark, locked: locked)
    }

    private init(mark: [UInt8], locked: PasswordSealedKey) {
        codeMark = mark
        publicKey = locked.publicKey
        self.locked = locked
    }

    /// A new mailbox; takes 0.3 seconds at the standard cost, one after the other in the whole process.
    /// - Throws: ``SealingError/busy``.
    package static func make(
        code: ReceiptCode, pin: ReceiptPIN, keys: KeyRing, cost: HashCost = .standard
    ) async throws(SealingError) -> Mailbox {
        let mark = mark(of: code, keys: keys)
        let locked = try await PasswordSealedKey.make(
            .make(), password: password(code, pin), place: place(of: mark), cost: cost)
        return Mailbox(mark: mark, locked: locked)
    }

    /// What a mailbox is found by.
    package static func mark(of code: ReceiptCode, keys: KeyRing) -> [UInt8] {
        let key = SymmetricKey(data: keys.derived("receipt_code_mark"))
        return Array(HMAC<SHA256>.authenticationCode(for: Array(code.text.utf8), using: key))
    }

    /// The reporter's private key.
    /// - Throws: ``SealingError/doesNotOpen`` for another code or PIN, after the same time; ``SealingError/busy``.
    package func open(code: ReceiptCode, pin: ReceiptPIN) async throws(SealingError) -> SealingPrivateKey {
        try await locked.open(password: Self.password(code, pin), place: Self.place(of: codeMark))
    }

    private static func password(_ code: ReceiptCode, _ pin: ReceiptPIN) -> String { code.text + "\n" + pin.text }

    private static func place(of mark: [UInt8]) -> String { "mailbox:" + Hexadecimal.encode(mark) }
}

// MARK: - Telling nothing

extension Mailbox {
    /// Opens what was found under a code's mark, or pretends to when nothing was: same time, same errors, so that neither
    /// the answer nor its delay tells whether the code exists. Prefer this to opening and pretending in two branches.
    ///
    /// - Parameter cost: what mailboxes are made with.
    /// - Throws: ``SealingError/doesNotOpen``, also for nil; ``SealingError/busy``.
    package static func open(
        _ mailbox: Mailbox?, code: ReceiptCode, pin: ReceiptPIN, cost: HashCost = .standard
    ) async throws(SealingError) -> SealingPrivateKey {
        if let mailbox { return try await mailbox.open(code: code, pin: pin) }
        let salt = [UInt8](repeating: 0, count: 16)
        _ = try await SlowHash.shared.key(password: Array(password(code, pin).utf8), salt: salt, cost: cost)
        throw .doesNotOpen
    }

    /// Spends the time of opening a mailbox where there is none.
    package static func pretendToOpen(code: ReceiptCode, pin: ReceiptPIN, cost: HashCost = .standard) async {
        _ = try? await open(nil, code: code, pin: pin, cost: cost)
    }
}
