import Core
import Testing

@Suite("E-mail addresses")
struct MailAddressTests {
    @Test(
        "An address is read alone or behind a name",
        arguments: [
            ("truc@xa.example.vn", nil, "truc@xa.example.vn", "xa.example.vn"), ("  a@b.vn ", nil, "a@b.vn", "b.vn"),
            ("Nhịp Cầu <bot@truong.example.vn>", "Nhịp Cầu", "bot@truong.example.vn", "truong.example.vn"),
            ("\"Nhịp Cầu, Thanh Hóa\" <bot@a.vn>", "Nhịp Cầu, Thanh Hóa", "bot@a.vn", "a.vn"), ("<bot@a.vn>", nil, "bot@a.vn", "a.vn"),
            ("hoa.le+truc_1@xn--bnh-7ma.vn", nil, "hoa.le+truc_1@xn--bnh-7ma.vn", "xn--bnh-7ma.vn"),
        ] as [(String, String?, String, String)])
    func read(_ text: String, _ name: String?, _ address: String, _ domain: String) throws {
        let read = try #require(MailAddress(text))
        #expect(read.name == name)
        #expect(read.address == address)
        #expect(read.domain == domain)
    }

    @Test(
        "What could mean something else to a mail server is no address",
        arguments: [
            "", " ", "a", "@", "a@", "@b.vn", "a@b", "a@b.", "a@.vn", "a@b..vn", "a@-b.vn", "a@b-.vn", "a@127.0.0.1", "a@[127.0.0.1]",
            "a@b.vn\r\nRCPT TO:<c@d.vn>", "a@b.vn\n", "a\u{0}@b.vn", "a@b.vn>", "<a@b.vn", "a@b.vn, c@d.vn", "a@b@c.vn", "a b@c.vn",
            "\"a\"@b.vn", "a%b@c.vn", "a!b@c.vn", "|sh@c.vn", "/etc/passwd@c.vn", ".a@b.vn", "a.@b.vn", "a..b@c.vn", "hoà@b.vn",
            "a@bình.vn", "a(x)@b.vn", "a;b@c.vn", "Tên\r\nBcc: x <a@b.vn>", "Tên\u{202E} <a@b.vn>", "Tên\u{2028} <a@b.vn>",
            "a <b@c.vn> <d@e.vn>", "a\" <b@c.vn>", "a <b@c.vn> d", "\u{85}a@b.vn",
        ])
    func refused(_ text: String) { #expect(MailAddress(text) == nil) }

    @Test("Lengths are held to those of the standard")
    func lengths() {
        let long = String(repeating: "a", count: 64)
        #expect(MailAddress("\(long)@b.vn") != nil)
        #expect(MailAddress("\(long)a@b.vn") == nil)
        #expect(MailAddress("a@\(long.dropLast()).vn") != nil)
        #expect(MailAddress("a@\(long).vn") == nil)
        #expect(MailAddress("a@" + String(repeating: "abcd.", count: 50) + "vn") != nil)
        #expect(MailAddress("a@" + String(repeating: "abcd.", count: 51) + "vn") == nil)
        #expect(MailAddress("\(String(repeating: "ế", count: 100)) <a@b.vn>") != nil)
        #expect(MailAddress("\(String(repeating: "ế", count: 101)) <a@b.vn>") == nil)
    }
}
