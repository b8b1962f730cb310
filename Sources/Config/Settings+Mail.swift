import Core
import Yams

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A connection of kind `mail`: `base_url`, `from`, and, where the server asks for them, `username` and `password`.
extension Settings.Connection {
    /// Reads the keys that only mail has; the section knows `id` and `kind` already.
    static func readMail(
        _ section: inout ConfigurationReader, id: ConnectionID, environment: [String: String], readFile: (String) -> String?
    ) -> Settings.Connection {
        var options: [String: String] = [:]
        let server = section.string("base_url")
        let baseURL = server.flatMap { checkedServer($0, section) }
        options["from"] = section.string("from")
        if section.node("username")?.scalar != nil {
            options["username"] = section.string("username")
        } else {
            options["username"] = section.secret("username", environment: environment, readFile: readFile)
        }
        let password = section.secret("password", environment: environment, readFile: readFile)
        options["starttls"] = section.string("starttls")
        options["max_characters"] = section.integer("max_characters", in: 20...20_000).map { String($0) }
        section.finish()
        check(section, server: server, options)
        return Settings.Connection(
            id: id, kind: .mail, baseURL: baseURL, secrets: password.map { ["password": $0] } ?? [:], options: options)
    }

    private static func check(_ section: ConfigurationReader, server: String?, _ options: [String: String]) {
        let findings = section.findings
        var section = section
        func line(_ key: String) -> Int? { section.node(key)?.mark?.line }
        if server == nil {
            findings.add(
                line: nil, key: section.full("base_url"), "is missing",
                mend: "Write the server that takes your mail: smtps://smtp.example.vn:465 or smtp://smtp.example.vn:587.")
        }
        if let from = options["from"] {
            if MailAddress(from) == nil {
                findings.add(
                    line: line("from"), key: section.full("from"), "is not an e-mail address",
                    mend: "Write bot@example.vn or “Name <bot@example.vn>”: one address, with ASCII letters, without line breaks.")
            }
        } else {
            findings.add(
                line: nil, key: section.full("from"), "is missing", mend: "Write whose mails these are: from: \"Name <bot@example.vn>\".")
        }
        if section.keys.contains("username") != section.keys.contains("password") {
            let (given, missing) = section.keys.contains("username") ? ("username", "password") : ("password", "username")
            findings.add(
                line: line(given), key: section.full(missing), "is missing",
                mend: "Give both username and password, or neither when the server trusts this machine.")
        }
        if let word = options["starttls"] {
            if word != "true", word != "false" {
                findings.add(
                    line: line("starttls"), key: section.full("starttls"), "“\(word.prefix(40))” is not known",
                    mend: "Write \"true\" or \"false\".")
            } else if word == "false", server?.hasPrefix("smtps:") == true {
                findings.add(
                    line: line("starttls"), key: section.full("starttls"), "means nothing with smtps, which is always encrypted",
                    mend: "Remove the line.")
            }
        }
    }

    private static func checkedServer(_ text: String, _ section: ConfigurationReader) -> String? {
        let trimmed = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard let url = URL(string: trimmed), let scheme = url.scheme, scheme == "smtps" || scheme == "smtp", let host = url.host(),
            !host.isEmpty, url.user() == nil, url.path().isEmpty, url.query() == nil, url.fragment() == nil,
            trimmed.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            var section = section
            // A password may have been written into it, so it is not shown.
            section.findings.add(
                line: section.node("base_url")?.mark?.line, key: section.full("base_url"), "is not the address of a mail server",
                mend: "Write smtps://host:465 (encrypted from the start) or smtp://host:587 (encrypted by STARTTLS), and nothing behind it."
            )
            return nil
        }
        return trimmed
    }
}
