import CCurl
package import Core

/// What is known about a transfer that ended without a usable answer.
package struct AttemptFacts: Sendable, Equatable {
    /// Bytes of request head and body that were handed to the connection, over all of libcurl's own attempts.
    package var requestBytes: Int64 = 0
    /// Bytes of the body that were handed to the connection.
    package var bodyBytesSent: Int64 = 0
    package var bodyBytes: Int64 = 0
    /// True when libcurl wanted to send the request once more after a connection had taken it.
    package var refusedToRepeat = false
    /// True when a part of an answer was read.
    package var sawAnswer = false
    /// True when the address behind an untrusted URL was refused.
    package var refusedAddress = false
    /// True when the answer passed a limit.
    package var answerTooLarge = false

    package init() {}

    /// Whether the peer may have the whole request. A peer that got only a part of the announced body cannot act.
    package var mayHaveBeenSent: Bool {
        sawAnswer || refusedToRepeat || (requestBytes > 0 && bodyBytesSent >= bodyBytes)
    }

    /// Reads libcurl's result code in the light of these facts. Codes that say nothing about the moment of
    /// the failure are decided by ``mayHaveBeenSent``, and a code that we do not know counts as a broken connection.
    ///
    /// - Parameter code: the raw value of a `CURLcode` other than `CURLE_OK`.
    package func failure(code: UInt32) -> TransportFailure {
        let sent = mayHaveBeenSent
        switch CURLcode(rawValue: code) {
        case CURLE_WRITE_ERROR where answerTooLarge, CURLE_FILESIZE_EXCEEDED:
            return .answerTooLarge
        case CURLE_COULDNT_CONNECT where refusedAddress && !sent:
            return .refusedURL
        case CURLE_URL_MALFORMAT where !sent, CURLE_UNSUPPORTED_PROTOCOL where !sent:
            return .refusedURL
        case CURLE_COULDNT_RESOLVE_HOST where !sent, CURLE_COULDNT_RESOLVE_PROXY where !sent,
            CURLE_COULDNT_CONNECT where !sent:
            return .connectionRefused
        case CURLE_OPERATION_TIMEDOUT:
            return sent ? .timeoutAfterSent : .timeoutBeforeSent
        case CURLE_SSL_CONNECT_ERROR where !sent, CURLE_PEER_FAILED_VERIFICATION where !sent,
            CURLE_SSL_CACERT_BADFILE where !sent, CURLE_SSL_CIPHER where !sent, CURLE_SSL_CERTPROBLEM where !sent,
            CURLE_SSL_ISSUER_ERROR where !sent, CURLE_SSL_INVALIDCERTSTATUS where !sent,
            CURLE_SSL_PINNEDPUBKEYNOTMATCH where !sent, CURLE_USE_SSL_FAILED where !sent:
            return .tlsFailed
        default:
            return .connectionReset(sent: sent)
        }
    }
}
