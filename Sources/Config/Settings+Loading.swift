import Core
import Yams

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Settings {
    /// Reads and validates one configuration file.
    ///
    /// - Parameters:
    ///   - text: the file's content; empty = all defaults.
    ///   - file: how the file is named in messages.
    ///   - environment: overrides (`NHIPCAU_SERVER__PORT`) and the secrets that the file names.
    ///   - readFile: reads a secret file; nil when it cannot be read.
    /// - Throws: ``ConfigurationError`` with everything that is wrong.
    package static func load(
        text: String, file: String, environment: [String: String], readFile: (String) -> String?
    ) throws(ConfigurationError) -> Settings {
        let findings = ConfigurationReader.Findings(file: file)
        let document = compose(text, file: file, findings: findings)
        let overrides = environment.filter { $0.key.hasPrefix("NHIPCAU_") }
        var root = ConfigurationReader(node: document, path: "", findings: findings, overrides: overrides)
        var settings = Settings()
        settings.server.read(root.section("server"))
        settings.database.read(root.section("database"), environment: environment, readFile: readFile)
        settings.policies.read(root.section("policies"))
        settings.reports.read(root.section("reports"))
        settings.content.read(root.section("content"))
        settings.log.read(root.section("log"))
        if let languages = root.strings("languages") {
            settings.languages = languages.map(Language.init(rawValue:))
            if settings.languages.first != .vietnamese {
                findings.add(
                    line: nil, key: "languages", "Vietnamese must come first", mend: "Write languages: [vi, en].")
            }
        }
        let hotlines = root.list("hotlines")
        if !hotlines.isEmpty { settings.hotlines = hotlines.compactMap(Hotline.read) }
        settings.connections = root.list("connections").compactMap {
            Connection.read($0, environment: environment, readFile: readFile)
        }
        checkConnections(settings.connections, findings)
        settings.reports.checkMail(settings.connections, findings)
        root.finish()
        checkOverrides(overrides, findings)
        guard findings.problems.isEmpty else { throw ConfigurationError(problems: findings.problems) }
        return settings
    }

    private static func compose(_ text: String, file: String, findings: ConfigurationReader.Findings) -> Node? {
        do {
            return try Yams.compose(yaml: text)
        } catch let error as YamlError {
            var line: Int?
            var message = "is not YAML"
            switch error {
            case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
                line = mark.line
                message += ": \(problem)"
            default: break
            }
            findings.add(
                line: line, key: "", message, mend: "Check the indentation (spaces, no tabs), colons and quotes on this line.")
            return nil
        } catch {
            findings.add(line: nil, key: "", "is not YAML", mend: "Check that the file is UTF-8 text.")
            return nil
        }
    }

    private static func checkConnections(_ connections: [Connection], _ findings: ConfigurationReader.Findings) {
        var seen: Set<ConnectionID> = []
        for connection in connections where !seen.insert(connection.id).inserted {
            findings.add(
                line: nil, key: "connections", "two connections have the id “\(connection.id)”",
                mend: "Give each connection an id of its own; it is part of its webhook address.")
        }
    }

    /// Overrides that name no scalar key are mistakes too.
    private static func checkOverrides(_ overrides: [String: String], _ findings: ConfigurationReader.Findings) {
        for name in overrides.keys.sorted() where name.contains("__") {
            let section = name.dropFirst("NHIPCAU_".count).lowercased().split(separator: "_").first.map(String.init) ?? ""
            let key = name.dropFirst("NHIPCAU_".count).lowercased()
            guard overridable.contains(key) else {
                findings.add(
                    line: nil, key: "", "overrides nothing",
                    mend: "Known in “\(section)”: "
                        + overridable.filter { $0.hasPrefix(section + "__") }.map { "NHIPCAU_" + $0.uppercased() }.joined(separator: ", ")
                        + ".", place: "environment \(name)")
                continue
            }
        }
    }

    /// Keys that the environment may override, as `section__key`.
    static let overridable = [
        "content__intents", "content__models", "database__inbox_limit", "database__key_file", "database__url",
        "log__level", "policies__bot_name", "reports__duty_key_file", "reports__escrow_public_key", "server__host", "server__internal_port",
        "server__port",
        "server__public_url", "server__tls__certificate", "server__tls__key", "server__trusted_proxies", "server__zalo_verifiers",
    ]
}

extension Settings.Server {
    mutating func read(_ section: ConfigurationReader) {
        var section = section
        host = section.string("host") ?? host
        port = section.integer("port", in: 0...65_535) ?? port
        internalPort = section.integer("internal_port", in: 0...65_535)
        trustedProxies = section.strings("trusted_proxies") ?? trustedProxies
        zaloVerifiers = section.strings("zalo_verifiers") ?? zaloVerifiers
        for code in zaloVerifiers
        where !code.unicodeScalars.allSatisfy({ $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0)) }) {
            section.findings.add(
                line: nil, key: "server.zalo_verifiers", "“\(code.prefix(40))” is not a code",
                mend: "Write only the part between “zalo_verifier” and “.html” of the file name that Zalo shows.")
        }
        if let url = section.string("public_url") {
            publicURL = checkedURL(url, key: "server.public_url", section.findings)
        }
        tls = Settings.TLS.read(section.section("tls"), line: section.node("tls")?.mark?.line)
        section.finish()
    }
}

extension Settings.TLS {
    /// Nil when neither file is named.
    static func read(_ section: ConfigurationReader, line: Int?) -> Settings.TLS? {
        var section = section
        let certificate = section.string("certificate")
        let key = section.string("key")
        section.finish()
        if let certificate, let key { return Settings.TLS(certificate: certificate, key: key) }
        if certificate != nil || key != nil || !section.keys.isEmpty {
            section.findings.add(
                line: line, key: section.full(certificate == nil ? "certificate" : "key"), "is missing",
                mend: "Name both PEM files: certificate: …/fullchain.pem and key: …/privkey.pem; or remove server.tls.")
        }
        return nil
    }
}

extension Settings.Database {
    mutating func read(_ section: ConfigurationReader, environment: [String: String], readFile: (String) -> String?) {
        var section = section
        let password = section.secret("password", environment: environment, readFile: readFile)
        let mend = "Write sqlite:PATH, for example sqlite:var/nhipcau.db, or postgres://USER@HOST/DATABASE."
        if let url = section.string("url") {
            if url.hasPrefix("sqlite:"), url.count > "sqlite:".count {
                path = String(url.dropFirst("sqlite:".count))
            } else if ["postgres://", "postgresql://"].contains(where: { url.hasPrefix($0) && url.count > $0.count }) {
                server = Settings.DatabaseServer(url: url, password: password)
            } else {
                // Only the beginning: what follows may be a password.
                let scheme = url.prefix { $0 != ":" && $0 != "/" }.prefix(20)
                section.findings.add(
                    line: section.node("url")?.mark?.line, key: "database.url", "“\(scheme)…” is not a database address", mend: mend)
            }
        }
        if password != nil, server == nil {
            section.findings.add(
                line: section.node("password")?.mark?.line, key: "database.password", "is not used by a database in a file",
                mend: "Remove it, or write a postgres:// address in database.url.")
        }
        keyFile = section.string("key_file") ?? keyFile
        inboxLimit = section.integer("inbox_limit", in: 1...100_000_000) ?? inboxLimit
        var keep = section.section("retention")
        retention.content = keep.duration("content") ?? retention.content
        retention.deskItems = keep.duration("desk_items") ?? retention.deskItems
        retention.enrolments = keep.duration("enrolments") ?? retention.enrolments
        keep.finish()
        section.finish()
    }
}

extension Settings.Reports {
    mutating func read(_ section: ConfigurationReader) {
        var section = section
        dutyKeyFile = section.string("duty_key_file") ?? dutyKeyFile
        if let key = section.string("escrow_public_key") {
            let isKey = key.utf8.count == 64 && key.unicodeScalars.allSatisfy { $0.properties.isASCIIHexDigit }
            if !isKey {
                section.findings.add(
                    line: section.node("escrow_public_key")?.mark?.line, key: "reports.escrow_public_key", "is not a public key",
                    mend: "Write the 64 digits that `nhipcau reports escrow-key` printed, or remove the line.")
            }
            escrowPublicKey = key.lowercased()
        }
        mailConnection = section.string("mail_connection").map(ConnectionID.init(rawValue:))
        section.finish()
    }

    /// The connection that is named must exist and send mail; of several, one must be named.
    func checkMail(_ connections: [Settings.Connection], _ findings: ConfigurationReader.Findings) {
        let mail = connections.filter { $0.kind == .mail }.map(\.id)
        if let named = mailConnection, !mail.contains(named) {
            findings.add(
                line: nil, key: "reports.mail_connection", "there is no connection “\(named)” of kind mail",
                mend: "Name one of the connections whose kind is mail, or remove the line.")
        }
        if mailConnection == nil, mail.count > 1 {
            findings.add(
                line: nil, key: "reports.mail_connection", "there are several connections of kind mail",
                mend: "Name the one that pages people on duty: mail_connection: \(mail[0]).")
        }
    }
}

extension Settings.Policies {
    mutating func read(_ section: ConfigurationReader) {
        var section = section
        botName = section.string("bot_name") ?? botName
        provinceName = section.string("province_name") ?? provinceName
        schoolDesk = section.string("school_desk") ?? schoolDesk
        schoolDeskPhone = section.string("school_desk_phone") ?? schoolDeskPhone
        formExpiry = section.duration("form_expiry") ?? formExpiry
        draftKept = section.duration("draft_kept") ?? draftKept
        ownerPause = section.duration("owner_pause") ?? ownerPause
        if section.node("desk_hours") != nil { deskHours = Self.readHours(section.section("desk_hours")) }
        section.finish()
    }

    private static func readHours(_ section: ConfigurationReader) -> [Int: ClosedRange<Int>] {
        var section = section
        var hours: [Int: ClosedRange<Int>] = [:]
        for (index, day) in ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].enumerated() {
            guard let text = section.string(day), text != "closed" else { continue }
            guard let range = minutes(text) else {
                section.findings.add(
                    line: section.node(day)?.mark?.line, key: section.full(day), "“\(text.prefix(40))” is not a pair of times",
                    mend: "Write HH:MM-HH:MM, for example 07:30-17:00, or closed.")
                continue
            }
            hours[index + 1] = range
        }
        section.finish()
        return hours
    }

    private static func minutes(_ text: String) -> ClosedRange<Int>? {
        let sides = text.split(separator: "-").map { side -> Int? in
            let parts = side.trimming.split(separator: ":").map { Int($0) }
            guard parts.count == 2, let hour = parts[0], let minute = parts[1], (0...24).contains(hour),
                (0...59).contains(minute)
            else { return nil }
            return hour * 60 + minute
        }
        guard sides.count == 2, let from = sides[0], let to = sides[1], from < to, to <= 1440 else { return nil }
        return from...to
    }
}

extension Settings.Content {
    mutating func read(_ section: ConfigurationReader) {
        var section = section
        intents = section.string("intents") ?? intents
        models = section.string("models") ?? models
        section.finish()
    }
}

extension Settings.Log {
    mutating func read(_ section: ConfigurationReader) {
        var section = section
        level = section.choice("level", Level.self) ?? level
        section.finish()
    }
}

extension Settings.Hotline {
    static func read(_ section: ConfigurationReader) -> Settings.Hotline? {
        var section = section
        let number = section.string("number")
        let owner = section.string("owner")
        let verified = section.string("verified")
        var name: [String: String] = [:]
        if section.node("name")?.scalar != nil {
            name["vi"] = section.string("name")
        } else {
            var names = section.section("name")
            for language in ["vi", "en"] { name[language] = names.string(language) }
            names.finish()
        }
        section.finish()
        guard let number, name["vi"] != nil, let owner else {
            section.findings.add(
                line: nil, key: section.path, "a hotline needs number, name and owner",
                mend: "Add the missing lines; name may be one text, or vi: and en:.")
            return nil
        }
        if !number.unicodeScalars.allSatisfy({ ("0"..."9").contains($0) }) {
            section.findings.add(
                line: nil, key: section.full("number"), "has characters that cannot be dialled", mend: "Write digits only.")
        }
        let day = verified.flatMap { $0.utf8.count == 10 ? Instant(iso8601: $0) : nil }.map { CivilTime($0).date }
        if verified != nil, day == nil {
            section.findings.add(
                line: nil, key: section.full("verified"), "“\(verified?.prefix(20) ?? "")” is not a day", mend: "Write YYYY-MM-DD.")
        }
        return Settings.Hotline(number: number, name: name, owner: owner, verified: day)
    }
}

extension Settings.Connection {
    /// What each kind needs before it can be used at all.
    static let needed: [ChannelKind: [String]] = [
        .zaloOA: ["app_id", "app_secret", "oa_secret_key"],
        .telegram: ["auth_token", "secret_token"],
        .mail: ["base_url", "from"],
    ]
    static let secretNames = [
        "app_id", "app_secret", "oa_secret_key", "verify_token", "secret_token", "auth_token", "access_token",
        "refresh_token",
    ]
    static let optionNames = ["address", "appsecret_proof", "buttons", "max_characters"]

    static func read(
        _ section: ConfigurationReader, environment: [String: String], readFile: (String) -> String?
    ) -> Settings.Connection? {
        var section = section
        let id = section.string("id")
        let kind = section.choice("kind", ChannelKind.self)
        if kind == .mail, let id {
            checkID(id, section)
            return readMail(&section, id: ConnectionID(id), environment: environment, readFile: readFile)
        }
        let baseURL = section.string("base_url").flatMap { checkedURL($0, key: section.full("base_url"), section.findings) }
        let tokenURL = section.string("token_url").flatMap { checkedURL($0, key: section.full("token_url"), section.findings) }
        var secrets: [String: String] = [:]
        for name in secretNames where section.keys.contains(name) {
            // An app's public number is no secret and may stand in the file.
            if name == "app_id", section.node(name)?.scalar != nil {
                secrets[name] = section.string(name)
            } else {
                secrets[name] = section.secret(name, environment: environment, readFile: readFile)
            }
        }
        var options: [String: String] = [:]
        for name in optionNames { options[name] = section.string(name) }
        options["sends_per_second"] = section.integer("sends_per_second", in: 1...1_000_000).map { String($0) }
        section.finish(alsoKnown: Set(secretNames))
        guard let id, let kind else {
            section.findings.add(
                line: nil, key: section.path, "a connection needs an id and a kind",
                mend: "Add “id: zalo” and “kind: zalo_oa”.")
            return nil
        }
        checkID(id, section)
        guard let needs = needed[kind] else {
            section.findings.add(
                line: nil, key: section.full("kind"), "“\(kind.rawValue)” cannot be configured in this version",
                mend: "Known: " + needed.keys.map(\.rawValue).sorted().joined(separator: ", ") + ". The web chat needs no connection.")
            return nil
        }
        for name in needs where !section.keys.contains(name) {
            section.findings.add(
                line: nil, key: section.full(name), "is missing", mend: "Add “\(name): {env: …}”; without it every request is refused.")
        }
        if kind == .telegram, let secret = secrets["secret_token"], !isTelegramSecret(secret) {
            section.findings.add(
                line: nil, key: section.full("secret_token"), "has characters that Telegram does not take",
                mend: "Make one of 1 to 256 of A–Z, a–z, 0–9, “_” and “-”, and give Telegram the same with setWebhook.")
        }
        return Settings.Connection(
            id: ConnectionID(id), kind: kind, baseURL: baseURL, tokenURL: tokenURL, secrets: secrets, options: options)
    }

    private static func checkID(_ id: String, _ section: ConfigurationReader) {
        let isGood = id.unicodeScalars.allSatisfy {
            ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-" || $0 == "_"
        }
        if isGood, id.utf8.count <= 64 { return }
        section.findings.add(
            line: nil, key: section.full("id"), "“\(id.prefix(40))” cannot stand in an address",
            mend: "Use up to 64 of a–z, 0–9, “-” and “_”.")
    }
}

/// What `setWebhook` takes as a secret: anything else would never come back, and every request would be refused.
private func isTelegramSecret(_ secret: String) -> Bool {
    (1...256).contains(secret.utf8.count)
        && secret.unicodeScalars.allSatisfy {
            ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0) || $0 == "_" || $0 == "-"
        }
}

private func checkedURL(_ text: String, key: String, _ findings: ConfigurationReader.Findings) -> String? {
    let trimmed = text.hasSuffix("/") ? String(text.dropLast()) : text
    guard let url = URL(string: trimmed), let scheme = url.scheme, scheme == "https" || scheme == "http",
        let host = url.host(), !host.isEmpty
    else {
        findings.add(line: nil, key: key, "“\(text.prefix(60))” is not an address", mend: "Write https://host or http://host:port.")
        return nil
    }
    return trimmed
}
