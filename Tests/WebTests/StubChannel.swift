import Channels
import Core
import Synchronization

/// A platform whose body is a list of message ids, one a line, and whose signature is the word "good".
final class StubChannel: Channels.Channel, Sendable {
    let kind = ChannelKind.zaloOA
    let capability = WebChannel.capability
    private let requests = Mutex<[WebhookRequest]>([])

    var seen: [WebhookRequest] { requests.withLock { $0 } }

    func receive(_ request: WebhookRequest, at now: Instant) -> WebhookResult {
        requests.withLock { $0.append(request) }
        if request.method == "GET" { return WebhookResult(status: 200, body: "challenge", contentType: "text/plain") }
        guard request.headers["x-signature"] == "good" else {
            return .refusal(401, code: "bad_signature", message: "the signature does not fit")
        }
        let ids = request.body.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        return WebhookResult(
            status: 200,
            events: ids.map { id in
                InboundEvent(
                    kind: .message, sender: "person", recipient: "account", person: "person", account: "account",
                    name: "user_send_text", deduplicationKey: id, externalID: id, text: "xin chào",
                    // As if captured long ago, when its id says so.
                    timestamp: id.hasPrefix("old") ? now - .seconds(400 * 86_400) : now)
            })
    }

    func render(_ message: OutboundMessage, to address: ConversationAddress, token: String?) -> Rendering { .pull }
    func read(_ result: Result<HTTPAnswer, TransportFailure>) -> DeliveryReport { DeliveryReport(.accepted) }
}
