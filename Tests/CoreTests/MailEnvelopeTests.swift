import Core
import Testing

@Suite("Envelopes of mails")
struct MailEnvelopeTests {
    private let envelope = MailEnvelope(
        sender: "a@b.vn", recipients: ["c@d.vn"], credentials: .init(user: "ten-dang-nhap", password: "mat-khau"))

    @Test("Neither name nor password is shown when a call is printed, described or mirrored")
    func secrecy() {
        let call = HTTPCall(method: .post, url: "smtps://m.vn", envelope: envelope)
        var dumped = ""
        dump(call, to: &dumped)
        for text in ["\(call)", String(reflecting: call), String(describing: envelope), dumped] {
            #expect(!text.contains("mat-khau"))
            #expect(!text.contains("ten-dang-nhap"))
        }
    }

    @Test("Calls differ when their envelopes do")
    func equality() {
        let call = HTTPCall(method: .post, url: "smtps://m.vn", envelope: envelope)
        var other = call
        #expect(call == other)
        other.envelope?.credentials?.password = "x"
        #expect(call != other)
        other.envelope = nil
        #expect(call != other)
    }
}
