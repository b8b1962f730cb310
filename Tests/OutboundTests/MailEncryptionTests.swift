import Core
import Loopback
import Outbound
import Testing

@Suite(.timeLimit(.minutes(2)), .enabled(if: LoopbackCertificate.canBeMade, "\(LoopbackCertificate.whySkipped)"))
struct MailEncryptionTests {
    private static let credentials = MailEnvelope.Credentials(user: "bot", password: "bí mật")

    private func server(_ certificate: LoopbackCertificate, implicit: Bool) throws -> FakeSMTP {
        try FakeSMTP {
            $0.security = implicit ? .implicit(certificate) : .startTLS(certificate)
            $0.credentials = (Self.credentials.user, Self.credentials.password)
        }
    }

    private func mail(_ url: String, demandsEncryption: Bool = true) -> HTTPCall {
        MailTransferTests.mail(url, credentials: Self.credentials, demandsEncryption: demandsEncryption)
    }

    @Test(arguments: [true, false])
    func `everything is said under encryption, the password too`(implicit: Bool) async throws {
        let certificate = try LoopbackCertificate()
        let server = try server(certificate, implicit: implicit)
        defer { server.stop() }
        try await withTransport {
            $0.additionalAuthoritiesFile = certificate.authority
        } _: { transport in
            let answer = try await transport.perform(mail(server.url))
            #expect(answer.status == 250)
            #expect(answer.headers["smtp-sign-in"] == "accepted")
        }
        #expect(server.mails.map(\.wasEncrypted) == [true])
        #expect(server.mails.map(\.user) == [Self.credentials.user])
        #expect(server.violations == [])
        #expect(server.verbs.first == "EHLO")
        #expect(server.verbs.contains("STARTTLS") == !implicit)
    }

    @Test(arguments: [true, false])
    func `a certificate that nobody vouches for, or of another host, ends it before anything is said`(implicit: Bool) async throws {
        let stranger = try LoopbackCertificate()
        let other = try LoopbackCertificate(names: "DNS:mail.example.vn")
        for (certificate, authority) in [(stranger, nil), (other, other.authority)] {
            let server = try server(certificate, implicit: implicit)
            defer { server.stop() }
            try await withTransport {
                $0.additionalAuthoritiesFile = authority
            } _: { transport in
                #expect(await failure(transport, mail(server.url)) == .tlsFailed)
            }
            #expect(server.mails.isEmpty)
            #expect(!server.verbs.contains("AUTH"))
        }
    }

    @Test func `a server without encryption is told nothing when encryption is demanded`() async throws {
        let server = try FakeSMTP { $0.credentials = (Self.credentials.user, Self.credentials.password) }
        defer { server.stop() }
        try await withTransport { transport in
            #expect(await failure(transport, mail(server.url)) == .tlsFailed)
        }
        #expect(!server.verbs.contains("AUTH") && !server.verbs.contains("MAIL"))
    }

    @Test func `encryption that is out of order for now is an answer`() async throws {
        let certificate = try LoopbackCertificate()
        let server = try FakeSMTP {
            $0.security = .startTLS(certificate)
            $0.replies[.startTLS] = "454 4.7.0 not now"
        }
        defer { server.stop() }
        try await withTransport { transport in
            let answer = try await transport.perform(mail(server.url))
            #expect(answer.status == 454)
            #expect(answer.headers["smtp-stage"] == "encryption")
        }
        #expect(!server.verbs.contains("AUTH") && !server.verbs.contains("MAIL"))
    }
}
