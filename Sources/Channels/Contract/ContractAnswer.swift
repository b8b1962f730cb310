import Core
import JSON

/// The input of `channels read`: `{"status","headers","body","error"}`.
struct ContractAnswer {
    private let result: Result<HTTPAnswer, TransportFailure>

    init(_ input: JSONValue) throws(ChannelError) {
        do throws(JSONError) {
            try ContractFields.object(input)
            if let word = try input.optionalString(at: "error") {
                result = .failure(try Self.failure(word))
                return
            }
            var headers: [String: String] = [:]
            for (name, value) in try ContractFields.texts(input, "headers") { headers[name.lowercased()] = value }
            result = .success(
                HTTPAnswer(
                    status: try input.int(at: "status"), headers: headers,
                    body: Array((try input.optionalString(at: "body") ?? "").utf8)))
        } catch {
            throw .input(error)
        }
    }

    func answer(_ kind: ChannelKind) throws(ChannelError) -> JSONValue {
        let report = try ChannelRegistry.make(kind, settings: ChannelSettings(id: ConnectionID("contract")))
            .read(result)
        return [
            "outcome": .string(report.outcome.rawValue), "external_id": JSONValue(report.externalID),
            "retry_after_s": report.retryAfter.map { JSONValue(Double($0.wholeMilliseconds) / 1_000) } ?? .null,
            "code": JSONValue(report.code),
        ]
    }

    private static func failure(_ word: String) throws(JSONError) -> TransportFailure {
        switch word {
        case "timeout_before_sent": .timeoutBeforeSent
        case "timeout_after_sent": .timeoutAfterSent
        case "connection_refused": .connectionRefused
        // The word does not tell whether the request was through: assume it was.
        case "connection_reset": .connectionReset(sent: true)
        case "tls_failed": .tlsFailed
        case "answer_too_large": .answerTooLarge
        case "refused_url": .refusedURL
        case "cancelled": .cancelled
        default: throw JSONError(.wrongKind, path: "error", expected: "null or one of the transport errors")
        }
    }
}
