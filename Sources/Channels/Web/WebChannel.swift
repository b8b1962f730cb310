package import Core
import JSON

/// Our own chat page at `/chat`. Sessions and their tokens are the web server's: what arrives here is already proved.
package struct WebChannel: Channel {
    package static let capability = Capability(
        maximumText: Limits.textScalars, textUnit: .characters, maximumButtons: 20, maximumButtonTitle: 100,
        window: nil, sendsPerSecond: 1_000, isThirdParty: false, checkedOn: "2026-11-23")

    package init(_ settings: ChannelSettings) {}

    package var kind: ChannelKind { .web }
    package var capability: Capability { Self.capability }

    /// Reads `POST /chat/sessions/{id}/messages`: 202 with the event, 400 naming the field, 404 for other paths.
    package func receive(_ request: WebhookRequest, at now: Instant) -> WebhookResult {
        guard let session = WebDecoder.session(inPath: request.path) else {
            return .refusal(404, code: "not_found", message: "there is no such chat session")
        }
        guard request.method == "POST" else { return .methodNotAllowed }
        return receive(body: request.body, session: session, at: now)
    }

    /// The same when the session is known.
    package func receive(body: [UInt8], session: String, at now: Instant) -> WebhookResult {
        do throws(JSONError) {
            let input = try WebDecoder.input(body)
            return WebhookResult(
                status: 202, body: JSONValue.object(JSONObject(["id": .string(input.id)])).compactText,
                events: [WebDecoder.event(input, .web, session: session, at: now)])
        } catch {
            return .malformed(error)
        }
    }

    package func render(_ message: OutboundMessage, to address: ConversationAddress, token: String?) -> Rendering {
        WebRenderer.render(message)
    }

    package func read(_ result: Result<HTTPAnswer, TransportFailure>) -> DeliveryReport { WebOutcome.read(result) }
}
