import HTTPTypes
import Hummingbird

/// Whether a form was sent from a page of ours.
///
/// Our pages have no cookies, so a foreign page could not act for anybody; this only keeps it from using a visitor's
/// address for its own attempts.
struct SameOrigin: Sendable {
    /// `https://nhipcau.example`, when it is known how people reach us.
    private let publicOrigin: String?

    init(publicURL: String?) { publicOrigin = publicURL.map(Self.origin) }

    /// Browsers say where a request comes from in `Sec-Fetch-Site`. Older ones only send `Origin`, which is `null`
    /// from pages without a referrer, as ours are. Programs that are no browsers send neither.
    func allows(_ request: Request) -> Bool {
        if let site = Self.fetchSite.flatMap({ request.headers[$0] }) { return site == "same-origin" || site == "none" }
        guard let origin = request.headers[.origin], origin != "null" else { return true }
        if let publicOrigin, Self.isEqual(origin, publicOrigin) { return true }
        guard let host = request.head.authority, !host.isEmpty else { return false }
        return Self.isEqual(origin, "https://" + host) || Self.isEqual(origin, "http://" + host)
    }

    /// Scheme, host and port of an address.
    static func origin(_ url: String) -> String {
        guard let mark = url.utf8.firstRange(of: "://".utf8) else { return url }
        let end = url.utf8[mark.upperBound...].firstIndex(of: UInt8(ascii: "/")) ?? url.utf8.endIndex
        return String(url[..<end])
    }

    private static func isEqual(_ one: String, _ other: String) -> Bool {
        one.utf8.count == other.utf8.count && zip(one.utf8, other.utf8).allSatisfy { lowered($0) == lowered($1) }
    }

    private static func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

    private static let fetchSite = HTTPField.Name("Sec-Fetch-Site")
}
