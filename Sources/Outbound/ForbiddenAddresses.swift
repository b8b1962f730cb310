/// Which network addresses a URL that came from outside may not lead to.
///
/// Everything that is not plainly part of the public internet: one's own machine and network, link-local
/// and metadata services, carrier and benchmark ranges, multicast, and IPv6 forms that carry one of those.
///
/// - Source: IANA special-purpose address registries for IPv4 (RFC 6890) and IPv6.
package enum ForbiddenAddresses {
    private static let ranges4: [(network: UInt32, prefix: UInt32)] = [
        (0x0000_0000, 8), (0x0A00_0000, 8), (0x6440_0000, 10), (0x7F00_0000, 8), (0xA9FE_0000, 16),
        (0xAC10_0000, 12), (0xC000_0000, 24), (0xC000_0200, 24), (0xC058_6300, 24), (0xC0A8_0000, 16),
        (0xC612_0000, 15), (0xC633_6400, 24), (0xCB00_7100, 24), (0xE000_0000, 3),
    ]

    /// - Parameter address: in host byte order: `127.0.0.1` is `0x7F00_0001`.
    package static func contains(ipv4 address: UInt32) -> Bool {
        ranges4.contains { (address ^ $0.network) >> (32 &- $0.prefix) == 0 }
    }

    /// - Parameter address: the sixteen bytes as they are sent; any other count is forbidden.
    package static func contains(ipv6 address: [UInt8]) -> Bool {
        guard address.count == 16 else { return true }
        func group(_ index: Int) -> UInt32 { UInt32(address[index * 2]) << 8 | UInt32(address[index * 2 + 1]) }
        func embedded(at index: Int) -> UInt32 { group(index) << 16 | group(index + 1) }

        if (0..<5).allSatisfy({ group($0) == 0 }), group(5) == 0xFFFF { return contains(ipv4: embedded(at: 6)) }
        // The translated form of an IPv4 address (NAT64).
        if group(0) == 0x64, group(1) == 0xFF9B, (2..<6).allSatisfy({ group($0) == 0 }) {
            return contains(ipv4: embedded(at: 6))
        }
        // Global unicast is 2000::/3; of it, protocol assignments and Teredo, documentation, and 6to4 are not.
        guard group(0) & 0xE000 == 0x2000 else { return true }
        if group(0) == 0x2001, group(1) < 0x0200 { return true }
        if group(0) == 0x2001, group(1) == 0x0DB8 { return true }
        if group(0) == 0x3FFF, group(1) < 0x1000 { return true }
        if group(0) == 0x2002 { return true }
        return false
    }
}
