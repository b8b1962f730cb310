package import Core
package import CoreMetrics
package import Logging
import NIOCertificateReloading
package import NIOCore
import NIOSSL
import ServiceLifecycle
import Synchronization
import X509

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The certificate that the server shows, renewed from its files while the server runs.
///
/// A service: it looks at the files once a minute. Connections that stand keep what they began with; a certificate that
/// cannot be used is told and counted, and the earlier one stays.
package final class ServerCertificate: Service, CustomStringConvertible {
    /// What a look at the files found.
    package enum Look: Sendable, Equatable {
        case unchanged
        case renewed
        /// They do not fit together, which may be over in a moment.
        case unsettled
        case refused(CertificateProblem)
    }

    /// What people want to know of a certificate.
    package struct Facts: Sendable, Equatable {
        package var validFrom: Instant
        package var validUntil: Instant
        /// Names of hosts, possibly with a leading `*.`.
        package var hosts: [String]

        /// Whole days that are left; negative when it has ended.
        package func daysLeft(at now: Instant) -> Int {
            Int((Double(validUntil.since(now).wholeMilliseconds) / 86_400_000).rounded(.down))
        }

        package func covers(_ host: String) -> Bool {
            let host = host.lowercased()
            return hosts.contains { name in
                let name = name.lowercased()
                guard name.hasPrefix("*."), let dot = host.utf8.firstIndex(of: UInt8(ascii: ".")) else { return name == host }
                return host[dot...] == name.dropFirst()
            }
        }
    }

    private struct State {
        var inUse: CertificateFiles.Content?
        /// What could not be used, or why nothing could be read; looked at again only when it changes.
        var failing: Failure?
        var facts: Facts?
        var warnedDay: Int?
    }

    private struct Failure: Equatable {
        var content: CertificateFiles.Content?
        var problem: CertificateProblem
        var isTold: Bool
    }

    /// What the reloader reads, set just before it is asked to.
    private final class Desk: Sendable {
        let content = Mutex(CertificateFiles.Content(certificate: [], key: []))
        let facts = Mutex<Facts?>(nil)
    }

    package var description: String { "ServerCertificate" }

    private static let interval = Duration.seconds(60)
    private static let moment = Duration.seconds(5)

    private let files: CertificateFiles
    private let clock: any WallClock
    private let logger: Logger
    private let metrics: TLSMetrics
    private let desk: Desk
    private let reloader: TimedCertificateReloader
    private let context: NIOSSLContext
    private let state = Mutex(State())

    /// - Throws: ``CertificateProblem``.
    package init(files: CertificateFiles, clock: any WallClock, metrics factory: any MetricsFactory, logger: Logger) throws {
        self.files = files
        self.clock = clock
        self.logger = logger
        metrics = TLSMetrics(factory: factory)
        let desk = Desk()
        self.desk = desk
        var configuration = TimedCertificateReloader.Configuration(
            refreshInterval: Self.interval,
            certificateSource: .init(location: .memory { desk.content.withLock { $0.certificate } }, format: .pem),
            privateKeySource: .init(location: .memory { desk.content.withLock { $0.key } }, format: .pem))
        configuration.onCertificateLoaded = { loaded in
            guard let certificate = loaded.currentX509CertificateChain.first else { return }
            desk.facts.withLock { $0 = Facts(certificate) }
        }
        reloader = TimedCertificateReloader(configuration: configuration)
        let content = try files.read()
        try Self.load(content, files, desk, reloader)
        var tls = try TLSConfiguration.makeServerConfiguration(certificateReloader: reloader)
        tls.minimumTLSVersion = .tlsv12
        tls.applicationProtocols = ["http/1.1"]
        tls.shutdownTimeout = .seconds(2)
        context = try NIOSSLContext(configuration: tls)
        let facts = desk.facts.withLock { $0 }
        state.withLock { state in
            state.inUse = content
            state.facts = facts
        }
        tellAge()
    }

    /// Of the certificate in use.
    package var facts: Facts? { state.withLock { $0.facts } }

    /// Puts TLS before everything else of a connection that was just accepted. On its event loop.
    package func protect(_ channel: any NIOCore.Channel) throws {
        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var pause = Self.interval
            while (try? await Task.sleep(for: pause)) != nil {
                pause = self.look() == .unsettled ? Self.moment : Self.interval
                self.tellAge()
            }
        }
    }

    /// Looks at the files once; two small reads.
    package func look() -> Look {
        var content: CertificateFiles.Content?
        do {
            let found = try files.read()
            content = found
            if state.withLock({ $0.inUse == found }) {
                state.withLock { $0.failing = nil }
                return .unchanged
            }
            // What was refused stays refused until it changes.
            if let told = state.withLock({ $0.failing }), told.content == found, told.isTold { return .unchanged }
            try Self.load(found, files, desk, reloader)
            let facts = desk.facts.withLock { $0 }
            state.withLock { state in
                state.inUse = found
                state.facts = facts
                state.failing = nil
                state.warnedDay = nil
            }
            metrics.renewed.increment()
            let days = facts?.daysLeft(at: clock.now()) ?? 0
            logger.notice("the TLS certificate was renewed", metadata: ["days": "\(days)"])
            tellAge()
            return .renewed
        } catch {
            return note(error, content)
        }
    }

    private func note(_ problem: CertificateProblem, _ content: CertificateFiles.Content?) -> Look {
        let look = state.withLock { state -> Look in
            let before = state.failing
            let isKnown = before?.content == content && before?.problem == problem
            if isKnown, before?.isTold == true { return .unchanged }
            // A renewal writes one file after the other.
            let waits = problem.mayPass && !isKnown
            state.failing = Failure(content: content, problem: problem, isTold: !waits)
            return waits ? .unsettled : .refused(problem)
        }
        guard case .refused = look else { return look }
        metrics.refused.increment()
        logger.error(
            "the TLS certificate could not be renewed; the earlier one stays in use",
            metadata: ["file": "\(problem.file)", "reason": "\(problem.message)", "mend": "\(problem.mend)"])
        return look
    }

    private func tellAge() {
        let now = clock.now()
        guard let facts else { return }
        let days = facts.daysLeft(at: now)
        metrics.daysLeft.record(days)
        guard days < 14 else { return }
        let isNew = state.withLock { state in
            defer { state.warnedDay = days }
            return state.warnedDay != days
        }
        guard isNew else { return }
        if days < 0 {
            logger.error("the TLS certificate has ended", metadata: ["days": "\(days)"])
        } else {
            logger.warning("the TLS certificate ends soon", metadata: ["days": "\(days)"])
        }
    }

    // MARK: Loading

    /// Leaves the earlier pair in place when it throws.
    private static func load(
        _ content: CertificateFiles.Content, _ files: CertificateFiles, _ desk: Desk, _ reloader: TimedCertificateReloader
    ) throws(CertificateProblem) {
        try check(content, files)
        let earlier = desk.content.withLock { held in
            defer { held = content }
            return held
        }
        do { try reloader.reload() } catch let error {
            desk.content.withLock { $0 = earlier }
            if let error = error as? TimedCertificateReloader.Error, error == .publicKeyMismatch {
                throw CertificateProblem(
                    key: "key", file: files.key, message: "does not belong to the certificate in \(files.certificate)",
                    mend: "Name the key that the certificate was made for; certbot writes both together.", mayPass: true)
            }
            throw CertificateProblem(
                key: "certificate", file: files.certificate, message: "holds a certificate or a key of a kind that is not supported",
                mend: "Use an ECDSA P-256 or RSA certificate with an unencrypted key in PEM.")
        }
    }

    private static func check(_ content: CertificateFiles.Content, _ files: CertificateFiles) throws(CertificateProblem) {
        let chain = try? NIOSSLCertificate.fromPEMBytes(content.certificate)
        guard let chain, !chain.isEmpty else {
            throw CertificateProblem(
                key: "certificate", file: files.certificate, message: "holds no certificate in PEM",
                mend: "Name a file with “-----BEGIN CERTIFICATE-----” parts: the server's own first (fullchain.pem).", mayPass: true)
        }
        if content.key.firstRange(of: "ENCRYPTED".utf8) != nil {
            throw CertificateProblem(
                key: "key", file: files.key, message: "is encrypted with a passphrase",
                mend: "Write it without: openssl pkey -in OLD -out NEW, and chmod 600 NEW.")
        }
        guard (try? NIOSSLPrivateKey(bytes: content.key, format: .pem)) != nil else {
            throw CertificateProblem(
                key: "key", file: files.key, message: "holds no private key in PEM",
                mend: "Name the file with the “PRIVATE KEY” part (privkey.pem).", mayPass: true)
        }
    }
}

extension ServerCertificate.Facts {
    fileprivate init(_ certificate: Certificate) {
        func instant(_ date: Date) -> Instant { Instant(milliseconds: Int64(clamping: Int(date.timeIntervalSince1970.rounded())) * 1000) }
        validFrom = instant(certificate.notValidBefore)
        validUntil = instant(certificate.notValidAfter)
        let names = (try? certificate.extensions.subjectAlternativeNames).flatMap { $0 }
        hosts = (names ?? SubjectAlternativeNames([])).compactMap { name in
            if case .dnsName(let host) = name { return host }
            return nil
        }
    }
}
