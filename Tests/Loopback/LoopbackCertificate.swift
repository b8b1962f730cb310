import Foundation

/// A self-signed certificate for this machine, made anew; it is its own authority.
package final class LoopbackCertificate: Sendable {
    package enum Problem: Error { case noCertificate }

    /// Where certificate and key stand, as PEM; gone with this object.
    package let authority: String
    let key: String
    let directory: URL

    static let openssl = Executable.find("openssl")
    package static var canBeMade: Bool { openssl != nil }
    package static let whySkipped = "openssl is missing: run `make setup`"

    /// - Parameter names: the certificate's subject alternative names, as openssl writes them.
    package init(names: String = "IP:127.0.0.1,DNS:localhost") throws {
        guard let openssl = Self.openssl else { throw Problem.noCertificate }
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("loopback-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        key = directory.appendingPathComponent("key.pem").path
        authority = directory.appendingPathComponent("certificate.pem").path
        let maker = Process()
        maker.executableURL = URL(fileURLWithPath: openssl)
        maker.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=loopback", "-addext", "subjectAltName=\(names)", "-keyout", key, "-out", authority,
        ]
        maker.standardError = FileHandle.nullDevice
        maker.standardOutput = FileHandle.nullDevice
        try maker.run()
        maker.waitUntilExit()
        guard maker.terminationStatus == 0 else { throw Problem.noCertificate }
    }

    deinit { try? FileManager.default.removeItem(at: directory) }
}

/// Programs that tests start.
enum Executable {
    static func find(_ name: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/bin", "/usr/local/bin"]
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
