import Core
import JSON

/// The input of `channels parse`: `{"method","path","query","headers","body"|"body_base64","secrets","config","now"}`.
struct ContractRequest {
    private let request: WebhookRequest
    private let settings: ChannelSettings
    private let now: Instant?

    init(_ input: JSONValue) throws(ChannelError) {
        do throws(JSONError) {
            try ContractFields.object(input)
            var headers: [String: String] = [:]
            for (name, value) in try ContractFields.texts(input, "headers") { headers[name.lowercased()] = value }
            request = WebhookRequest(
                method: (try input.optionalString(at: "method") ?? "POST").uppercased(),
                path: try input.optionalString(at: "path") ?? "/", query: try ContractFields.texts(input, "query"),
                headers: headers, body: try Self.body(input))
            settings = try ContractFields.settings(input)
            now = try Self.time(input)
        } catch {
            throw .input(error)
        }
    }

    func answer(_ kind: ChannelKind, now standard: Instant) throws(ChannelError) -> JSONValue {
        let result =
            request.body.count > Limits.webhookBodyBytes
            ? WebhookResult.refusal(413, code: "too_large", message: "the body is larger than this server takes")
            : try ChannelRegistry.make(kind, settings: settings).receive(request, at: now ?? standard)
        return [
            "status": JSONValue(result.status), "body": .string(result.body),
            "events": .array(result.events.map(Self.json)),
        ]
    }

    private static func body(_ input: JSONValue) throws(JSONError) -> [UInt8] {
        if let text = try input.optionalString(at: "body_base64") {
            guard let bytes = Base64.decode(text) else {
                throw JSONError(.wrongKind, path: "body_base64", expected: "base 64")
            }
            return bytes
        }
        return Array((try input.optionalString(at: "body") ?? "").utf8)
    }

    private static func time(_ input: JSONValue) throws(JSONError) -> Instant? {
        guard let text = try input.optionalString(at: "now") else { return nil }
        guard let instant = Instant(iso8601: text) else {
            throw JSONError(.wrongKind, path: "now", expected: "a time as 2026-11-28T00:00:00Z")
        }
        return instant
    }

    private static func json(_ event: InboundEvent) -> JSONValue {
        [
            "kind": .string(event.kind.rawValue), "sender": .string(event.sender),
            "recipient": .string(event.recipient), "external_id": JSONValue(event.externalID),
            "text": JSONValue(event.text),
            "attachments": .array(
                event.attachments.map { ["kind": .string($0.kind.rawValue), "url": JSONValue($0.url)] }),
            "payload": JSONValue(event.payload), "timestamp": JSONValue(event.timestamp?.iso8601UTC),
            "status": JSONValue(event.status?.name), "by": JSONValue(event.by?.rawValue),
        ]
    }
}
