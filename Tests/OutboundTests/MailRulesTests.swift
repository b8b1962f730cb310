import CCurl
import Core
import Outbound
import Testing

/// The pure parts of mail: what may be said at all, and what a conversation has come to.
@Suite struct MailRulesTests {
    @Test(
        arguments: [
            ("smtp://m.vn:587/a.vn", MailRules.Scheme.smtp), ("SMTPS://m.vn", .smtps), ("smtps://[::1]:465/a.vn", .smtps),
            ("smtp://", nil), ("smtp:///a", nil), ("smtp://:25", nil), ("smtp://a@m.vn", nil), ("smtp://m.vn?x", nil),
            ("smtp://m.vn/%0d%0aMAIL", nil), ("smtp://m.vn/a b", nil), ("smtp://m.vn\r\n", nil), ("https://m.vn", nil),
            ("imap://m.vn", nil),
        ] as [(String, MailRules.Scheme?)])
    func `only mail servers without names and passwords in them are called`(url: String, scheme: MailRules.Scheme?) {
        #expect(MailRules.scheme(of: url) == scheme)
    }

    @Test(arguments: [
        ("a\r\n", true), ("\r\n", true), ("a\r\n.\r\nb\r\n", true), ("\t\r\n", true), ("", false), ("a", false), ("a\n", false),
        ("a\r", false),
        ("a\rb\r\n", false), ("a\r\r\n", false), ("a\n\r\n", false), ("\u{0}\r\n", false), ("ế\r\n", false), ("\u{7F}\r\n", false),
    ])
    func `a message is lines of ASCII that end in CR LF`(text: String, isMessage: Bool) {
        #expect(MailRules.isMessage(Array(text.utf8)) == isMessage)
    }

    @Test func `a line has 998 octets at most`() {
        #expect(MailRules.isMessage(Array((String(repeating: "a", count: 998) + "\r\n").utf8)))
        #expect(!MailRules.isMessage(Array((String(repeating: "a", count: 999) + "\r\n").utf8)))
    }

    @Test(arguments: ["", "a@", "@b", "a@b@c", "a b@c", "<a@b>", "a@b\r\n", "a@b,c@d", "a@bế", String(repeating: "a", count: 253) + "@b"])
    func `what could leave its angle brackets is no address`(address: String) {
        #expect(!MailRules.isAddress(address))
        #expect(MailRules.isAddress("a@b.vn"))
    }

    /// Commands begin with `>`, everything else is the server's.
    private func conversation(_ lines: String...) -> MailConversation {
        lines.reduce(into: MailConversation()) { conversation, line in
            let bytes = Array((line.hasPrefix(">") ? String(line.dropFirst()) : line).utf8) + [13, 10]
            if line.hasPrefix(">") { conversation.said(bytes) } else { conversation.heard(bytes) }
        }
    }

    private let call = HTTPCall(
        method: .post, url: "smtp://m.vn", body: Array("a\r\n".utf8),
        envelope: MailEnvelope(sender: "a@b.vn", recipients: ["c@d.vn"], messageID: "i@b.vn", credentials: .init(user: "u", password: "p")))

    @Test func `a reply belongs to the command before it, and to none once we take leave`() {
        let refused = conversation(
            "220 hi", ">EHLO b.vn", "250-m.vn", "250 AUTH PLAIN", ">AUTH PLAIN", "334 ", ">AHUAcA==", "235 ok", ">MAIL FROM:<a@b.vn>",
            "250 ok",
            ">RCPT TO:<c@d.vn>", "550-5.1.1 no", "550 5.1.1 body", ">QUIT", "221 bye")
        #expect(refused.stage == .recipient)
        #expect(refused.reply?.status == 550)
        #expect(refused.reply.map { String(decoding: $0.text, as: UTF8.self) } == "550-5.1.1 no\r\n550 5.1.1 body\r\n")
        #expect(refused.hasSignedIn)
        #expect(refused.isLeaving)
        #expect(
            refused.outcome(code: CURLE_SEND_ERROR.rawValue, handedOver: 0, of: call)
                == .success(
                    HTTPAnswer(
                        status: 550, headers: ["smtp-stage": "recipient", "message-id": "i@b.vn", "smtp-sign-in": "accepted"],
                        body: Array("550-5.1.1 no\r\n550 5.1.1 body\r\n".utf8))))
    }

    @Test func `an old reply is no answer to a new command`() {
        let waiting = conversation("220 hi", ">EHLO b.vn", "502 what", ">HELO b.vn")
        #expect(waiting.reply == nil)
        #expect(waiting.outcome(code: CURLE_RECV_ERROR.rawValue, handedOver: 0, of: call) == .failure(.connectionReset(sent: false)))
    }

    @Test func `only a message that the connection has taken whole is in doubt`() {
        let sent = conversation(
            "220 hi", ">EHLO b.vn", "250 m", ">MAIL FROM:<a@b.vn>", "250 k", ">RCPT TO:<c@d.vn>", "250 k", ">DATA", "354 go")
        #expect(sent.stage == .message)
        #expect(sent.reply == nil)
        #expect(sent.outcome(code: CURLE_RECV_ERROR.rawValue, handedOver: 2, of: call) == .failure(.connectionReset(sent: false)))
        #expect(sent.outcome(code: CURLE_RECV_ERROR.rawValue, handedOver: 3, of: call) == .failure(.connectionReset(sent: true)))
        #expect(sent.outcome(code: CURLE_OPERATION_TIMEDOUT.rawValue, handedOver: 3, of: call) == .failure(.timeoutAfterSent))
        // Success without a last word is none.
        #expect(sent.outcome(code: CURLE_OK.rawValue, handedOver: 3, of: call) == .failure(.connectionReset(sent: true)))
        #expect(sent.mayHaveBeenTaken(handedOver: 3, of: call) && !sent.mayHaveBeenTaken(handedOver: 2, of: call))
    }

    @Test func `nonsense and endless lines are borne and kept short`() {
        var conversation = MailConversation()
        conversation.heard([])
        conversation.heard(Array("25".utf8))
        conversation.heard([0xFF, 0xFE, 0, 13, 10])
        for _ in 0..<1_000 { conversation.heard(Array("250-\(String(repeating: "x", count: 500))\r\n".utf8)) }
        #expect(conversation.reply == nil)
        conversation.heard(Array("421\r\n".utf8))
        #expect(conversation.reply?.status == 421)
        #expect((conversation.reply?.text.count ?? 0) <= MailConversation.maximumText)
    }
}
