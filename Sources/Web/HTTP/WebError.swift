import Core
package import HTTPTypes

/// Why a request is not done, as its sender is told.
package struct WebError: Error, Sendable, Equatable {
    package var status: HTTPResponse.Status
    /// Stable word for programs.
    package var code: String
    /// One sentence for the person who made the request; never quotes what they sent.
    package var message: String
    /// The field of the body that is wrong.
    package var field: String?
    package var retryAfter: Duration?
    /// More response header fields.
    package var fields: HTTPFields = [:]
    /// The connection cannot be used again: bytes of the request may still be on their way.
    package var closesConnection = false

    package init(
        _ status: HTTPResponse.Status, _ code: String, _ message: String, field: String? = nil,
        retryAfter: Duration? = nil
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.field = field
        self.retryAfter = retryAfter
    }

    package var isRetryable: Bool { retryAfter != nil || status.kind == .serverError }
}

extension WebError {
    static func notFound(_ message: String = "There is nothing at this address.") -> Self {
        WebError(.notFound, "not_found", message)
    }

    static func methodNotAllowed(_ allowed: String) -> Self {
        var error = WebError(.methodNotAllowed, "method_not_allowed", "This address takes only \(allowed).")
        error.fields[.allow] = allowed
        return error
    }

    static func bodyTooLarge(limit: Int) -> Self {
        var error = WebError(.contentTooLarge, "body_too_large", "The body is longer than \(limit) bytes.")
        error.closesConnection = true
        return error
    }

    static let bodyIncomplete = WebError(
        .badRequest, "body_incomplete", "The body is shorter than its announced length.")

    static let bodyTooSlow: Self = {
        var error = WebError(.requestTimeout, "body_too_slow", "The body did not arrive in time.")
        error.closesConnection = true
        return error
    }()

    static func tooMany(_ wait: Duration) -> Self {
        WebError(.tooManyRequests, "too_many_requests", "Too many requests; please wait a little.", retryAfter: wait)
    }

    static func unavailable(_ code: String, retryAfter: Duration) -> Self {
        WebError(
            .serviceUnavailable, code, "This cannot be taken right now; nothing was stored. Please send it again.",
            retryAfter: retryAfter)
    }

    static let headersTooLarge = WebError(
        .requestHeaderFieldsTooLarge, "headers_too_large", "The header fields of the request are too many or too long.")

    static func badField(_ field: String, _ message: String) -> Self {
        WebError(.badRequest, "bad_field", message, field: field)
    }

    static func internalError(requestID: String) -> Self {
        WebError(.internalServerError, "internal_error", "Something went wrong on our side (request \(requestID)).")
    }
}
