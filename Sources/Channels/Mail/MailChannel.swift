package import Core

/// Mail through one SMTP server, from one address: a way to reach people on duty that no platform has a say in.
///
/// An address of a conversation is the connection, our own address as account, and the person's address as person.
/// Settings: the server as base URL (`smtps://host:465`, `smtp://host:587`), and what ``MailRenderer`` describes. A
/// renewed token has no meaning here.
package struct MailChannel: Channel {
    package static let capability = Capability(
        maximumText: MailRenderer.maximumText, textUnit: .characters, maximumButtons: 0, maximumButtonTitle: 0, window: nil,
        sendsPerSecond: 2, isThirdParty: true, checkedOn: "2026-11-24")

    private let renderer: MailRenderer

    package init(_ settings: ChannelSettings) { renderer = MailRenderer(settings) }

    package init(_ renderer: MailRenderer) { self.renderer = renderer }

    package var kind: ChannelKind { .mail }
    package var capability: Capability { Self.capability }

    package func receive(_ request: WebhookRequest, at now: Instant) -> WebhookResult { MailDecoder.decode(request) }

    package func render(_ message: OutboundMessage, to address: ConversationAddress, token: String?) -> Rendering {
        renderer.render(message, to: address.person)
    }

    package func read(_ result: Result<HTTPAnswer, TransportFailure>) -> DeliveryReport { MailOutcome.read(result) }

    /// Connects, signs in and takes leave: whether the server is there and takes our password. Nil without a server or a
    /// sender.
    package func probe() -> HTTPCall? { renderer.probe() }
}
