package import Core

/// Reads what became of a call that only connected and signed in (``MailChannel/probe()``), for people who set it up.
package enum MailProbe {
    package struct Finding: Sendable, Equatable {
        package enum Level: Sendable { case good, warning, failed }
        package var level: Level
        package var text: String
        /// Nil when there is nothing to mend.
        package var mend: String?
    }

    /// - Parameter call: the call that was made; its password is not shown.
    package static func read(_ result: Result<HTTPAnswer, TransportFailure>, of call: HTTPCall) -> Finding {
        let server = server(call)
        switch result {
        case .success(let answer) where (200..<300).contains(answer.status): return accepted(answer, call, server)
        case .success(let answer): return refused(answer, server)
        case .failure(let failure): return unanswered(failure, server)
        }
    }

    private static func accepted(_ answer: HTTPAnswer, _ call: HTTPCall, _ server: String) -> Finding {
        let isEncrypted = call.url.hasPrefix("smtps:") || call.envelope?.demandsEncryption == true
        guard let signIn = answer.headers[MailEnvelope.signInHeader] else {
            let text = "\(server) answers, \(isEncrypted ? "encrypted" : "not encrypted"), without signing in"
            return Finding(level: .good, text: text)
        }
        guard signIn == "accepted" else {
            return Finding(
                level: .warning, text: "\(server) answers and asks for no password, although one is configured",
                mend: "Check that base_url is the server for sending with a password (often port 465 or 587).")
        }
        if !isEncrypted, !server.hasPrefix("127."), !server.hasPrefix("localhost"), !server.hasPrefix("[::1]") {
            return Finding(
                level: .warning, text: "\(server) takes the password, but nothing is encrypted on the way",
                mend: "Remove starttls: \"false\", or write smtps:// in base_url, if the server can do either.")
        }
        return Finding(level: .good, text: "\(server) answers, \(isEncrypted ? "encrypted" : "not encrypted"), and takes the password")
    }

    private static func refused(_ answer: HTTPAnswer, _ server: String) -> Finding {
        let stage = answer.headers[MailEnvelope.stageHeader].flatMap(MailEnvelope.Stage.init(rawValue:))
        let later = answer.status < 500 ? " for now" : ""
        switch stage {
        case .signIn:
            return Finding(
                level: .failed, text: "\(server) does not take the name and password\(later) (\(answer.status))",
                mend: "Check username and the secret that password names; some services want a password made for programs.")
        case .encryption:
            return Finding(
                level: .failed, text: "\(server) does not begin encryption\(later) (\(answer.status))",
                mend: "Use smtps:// and the port for it, or ask those who run the server.")
        case .greeting, .hello, nil, .sender, .recipient, .data, .message:
            return Finding(
                level: .failed, text: "\(server) does not want to talk to this machine\(later) (\(answer.status))",
                mend: "Ask those who run the server whether this machine may send through it.")
        case .probe:
            return Finding(
                level: .warning, text: "\(server) answered a question that does nothing with \(answer.status)",
                mend: "Send a test page to see whether mail goes through.")
        }
    }

    private static func unanswered(_ failure: TransportFailure, _ server: String) -> Finding {
        switch failure {
        case .tlsFailed:
            Finding(
                level: .failed,
                text:
                    "\(server) cannot be spoken to under encryption: no STARTTLS, or a certificate that is not trusted or of another name",
                mend: "Write the name that stands in the certificate into base_url; use smtps:// where the server has no STARTTLS.")
        case .refusedURL:
            Finding(level: .failed, text: "\(server) is not an address to send mail to", mend: "Correct base_url and from.")
        case .connectionRefused, .timeoutBeforeSent, .timeoutAfterSent, .connectionReset, .answerTooLarge, .cancelled:
            Finding(
                level: .failed, text: "\(server) does not answer (\(failure.code))",
                mend: "Check base_url and the firewall: many networks let no mail out on port 25, and smtps needs its own port, 465.")
        }
    }

    /// Host and port.
    private static func server(_ call: HTTPCall) -> String {
        String(call.url.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first ?? "the server")
    }
}
