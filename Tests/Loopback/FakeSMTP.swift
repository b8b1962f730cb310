/// A mail server on loopback that is as strict as RFC 5321 lets one be, and misbehaves where it is told to.
package final class FakeSMTP: Sendable {
    package enum Security: Sendable {
        case plain
        /// Offers `STARTTLS`, and signing in only behind it.
        case startTLS(LoopbackCertificate)
        /// TLS from the first byte.
        case implicit(LoopbackCertificate)
    }

    /// Where in a conversation something happens.
    package enum Stage: String, Sendable, CaseIterable {
        case greeting, hello, startTLS, signIn, sender, recipient, data, message, noop, quit
    }

    package struct Behaviour: Sendable {
        package var security = Security.plain
        /// When set, mail is only taken from whoever signs in with them.
        package var credentials: (user: String, password: String)?
        package var mechanisms = ["PLAIN", "LOGIN"]
        /// In place of the reply that would be given. The command is not obeyed unless it begins with 2 or 3.
        package var replies: [Stage: String] = [:]
        /// The connection is broken off in place of a reply.
        package var drops: Set<Stage> = []
        /// The connection is broken off after the reply.
        package var dropsAfter: Set<Stage> = []
        /// The reply waits for its gate.
        package var holds: [Stage: Gate] = [:]
        package var maximumSize = 1 << 20

        package init() {}
    }

    package let port: Int
    private let server: LoopbackServer
    private let desk: FakeSMTPDesk

    package init(_ change: (inout Behaviour) -> Void = { _ in }) throws {
        var behaviour = Behaviour()
        change(&behaviour)
        let desk = FakeSMTPDesk(behaviour)
        server = try LoopbackServer { desk.serve($0) }
        port = server.port
        self.desk = desk
    }

    package var url: String {
        if case .implicit = desk.behaviour.security { return "smtps://127.0.0.1:\(port)" }
        return "smtp://127.0.0.1:\(port)"
    }

    package var mails: [ReceivedMail] { desk.record.mails }
    /// What the client did that a strict server must not accept.
    package var violations: [String] { desk.record.violations }
    /// Every command's first word, in order, over all connections.
    package var verbs: [String] { desk.record.verbs }
    /// Every stage that a client reached, before its reply.
    package var reached: AsyncStream<Stage> { desk.reached }
    package var accepted: Int { server.accepted }

    package func stop() { server.stop() }
}
