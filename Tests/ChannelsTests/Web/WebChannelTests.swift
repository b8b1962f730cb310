import Channels
import Core
import JSON
import Testing

@Suite("The web chat")
struct WebChannelTests {
    private let now = Instant(milliseconds: 1_795_500_000_123)
    private let channel = WebChannel(ChannelSettings(id: ConnectionID("web")))

    private func post(_ body: String, path: String = "/chat/sessions/s-1/messages") -> WebhookResult {
        channel.receive(WebhookRequest(method: "POST", path: path, body: Array(body.utf8)), at: now)
    }

    @Test("A text becomes a message of its session, once for each client id")
    func text() throws {
        let result = post(#"{"id":"m1","text":"lớp bơi\u0000"}"#)
        #expect(result.status == 202)
        #expect(result.body == #"{"id":"m1"}"#)
        let event = try #require(result.events.first)
        #expect(event.kind == .message)
        #expect(event.text == "lớp bơi")
        #expect(event.person == "s-1")
        #expect(event.externalID == "m1")
        #expect(event.timestamp == now)
        #expect(post(#"{"text":"khác","id":"m1"}"#).events.first?.deduplicationKey == event.deduplicationKey)
        #expect(post(#"{"id":"m2","text":"lớp bơi"}"#).events.first?.deduplicationKey != event.deduplicationKey)
        #expect(
            post(#"{"id":"m1","text":"a"}"#, path: "/chat/sessions/s-2/messages").events.first?.deduplicationKey
                != event.deduplicationKey)
    }

    @Test("A payload, or a text that is one, becomes a press")
    func payload() throws {
        for body in [
            ##"{"id":"m1","payload":"#yes"}"##, ##"{"id":"m1","text":"#yes"}"##,
            ##"{"id":"m1","text":null,"payload":"#yes"}"##,
        ] {
            let event = try #require(post(body).events.first)
            #expect(event.kind == .postback)
            #expect(event.payload == "#yes")
            #expect(event.text == nil)
        }
    }

    @Test(
        "What is not as described is refused with the field named",
        arguments: [
            (#"{"text":"a"}"#, "id"), (#"{"id":5,"text":"a"}"#, "id"), (#"{"id":"","text":"a"}"#, "id"),
            (#"{"id":"a\u0001","text":"a"}"#, "id"), (#"{"id":"m"}"#, "text"), (#"{"id":"m","text":7}"#, "text"),
            (#"{"id":"m","text":""}"#, "text"), (#"{"id":"m","text":"\u0000"}"#, "text"),
            (#"{"id":"m","text":"a","payload":"b"}"#, "payload"), (#"{"id":"m","payload":""}"#, "payload"),
            ("{\"id\":\"\(String(repeating: "m", count: 65))\",\"text\":\"a\"}", "id"),
            ("{\"id\":\"m\",\"payload\":\"\(String(repeating: "p", count: 1_001))\"}", "payload"),
        ])
    func refused(_ body: String, _ field: String) throws {
        let result = post(body)
        #expect(result.status == 400)
        #expect(result.events.isEmpty)
        #expect(try JSONValue(parsing: result.body).string(at: "error.field") == field)
    }

    @Test("What is not JSON, or not an object, is refused", arguments: ["", "a", "[]", "\"a\"", "{", "\u{FEFF}{}"])
    func notJSON(_ body: String) throws {
        let result = post(body)
        #expect(result.status == 400)
        #expect(try JSONValue(parsing: result.body).string(at: "error.code").hasPrefix("json_"))
    }

    @Test("A long text is cut, not refused")
    func longText() {
        let text = JSONValue(String(repeating: "ế", count: 100_000)).compactText
        #expect(
            post("{\"id\":\"m\",\"text\":\(text)}").events.first?.text?.unicodeScalars.count == Limits.storedTextScalars
        )
    }

    @Test(
        "Other paths and methods are not the chat's",
        arguments: [
            "/", "/chat/sessions//messages", "/chat/sessions/a/b/messages", "/chat/sessions/a/events",
            "chat/sessions/a/messages", "/chat/sessions/a%2Fb/messages", "/webhooks/web",
            "/chat/sessions/\(String(repeating: "a", count: 129))/messages",
        ])
    func paths(_ path: String) {
        #expect(post(#"{"id":"m","text":"a"}"#, path: path).status == 404)
        let get = WebhookRequest(method: "GET", path: "/chat/sessions/a/messages")
        #expect(channel.receive(get, at: now).status == 405)
    }

    @Test("A message waits to be fetched, and its event has the contract's members in order")
    func events() {
        let address = ConversationAddress(connection: ConnectionID("web"), channel: .web, account: "", person: "s")
        #expect(channel.render(OutboundMessage(text: "a"), to: address, token: nil) == .pull)
        #expect(channel.render(OutboundMessage(text: ""), to: address, token: nil) == .impossible("empty"))
        let message = OutboundMessage(
            text: "Chào\nanh", buttons: [Button(title: "Có", payload: "#yes")],
            attachments: [
                Core.Attachment(kind: .file, url: "https://example.edu.vn/a.pdf"), Core.Attachment(kind: .sticker),
            ])
        #expect(
            ChatEvent(id: "7", message, at: now).json.compactText
                == ##"{"id":"7","kind":"message","text":"Chào\nanh\nhttps://example.edu.vn/a.pdf","buttons":[{"title":"Có","payload":"#yes"}],"at":"2026-11-24T06:00:00.123Z"}"##
        )
    }

    @Test("The bearer token is read from its header and compared whole")
    func bearer() {
        #expect(WebSignature.verify(header: "Bearer abc", token: "abc"))
        #expect(WebSignature.verify(header: "bearer  abc", token: "abc"))
        for header in [
            nil, "", "abc", "Bearer", "Bearer ", "Bearer ab", "Bearer abcd", "Bearer a c", "Basic abc", "Bearer ế",
        ] {
            #expect(!WebSignature.verify(header: header, token: "abc"))
        }
        #expect(!WebSignature.verify(header: "Bearer ", token: ""))
    }
}
