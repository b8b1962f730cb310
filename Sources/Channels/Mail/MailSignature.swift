/// Mail only goes out: no server of it ever calls a webhook, so nothing that arrives there can be proved.
package enum MailSignature {
    package static func verify(_ request: WebhookRequest) -> Bool { false }
}
