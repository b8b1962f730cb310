import JSON

/// An error as the platform says it.
struct Refusal: Error, Equatable {
    var code: Int
    var description: String
    var parameters: JSONObject?

    init(_ code: Int, _ description: String, parameters: JSONObject? = nil) {
        self.code = code
        self.description = description
        self.parameters = parameters
    }

    static func bad(_ words: String) -> Refusal { Refusal(400, "Bad Request: " + words) }

    static func throttled(_ seconds: Int) -> Refusal {
        Refusal(
            429, "Too Many Requests: retry after \(seconds)",
            parameters: JSONObject(["retry_after": .number(JSONNumber(seconds))]))
    }

    static func migrated(to chat: Int64) -> Refusal {
        Refusal(
            400, "Bad Request: group chat was upgraded to a supergroup chat",
            parameters: JSONObject(["migrate_to_chat_id": .number(JSONNumber(chat))]))
    }
}
