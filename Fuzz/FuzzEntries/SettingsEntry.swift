import Channels
import Config
import Core

/// A configuration file; the overrides of the environment are fixed, and which of them there are follows from the bytes.
enum SettingsEntry {
    private static let secret = "bi-mat-khong-noi"
    private static let environments = [
        [:], ["NHIPCAU_SERVER__PORT": "8081", "OA_SECRET": secret, "PGPASSWORD": secret, "SMTP_PASSWORD": secret],
        ["NHIPCAU_DATABASE__URL": "postgres://nhipcau:\(secret)@db.example.vn/truong", "PGPASSWORD": secret],
        ["NHIPCAU_DATABASE__URL": "postgress://nhipcau:\(secret)@db.example.vn/truong", "NHIPCAU_REPORTS__ESCROW_PUBLIC_KEY": secret],
    ]

    static func run(_ bytes: UnsafeRawBufferPointer) {
        let environment = environments[Int(bytes.reduce(UInt8(0), &+)) % environments.count]
        read(FuzzInput(bytes).text, environment)
    }

    /// The environment: a name and a value a line.
    static func environment(_ bytes: UnsafeRawBufferPointer) {
        var environment: [String: String] = [:]
        for line in FuzzInput(bytes).text.split(separator: "\n").prefix(40) {
            let sides = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = sides.first, let value = sides.dropFirst().first else { continue }
            environment[name.hasPrefix("_") ? "NHIPCAU" + name : String(name)] = String(value)
        }
        read("", environment)
        if !environment.keys.contains("NHIPCAU_SERVER__PORT") {
            environment["NHIPCAU_SERVER__PORT"] = secret
            promise(!isAccepted("", environment), "a port is a number")
        }
    }

    private static func isAccepted(_ text: String, _ environment: [String: String]) -> Bool {
        (try? Settings.load(text: text, file: "nhipcau.yml", environment: environment, readFile: { _ in nil })) != nil
    }

    private static func read(_ text: String, _ environment: [String: String]) {
        do throws(ConfigurationError) {
            let settings = try Settings.load(
                text: text, file: "nhipcau.yml", environment: environment,
                readFile: { $0.hasPrefix("/run/") ? secret + "\n" : nil })
            check(settings)
        } catch {
            promise(!error.problems.isEmpty, "a refusal says why")
            for problem in error.problems {
                promise(!problem.message.isEmpty && !problem.mend.isEmpty, "a problem says how to mend it")
            }
            promise(text.contains(secret) || !error.description.contains(secret), "a refusal gives no secret away")
        }
    }

    private static func check(_ settings: Settings) {
        promise(settings.languages.first == .vietnamese, "Vietnamese comes first")
        promise(Set(settings.connections.map(\.id)).count == settings.connections.count, "no two connections have the same name")
        if let key = settings.reports.escrowPublicKey { promise(key.utf8.count == 64, "a public key has its length") }
        let mail = settings.connections.filter { $0.kind == .mail }
        if let named = settings.reports.mailConnection {
            promise(mail.contains { $0.id == named }, "the connection that pages people exists")
        } else {
            promise(mail.count <= 1, "the connection that pages people is the only one or named")
        }
        for connection in mail {
            let renderer = MailRenderer(
                ChannelSettings(
                    id: connection.id, baseURL: connection.baseURL, secrets: connection.secrets, options: connection.options))
            promise(renderer.probe() != nil, "a mail connection that is accepted can be used")
        }
    }
}
