/// Proves that a request belongs to a chat session: the bearer token that the session was opened with.
package enum WebSignature {
    /// Longer tokens are never made by us.
    package static let maximumTokenBytes = 256

    /// The token of `Authorization: Bearer TOKEN`; nil for every other header.
    package static func bearerToken(in header: String?) -> String? {
        guard let header else { return nil }
        let utf8 = header.utf8
        let scheme = utf8.prefix(7)
        guard scheme.count == 7, scheme.map({ $0 | 0x20 }) == Array("bearer ".utf8) else { return nil }
        let token = utf8.dropFirst(7).drop { $0 == 0x20 }
        guard (1...maximumTokenBytes).contains(token.count), token.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        return String(Substring(token))
    }

    /// Whether the header carries this token; takes the same time wherever they differ.
    package static func verify(header: String?, token: String) -> Bool {
        guard let given = bearerToken(in: header), !token.isEmpty else { return false }
        return ConstantTime.equal(Array(given.utf8), Array(token.utf8))
    }
}
