import HTTPTypes
import Hummingbird

/// Tells whose request it is when there are proxies between.
package struct SourceResolver: Sendable {
    let trusted: [AddressRange]

    package init(trusted: [AddressRange]) { self.trusted = trusted }

    /// The address that limits count against. `X-Forwarded-For` is read from its end as long as whoever wrote an
    /// entry is trusted, so that nobody can choose their own source.
    func source(of request: Request, _ context: WebContext) -> IPAddress? {
        context.peer.map { source(of: $0, forwardedFor: Self.forwardedFor.flatMap { request.headers[$0] } ?? "").source }
    }

    /// As ``source(of:_:)``, from what a connection and a header say.
    package func source(of peer: IPAddress, forwardedFor: String) -> IPAddress {
        var address = peer
        for entry in forwardedFor.split(separator: ",").suffix(32).reversed() {
            guard isTrusted(address), let next = Self.address(entry) else { break }
            address = next
        }
        return address
    }

    /// Whether the request comes from this machine, or from a trusted proxy asking for itself.
    func isInternal(_ request: Request, _ context: WebContext) -> Bool {
        guard let peer = context.peer else { return false }
        let isForwarded = Self.forwarding.contains { request.headers.contains($0) }
        return !isForwarded && (peer.isLoopback || isTrusted(peer))
    }

    private func isTrusted(_ address: IPAddress) -> Bool { trusted.contains { $0.contains(address) } }

    /// An entry may be followed by a port: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
    private static func address(_ entry: Substring) -> IPAddress? {
        let text = entry.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }
        if text.first == "[" { return IPAddress(String(text.dropFirst().prefix { $0 != "]" })) }
        if let address = IPAddress(String(text)) { return address }
        return IPAddress(String(text.prefix { $0 != ":" }))
    }

    private static let forwardedFor = HTTPField.Name("X-Forwarded-For")
    private static let forwarding = ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "Via"]
        .compactMap { HTTPField.Name($0) }
}
