/// Proves that a request was made by our own terminal and did not come in over the network.
package enum TerminalSignature {
    /// No HTTP request that the server routes to a webhook has this method.
    package static let method = "LINE"

    package static func verify(_ request: WebhookRequest) -> Bool { request.method == method }
}
