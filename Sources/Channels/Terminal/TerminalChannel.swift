package import Core
import JSON

/// A conversation in a terminal: `nhipcau chat`.
package struct TerminalChannel: Channel {
    package static let capability = WebChannel.capability

    package init(_ settings: ChannelSettings) {}

    package var kind: ChannelKind { .terminal }
    package var capability: Capability { Self.capability }

    /// Reads one line: method ``TerminalSignature/method``, the person as path, the line's number as query `number`,
    /// `format=objects` for objects.
    package func receive(_ request: WebhookRequest, at now: Instant) -> WebhookResult {
        guard TerminalSignature.verify(request) else { return .methodNotAllowed }
        do throws(JSONError) {
            let event = try TerminalDecoder.decode(
                String(decoding: request.body, as: UTF8.self),
                format: request.query["format"] == "objects" ? .objects : .plain,
                number: request.query["number"].flatMap { Int($0) } ?? 0, person: request.path, at: now)
            return WebhookResult(status: 202, events: event.map { [$0] } ?? [])
        } catch {
            return .malformed(error)
        }
    }

    package func render(_ message: OutboundMessage, to address: ConversationAddress, token: String?) -> Rendering {
        WebRenderer.render(message)
    }

    package func read(_ result: Result<HTTPAnswer, TransportFailure>) -> DeliveryReport { TerminalOutcome.read(result) }
}
