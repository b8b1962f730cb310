package import Core
import JSON

/// Zalo Official Accounts: one application whose webhook serves one or many OAs.
///
/// Secrets: `app_id`, `oa_secret_key` (proves requests), `app_secret` (renews tokens), `access_token` (fixed, where
/// none is renewed). Options: `address` (our OA ids, joined by commas; empty = every OA of the application) and those
/// of ``ZaloOARenderer``.
package struct ZaloOAChannel: Channel {
    package static let capability = Capability(
        maximumText: ZaloOARenderer.maximumText, textUnit: .utf16, maximumButtons: ZaloOARenderer.maximumButtons,
        maximumButtonTitle: ZaloOARenderer.maximumTitle, window: .seconds(7 * 86_400), sendsPerSecond: 60,
        isThirdParty: true, checkedOn: "2026-11-23")

    private let signature: ZaloOASignature
    private let decoder: ZaloOADecoder
    private let renderer: ZaloOARenderer
    private let fixedToken: String?
    package let capability: Capability

    package init(_ settings: ChannelSettings) {
        capability = Self.capability.with(settings)
        signature = ZaloOASignature(
            applicationID: settings.secrets["app_id"], secretKey: settings.secrets["oa_secret_key"])
        let accounts = settings.options["address"] ?? ""
        decoder = ZaloOADecoder(
            accounts: Set(accounts.split { $0 == "," || $0 == " " }.map(String.init)))
        renderer = ZaloOARenderer(settings)
        fixedToken = settings.secrets["access_token"]
    }

    package var kind: ChannelKind { .zaloOA }

    package func receive(_ request: WebhookRequest, at now: Instant) -> WebhookResult {
        guard request.method == "POST" else { return .methodNotAllowed }
        guard signature.isConfigured else { return refusal(.notConfigured) }
        let header = request.headers["x-zevent-signature"]
        // Without anything to check the body is not even read.
        guard ZaloOASignature.digest(in: header) != nil else { return refusal(.missing) }
        do throws(JSONError) {
            let envelope = try ZaloOADecoder.Envelope(request.body)
            let verdict = signature.verify(header: header, body: request.body, timestamp: envelope.timestamp)
            guard verdict == .valid else { return refusal(verdict) }
            // The console's check is signed for us, but its content is a sample.
            guard envelope.isConsoleCheck || signature.isOurs(applicationID: envelope.applicationID) else {
                return .refusal(
                    401, code: "wrong_application", message: "the event is for another application", field: "app_id")
            }
            return WebhookResult(status: 200, events: try decoder.decode(envelope, body: request.body))
        } catch {
            return .malformed(error)
        }
    }

    package func render(_ message: OutboundMessage, to address: ConversationAddress, token: String?) -> Rendering {
        renderer.render(message, to: address.person, token: token ?? fixedToken)
    }

    package func read(_ result: Result<HTTPAnswer, TransportFailure>) -> DeliveryReport { ZaloOAOutcome.read(result) }

    package func refreshCall(refreshToken: String) -> HTTPCall? { renderer.refreshCall(refreshToken: refreshToken) }

    package func readRefresh(_ answer: HTTPAnswer) -> Result<TokenPair, TokenRefusal> {
        ZaloOAOutcome.readRefresh(answer)
    }

    private func refusal(_ verdict: ZaloOASignature.Verdict) -> WebhookResult {
        switch verdict {
        case .valid, .wrong:
            .refusal(401, code: "bad_signature", message: "the signature does not fit the body")
        case .missing:
            .refusal(
                401, code: "missing_signature", message: "the header X-ZEvent-Signature has no digest")
        case .notConfigured:
            .refusal(
                401, code: "not_configured", message: "this connection has no app_id or no oa_secret_key to check with")
        }
    }
}
