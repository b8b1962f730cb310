import Crypto
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Mustache
import NIOCore

/// A page that was rendered once, with what its answers need.
struct Page: Sendable {
    private let bytes: ByteBuffer
    private let policy: String
    private let tag: String

    /// - Parameters:
    ///   - values: what the template names; a name that is missing renders as nothing.
    ///   - styles: the contents of the page's style elements, exactly.
    ///   - scripts: the contents of its script elements.
    init(template: String, values: [String: Any], styles: [String], scripts: [String] = []) throws {
        let text = try MustacheTemplate(string: template).render(values)
        bytes = ByteBuffer(string: text)
        policy = PagePolicy.page(styles: styles, scripts: scripts)
        tag = "\"" + SHA256.hash(data: Array(text.utf8)).prefix(12).map { Self.hex($0) }.joined() + "\""
    }

    /// The page, or 304 when the browser has it already.
    func response(to request: Request, status: HTTPResponse.Status = .ok) -> Response {
        var headers = fields
        headers[.eTag] = tag
        headers[.cacheControl] = "no-cache"
        if status == .ok, request.headers[.ifNoneMatch] == tag {
            headers[.contentType] = nil
            return Response(status: .notModified, headers: headers)
        }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: bytes))
    }

    /// The page as it is, for answers that are not kept.
    func response(status: HTTPResponse.Status) -> Response {
        Response(status: status, headers: fields, body: ResponseBody(byteBuffer: bytes))
    }

    private var fields: HTTPFields {
        [.contentType: "text/html; charset=utf-8", .contentSecurityPolicy: policy]
    }

    private static func hex(_ byte: UInt8) -> String { String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }
}
