import Channels
import Core
import Testing

@Suite("Mails: what a check of the server finds")
struct MailProbeTests {
    private func find(
        _ url: String = "smtps://smtp.example.vn:465", _ option: String? = nil, _ result: Result<HTTPAnswer, TransportFailure>
    ) throws -> MailProbe.Finding {
        var settings = MailSamples.settings(baseURL: url)
        settings.options["starttls"] = option
        return MailProbe.read(result, of: try #require(MailSamples.channel(settings).probe()))
    }

    private func answer(_ status: Int, _ stage: String = "probe", signIn: String? = nil) -> Result<HTTPAnswer, TransportFailure> {
        var headers = ["smtp-stage": stage]
        headers["smtp-sign-in"] = signIn
        return .success(HTTPAnswer(status: status, headers: headers))
    }

    @Test("A server that takes the password under encryption is good")
    func good() throws {
        let finding = try find("smtps://smtp.example.vn:465", nil, answer(250, signIn: "accepted"))
        #expect(finding.level == .good)
        #expect(finding.text == "smtp.example.vn:465 answers, encrypted, and takes the password")
        #expect(try find("smtp://127.0.0.1:25", nil, answer(250, signIn: "accepted")).level == .good)
        #expect(try find("smtp://10.0.0.1", "false", answer(250)).text == "10.0.0.1 answers, not encrypted, without signing in")
    }

    @Test("A password in the clear, and one that nobody asks for, are warnings")
    func warnings() throws {
        #expect(try find("smtp://10.0.0.1:25", "false", answer(250, signIn: "accepted")).level == .warning)
        #expect(try find("smtps://smtp.example.vn", nil, answer(250, signIn: "not_offered")).level == .warning)
        #expect(try find(answerTo: 502, "probe").level == .warning)
    }

    private func find(answerTo status: Int, _ stage: String) throws -> MailProbe.Finding {
        try find("smtps://smtp.example.vn:465", nil, answer(status, stage))
    }

    @Test("Every refusal and every failure says what to do, and shows no secret")
    func failures() throws {
        var findings = [
            try find(answerTo: 535, "sign_in"), try find(answerTo: 454, "sign_in"), try find(answerTo: 454, "encryption"),
            try find(answerTo: 554, "greeting"), try find(answerTo: 550, "hello"),
        ]
        for failure in [
            TransportFailure.connectionRefused, .timeoutBeforeSent, .connectionReset(sent: false), .tlsFailed, .refusedURL, .cancelled,
        ] {
            findings.append(try find("smtps://smtp.example.vn:465", nil, .failure(failure)))
        }
        for finding in findings {
            #expect(finding.level == .failed)
            #expect(finding.text.contains("smtp.example.vn:465"))
            #expect(finding.mend?.isEmpty == false)
            #expect(!"\(finding)".contains(MailSamples.password))
        }
        #expect(Set(findings.map(\.text)).count == 11)
    }
}
