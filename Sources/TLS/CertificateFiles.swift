import Glibc

/// Where the certificate chain and its key lie, both PEM.
package struct CertificateFiles: Sendable, Equatable {
    /// The server's own certificate first, then those between it and the root.
    package var certificate: String
    package var key: String

    package init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }

    struct Content: Sendable, Equatable {
        var certificate: [UInt8]
        var key: [UInt8]
    }

    func read() throws(CertificateProblem) -> Content {
        Content(
            certificate: try Self.bytes(of: certificate, as: "certificate"), key: try Self.bytes(of: key, as: "key"))
    }

    private static let limit = 1 << 20

    private static func bytes(of path: String, as key: String) throws(CertificateProblem) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw notReadable(path, key, errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while bytes.count <= limit {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return bytes }
            if count < 0 { throw notReadable(path, key, errno) }
            bytes += buffer.prefix(count)
        }
        throw CertificateProblem(
            key: key, file: path, message: "is larger than 1 MB", mend: "Name the PEM file that holds only the \(key).")
    }

    private static func notReadable(_ path: String, _ key: String, _ code: Int32) -> CertificateProblem {
        switch code {
        case ENOENT, ENOTDIR:
            CertificateProblem(
                key: key, file: path, message: "does not exist",
                mend: "Give the path of the \(key) in PEM; certbot writes fullchain.pem and privkey.pem to /etc/letsencrypt/live/NAME/.",
                mayPass: true)
        case EACCES, EPERM:
            CertificateProblem(
                key: key, file: path, message: "may not be read by the user that runs the service",
                mend: "Let that user read the file and pass through its directories, for example with a group of its own.")
        default:
            CertificateProblem(
                key: key, file: path, message: "cannot be read (error \(code))",
                mend: "Name a file, not a directory, on a disk that answers.",
                mayPass: true)
        }
    }
}
