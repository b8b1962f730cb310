import Core
import Testing

@testable import Config

@Suite("Settings")
struct SettingsTests {
    private func load(_ text: String, environment: [String: String] = [:], files: [String: String] = [:])
        throws(ConfigurationError) -> Settings
    {
        try Settings.load(text: text, file: "nhipcau.yml", environment: environment, readFile: { files[$0] })
    }

    private func problems(_ text: String, environment: [String: String] = [:]) -> [ConfigurationProblem] {
        do {
            _ = try load(text, environment: environment)
            return []
        } catch { return error.problems }
    }

    private static let zalo = """
        connections:
          - id: zalo
            kind: zalo_oa
            app_id: "1200000000000000077"
            app_secret: {env: ZALO_APP_SECRET}
            oa_secret_key: {file: oa.key}

        """

    @Test("an empty file gives the defaults")
    func defaults() throws {
        #expect(try load("") == Settings())
    }

    @Test("every section is read")
    func everything() throws {
        let settings = try load(
            """
            server: {host: 0.0.0.0, port: 0, internal_port: 9090, trusted_proxies: [10.0.0.1], public_url: "https://a.vn/"}
            database:
              url: sqlite:/tmp/x.db
              retention: {content: 7d}
            policies:
              desk_hours: {mon: "08:00-16:30", tue: closed}
              form_expiry: 10m
            languages: [vi]
            log: {level: warning}
            hotlines:
              - {number: "111", name: Tổng đài 111, owner: Bộ Y tế, verified: 2026-11-01}
            """)
        #expect(settings.server.port == 0)
        #expect(settings.server.internalPort == 9090)
        #expect(settings.server.publicURL == "https://a.vn")
        #expect(settings.database.path == "/tmp/x.db")
        #expect(settings.database.retention.content == .seconds(7 * 86_400))
        #expect(settings.policies.deskHours == [1: 480...990])
        #expect(settings.policies.formExpiry == .seconds(600))
        #expect(settings.hotlines.map(\.number) == ["111"])
        #expect(settings.log.level == .warning)
    }

    @Test("the server's certificate and key are two files, from the file or the environment")
    func tls() throws {
        #expect(try load("").server.tls == nil)
        let written = try load("server:\n  tls: {certificate: tls/fullchain.pem, key: tls/privkey.pem}\n")
        #expect(written.server.tls == .init(certificate: "tls/fullchain.pem", key: "tls/privkey.pem"))
        let overridden = try load(
            "server: {tls: {certificate: a.pem, key: b.pem}}", environment: ["NHIPCAU_SERVER__TLS__KEY": "c.pem"])
        #expect(overridden.server.tls?.key == "c.pem")
    }

    @Test("an unknown key is told with its line and the nearest known one")
    func unknownKey() throws {
        let found = problems("server:\n  prot: 80\n")
        let problem = try #require(found.first)
        #expect(found.count == 1)
        #expect(problem.place == "nhipcau.yml:2")
        #expect(problem.key == "server.prot")
        #expect(problem.mend.contains("“port”"))
    }

    @Test(
        "a malformed value is told with its key",
        arguments: [
            ("server: {port: 99999}", "server.port"), ("server: {port: abc}", "server.port"),
            ("policies: {form_expiry: soon}", "policies.form_expiry"), ("log: {level: loud}", "log.level"),
            ("database: {url: mysql://x}", "database.url"), ("database: {url: \"postgres://\"}", "database.url"),
            ("server: [1]", "server"), ("languages: [en]", "languages"), ("server: {tls: {a: b}}", "server.tls.a"),
            ("server: {tls: {key: k.pem}}", "server.tls.certificate"),
            ("policies: {desk_hours: {mon: \"9-5\"}}", "policies.desk_hours.mon"),
            ("server: {public_url: nowhere}", "server.public_url"),
            ("connections: [{id: A B, kind: zalo_oa}]", "connections[0].id"),
            ("connections: [{id: a, kind: fax}]", "connections[0].kind"),
            ("connections: [{id: a, kind: viber}]", "connections[0].kind"),
            ("server: {port: 80, port: 81}", ""),
        ])
    func malformed(text: String, key: String) {
        #expect(problems(text).contains { $0.key == key || (key.isEmpty && !$0.message.isEmpty) }, "\(problems(text))")
    }

    @Test("a server's database is taken with its password from elsewhere, and none is ever printed")
    func databaseServer() throws {
        let url = "postgres://nhipcau@db.internal:5432/nhipcau?sslmode=verify-full"
        let settings = try load(
            "database: {url: \"\(url)\", password: {env: DB_PASSWORD}}", environment: ["DB_PASSWORD": "mật khẩu"])
        #expect(settings.database.server == .init(url: url, password: "mật khẩu"))
        let overridden = try load("", environment: ["NHIPCAU_DATABASE__URL": "postgresql:///nhipcau?host=/run/postgresql"])
        #expect(overridden.database.server == .init(url: "postgresql:///nhipcau?host=/run/postgresql"))
        #expect(try load("database: {url: sqlite:x.db}").database.server == nil)
        let secret = "bi-mat-9921"
        let found = problems("database: {url: \"postgre://u:\(secret)@h/d\"}")
        #expect(found.map(\.key) == ["database.url"])
        #expect(!"\(found)".contains(secret))
        #expect(problems("database: {url: sqlite:x, password: {env: P}}", environment: ["P": "x"]).map(\.key) == ["database.password"])
    }

    @Test("text that is not YAML names the line")
    func notYAML() throws {
        let problem = try #require(problems("server:\n  port: [1\nx").first)
        #expect(problem.place.hasPrefix("nhipcau.yml:"))
    }

    @Test("secrets come from the environment and from files")
    func secrets() throws {
        let settings = try load(Self.zalo, environment: ["ZALO_APP_SECRET": "s1"], files: ["oa.key": "s2\n"])
        #expect(settings.connections.first?.secrets == ["app_id": "1200000000000000077", "app_secret": "s1", "oa_secret_key": "s2"])
    }

    @Test("a secret that is missing, or written into the file, stops the start")
    func missingSecrets() {
        let missing = problems(Self.zalo)
        #expect(missing.map(\.key) == ["connections[0].app_secret", "connections[0].oa_secret_key"])
        let literal = problems("connections: [{id: z, kind: zalo_oa, app_secret: hunter2}]")
        #expect(literal.contains { $0.key == "connections[0].app_secret" && !$0.message.contains("hunter2") })
    }

    private static let telegram = """
        connections:
          - id: telegram
            kind: telegram
            auth_token: {env: TELEGRAM_TOKEN}
            secret_token: {file: telegram.secret}

        """

    @Test("a Telegram bot needs its token and the secret that its webhook was given")
    func telegram() throws {
        let settings = try load(
            Self.telegram, environment: ["TELEGRAM_TOKEN": "12:ab_C-d"], files: ["telegram.secret": "Bi_mat-1\n"])
        let connection = try #require(settings.connections.first)
        #expect(connection.kind == .telegram)
        #expect(connection.secrets == ["auth_token": "12:ab_C-d", "secret_token": "Bi_mat-1"])
        #expect(
            problems("connections: [{id: t, kind: telegram}]").map(\.key)
                == ["connections[0].auth_token", "connections[0].secret_token"])
        #expect(
            problems(Self.telegram).map(\.key).sorted() == ["connections[0].auth_token", "connections[0].secret_token"])
    }

    @Test("a secret that Telegram would not take is told without being shown", arguments: ["bí mật", "a b", "a.b", "a:b"])
    func telegramSecret(_ secret: String) throws {
        let error = #expect(throws: ConfigurationError.self) {
            try load(Self.telegram, environment: ["TELEGRAM_TOKEN": "12:ab"], files: ["telegram.secret": secret])
        }
        #expect(error?.problems.map(\.key) == ["connections[0].secret_token"])
        #expect(error?.description.contains(secret) == false)
        let long = String(repeating: "a", count: 257)
        #expect(throws: ConfigurationError.self) {
            try load(Self.telegram, environment: ["TELEGRAM_TOKEN": "12:ab"], files: ["telegram.secret": long])
        }
    }

    @Test("the environment overrides the file, and a wrong override is told by its name")
    func overrides() throws {
        #expect(try load("server: {port: 1}", environment: ["NHIPCAU_SERVER__PORT": "8081"]).server.port == 8081)
        #expect(problems("", environment: ["NHIPCAU_SERVER__PORT": "x"]).first?.place == "environment NHIPCAU_SERVER__PORT")
        #expect(problems("", environment: ["NHIPCAU_SERVER__PROT": "1"]).first?.place == "environment NHIPCAU_SERVER__PROT")
        #expect(try load("", environment: ["NHIPCAU_HOME": "/srv"]) == Settings())
    }

    @Test("two connections may not share an id")
    func sharedID() {
        let text = Self.zalo + Self.zalo.split(separator: "\n").dropFirst().joined(separator: "\n")
        #expect(problems(text, environment: ["ZALO_APP_SECRET": "x"]).contains { $0.message.contains("two connections") })
    }
}
