import Core
import Sealing
import Testing

@Suite("Secrets")
struct SecretTests {
    @Test("do not show what they hold when they are printed, described or dumped")
    func printing() throws {
        var random = SeededRandom(seed: 3)
        let code = ReceiptCode.make(random: &random)
        let pin = ReceiptPIN.make(random: &random)
        let token = BearerToken.make()
        let key = try SealingPrivateKey(bytes: Array(repeating: 0x5A, count: 32))
        let master = try MasterKey(bytes: Array(repeating: 0x5A, count: 32))
        let values: [Any] = [code, pin, token, key, master]
        let shown = values.map { value in
            var dumped = ""
            dump(value, to: &dumped)
            return "\(value) \(String(reflecting: value)) \(dumped)"
        }
        for text in shown {
            for secret in [code.text, pin.text, token.text, "90", "5a5a", "5A5A"] { #expect(!text.contains(secret), "\(text)") }
        }
        #expect("\(code)" == "<ReceiptCode>" && "\(key)" == "<SealingPrivateKey>")
        #expect(!"\(Optional(pin) as Any)".contains(pin.text) && !"\([code])".contains(code.text))
    }

    @Test("purposes derive different keys, the same in every process, others under another master key")
    func derived() throws {
        let keys = KeyRing(master: try MasterKey(bytes: Array(0..<32)))
        #expect(keys.derived("audit_chain") == bytes("d41c5d373e12f0d7c16b09043a82badb3181a5a59ab1d9643722e5a2081a5acc"))
        #expect(keys.derived("audit_chain") != keys.derived("receipt_code_mark"))
        #expect(KeyRing(master: .random()).derived("audit_chain") != keys.derived("audit_chain"))
    }
}
