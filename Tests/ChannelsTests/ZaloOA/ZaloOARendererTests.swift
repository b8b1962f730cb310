import Channels
import Core
import JSON
import Testing

@Suite("Sending through Zalo OA")
struct ZaloOARendererTests {
    private func calls(
        _ message: OutboundMessage, options: [String: String] = [:], token: String? = "the-token"
    ) throws -> [HTTPCall] {
        let address = ConversationAddress(
            connection: ConnectionID("zalo"), channel: .zaloOA, account: ZaloOASamples.account, person: "77")
        let rendering = ZaloOAChannel(ZaloOASamples.settings(options)).render(message, to: address, token: token)
        guard case .calls(let calls) = rendering else {
            Issue.record("rendered as \(rendering)")
            return []
        }
        return calls
    }

    private func body(_ call: HTTPCall) throws -> JSONValue { try JSONValue(parsing: call.body) }

    private func header(_ name: String, _ call: HTTPCall) -> String? { call.headers.first { $0.name == name }?.value }

    private func buttons(_ count: Int) -> [Button] {
        (1...count).map { Button(title: "Lớp \($0)", payload: "#slot:class=\($0)") }
    }

    @Test("A text is one call with the token in its own header")
    func text() throws {
        let call = try #require(try calls(OutboundMessage(text: "Dạ, có ạ.")).first)
        #expect(call.method == .post)
        #expect(call.url == "https://openapi.zalo.me/v3.0/oa/message/cs")
        #expect(header("access_token", call) == "the-token")
        #expect(header("content-type", call) == "application/json")
        #expect(header("appsecret_proof", call) == nil)
        #expect(try body(call) == ["recipient": ["user_id": "77"], "message": ["text": "Dạ, có ạ."]])
    }

    @Test("The proof of the application secret goes along when it is asked for")
    func proof() throws {
        #expect(
            ZaloOARenderer.proof(secret: "appSecretKey", token: "accessToken")
                == "0584869ec908cfecf20763760e69c4baca98ac64aaeb6a938f47ca758dfe779f")
        let call = try #require(try calls(OutboundMessage(text: "a"), options: ["appsecret_proof": "true"]).first)
        #expect(
            header("appsecret_proof", call) == ZaloOARenderer.proof(secret: "bi-mat-ung-dung", token: "the-token"))
    }

    @Test("Without a token the call goes without one, so that the answer leads to a new one")
    func noToken() throws {
        let call = try #require(try calls(OutboundMessage(text: "a"), token: nil).first)
        #expect(header("access_token", call) == nil)
        let fixed = ChannelSettings(
            id: ConnectionID("zalo"), baseURL: "http://127.0.0.1:1//", secrets: ["access_token": "fixed"])
        let address = ConversationAddress(connection: fixed.id, channel: .zaloOA, account: "", person: "77")
        guard case .calls(let own) = ZaloOAChannel(fixed).render(OutboundMessage(text: "a"), to: address, token: nil)
        else { return #expect(Bool(false), "no calls") }
        #expect(own.first.flatMap { header("access_token", $0) } == "fixed")
        #expect(own.first?.url == "http://127.0.0.1:1/v3.0/oa/message/cs")
    }

    @Test("Up to five buttons send their payload unseen")
    func pressable() throws {
        let call = try #require(try calls(OutboundMessage(text: "Lớp nào ạ?", buttons: buttons(5))).first)
        let value = try body(call)
        #expect(try value.string(at: "message.text") == "Lớp nào ạ?")
        #expect(try value.string(at: "message.attachment.type") == "template")
        let shown = try value.array(at: "message.attachment.payload.buttons")
        #expect(shown.count == 5)
        #expect(shown.first == ["title": "Lớp 1", "type": "oa.query.hide", "payload": "#slot:class=1"])
        #expect(value.value(at: "message.attachment.payload.template_type") == nil)
    }

    @Test("More buttons, or a channel set to text, become numbered lines")
    func numbered() throws {
        let six = try body(try #require(try calls(OutboundMessage(text: "Lớp nào?", buttons: buttons(6))).first))
        #expect(
            try six.string(at: "message.text")
                == "Lớp nào?\n\n1. Lớp 1\n2. Lớp 2\n3. Lớp 3\n4. Lớp 4\n5. Lớp 5\n6. Lớp 6")
        #expect(six.value(at: "message.attachment") == nil)
        let two = OutboundMessage(text: "Lớp nào?", buttons: buttons(2))
        let text = try body(try #require(try calls(two, options: ["buttons": "text"]).first))
        #expect(try text.string(at: "message.text") == "Lớp nào?\n\n1. Lớp 1\n2. Lớp 2")
        let bare = try body(try #require(try calls(OutboundMessage(text: "", buttons: buttons(2))).first))
        #expect(try bare.string(at: "message.text") == "1. Lớp 1\n2. Lớp 2")
    }

    @Test("Titles are cut at a hundred, between graphemes")
    func titles() throws {
        let title = String(repeating: "👨‍👩‍👧", count: 30)
        let message = OutboundMessage(text: "a", buttons: [Button(title: title, payload: "#yes")])
        let value = try body(try #require(try calls(message).first))
        let cut = try value.string(at: "message.attachment.payload.buttons[0].title")
        #expect(cut == String(repeating: "👨‍👩‍👧", count: 12) + "…")
        #expect(cut.utf16.count <= 100)
    }

    @Test("A long text goes in parts, its buttons on the last")
    func parts() throws {
        let text = String(repeating: "Lớp bơi cho trẻ em mở vào thứ bảy. ", count: 200)
        let calls = try calls(OutboundMessage(text: text, buttons: buttons(2)))
        #expect(calls.count > 3)
        for (index, call) in calls.enumerated() {
            let value = try body(call)
            #expect(try value.string(at: "message.text").utf16.count <= 1_900)
            #expect((value.value(at: "message.attachment") != nil) == (index == calls.count - 1))
        }
        let short = try self.calls(OutboundMessage(text: text), options: ["max_characters": "100"])
        #expect(short.count > calls.count)
    }

    @Test("A hundred thousand characters are many parts, none too long")
    func veryLong() throws {
        let calls = try calls(OutboundMessage(text: String(repeating: "ế", count: 100_000)))
        #expect(calls.count == 53)
    }

    @Test("Pictures are calls of their own before the text; other attachments are links")
    func attachments() throws {
        let message = OutboundMessage(
            text: "Thực đơn", buttons: [Button(title: "Cảm ơn", payload: "#yes")],
            attachments: [
                Core.Attachment(kind: .image, url: "https://example.edu.vn/a.jpg"),
                Core.Attachment(kind: .file, url: "https://example.edu.vn/a.pdf"), Core.Attachment(kind: .sticker),
            ])
        let calls = try calls(message)
        #expect(calls.count == 2)
        let picture = try body(try #require(calls.first))
        #expect(
            picture.value(at: "message.attachment.payload") == [
                "template_type": "media",
                "elements": [["media_type": "image", "url": "https://example.edu.vn/a.jpg"]],
            ])
        let text = try body(try #require(calls.last))
        #expect(try text.string(at: "message.text") == "Thực đơn\nhttps://example.edu.vn/a.pdf")
        #expect(try text.array(at: "message.attachment.payload.buttons").count == 1)
    }

    @Test("Nothing to send, or nobody to send to, is impossible")
    func impossible() {
        let channel = ZaloOAChannel(ZaloOASamples.settings())
        var address = ConversationAddress(connection: ConnectionID("z"), channel: .zaloOA, account: "8", person: "7")
        #expect(channel.render(OutboundMessage(text: " \n"), to: address, token: nil) == .impossible("empty"))
        address.person = ""
        #expect(channel.render(OutboundMessage(text: "a"), to: address, token: nil) == .impossible("no_recipient"))
    }

    @Test("The token call is a form with the secret in a header")
    func refresh() throws {
        var settings = ZaloOASamples.settings()
        settings.tokenURL = "http://127.0.0.1:2/"
        let call = try #require(ZaloOAChannel(settings).refreshCall(refreshToken: "R/T+2 ế"))
        #expect(call.url == "http://127.0.0.1:2/v4/oa/access_token")
        #expect(header("secret_key", call) == "bi-mat-ung-dung")
        #expect(header("content-type", call) == "application/x-www-form-urlencoded")
        #expect(
            String(decoding: call.body, as: UTF8.self)
                == "refresh_token=R%2FT%2B2%20%E1%BA%BF&app_id=\(ZaloOASamples.applicationID)&grant_type=refresh_token")
        for secret in ["app_id", "app_secret"] {
            #expect(ZaloOAChannel(ZaloOASamples.settings(without: secret)).refreshCall(refreshToken: "R") == nil)
        }
    }
}
