import Core
import HTTPTypes
package import Hummingbird
package import JSON
import NIOCore

extension Response {
    package static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        bytes(value.compactBytes, type: "application/json; charset=utf-8", status: status)
    }

    package static func text(
        _ text: String, type: String = "text/plain; charset=utf-8", status: HTTPResponse.Status = .ok
    ) -> Response {
        Response(
            status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    static func bytes(_ bytes: [UInt8], type: String, status: HTTPResponse.Status) -> Response {
        Response(
            status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

extension WebError {
    /// `{"error": {"code", "message", "field"}}`
    private var json: JSONValue {
        var error = JSONObject()
        error["code"] = JSONValue(code)
        error["message"] = JSONValue(message)
        if let field { error["field"] = JSONValue(field) }
        return ["error": .object(error)]
    }

    var plainJSON: String { json.compactText }

    func jsonResponse() -> Response { decorated(.json(json, status: status)) }

    /// The response with the header fields that this error wants.
    func decorated(_ response: Response) -> Response {
        var response = response
        response.headers.append(contentsOf: fields)
        // Whole seconds, rounded up: "0" would invite an immediate repetition.
        if let retryAfter {
            response.headers[.retryAfter] = String(max(1, retryAfter.wholeMilliseconds.addingSaturating(999) / 1000))
        }
        if closesConnection { response.headers[.connection] = "close" }
        return response
    }
}
