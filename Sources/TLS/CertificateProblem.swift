/// Why a certificate and its key cannot be used, and what to do.
package struct CertificateProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// The key of the configuration: `certificate` or `key`.
    package var key: String
    package var file: String
    package var message: String
    package var mend: String
    /// The other file may be about to follow: worth a second look before anybody is told.
    var mayPass = false

    package var description: String { "\(file): \(message)\n    → \(mend)" }
}
