package import JSON

extension WebhookResult {
    /// A refusal with the error object of all our interfaces: `{"error":{"code","message","field"}}`.
    ///
    /// - Parameter field: the field that is wrong, where there is one.
    package static func refusal(_ status: Int, code: String, message: String, field: String? = nil) -> WebhookResult {
        var error: JSONObject = JSONObject()
        error["code"] = .string(code)
        error["message"] = .string(message)
        if let field { error["field"] = .string(field) }
        return WebhookResult(status: status, body: JSONValue.object(JSONObject(["error": .object(error)])).compactText)
    }

    /// 400 for a body that cannot be read; names the field.
    package static func malformed(_ error: JSONError) -> WebhookResult {
        refusal(400, code: error.code, message: error.message, field: error.path.isEmpty ? nil : error.path)
    }

    package static var methodNotAllowed: WebhookResult {
        refusal(405, code: "method_not_allowed", message: "only POST is answered here")
    }
}
