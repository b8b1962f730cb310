package import Core

/// Reads what a mail server says: its number, where in the conversation it said it, and the finer code of RFC 3463.
package enum MailOutcome {
    package static func read(_ result: Result<HTTPAnswer, TransportFailure>) -> DeliveryReport {
        switch result {
        case .failure(let failure): DeliveryReport(failure)
        case .success(let answer): read(answer)
        }
    }

    private static func read(_ answer: HTTPAnswer) -> DeliveryReport {
        let stage = answer.headers[MailEnvelope.stageHeader].flatMap(MailEnvelope.Stage.init(rawValue:))
        switch answer.status {
        case 200..<300:
            // Only after the message does a good word mean that the server has taken it.
            guard stage == nil || stage == .message || stage == .probe else { return DeliveryReport(.ambiguous) }
            return DeliveryReport(.accepted, externalID: messageID(answer))
        case 400..<600:
            let finer = finerCode(answer)
            let code = finer.map { "\(answer.status) \($0)" } ?? String(answer.status)
            return DeliveryReport(outcome(answer.status, stage, finer), code: code)
        default: return DeliveryReport(.ambiguous)
        }
    }

    private static func outcome(_ status: Int, _ stage: MailEnvelope.Stage?, _ finer: String?) -> DeliveryOutcome {
        // Signing in is wanted, or not possible with what we have: nothing that time or another message would mend.
        if [530, 534, 535, 538].contains(status) { return .accountPaused }
        if status < 500 { return .transient }
        switch stage {
        // The server does not want us, or not this sender.
        case .greeting, .hello, .encryption, .signIn, .probe: return .accountPaused
        case .sender: return status == 552 ? .rejected : .accountPaused
        case .recipient, nil:
            // 5.7: against somebody's policy, whoever the person is.
            if finer?.utf8.starts(with: "5.7.".utf8) == true { return .rejected }
            return [550, 551, 553].contains(status) ? .recipientUnavailable : .rejected
        case .data, .message: return .rejected
        }
    }

    private static func messageID(_ answer: HTTPAnswer) -> String? {
        answer.headers[MailEnvelope.messageIDHeader].flatMap {
            $0.isEmpty || $0.unicodeScalars.count > Limits.externalIDScalars ? nil : $0
        }
    }

    /// `5.1.1` in `550 5.1.1 no such user`; nil where a server gives none, or one of another class than its number.
    private static func finerCode(_ answer: HTTPAnswer) -> String? {
        let line = answer.body.prefix(64)
        guard line.count > 4, line.prefix(3).elementsEqual(String(answer.status).utf8) else { return nil }
        let word = line.dropFirst(4).prefix { $0 == UInt8(ascii: ".") || (48...57).contains($0) }
        let numbers = word.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard numbers.count == 3, numbers.allSatisfy({ (1...3).contains($0.count) }), word.first == line.first else { return nil }
        return String(decoding: word, as: UTF8.self)
    }
}
