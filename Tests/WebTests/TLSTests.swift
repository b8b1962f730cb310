import Core
import Logging
import NIOSSL
import ServiceLifecycle
import TLS
import Testing

@testable import Web

@Suite("TLS", .timeLimit(.minutes(5)))
struct TLSTests {
    private let clock = ManualClock(Instant(milliseconds: 1_800_000_000_000))
    private let metrics = PrometheusMetrics()
    private let log = LogLines()

    private func certificate(_ files: CertificateFiles) throws -> ServerCertificate {
        let log = log
        return try ServerCertificate(files: files, clock: clock, metrics: metrics, logger: Logger(label: "t") { _ in log.handler })
    }

    private func trusting(_ pair: TestCertificates.Pair, _ configure: (inout TLSConfiguration) -> Void = { _ in }) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(pair.certificate.utf8)))
        configure(&configuration)
        return try NIOSSLContext(configuration: configuration)
    }

    private func serve(
        _ certificate: ServerCertificate, configure: (inout WebSettings) -> Void = { _ in }, _ body: (RunningServer) async throws -> Void
    ) async throws {
        try await RunningServer.run { settings in
            settings.secure = { try certificate.protect($0) }
            configure(&settings)
        } _: {
            try await body($0)
        }
    }

    private func health(_ server: RunningServer, _ context: NIOSSLContext) async throws -> RawConnection.Answer {
        try await RawConnection.to(server.addresses.port, tls: context) { try await $0.request("GET", "/healthz") }
    }

    @Test("With a certificate the server speaks HTTPS, from TLS 1.2 on")
    func speaks() async throws {
        try await TestCertificates.files(TestCertificates.first) { (files) async throws in
            let certificate = try certificate(files)
            #expect(certificate.facts?.covers("localhost") == true)
            #expect(certificate.facts?.covers("bot.example.vn") == true)
            #expect(certificate.facts?.covers("example.vn") == false)
            try await serve(certificate) { (server) async throws in
                #expect(server.addresses.url == "https://127.0.0.1:\(server.addresses.port)")
                let answer = try await health(server, trusting(TestCertificates.first))
                #expect(answer.status == 200)
                #expect(answer.headers["strict-transport-security"] != nil)
                let newer = try trusting(TestCertificates.first) { $0.maximumTLSVersion = .tlsv12 }
                #expect(try await health(server, newer).status == 200)
                let older = try trusting(TestCertificates.first) {
                    $0.minimumTLSVersion = .tlsv1
                    $0.maximumTLSVersion = .tlsv11
                }
                await #expect(throws: (any Error).self) { try await health(server, older) }
                // Whoever speaks plain HTTP here gets no answer, and the next one is served.
                await #expect(throws: (any Error).self) { try await server.request("GET", "/healthz") }
                #expect(try await health(server, trusting(TestCertificates.first)).status == 200)
            }
        }
    }

    @Test("A renewed certificate is shown to new connections; those that stand go on")
    func renewed() async throws {
        try await TestCertificates.files(TestCertificates.first) { (files) async throws in
            let certificate = try certificate(files)
            #expect(certificate.look() == .unchanged)
            try await serve(certificate) { (server) async throws in
                try await RawConnection.to(server.addresses.port, tls: try trusting(TestCertificates.first)) { (connection) async throws in
                    #expect(try await connection.request("GET", "/healthz").status == 200)
                    try TestCertificates.write(TestCertificates.second.certificate, to: files.certificate)
                    #expect(certificate.look() == .unsettled, "the key is still to come")
                    try TestCertificates.write(TestCertificates.second.key, to: files.key)
                    #expect(certificate.look() == .renewed)
                    #expect(certificate.look() == .unchanged)
                    #expect(try await health(server, trusting(TestCertificates.second)).status == 200)
                    await #expect(throws: (any Error).self) { try await health(server, trusting(TestCertificates.first)) }
                    #expect(try await connection.request("GET", "/healthz").status == 200)
                }
            }
            #expect(metrics.exposition().contains("nhipcau_tls_certificates_renewed_total 1"))
            #expect(metrics.exposition().contains("nhipcau_tls_certificates_refused_total 0"))
            #expect(!log.text.contains("could not be renewed"))
        }
    }

    @Test("A broken renewal keeps the earlier certificate, and is told and counted once")
    func broken() async throws {
        try await TestCertificates.files(TestCertificates.first) { (files) async throws in
            let certificate = try certificate(files)
            try await serve(certificate) { (server) async throws in
                try TestCertificates.write("not a certificate", to: files.certificate)
                #expect(certificate.look() == .unsettled)
                guard case .refused(let problem) = certificate.look() else { return #expect(Bool(false), "it was not refused") }
                #expect(problem.key == "certificate")
                #expect(certificate.look() == .unchanged)
                #expect(try await health(server, trusting(TestCertificates.first)).status == 200)
                try TestCertificates.write(TestCertificates.first.certificate, to: files.certificate)
                #expect(certificate.look() == .unchanged)
            }
            #expect(metrics.exposition().contains("nhipcau_tls_certificates_refused_total 1"))
            #expect(log.text.contains("error the TLS certificate could not be renewed"))
            #expect(!log.text.contains("PRIVATE KEY"))
        }
    }

    @Test(
        "Files that cannot be used stop the start with file, key and mend",
        arguments: [
            ("certificate", "missing"), ("key", "missing"), ("certificate", "nonsense"), ("key", "nonsense"),
            ("key", TestCertificates.second.key),
            ("key", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"),
        ])
    func refused(key: String, text: String) async throws {
        try await TestCertificates.files(TestCertificates.first) { (files) async throws in
            var files = files
            let path = key == "key" ? files.key : files.certificate
            if text == "missing" {
                if key == "key" { files.key += ".gone" } else { files.certificate += ".gone" }
            } else {
                try TestCertificates.write(text, to: path)
            }
            let problem = #expect(throws: CertificateProblem.self) { try certificate(files) }
            #expect(problem?.key == key)
            #expect(problem?.file.hasPrefix(path) == true)
            #expect(problem?.mend.isEmpty == false)
            #expect(problem?.description.contains("BEGIN PRIVATE") == false)
        }
        try await TestCertificates.files(TestCertificates.first) { (files) async throws in
            let directory = CertificateFiles(certificate: files.certificate, key: "/")
            #expect(throws: CertificateProblem.self) { try certificate(directory) }
        }
    }

    @Test("A certificate that ends soon or has ended is told, with the days that are left")
    func age() async throws {
        try await TestCertificates.files(TestCertificates.first) { (files) async throws in
            let end = try #require(try certificate(files).facts).validUntil
            #expect(log.text.isEmpty)
            clock.set(end - .seconds(5 * 86_400 + 60))
            _ = try certificate(files)
            #expect(metrics.exposition().contains("nhipcau_tls_certificate_days_left 5"))
            #expect(log.text.contains("warning the TLS certificate ends soon days=5"))
            clock.set(end + .seconds(60))
            _ = try certificate(files)
            #expect(metrics.exposition().contains("nhipcau_tls_certificate_days_left -1"))
            #expect(log.text.contains("error the TLS certificate has ended"))
        }
    }

    @Test("Who opens a connection and never begins TLS is closed")
    func silent() async throws {
        try await TestCertificates.files(TestCertificates.first) { (files) async throws in
            try await serve(try certificate(files)) { settings in
                settings.limits.headDeadline = .milliseconds(50)
            } _: { (server) async throws in
                try await RawConnection.to(server.addresses.port) { (connection) async throws in
                    while try await !connection.isClosed() {}
                }
            }
        }
    }
}
