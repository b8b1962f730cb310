import Channels
import Core
import JSON
import Testing

@Suite("The terminal")
struct TerminalChannelTests {
    private let now = Instant(milliseconds: 5)

    private func decode(_ line: String, _ format: TerminalDecoder.Format, _ number: Int = 3) throws -> InboundEvent? {
        try TerminalDecoder.decode(line, format: format, number: number, person: "me", at: now)
    }

    @Test("A plain line is a message, an empty one nothing")
    func plain() throws {
        let event = try #require(try decode("lớp bơi", .plain))
        #expect(event.kind == .message)
        #expect(event.text == "lớp bơi")
        #expect(event.externalID == "3")
        #expect(event.person == "me")
        #expect(try decode("{\"id\":1", .plain)?.text == "{\"id\":1")
        #expect(try decode("#yes", .plain)?.payload == "#yes")
        #expect(try decode("", .plain) == nil)
        #expect(try decode(" \t", .objects) == nil)
        #expect(try decode("a", .plain, 4)?.deduplicationKey != event.deduplicationKey)
    }

    @Test("An object is what the web chat takes, its id optional")
    func objects() throws {
        #expect(try decode(#"{"id":"m1","text":"chào"}"#, .objects)?.externalID == "m1")
        #expect(try decode(##"{"payload":"#no"}"##, .objects)?.externalID == "3")
        #expect(throws: JSONError(.missing, path: "text")) { try decode(#"{"id":"m1"}"#, .objects) }
    }

    @Test("The terminal shows buttons as numbered lines")
    func rendering() {
        let message = OutboundMessage(text: "Lớp nào?", buttons: [Button(title: "Bơi", payload: "#yes")])
        #expect(TerminalRenderer.text(message) == "Lớp nào?\n\n1. Bơi")
    }

    @Test("Requests from the network are refused")
    func network() {
        let channel = TerminalChannel(ChannelSettings(id: ConnectionID("t")))
        for method in ["POST", "GET", "line"] {
            let result = channel.receive(WebhookRequest(method: method, path: "me", body: Array("a".utf8)), at: now)
            #expect(result.status == 405)
            #expect(result.events.isEmpty)
        }
        let own = WebhookRequest(
            method: TerminalSignature.method, path: "me", query: ["number": "7"], body: Array("chào".utf8))
        #expect(channel.receive(own, at: now).events.first?.externalID == "7")
        let broken = WebhookRequest(
            method: TerminalSignature.method, path: "me", query: ["format": "objects"], body: Array("{".utf8))
        #expect(channel.receive(broken, at: now).status == 400)
    }
}
