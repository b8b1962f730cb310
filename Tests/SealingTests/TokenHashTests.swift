import Sealing
import Testing

@Suite("Bearer tokens")
struct TokenHashTests {
    @Test("match their own hash and no other")
    func matching() {
        let token = BearerToken.make()
        #expect(TokenHash(bytes: token.hash.bytes).matches(token.text))
        #expect(!token.hash.matches(BearerToken.make().text))
        #expect(!token.hash.matches(token.text + "A"))
        #expect(!token.hash.matches(""))
    }

    @Test("are 43 characters that need no escaping, each another")
    func form() {
        let tokens = (0..<200).map { _ in BearerToken.make().text }
        #expect(Set(tokens).count == 200)
        let allowed = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        #expect(tokens.allSatisfy { $0.count == 43 && allowed.isSuperset(of: $0) })
    }

    @Test("never match a stored hash of the wrong size")
    func emptyHash() {
        #expect(!TokenHash(bytes: []).matches(""))
        #expect(!TokenHash(bytes: [UInt8](repeating: 0, count: 31)).matches("x"))
    }

    @Test("are hashed with SHA-256")
    func knownHash() {
        // The digest of "abc" in FIPS 180-2, appendix B.1.
        #expect(TokenHash(of: "abc").bytes.prefix(4) == [0xBA, 0x78, 0x16, 0xBF])
        #expect(TokenHash(of: "abc").bytes.count == 32)
    }
}
