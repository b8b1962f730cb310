package import Core
import JSON

/// Reads what Zalo answers. Errors come with status 200 and a number in `error`; the status alone says nothing.
package enum ZaloOAOutcome {
    /// The platform's numbers and what each means for us.
    package static let meanings: [Int64: DeliveryOutcome] = [
        0: .accepted,
        // Too many calls for the application or the OA.
        -32: .throttled,
        // The attachment has expired.
        -100: .rejected,
        // The token is wrong or has run out.
        -124: .tokenInvalid, -216: .tokenInvalid, -220: .tokenInvalid,
        // "Could not send", or the article is still being made: later may be different.
        -200: .transient, -214: .transient,
        // Parameters: wrong, over their limit, of a form, of a message type that is not supported.
        -201: .rejected, -210: .rejected, -233: .rejected, -1340: .rejected, -1341: .rejected,
        // OA off or unknown; application not active, without this call, wrong or deleted.
        -204: .accountPaused, -205: .accountPaused, -209: .accountPaused, -212: .accountPaused,
        -215: .accountPaused, -219: .accountPaused,
        // Quota or money used up; OA not verified, not entitled, package too low, of the wrong type.
        -211: .accountPaused, -221: .accountPaused, -223: .accountPaused, -224: .accountPaused,
        -235: .accountPaused, -320: .accountPaused, -321: .accountPaused,
        // The proof of the application secret is missing or wrong.
        -242: .accountPaused,
        // The person has never talked to us; the person's account is banned or asleep.
        -213: .recipientUnavailable, -222: .recipientUnavailable, -227: .recipientUnavailable,
        // The person refuses us, or this kind of message.
        -217: .contactStopped, -244: .contactStopped,
        // The person's quota of today is used up.
        -218: .throttledRecipient,
        // Too long since the person wrote; the last two are older numbers for the same.
        -230: .windowClosed, -232: .windowClosed, -305: .windowClosed, -311: .windowClosed,
        // Not at night: again in the morning.
        -234: .throttled,
        // Group or asset not usable, old interface closed, against the platform's policy.
        -237: .rejected, -238: .rejected, -240: .rejected, -241: .rejected, -248: .rejected, -403: .rejected,
        // The template may not be sent by user id.
        -249: .templateMissing,
    ]

    /// Night refusals are tried again at this distance.
    private static let nightPause: Duration = .seconds(3_600)
    /// The platform counts calls by the minute.
    private static let countingPeriod: Duration = .seconds(60)

    package static func read(_ result: Result<HTTPAnswer, TransportFailure>) -> DeliveryReport {
        switch result {
        case .failure(let failure): DeliveryReport(failure)
        case .success(let answer): read(answer)
        }
    }

    private static func read(_ answer: HTTPAnswer) -> DeliveryReport {
        let body = try? JSONValue(parsing: answer.body, depth: Limits.nesting)
        let number = body?["error"]?.lenientInt64
        let code = number.flatMap { $0 == 0 ? nil : String($0) }
        switch answer.status {
        case 429:
            return DeliveryReport(.throttled, retryAfter: pause(answer), code: code)
        case 500...599:
            return DeliveryReport(.transient, retryAfter: RetryAfter.read(answer), code: code)
        case 200..<300:
            guard let body, let number else { return DeliveryReport(.ambiguous) }
            return read(number, body, answer, code)
        default:
            if let body, let number, number != 0 { return read(number, body, answer, code) }
            // Not the platform's language: a gateway answered.
            return answer.status == 401 ? DeliveryReport(.tokenInvalid) : DeliveryReport(statusOf: answer)
        }
    }

    private static func read(_ number: Int64, _ body: JSONValue, _ answer: HTTPAnswer, _ code: String?)
        -> DeliveryReport
    {
        // Numbers that we do not know are final: repeating what the platform refuses would only make more of it.
        let outcome = meanings[number] ?? .rejected
        switch outcome {
        case .accepted:
            return DeliveryReport(.accepted, externalID: messageID(body))
        case .throttled where number == -234:
            return DeliveryReport(.throttled, retryAfter: RetryAfter.read(answer) ?? nightPause, code: code)
        case .throttled:
            return DeliveryReport(.throttled, retryAfter: pause(answer), code: code)
        default:
            return DeliveryReport(outcome, retryAfter: RetryAfter.read(answer), code: code)
        }
    }

    private static func messageID(_ body: JSONValue) -> String? {
        let id =
            body.value(at: "data.message_id")?.stringOrNumberText ?? body.value(at: "data.msg_id")?.stringOrNumberText
        return id.flatMap { $0.isEmpty || $0.unicodeScalars.count > Limits.externalIDScalars ? nil : $0 }
    }

    /// `Retry-After`, else the period of the call counter when the answer says that it is used up.
    private static func pause(_ answer: HTTPAnswer) -> Duration? {
        if let asked = RetryAfter.read(answer) { return asked }
        return answer.headers["x-ratelimit-remain"].flatMap(JSONNumber.int64).flatMap { $0 <= 0 ? countingPeriod : nil }
    }

    // MARK: Tokens

    /// Used when the answer gives no lifetime: soon enough to be safe.
    private static let shortLifetime: Duration = .seconds(3_600)

    /// The pair in a token answer.
    ///
    /// A refusal is transient when the same refresh token may still be good: busy, broken or unreadable answers.
    package static func readRefresh(_ answer: HTTPAnswer) -> Result<TokenPair, TokenRefusal> {
        let body = try? JSONValue(parsing: answer.body, depth: Limits.nesting)
        if let token = body?["access_token"]?.stringValue, !token.isEmpty, (200..<300).contains(answer.status) {
            let seconds = body?["expires_in"]?.lenientInt64 ?? 0
            let refresh = body?["refresh_token"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
            let lifetime: Duration = seconds > 0 ? .seconds(min(seconds, 366 * 86_400)) : shortLifetime
            return .success(TokenPair(accessToken: token, refreshToken: refresh, lifetime: lifetime))
        }
        if let number = body?["error"]?.lenientInt64, number != 0 {
            return .failure(TokenRefusal(code: String(number), isTransient: number == -32 || answer.status >= 500))
        }
        switch answer.status {
        case 200..<300: return .failure(TokenRefusal(code: "unreadable", isTransient: true))
        case 408, 425, 429, 500...599:
            return .failure(TokenRefusal(code: "http_\(answer.status)", isTransient: true))
        default: return .failure(TokenRefusal(code: "http_\(answer.status)"))
        }
    }
}
