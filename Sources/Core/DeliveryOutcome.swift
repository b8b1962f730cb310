/// What a platform's answer to a send means for the message, the person and the account.
package enum DeliveryOutcome: String, Sendable, Codable, CaseIterable {
    case accepted
    case windowClosed = "window_closed"
    case throttled
    case throttledRecipient = "throttled_recipient"
    case tokenInvalid = "token_invalid"
    case contactStopped = "contact_stopped"
    case recipientUnavailable = "recipient_unavailable"
    case accountPaused = "account_paused"
    case templateMissing = "template_missing"
    case rejected
    case transient
    case ambiguous
}

/// The reading of one answer (contract `channels read`).
package struct DeliveryReport: Sendable, Equatable {
    package var outcome: DeliveryOutcome
    /// The platform's id of the accepted message.
    package var externalID: String?
    /// How long the platform asks to wait.
    package var retryAfter: Duration?
    /// The platform's own error code, as text; nil where there was none.
    package var code: String?

    package init(_ outcome: DeliveryOutcome, externalID: String? = nil, retryAfter: Duration? = nil, code: String? = nil) {
        self.outcome = outcome
        self.externalID = externalID
        self.retryAfter = retryAfter
        self.code = code
    }
}
