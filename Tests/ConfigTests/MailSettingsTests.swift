import Core
import Testing

@testable import Config

@Suite("Settings of mail connections")
struct MailSettingsTests {
    private func load(_ lines: String..., environment: [String: String] = ["SMTP_PASSWORD": "rat-kin"]) throws(ConfigurationError)
        -> Settings
    {
        let text = "connections:\n  - id: mail\n    kind: mail\n" + lines.map { "    \($0)\n" }.joined()
        return try Settings.load(text: text, file: "nhipcau.yml", environment: environment, readFile: { _ in nil })
    }

    private func keys(_ problems: ConfigurationError?) -> [String] { problems?.problems.map(\.key) ?? [] }

    @Test("server, sender, name and password are read")
    func whole() throws {
        let connection = try #require(
            try load(
                "base_url: smtps://smtp.example.vn:465/", "from: \"Nhịp Cầu <bot@truong.example.vn>\"", "username: bot",
                "password: {env: SMTP_PASSWORD}"
            ).connections.first)
        #expect(connection.kind == .mail)
        #expect(connection.baseURL == "smtps://smtp.example.vn:465")
        #expect(connection.secrets == ["password": "rat-kin"])
        #expect(connection.options == ["from": "Nhịp Cầu <bot@truong.example.vn>", "username": "bot"])
    }

    @Test("a server that trusts this machine needs no password, and encryption can be switched off")
    func relay() throws {
        let connection = try #require(
            try load("base_url: smtp://10.0.0.5:25", "from: bot@truong.example.vn", "starttls: false").connections.first)
        #expect(connection.secrets == [:])
        #expect(connection.options == ["from": "bot@truong.example.vn", "starttls": "false"])
    }

    @Test("the name to sign in with may be kept out of the file too")
    func username() throws {
        let settings = try load(
            "base_url: smtp://m.vn:587", "from: a@b.vn", "username: {env: SMTP_USER}", "password: {env: SMTP_PASSWORD}",
            environment: ["SMTP_USER": "u", "SMTP_PASSWORD": "p"])
        #expect(settings.connections.first?.options["username"] == "u")
    }

    @Test(
        "other schemes, names and paths in the address are told with file, line and mend, and not shown",
        arguments: [
            "https://smtp.example.vn", "smtp.example.vn", "smtp://", "smtps:smtp.example.vn", "smtp://bot:rat-kin@smtp.example.vn",
            "smtps://smtp.example.vn/x", "smtps://smtp.example.vn?x=1", "imap://smtp.example.vn",
        ])
    func servers(_ url: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try load("base_url: \"\(url)\"", "from: a@b.vn") }
        let problem = try #require(error?.problems.first)
        #expect(error?.problems.count == 1)
        #expect(problem.place == "nhipcau.yml:4")
        #expect(problem.key == "connections[0].base_url")
        #expect(problem.mend.contains("smtps://"))
        #expect(error?.description.contains("rat-kin") == false)
    }

    @Test("mail addresses are for mail alone, and web addresses for the others")
    func otherKinds() {
        let error = #expect(throws: ConfigurationError.self) {
            try Settings.load(
                text:
                    "connections: [{id: t, kind: telegram, base_url: \"smtp://m.vn\", auth_token: {env: T}, secret_token: {env: T}, from: a@b.vn}]",
                file: "nhipcau.yml", environment: ["T": "12_ab"], readFile: { _ in nil })
        }
        #expect(keys(error) == ["connections[0].base_url", "connections[0].from"])
    }

    @Test("what is missing or malformed is told by its key")
    func mistakes() {
        let good = ["base_url: smtps://m.vn", "from: a@b.vn"]
        let cases: [([String], [String])] = [
            (["from: a@b.vn"], ["base_url"]), (["base_url: smtps://m.vn"], ["from"]), ([], ["base_url", "from"]),
            (["base_url: smtps://m.vn", "from: nobody"], ["from"]),
            (["base_url: smtps://m.vn", "from: \"Tên\\r\\nBcc: x@y.vn <a@b.vn>\""], ["from"]),
            (good + ["username: bot"], ["password"]), (good + ["password: {env: SMTP_PASSWORD}"], ["username"]),
            (good + ["username: bot", "password: rat-kin"], ["password"]),
            (good + ["username: bot", "password: {env: NOT_SET}"], ["password"]), (good + ["starttls: maybe"], ["starttls"]),
            (good + ["starttls: false"], ["starttls"]), (good + ["token_url: https://m.vn"], ["token_url"]),
            (good + ["auth_token: {env: SMTP_PASSWORD}"], ["auth_token"]), (good + ["max_characters: 5"], ["max_characters"]),
        ]
        for (lines, expected) in cases {
            let text = "connections:\n  - id: mail\n    kind: mail\n" + lines.map { "    \($0)\n" }.joined()
            let error = #expect(throws: ConfigurationError.self) {
                try Settings.load(text: text, file: "nhipcau.yml", environment: ["SMTP_PASSWORD": "rat-kin"], readFile: { _ in nil })
            }
            #expect(keys(error) == expected.map { "connections[0].\($0)" }, "\(lines)")
            #expect(error?.description.contains("rat-kin") == false)
        }
    }
}
