import Channels
import Core
import Testing

@Suite("Mails: what the server's words mean")
struct MailOutcomeTests {
    private func read(_ status: Int, _ stage: String? = nil, _ text: String = "", id: String? = nil) -> DeliveryReport {
        var headers: [String: String] = [:]
        headers["smtp-stage"] = stage
        headers["message-id"] = id
        return MailOutcome.read(.success(HTTPAnswer(status: status, headers: headers, body: Array(text.utf8))))
    }

    @Test("Taken over by the server, and under which id")
    func accepted() {
        #expect(read(250, "message", "250 2.0.0 queued", id: "a@b.vn") == DeliveryReport(.accepted, externalID: "a@b.vn"))
        #expect(read(250) == DeliveryReport(.accepted))
        #expect(read(250, "probe") == DeliveryReport(.accepted))
        #expect(read(250, "message", id: String(repeating: "a", count: 300)) == DeliveryReport(.accepted))
    }

    @Test(
        "A refusal is read by its number and by where it was given",
        arguments: [
            ("greeting", 421, DeliveryOutcome.transient), ("greeting", 554, .accountPaused), ("hello", 550, .accountPaused),
            ("encryption", 454, .transient), ("encryption", 502, .accountPaused), ("sign_in", 454, .transient),
            ("sign_in", 535, .accountPaused), ("sign_in", 534, .accountPaused), ("sign_in", 504, .accountPaused),
            ("sender", 530, .accountPaused), ("sender", 550, .accountPaused), ("sender", 553, .accountPaused),
            ("sender", 451, .transient), ("sender", 552, .rejected), ("recipient", 450, .transient), ("recipient", 451, .transient),
            ("recipient", 452, .transient), ("recipient", 421, .transient), ("recipient", 550, .recipientUnavailable),
            ("recipient", 551, .recipientUnavailable), ("recipient", 553, .recipientUnavailable), ("recipient", 552, .rejected),
            ("recipient", 554, .rejected), ("recipient", 530, .accountPaused), ("data", 421, .transient), ("data", 554, .rejected),
            ("message", 421, .transient), ("message", 451, .transient), ("message", 452, .transient), ("message", 550, .rejected),
            ("message", 552, .rejected), ("message", 554, .rejected),
        ] as [(String, Int, DeliveryOutcome)])
    func refusals(_ stage: String, _ status: Int, _ outcome: DeliveryOutcome) {
        #expect(read(status, stage) == DeliveryReport(outcome, code: String(status)))
    }

    @Test(
        "Where it was given is not known, the number alone decides",
        arguments: [
            (421, DeliveryOutcome.transient), (450, .transient), (451, .transient), (452, .transient), (499, .transient),
            (530, .accountPaused), (535, .accountPaused), (550, .recipientUnavailable), (551, .recipientUnavailable),
            (553, .recipientUnavailable), (552, .rejected), (554, .rejected), (599, .rejected),
        ])
    func bare(_ status: Int, _ outcome: DeliveryOutcome) {
        #expect(read(status).outcome == outcome)
        #expect(read(status, "on the moon").outcome == outcome)
    }

    @Test("The finer code is told, and a refusal by policy is no missing person")
    func finer() {
        #expect(read(550, "recipient", "550 5.1.1 nobody").code == "550 5.1.1")
        #expect(read(550, "recipient", "550-5.7.1 relaying\r\n550 5.7.1 denied") == DeliveryReport(.rejected, code: "550 5.7.1"))
        for text in ["550", "550 ", "550 no", "550 4.1.1", "550 5.1", "550 5.1.1.1", "550 5..1", "551 5.1.1", "550 5.1234.1", "5.1.1"] {
            #expect(read(550, "recipient", text) == DeliveryReport(.recipientUnavailable, code: "550"))
        }
    }

    @Test("Words that settle nothing are ambiguous", arguments: [0, 100, 220, 250, 334, 354, 600, -1])
    func ambiguous(_ status: Int) {
        let stage = status == 250 || status == 220 ? "recipient" : "message"
        #expect(read(status, stage) == DeliveryReport(.ambiguous))
    }

    @Test("Without an answer it depends on whether the message had been handed over")
    func transport() {
        func outcome(_ failure: TransportFailure) -> DeliveryOutcome { MailOutcome.read(.failure(failure)).outcome }
        for failure in [TransportFailure.connectionRefused, .timeoutBeforeSent, .connectionReset(sent: false), .tlsFailed, .cancelled] {
            #expect(outcome(failure) == .transient)
        }
        for failure in [TransportFailure.timeoutAfterSent, .connectionReset(sent: true)] { #expect(outcome(failure) == .ambiguous) }
        #expect(outcome(.refusedURL) == .accountPaused)
    }
}
