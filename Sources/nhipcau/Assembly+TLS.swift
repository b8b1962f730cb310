import Config
import Core
import CoreMetrics
import Logging
import TLS

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Assembly {
    var certificateFiles: CertificateFiles? {
        settings.server.tls.map { CertificateFiles(certificate: home.path($0.certificate), key: home.path($0.key)) }
    }

    /// The certificate that the server shows; nil when it speaks plain HTTP. Prints what is wrong with its files and ends
    /// with 1 when they cannot be used.
    func serverCertificate(metrics: any MetricsFactory, logger: Logger) throws -> ServerCertificate? {
        guard let files = certificateFiles else { return nil }
        do {
            return try ServerCertificate(files: files, clock: SystemClock(), metrics: metrics, logger: logger)
        } catch let problem as CertificateProblem {
            Console.words("Not started: server.tls.\(problem.key): \(problem)")
            throw Exit.failed
        } catch {
            Console.words("Not started: server.tls: TLS cannot be set up (\(error)).")
            throw Exit.failed
        }
    }
}

extension DoctorCommand {
    func checkCertificate(_ assembly: Assembly, _ report: inout DoctorReport) {
        guard let files = assembly.certificateFiles else { return }
        let quiet = Logger(label: "doctor") { _ in SwiftLogNoOpLogHandler() }
        do {
            let certificate = try ServerCertificate(files: files, clock: SystemClock(), metrics: NOOPMetricsHandler.instance, logger: quiet)
            guard let facts = certificate.facts else { return }
            let days = facts.daysLeft(at: SystemClock().now())
            let host = assembly.settings.server.publicURL.flatMap { URL(string: $0)?.host() }
            if facts.validFrom > SystemClock().now() {
                report.bad("TLS", "the certificate is not valid yet", mend: "Set this machine's clock, or use another certificate.")
            } else if days < 0 {
                report.bad("TLS", "the certificate has ended", mend: "Renew it (certbot renew); the running service takes it by itself.")
            } else if let host, !facts.covers(host) {
                report.bad(
                    "TLS", "the certificate is not for \(host), the host of server.public_url",
                    mend: "Get one that names it, or correct server.public_url.")
            } else if days < 14 {
                report.warn(
                    "TLS", "the certificate ends in \(days) days",
                    mend: "Renew it: certbot renew, and see why it was not by itself.")
            } else {
                report.good("TLS", "the certificate is valid for \(days) more days")
            }
        } catch let problem as CertificateProblem {
            report.bad("TLS", "\(problem.file): \(problem.message)", mend: problem.mend)
        } catch {
            report.bad("TLS", "cannot be set up", mend: "See the message of `nhipcau serve`.")
        }
    }
}
