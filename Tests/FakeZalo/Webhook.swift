/// A request as the platform makes it to our webhook.
package struct Webhook: Sendable {
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
}
