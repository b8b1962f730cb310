import HTTPTypes
import Hummingbird

/// What every answer tells the browser. A field that the answer already has stays as it is.
struct SecurityHeaders: Sendable {
    private let fields: HTTPFields

    /// - Parameter isHTTPS: whether people reach us over HTTPS only; then browsers are told to keep to it.
    init(isHTTPS: Bool) {
        var written = [
            ("Content-Security-Policy", PagePolicy.nothing),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Frame-Options", "DENY"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"),
        ]
        if isHTTPS { written.append(("Strict-Transport-Security", "max-age=31536000")) }
        var fields = HTTPFields()
        for (name, value) in written {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        self.fields = fields
    }

    func add(to response: inout Response) {
        for field in fields where response.headers[field.name] == nil { response.headers.append(field) }
    }
}
