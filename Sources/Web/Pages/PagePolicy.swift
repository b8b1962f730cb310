import Crypto
import FoundationEssentials

/// Content Security Policies: what a page may load and run.
enum PagePolicy {
    /// For everything that is not a page.
    static let nothing = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

    /// Only the inline styles and scripts given here, by their hashes, and connections back to this server.
    ///
    /// - Parameter sendsForms: whether forms may be sent to this server; else nowhere.
    static func page(styles: [String], scripts: [String] = [], sendsForms: Bool = false) -> String {
        var parts = [
            "default-src 'none'", "base-uri 'none'", sendsForms ? "form-action 'self'" : "form-action 'none'",
            "frame-ancestors 'none'", "img-src data:",
            "style-src " + styles.map(source).joined(separator: " "),
        ]
        if !scripts.isEmpty {
            parts.append("script-src " + scripts.map(source).joined(separator: " "))
            parts.append("connect-src 'self'")
            parts.append("require-trusted-types-for 'script'")
            parts.append("trusted-types 'none'")
        }
        return parts.joined(separator: "; ")
    }

    private static func source(_ text: String) -> String {
        "'sha256-\(Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString())'"
    }
}
