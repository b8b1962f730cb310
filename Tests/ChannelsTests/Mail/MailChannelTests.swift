import Channels
import Core
import JSON
import Testing

@Suite("The mail channel")
struct MailChannelTests {
    @Test("There is no webhook: every request is answered 404 and nothing is stored", arguments: ["GET", "POST", "PUT", ""])
    func webhook(_ method: String) throws {
        let request = WebhookRequest(method: method, path: "/webhooks/mail", body: Array(#"{"text":"a"}"#.utf8))
        let result = MailSamples.channel().receive(request, at: MailSamples.now)
        #expect(result.status == 404)
        #expect(result.events.isEmpty)
        #expect(try JSONValue(parsing: result.body).string(at: "error.code") == "not_found")
        #expect(!MailSignature.verify(request))
    }

    @Test("It is for pages, not for conversations: no window, no buttons, a modest pace")
    func capability() throws {
        let channel = try ChannelRegistry.make(.mail, settings: MailSamples.settings())
        #expect(channel.kind == .mail)
        #expect(channel.capability.window == nil)
        #expect(channel.capability.maximumButtons == 0)
        #expect(channel.capability.isThirdParty)
        #expect((0.1...10).contains(channel.capability.sendsPerSecond))
        #expect(ChannelRegistry.requiredSecrets(of: .mail) == [])
        #expect(channel.refreshCall(refreshToken: "x") == nil)
    }

    @Test("The contract commands know it: parse, render and read")
    func contract() throws {
        let parsed = try JSONValue(
            parsing: ChannelContract.parse(kind: "mail", json: Array(#"{"method":"POST","body":"{}"}"#.utf8), now: MailSamples.now))
        #expect(parsed["status"] == 404)
        #expect(parsed["events"] == [])
        let message =
            ##"{"to":"truc@xa.example.vn","text":"Dạ","buttons":[{"title":"Có","payload":"#yes"}],"config":{"base_url":"smtp://127.0.0.1:25","from":"Bot <bot@a.vn>","username":"u"},"secrets":{"password":"rat-kin"}}"##
        let output = try ChannelContract.render(kind: "mail", json: Array(message.utf8))
        #expect(!output.contains("rat-kin"))
        let rendered = try JSONValue(parsing: output)
        #expect(rendered["error"] == .null)
        #expect(try rendered.string(at: "calls[0].url") == "smtp://127.0.0.1:25/a.vn")
        #expect(try rendered.string(at: "calls[0].body").utf8.starts(with: "From: Bot <bot@a.vn>\r\nTo: truc@xa.example.vn\r\n".utf8))
        #expect(
            rendered.value(at: "calls[0].envelope")
                == ["from": "bot@a.vn", "to": ["truc@xa.example.vn"], "demands_encryption": false])
        let refused = try JSONValue(
            parsing: ChannelContract.render(
                kind: "mail",
                json: Array(#"{"to":"a@b.vn\r\nDATA","text":"a","config":{"base_url":"smtps://m.vn","address":"bot@a.vn"}}"#.utf8)))
        #expect(refused == ["calls": [], "error": "bad_recipient"])
        let read = try JSONValue(
            parsing: ChannelContract.read(
                kind: "mail",
                json: Array(
                    #"[{"status":550,"headers":{"SMTP-Stage":"recipient"},"body":"550 5.1.1 no"},{"error":"timeout_after_sent"}]"#.utf8)))
        #expect(
            read == [
                ["outcome": "recipient_unavailable", "external_id": nil, "retry_after_s": nil, "code": "550 5.1.1"],
                ["outcome": "ambiguous", "external_id": nil, "retry_after_s": nil, "code": nil],
            ])
    }

    @Test("Base 64 is written as it is read")
    func base64() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            #expect(Base64.encode(Array(bytes.utf8)) == text)
        }
        let all = (0...255).map { UInt8($0) }
        #expect(Base64.decode(Base64.encode(all)) == all)
        #expect(Base64.decode(Base64.encode(all, line: 76)) == all)
        #expect(Base64.encode(all, line: 76).components("\r\n").map(\.utf8.count) == [76, 76, 76, 76, 40, 0])
    }
}
