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
    /// What receipts for the message are kept under, unique within the account; nil where ``externalID`` is.
    package var receiptID: String?
    /// How long the platform asks to wait.
    package var retryAfter: Duration?
    /// The platform's own error code, as text; nil where there was none.
    package var code: String?
    /// A stable word of ours for why, where the platform's code leaves it open.
    package var reason: String?
    /// With ``DeliveryOutcome/throttled``: the platform does not say whether it means one person or the whole account.
    package var mayConcernOnePerson = false

    package init(
        _ outcome: DeliveryOutcome, externalID: String? = nil, receiptID: String? = nil, retryAfter: Duration? = nil,
        code: String? = nil, reason: String? = nil
    ) {
        self.outcome = outcome
        self.externalID = externalID
        self.receiptID = receiptID
        self.retryAfter = retryAfter
        self.code = code
        self.reason = reason
    }
}
