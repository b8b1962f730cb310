import Core
@testable import Store
import Testing

@Suite("Payloads of events")
struct EventPayloadTests {
    private static let full = InboundEvent(
        kind: .message, sender: "7", recipient: "oa", person: "7", account: "oa", name: "user_send_text",
        deduplicationKey: "zalo_oa|oa|7|message|m1", externalID: "m1", relatedIDs: ["a\"b", "c\\d"],
        text: "Chào \"cô\" \\ \u{1}\u{1F}\n\tđường ấy 🌸\u{2028}",
        attachments: [Attachment(kind: .image, url: "https://x.vn/?a=1&b=\"2\""), Attachment(kind: .location)], payload: "#yes",
        timestamp: Instant(milliseconds: -1), status: .read, by: .staff)
    private static let bare = InboundEvent(
        kind: .timer, sender: "", recipient: "", person: "", account: "", name: "", deduplicationKey: "")

    @Test("are read again as they were written", arguments: [full, bare])
    func roundTrip(event: InboundEvent) throws {
        #expect(try Payload.decode(InboundEvent.self, from: EventPayload.encode(event), .eventPayload) == event)
    }

    @Test("hold what the general writer writes, so that no field is forgotten", arguments: [full, bare])
    func sameFields(event: InboundEvent) throws {
        let general = try Payload.decode([String: Anything].self, from: Payload.encode(event), .eventPayload)
        let own = try Payload.decode([String: Anything].self, from: EventPayload.encode(event), .eventPayload)
        #expect(Set(own.keys) == Set(general.keys))
    }

    private struct Anything: Decodable {
        init(from decoder: any Decoder) throws {}
    }
}
