import Channels
import Core
import Crypto
import JSON

/// Requests to webhooks: the first line is the header that proves them, the rest is the body.
enum ReceiveEntry {
    private static let now = Instant(milliseconds: 1_795_500_000_123)
    private static let applicationID = "2718281828459045235"
    private static let secret = "khoa-bi-mat-thu-nghiem"

    private static let zaloChannel = ZaloOAChannel(
        ChannelSettings(id: ConnectionID("fuzz"), secrets: ["app_id": applicationID, "oa_secret_key": secret]))
    private static let telegramChannel = TelegramChannel(
        ChannelSettings(
            id: ConnectionID("fuzz"), secrets: ["secret_token": secret, "auth_token": "7000000001:AAF_thu-nghiem"]))
    private static let webChannel = WebChannel(ChannelSettings(id: ConnectionID("fuzz")))

    /// Once with the header that came, once with the right one.
    static func zalo(_ bytes: UnsafeRawBufferPointer) {
        var input = FuzzInput(bytes)
        let header = input.line()
        let body = input.remainder
        let envelope = try? ZaloOADecoder.Envelope(body)
        let digest = digest(of: body, timestamp: envelope?.timestamp ?? "")
        let given = result(zaloChannel, ["x-zevent-signature": header], body)
        promise(given.status != 200 || ZaloOASignature.digest(in: header) == digest, "only a right digest is accepted")
        let proof = "mac=" + digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let proved = result(zaloChannel, ["x-zevent-signature": proof], body)
        if envelope == nil { promise(proved.status == 400, "what is no event is malformed") }
    }

    static func telegram(_ bytes: UnsafeRawBufferPointer) {
        var input = FuzzInput(bytes)
        let header = input.line()
        let body = input.remainder
        let given = result(telegramChannel, ["x-telegram-bot-api-secret-token": header], body)
        promise(given.status == 401 || header.isSame(as: secret), "only the secret is accepted")
        _ = result(telegramChannel, ["x-telegram-bot-api-secret-token": secret], body)
    }

    /// The first line is the path and, after a space, the `Authorization` header.
    static func web(_ bytes: UnsafeRawBufferPointer) {
        var input = FuzzInput(bytes)
        let words = input.line().split(separator: " ", maxSplits: 1)
        let path = words.first.map(String.init) ?? ""
        if let token = WebSignature.bearerToken(in: words.dropFirst().first.map(String.init)) {
            promise((1...WebSignature.maximumTokenBytes).contains(token.utf8.count), "a token has a length of ours")
        }
        _ = result(webChannel, [:], input.remainder, path: path)
        _ = result(webChannel, [:], input.remainder, path: "/chat/sessions/s1/messages")
    }

    private static func digest(of body: [UInt8], timestamp: String) -> [UInt8] {
        Array(SHA256.hash(data: Array(applicationID.utf8) + body + Array(timestamp.utf8) + Array(secret.utf8)))
    }

    private static func result(
        _ channel: some Channel, _ headers: [String: String], _ body: [UInt8], path: String = "/webhooks/fuzz"
    ) -> WebhookResult {
        let request = WebhookRequest(method: "POST", path: path, headers: headers, body: body)
        let result = channel.receive(request, at: now)
        promise(result == channel.receive(request, at: now), "a redelivery is read alike")
        promise([200, 202, 400, 401, 404].contains(result.status), "the answer is one that the channel names")
        promise(result.events.isEmpty || result.status < 300, "what is refused is not stored")
        // An answer may name a field of the body, and whoever writes the secret there knows it already.
        let isKnown = String(decoding: body, as: UTF8.self).contains(secret)
        promise(isKnown || !result.body.contains(secret), "an answer gives no secret away")
        if result.contentType == "application/json" {
            promise((try? JSONValue(parsing: result.body)) != nil, "an answer is JSON")
        }
        result.events.forEach(check)
        return result
    }

    private static func check(_ event: InboundEvent) {
        promise(!event.deduplicationKey.isEmpty, "an event has a key")
        let ids = [event.sender, event.recipient, event.person, event.account, event.externalID ?? ""]
        for id in ids + event.relatedIDs {
            promise(id.unicodeScalars.count <= Limits.externalIDScalars, "ids are bounded")
        }
        if let text = event.text {
            promise(text.unicodeScalars.count <= Limits.storedTextScalars, "texts are bounded")
            promise(InboundText.cleaned(text)?.isSame(as: text) == true, "texts are clean")
        }
        if let payload = event.payload {
            promise(!payload.unicodeScalars.contains { $0 == "\0" }, "payloads are clean")
        }
    }
}
