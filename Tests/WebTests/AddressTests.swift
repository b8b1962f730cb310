import Core
import Testing

@testable import Web

@Suite("Addresses and limits")
struct AddressTests {
    @Test(
        "A range holds its addresses and no others",
        arguments: [
            ("10.0.0.0/8", "10.200.3.4", true), ("10.0.0.0/8", "11.0.0.1", false), ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false), ("::1", "::1", true), ("2001:db8::/33", "2001:db8:7fff::1", true),
            ("2001:db8::/33", "2001:db8:8000::1", false), ("127.0.0.0/8", "::ffff:127.0.0.9", true),
            ("0.0.0.0/0", "2001:db8::1", false), ("fe80::/10", "fe80::1%eth0", true),
        ])
    func ranges(range: String, address: String, expected: Bool) throws {
        let range = try #require(AddressRange(range))
        let address = try #require(IPAddress(address))
        #expect(range.contains(address) == expected)
    }

    @Test(
        "What is no address is refused",
        arguments: [
            "", "10.0.0", "10.0.0.256", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "::1::", "1:2:3:4:5:6:7:8:9",
            "12345::", "+1::", "localhost", "10.0.0.0/+8", ":::", "1.2.3.4.5",
        ])
    func malformed(text: String) { #expect(AddressRange(text) == nil) }

    @Test("Telephones of one IPv6 network count as one source")
    func source() throws {
        let one = try #require(IPAddress("2001:db8:1:2:3:4:5:6"))
        let two = try #require(IPAddress("2001:db8:1:2:ffff::1"))
        let other = try #require(IPAddress("2001:db8:1:3::1"))
        #expect(one.source == two.source)
        #expect(one.source != other.source)
    }

    @Test("A source may do a burst, then waits for its pace; others are not touched")
    func pace() {
        let limiter = RateLimiter<String>(burst: 3, interval: .seconds(2), capacity: 100)
        let start = Instant(milliseconds: 1_000_000)
        for _ in 0..<3 { #expect(limiter.take("a", at: start) == nil) }
        #expect(limiter.take("a", at: start) == .seconds(2))
        #expect(limiter.take("b", at: start) == nil)
        #expect(limiter.wait(for: "a", at: start + .milliseconds(500)) == .milliseconds(1_500))
        #expect(limiter.take("a", at: start + .seconds(2)) == nil)
        #expect(limiter.take("a", at: start + .seconds(2)) == .seconds(2))
    }

    @Test("A flood of invented sources does not make the limiter forget who keeps asking")
    func flood() {
        let limiter = RateLimiter<Int>(burst: 2, interval: .seconds(3_600), capacity: 10)
        let now = Instant(milliseconds: 0)
        for _ in 0..<2 { _ = limiter.take(-1, at: now) }
        for source in 0..<40 {
            _ = limiter.take(source, at: now)
            if source.isMultiple(of: 4) { #expect(limiter.take(-1, at: now) != nil) }
        }
        #expect(limiter.take(0, at: now) == nil)
    }
}
