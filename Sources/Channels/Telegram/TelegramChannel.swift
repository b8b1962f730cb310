package import Core
import JSON

/// A bot of Telegram: one token, one webhook.
///
/// Secrets: `secret_token` (given with `setWebhook`, proves requests), `auth_token` (the bot's token, part of the
/// address of every call). Options: `address` (our account's name in events; else the bot's id, which is the part of
/// the token before the colon and no secret) and those of ``TelegramRenderer``.
package struct TelegramChannel: Channel {
    package static let capability = Capability(
        maximumText: TelegramRenderer.maximumText, textUnit: .utf16, maximumButtons: TelegramRenderer.maximumButtons,
        maximumButtonTitle: TelegramRenderer.maximumTitle, window: nil, sendsPerSecond: 30, sendsPerSecondToPerson: 1,
        isThirdParty: true, checkedOn: "2026-11-23")

    private let signature: TelegramSignature
    private let decoder: TelegramDecoder
    private let renderer: TelegramRenderer
    package let capability: Capability

    package init(_ settings: ChannelSettings) {
        capability = Self.capability.with(settings)
        signature = TelegramSignature(secretToken: settings.secrets["secret_token"])
        let address = settings.options["address"].flatMap { $0.isEmpty ? nil : $0 }
        decoder = TelegramDecoder(account: address ?? Self.botID(inToken: settings.secrets["auth_token"]) ?? "")
        renderer = TelegramRenderer(settings)
    }

    package var kind: ChannelKind { .telegram }

    /// The answer to a pressed button is itself a call: Telegram performs `answerCallbackQuery` out of it, and the
    /// button stops showing itself as busy. It costs no request and needs no memory of the press.
    package func receive(_ request: WebhookRequest, at now: Instant) -> WebhookResult {
        guard request.method == "POST" else { return .methodNotAllowed }
        // Without the proof the body is not even read.
        let verdict = signature.verify(header: request.headers["x-telegram-bot-api-secret-token"])
        guard verdict == .valid else { return refusal(verdict) }
        do throws(JSONError) {
            let update = try decoder.decode(request.body)
            return WebhookResult(
                status: 200, body: update.callbackID.map(Self.answer) ?? "{}", events: update.events)
        } catch {
            return .malformed(error)
        }
    }

    package func render(_ message: OutboundMessage, to address: ConversationAddress, token: String?) -> Rendering {
        renderer.render(message, to: address.person, token: token)
    }

    package func read(_ result: Result<HTTPAnswer, TransportFailure>) -> DeliveryReport { TelegramOutcome.read(result) }

    private static func answer(toCallback id: String) -> String {
        let call: JSONValue = ["method": "answerCallbackQuery", "callback_query_id": .string(id)]
        return call.compactText
    }

    /// Nil for what is not written as a token: then it may all be secret.
    package static func botID(inToken token: String?) -> String? {
        guard let utf8 = token?.utf8.drop(while: { $0 == 0x20 || (0x09...0x0D).contains($0) }),
            let colon = utf8.firstIndex(of: UInt8(ascii: ":"))
        else { return nil }
        let id = utf8[..<colon]
        return (1...20).contains(id.count) && id.allSatisfy { (48...57).contains($0) } ? String(Substring(id)) : nil
    }

    private func refusal(_ verdict: TelegramSignature.Verdict) -> WebhookResult {
        switch verdict {
        case .valid, .wrong:
            .refusal(401, code: "bad_signature", message: "the secret token is not ours")
        case .missing:
            .refusal(
                401, code: "missing_signature", message: "the header X-Telegram-Bot-Api-Secret-Token is missing")
        case .notConfigured:
            .refusal(401, code: "not_configured", message: "this connection has no secret_token to check with")
        }
    }
}

extension TelegramChannel: CustomReflectable {
    /// Nothing: whoever prints or dumps a channel must not find its secrets.
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
