/// A request that some channel wants made. A value: nothing happens until a ``Transport`` performs it.
package struct HTTPCall: Sendable, Equatable {
    package enum Method: String, Sendable { case get = "GET", post = "POST" }

    package var method: Method
    package var url: String
    /// Names and values in the order they are sent. Values may be secret: never logged.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    /// From the start of the attempt to the last byte of the answer.
    package var deadline: Duration
    /// An answer longer than this ends the attempt with ``TransportFailure/answerTooLarge``.
    package var maximumAnswerBytes: Int
    /// True when the URL came from outside: then private and loopback addresses are refused.
    package var isUntrustedURL: Bool
    /// Set for e-mail alone: `url` is then `smtp:` or `smtps:`, `body` the message, and `headers` stay empty.
    package var envelope: MailEnvelope?

    package init(
        method: Method, url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        deadline: Duration = .seconds(15), maximumAnswerBytes: Int = 1 << 20, isUntrustedURL: Bool = false,
        envelope: MailEnvelope? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.deadline = deadline
        self.maximumAnswerBytes = maximumAnswerBytes
        self.isUntrustedURL = isUntrustedURL
        self.envelope = envelope
    }

    package static func == (lhs: Self, rhs: Self) -> Bool {
        lhs.method == rhs.method && lhs.url == rhs.url && lhs.body == rhs.body && lhs.deadline == rhs.deadline
            && lhs.maximumAnswerBytes == rhs.maximumAnswerBytes && lhs.isUntrustedURL == rhs.isUntrustedURL
            && lhs.headers.elementsEqual(rhs.headers, by: ==) && lhs.envelope == rhs.envelope
    }
}

/// What a peer answered.
package struct HTTPAnswer: Sendable, Equatable {
    package var status: Int
    /// Lower-case names; a repeated header keeps its last value.
    package var headers: [String: String]
    package var body: [UInt8]

    package init(status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Why there is no answer. What matters to a sender is whether the peer may have acted on the request.
package enum TransportFailure: Error, Sendable, Equatable {
    /// The name was not found, or nobody listens there: the peer has certainly not acted.
    case connectionRefused
    /// Time ran out before the request was completely handed over.
    case timeoutBeforeSent
    /// Time ran out after the request had been handed over: the peer may have acted.
    case timeoutAfterSent
    /// The connection broke; `sent` tells whether the request had been handed over.
    case connectionReset(sent: Bool)
    /// The certificate or the handshake was not acceptable.
    case tlsFailed
    /// The answer passed ``HTTPCall/maximumAnswerBytes``.
    case answerTooLarge
    /// The URL is malformed, has a scheme that is not allowed, or leads to a forbidden address.
    case refusedURL
    case cancelled

    /// Stable word for metrics and logs.
    package var code: String {
        switch self {
        case .connectionRefused: "connection_refused"
        case .timeoutBeforeSent: "timeout_before_sent"
        case .timeoutAfterSent: "timeout_after_sent"
        case .connectionReset: "connection_reset"
        case .tlsFailed: "tls_failed"
        case .answerTooLarge: "answer_too_large"
        case .refusedURL: "refused_url"
        case .cancelled: "cancelled"
        }
    }

    /// Whether the peer may have acted on the request although no answer was read.
    package var mayHaveActed: Bool {
        switch self {
        case .timeoutAfterSent, .answerTooLarge: true
        case .connectionReset(let sent): sent
        case .connectionRefused, .timeoutBeforeSent, .tlsFailed, .refusedURL, .cancelled: false
        }
    }
}

/// Performs calls. Two implementers: libcurl, and a simulated network for tests.
package protocol Transport: Sendable {
    /// - Throws: ``TransportFailure`` when no complete answer was read.
    func perform(_ call: HTTPCall) async throws(TransportFailure) -> HTTPAnswer
}
