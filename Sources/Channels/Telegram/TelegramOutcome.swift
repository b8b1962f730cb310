package import Core
import JSON

/// What Telegram's answers mean: `{"ok":true,"result":{…}}` or
/// `{"ok":false,"error_code":…,"description":"…","parameters":{"retry_after":…}}`.
///
/// The code tells little; the reasons stand in the English description. Descriptions never leave this type: a report
/// has the code alone.
package enum TelegramOutcome {
    /// What a description says, by words that occur in it; the first that fits counts.
    package static let meanings: [(words: String, outcome: DeliveryOutcome, reason: String)] = [
        ("blocked by the user", .contactStopped, "blocked"),
        ("user_is_blocked", .contactStopped, "blocked"),
        ("user is deactivated", .contactStopped, "deactivated"),
        ("user_deactivated", .contactStopped, "deactivated"),
        ("bot was kicked", .contactStopped, "kicked"),
        ("bot is not a member", .contactStopped, "kicked"),
        ("can't initiate conversation", .recipientUnavailable, "never_started"),
        ("can't send messages to", .recipientUnavailable, "is_a_bot"),
        ("chat not found", .recipientUnavailable, "chat_not_found"),
        ("user not found", .recipientUnavailable, "chat_not_found"),
        ("peer_id_invalid", .recipientUnavailable, "chat_not_found"),
        // A group that got a new id. We write to people, whose chats never move, so nothing is followed.
        ("upgraded to a supergroup", .recipientUnavailable, "migrated"),
        ("migrated to a supergroup", .recipientUnavailable, "migrated"),
        ("have no rights", .recipientUnavailable, "no_rights"),
        ("not enough rights", .recipientUnavailable, "no_rights"),
        ("need administrator rights", .recipientUnavailable, "no_rights"),
        ("chat_write_forbidden", .recipientUnavailable, "no_rights"),
        ("chat_restricted", .recipientUnavailable, "no_rights"),
        ("is too long", .rejected, "too_long"),
        ("text is empty", .rejected, "empty"),
        ("can't parse entities", .rejected, "entities"),
        ("button_data_invalid", .rejected, "button"),
        ("wrong file identifier", .rejected, "picture"),
        ("failed to get http url content", .rejected, "picture"),
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
            return accepted(body)
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
        let description = (body?["description"]?.stringValue ?? "").prefix(500).lowercased()
        let (outcome, reason) = meaning(number ?? Int64(answer.status), description, body)
        let report = DeliveryReport(outcome, code: number.map { String($0) }, reason: reason)
        switch outcome {
        case .throttled, .transient:
            var patient = report
            patient.retryAfter = retryAfter(body) ?? RetryAfter.read(answer)
            patient.mayConcernOnePerson = outcome == .throttled
            return patient
        default: return report
        }
    }

    private static func meaning(
        _ code: Int64, _ description: String, _ body: JSONValue?
    ) -> (outcome: DeliveryOutcome, reason: String?) {
        switch code {
        // It does not say whether the chat or the whole bot is meant; nearly always it is the chat. Should many chats
        // be told so at once, whoever sends has to draw the conclusion.
        case 420, 429: return (.throttled, nil)
        case 408, 409, 425, 500...599: return (.transient, nil)
        // 404 is the answer to a token that is none.
        case 401, 404: return (.tokenInvalid, nil)
        case 400, 403:
            if let meaning = meanings.first(where: { description.contains($0.words) }) {
                return (meaning.outcome, meaning.reason)
            }
            if body?.value(at: "parameters.migrate_to_chat_id")?.lenientInt64 != nil {
                return (.recipientUnavailable, "migrated")
            }
            // Whatever is forbidden concerns one chat; whatever is bad concerns one message.
            return (code == 403 ? .recipientUnavailable : .rejected, nil)
        default: return (.rejected, nil)
        }
    }

    /// Exactly what is asked for, as long as somebody could still wait for it.
    private static func retryAfter(_ body: JSONValue?) -> Duration? {
        guard let seconds = body?.value(at: "parameters.retry_after")?.lenientInt64, seconds >= 0 else { return nil }
        return min(.seconds(min(seconds, 1_000_000)), RetryAfter.longest)
    }

    /// Numbers of messages count in each chat, so receipts need the chat's beside them.
    private static func accepted(_ body: JSONValue?) -> DeliveryReport {
        guard let message = body?.value(at: "result.message_id")?.lenientInt64 else { return DeliveryReport(.accepted) }
        let chat = body?.value(at: "result.chat.id")?.lenientInt64
        return DeliveryReport(.accepted, externalID: "\(message)", receiptID: chat.map { "\($0):\(message)" })
    }
}
