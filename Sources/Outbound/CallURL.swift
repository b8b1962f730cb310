/// The first look at a call's URL, before libcurl sees it.
package enum CallURL {
    package enum Scheme: Sendable { case http, https }

    /// The scheme, or nil when the URL is not one that may be called: another scheme, no host, or bytes that
    /// do not belong into a URL (spaces, controls, anything beyond ASCII).
    package static func scheme(of url: String) -> Scheme? {
        let bytes = url.utf8
        guard bytes.count <= 8_192, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        if ASCII.matches(bytes.prefix(8), "https://") { return bytes.count > 8 ? .https : nil }
        if ASCII.matches(bytes.prefix(7), "http://") { return bytes.count > 7 ? .http : nil }
        return nil
    }
}
