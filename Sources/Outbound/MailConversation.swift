import CCurl
package import Core

/// Follows one SMTP conversation: what was said last, and what the server answered to it.
package struct MailConversation: Sendable {
    /// The server's whole answer to the last command.
    package struct Reply: Sendable, Equatable {
        package var status: Int
        /// Its lines, without the line ends between being changed; cut at ``maximumText``.
        package var text: [UInt8]
    }

    package private(set) var stage = MailEnvelope.Stage.greeting
    /// Nil until the answer to the last command has come whole.
    package private(set) var reply: Reply?
    package private(set) var hasSignedIn = false
    /// True when we have taken leave: nothing that happens from then on matters.
    package private(set) var isLeaving = false
    private var lines: [UInt8] = []

    /// An answer's text is cut here; only its beginning has a meaning.
    package static let maximumText = 2_048

    package init() {}

    /// Takes what was sent as one command. What follows an `AUTH` belongs to it.
    package mutating func said(_ command: some Collection<UInt8>) {
        if ASCII.matches(command.prefix(4), "quit") {
            isLeaving = true
            return
        }
        lines = []
        reply = nil
        if let next = Self.stage(of: command) { stage = next }
    }

    /// Takes one line of the server.
    package mutating func heard(_ line: some Collection<UInt8>) {
        if isLeaving { return }
        if reply != nil {
            lines = []
            reply = nil
        }
        lines.append(contentsOf: line.prefix(Self.maximumText - lines.count))
        let code = Array(line.prefix(4))
        guard code.count >= 3, code.prefix(3).allSatisfy({ (48...57).contains($0) }) else { return }
        // A hyphen after the number announces further lines.
        if code.count == 4, code[3] == UInt8(ascii: "-") { return }
        let status = code.prefix(3).reduce(0) { $0 * 10 + Int($1 - 48) }
        if stage == .data, status == 354 {
            stage = .message
            lines = []
            return
        }
        if stage == .signIn, status == 235 { hasSignedIn = true }
        reply = Reply(status: status, text: lines)
    }

    private static func stage(of command: some Collection<UInt8>) -> MailEnvelope.Stage? {
        let word = command.prefix { $0 != 0x20 && $0 != 0x0D && $0 != 0x0A }
        for (name, stage) in stages where ASCII.matches(word, name) { return stage }
        return nil
    }

    private static let stages: [(StaticString, MailEnvelope.Stage)] = [
        ("ehlo", .hello), ("helo", .hello), ("starttls", .encryption), ("auth", .signIn), ("mail", .sender),
        ("rcpt", .recipient), ("data", .data), ("noop", .probe),
    ]

    /// How the conversation ended.
    ///
    /// - Parameters:
    ///   - code: libcurl's result.
    ///   - handedOver: bytes of the message that the connection has taken.
    package func outcome(
        code: UInt32, handedOver: Int64, of call: HTTPCall, refusedAddress: Bool = false
    ) -> Result<HTTPAnswer, TransportFailure> {
        if let reply, code == CURLE_OK.rawValue || reply.status >= 400 || stage == .message {
            return .success(answer(reply, at: stage, call))
        }
        if code == CURLE_LOGIN_DENIED.rawValue {
            // There is no way of signing in that both sides know; 504 is what a server says to that.
            return .success(answer(Reply(status: 504, text: []), at: .signIn, call))
        }
        var facts = AttemptFacts()
        facts.requestBytes = stage == .message ? 1 : 0
        facts.bodyBytes = Int64(call.body.count)
        facts.bodyBytesSent = handedOver
        facts.refusedAddress = refusedAddress
        // Without a last reply there is no success, whatever libcurl makes of it.
        return .failure(facts.failure(code: code))
    }

    /// Whether the server may already have taken charge of the message.
    package func mayHaveBeenTaken(handedOver: Int64, of call: HTTPCall) -> Bool {
        stage == .message && handedOver >= Int64(call.body.count)
    }

    private func answer(_ reply: Reply, at stage: MailEnvelope.Stage, _ call: HTTPCall) -> HTTPAnswer {
        var headers = [MailEnvelope.stageHeader: stage.rawValue]
        if let envelope = call.envelope {
            if !envelope.messageID.isEmpty { headers[MailEnvelope.messageIDHeader] = envelope.messageID }
            if envelope.credentials != nil { headers[MailEnvelope.signInHeader] = hasSignedIn ? "accepted" : "not_offered" }
        }
        return HTTPAnswer(status: reply.status, headers: headers, body: reply.text)
    }
}
