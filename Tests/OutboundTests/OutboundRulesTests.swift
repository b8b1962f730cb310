import CCurl
import Core
import Outbound
import Testing

/// The pure parts: addresses, URLs, headers, and the reading of libcurl's codes.
@Suite struct OutboundRulesTests {
    @Test(
        arguments: [
            (0x7F00_0001, true), (0x0A01_0203, true), (0xAC10_0001, true), (0xAC20_0001, false), (0xC0A8_0101, true),
            (0xA9FE_A9FE, true), (0x6440_0001, true), (0x6480_0001, false), (0x0000_0000, true), (0xE000_0001, true),
            (0xFFFF_FFFF, true), (0xC612_0001, true), (0xC614_0001, false), (0x0808_0808, false), (0x7155_0101, false),
            (0xDFFF_FFFF, false),
        ] as [(UInt32, Bool)])
    func `addresses of one's own networks are forbidden, public ones are not`(address: UInt32, isForbidden: Bool) {
        #expect(ForbiddenAddresses.contains(ipv4: address) == isForbidden)
    }

    private static func ipv6(_ groups: UInt16...) -> [UInt8] { groups.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } }

    @Test(arguments: [
        (ipv6(0, 0, 0, 0, 0, 0, 0, 0), true), (ipv6(0, 0, 0, 0, 0, 0, 0, 1), true),
        (ipv6(0, 0, 0, 0, 0, 0xFFFF, 0x7F00, 1), true), (ipv6(0, 0, 0, 0, 0, 0xFFFF, 0x0808, 0x0808), false),
        (ipv6(0x64, 0xFF9B, 0, 0, 0, 0, 0x0A00, 1), true), (ipv6(0x64, 0xFF9B, 0, 0, 0, 0, 0x0808, 0x0808), false),
        (ipv6(0x64, 0xFF9B, 1, 0, 0, 0, 0x0808, 0x0808), true), (ipv6(0xFE80, 0, 0, 0, 0, 0, 0, 1), true),
        (ipv6(0xFC00, 0, 0, 0, 0, 0, 0, 1), true), (ipv6(0xFD12, 0, 0, 0, 0, 0, 0, 1), true),
        (ipv6(0xFF02, 0, 0, 0, 0, 0, 0, 1), true), (ipv6(0x2002, 0x7F00, 1, 0, 0, 0, 0, 1), true),
        (ipv6(0x2001, 0, 0, 0, 0, 0, 0, 1), true), (ipv6(0x2001, 0xDB8, 0, 0, 0, 0, 0, 1), true),
        (ipv6(0x2405, 0x4800, 0, 0, 0, 0, 0, 1), false), ([127, 0, 0, 1], true),
    ])
    func `IPv6 addresses are judged by what they carry`(address: [UInt8], isForbidden: Bool) {
        #expect(ForbiddenAddresses.contains(ipv6: address) == isForbidden)
    }

    @Test(
        arguments: [
            ("https://openapi.zalo.me/v3.0", CallURL.Scheme.https), ("HTTPS://A/", .https), ("http://a", .http),
            ("https://", nil), ("ws://a", nil), ("https:/a", nil), ("https://a\n", nil), (" https://a", nil),
        ] as [(String, CallURL.Scheme?)])
    func `only http and https with a host are URLs to call`(url: String, scheme: CallURL.Scheme?) {
        #expect(CallURL.scheme(of: url) == scheme)
    }

    private func headers(_ lines: String...) -> AnswerHeaders {
        lines.reduce(into: AnswerHeaders()) { headers, line in
            Array(line.utf8).withUnsafeBytes { headers.take($0) }
        }
    }

    @Test func `header lines are trimmed, lowered and the last one wins`() {
        let headers = headers("HTTP/1.1 200 OK\r\n", "X-A:  1 \r\n", "x-a:2\r\n", "Empty:\r\n", "\r\n")
        #expect(headers.fields == ["x-a": "2", "empty": ""])
        #expect(headers.bytes == 44)
    }

    @Test func `lines that are no headers are ignored`() {
        #expect(headers("nonsense\r\n", ": none\r\n", " folded: x\r\n", "").fields.isEmpty)
    }

    private static func facts(
        request: Int64 = 0, sent: Int64 = 0, of total: Int64 = 0, _ change: (inout AttemptFacts) -> Void = { _ in }
    ) -> AttemptFacts {
        var facts = AttemptFacts()
        facts.requestBytes = request
        facts.bodyBytesSent = sent
        facts.bodyBytes = total
        change(&facts)
        return facts
    }

    @Test(arguments: [
        (CURLE_COULDNT_RESOLVE_HOST, facts(), TransportFailure.connectionRefused),
        (CURLE_COULDNT_CONNECT, facts(), .connectionRefused),
        (CURLE_COULDNT_CONNECT, facts { $0.refusedAddress = true }, .refusedURL),
        (CURLE_OPERATION_TIMEDOUT, facts(), .timeoutBeforeSent),
        (CURLE_OPERATION_TIMEDOUT, facts(request: 100, sent: 9, of: 10), .timeoutBeforeSent),
        (CURLE_OPERATION_TIMEDOUT, facts(request: 100, sent: 10, of: 10), .timeoutAfterSent),
        (CURLE_OPERATION_TIMEDOUT, facts(request: 100), .timeoutAfterSent),
        (CURLE_PEER_FAILED_VERIFICATION, facts(), .tlsFailed),
        (CURLE_SSL_CONNECT_ERROR, facts(), .tlsFailed),
        (CURLE_SSL_CONNECT_ERROR, facts(request: 100), .connectionReset(sent: true)),
        (CURLE_RECV_ERROR, facts(request: 100, sent: 10, of: 10), .connectionReset(sent: true)),
        (CURLE_SEND_ERROR, facts(request: 100, sent: 3, of: 10), .connectionReset(sent: false)),
        (CURLE_SEND_ERROR, facts(request: 100, sent: 3, of: 10) { $0.sawAnswer = true }, .connectionReset(sent: true)),
        (CURLE_ABORTED_BY_CALLBACK, facts(of: 10) { $0.refusedToRepeat = true }, .connectionReset(sent: true)),
        (CURLE_WRITE_ERROR, facts(request: 100) { $0.answerTooLarge = true }, .answerTooLarge),
        (CURLE_URL_MALFORMAT, facts(), .refusedURL),
        (CURLE_UNSUPPORTED_PROTOCOL, facts(request: 100), .connectionReset(sent: true)),
        (CURLE_HTTP2_STREAM, facts(request: 100), .connectionReset(sent: true)),
        (CURLE_OUT_OF_MEMORY, facts(), .connectionReset(sent: false)),
    ])
    func `libcurl's code is read in the light of what was sent`(
        code: CURLcode, facts: AttemptFacts, failure: TransportFailure
    ) {
        #expect(facts.failure(code: code.rawValue) == failure)
    }
}
