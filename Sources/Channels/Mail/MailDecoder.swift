/// Answers to our mails go to the sender's mailbox, which people read; nothing is decoded here.
package enum MailDecoder {
    /// 404 without events for any request.
    package static func decode(_ request: WebhookRequest) -> WebhookResult {
        .refusal(404, code: "not_found", message: "a mail connection has no webhook")
    }
}
