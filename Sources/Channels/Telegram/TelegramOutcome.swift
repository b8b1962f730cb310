package import Core
import JSON

/// What Telegram's answers mean: `{"ok":true,"result":{…}}` or
/// `{"ok":false,"error_code":…,"description":"…","parameters":{"retry_after":…}}`.
///
/// The code tells little; the reasons stand in the English description. Descriptions never leave this type: a report
/// has the code alone.
package enum TelegramOutcome {
    /// What a description says, by words that occur in it; the first that fits counts.
    package static let meanings: [(words: String, outcome: DeliveryOutcome)] = [
        ("blocked by the user", .contactStopped),
        ("user_is_blocked", .contactStopped),
        ("user is deactivated", .contactStopped),
        ("user_deactivated", .contactStopped),
        ("bot was kicked", .contactStopped),
        ("bot is not a member", .contactStopped),
        ("can't initiate conversation", .recipientUnavailable),
        ("can't send messages to", .recipientUnavailable),
        ("chat not found", .recipientUnavailable),
        ("user not found", .recipientUnavailable),
        ("peer_id_invalid", .recipientUnavailable),
        // A group that got a new id; we write to people.
        ("upgraded to a supergroup", .recipientUnavailable),
        ("migrated to a supergroup", .recipientUnavailable),
        ("have no rights", .recipientUnavailable),
        ("not enough rights", .recipientUnavailable),
        ("need administrator rights", .recipientUnavailable),
        ("chat_write_forbidden", .recipientUnavailable),
        ("chat_restricted", .recipientUnavailable),
    ]

    package static func read(_ result: Result<HTTPAnswer, TransportFailure>) -> DeliveryReport {
        switch result {
        case .failure(let failure): DeliveryReport(failure)
        case .success(let answer): read(answer)
        }
    }

    private static func read(_ answer: HTTPAnswer) -> DeliveryReport {
        let body = try? JSONValue(parsing: answer.body, depth: Limits.nesting)
        let isSuccess = (200..<300).contains(answer.status)
        switch body?["ok"]?.boolValue {
        case true? where isSuccess:
            return DeliveryReport(.accepted, externalID: messageID(body))
        case false?:
            return refusal(body, answer)
        default:
            // Not the platform's language: a gateway answered. A success may have been one.
            if isSuccess { return DeliveryReport(.ambiguous) }
            return answer.status == 401 ? DeliveryReport(.tokenInvalid) : DeliveryReport(statusOf: answer)
        }
    }

    private static func refusal(_ body: JSONValue?, _ answer: HTTPAnswer) -> DeliveryReport {
        let number = body?["error_code"]?.lenientInt64
        let code = number.map { String($0) }
        let description = (body?["description"]?.stringValue ?? "").prefix(500).lowercased()
        let pause = retryAfter(body) ?? RetryAfter.read(answer)
        let outcome = outcome(number ?? Int64(answer.status), description, body)
        switch outcome {
        case .throttled, .transient: return DeliveryReport(outcome, retryAfter: pause, code: code)
        default: return DeliveryReport(outcome, code: code)
        }
    }

    private static func outcome(_ code: Int64, _ description: String, _ body: JSONValue?) -> DeliveryOutcome {
        switch code {
        case 420, 429: return .throttled
        case 408, 409, 425, 500...599: return .transient
        // 404 is the answer to a token that is none.
        case 401, 404: return .tokenInvalid
        case 400, 403:
            if let meaning = meanings.first(where: { description.contains($0.words) }) { return meaning.outcome }
            if body?.value(at: "parameters.migrate_to_chat_id")?.lenientInt64 != nil { return .recipientUnavailable }
            // Whatever is forbidden concerns one chat; whatever is bad concerns one message.
            return code == 403 ? .recipientUnavailable : .rejected
        default: return .rejected
        }
    }

    /// Exactly what is asked for, as long as somebody could still wait for it.
    private static func retryAfter(_ body: JSONValue?) -> Duration? {
        guard let seconds = body?.value(at: "parameters.retry_after")?.lenientInt64, seconds >= 0 else { return nil }
        return min(.seconds(min(seconds, 1_000_000)), RetryAfter.longest)
    }

    private static func messageID(_ body: JSONValue?) -> String? {
        body?.value(at: "result.message_id")?.lenientInt64.map { String($0) }
    }
}
