import Channels
import Core
import JSON
import Testing

@Suite("The webhook of Telegram")
struct TelegramWebhookTests {
    private let now = Instant(milliseconds: 1_795_500_000_000)
    private let connect = "nhipcau channels connect telegram"
    private let url = "https://bot.example.edu.vn/webhooks/telegram"

    private func address(_ publicURL: String?) -> Result<String, TelegramWebhook.Finding> {
        do throws(TelegramWebhook.Finding) {
            return .success(try TelegramWebhook.address(publicURL: publicURL, connection: ConnectionID("telegram")))
        } catch { return .failure(error) }
    }

    @Test(
        "The address is the public one with the connection's name, at a port that Telegram delivers to",
        arguments: ["", ":443", ":8443", ":88", ":80", ":443/bot", "/bot"])
    func addresses(_ rest: String) {
        #expect(address("https://bot.example.edu.vn" + rest) == .success("https://bot.example.edu.vn\(rest)/webhooks/telegram"))
    }

    @Test(
        "An address that Telegram cannot deliver to is refused with what to do",
        arguments: [
            (nil, "not set"), ("", "not set"), ("http://bot.example.edu.vn", "https"), ("https://bot.example.edu.vn:8080", "8080"),
            ("https://bot.example.edu.vn:99999999999999999999", "port"), ("https://localhost", "own"), ("https://127.0.0.1:443", "own"),
            ("https://[::1]", "own"), ("https://", "own"),
        ] as [(String?, String)])
    func impossibleAddresses(_ publicURL: String?, _ words: String) {
        guard case .failure(let finding) = address(publicURL) else { return #expect(Bool(false), "\(publicURL ?? "")") }
        #expect(finding.level == .failed)
        #expect(finding.text.contains(words))
        #expect(finding.mend != nil)
    }

    @Test("setWebhook says what we need: the address, the secret, the updates that we read")
    func setting() throws {
        let api = TelegramAPI(TelegramSamples.settings())
        let call = try #require(api.setWebhook(url: url, secret: " a_B-1\n", connections: 40, dropsPending: false))
        #expect(call.url == "https://api.telegram.org/bot\(TelegramSamples.botToken)/setWebhook")
        #expect(
            try JSONValue(parsing: call.body) == [
                "url": .string(url), "secret_token": "a_B-1", "max_connections": 40,
                "allowed_updates": ["message", "edited_message", "callback_query", "my_chat_member"],
            ])
        let dropping = try #require(api.setWebhook(url: url, secret: "a", connections: 999, dropsPending: true))
        let body = try JSONValue(parsing: dropping.body)
        #expect(body["drop_pending_updates"] == true && body["max_connections"] == 100)
        for update in TelegramWebhook.updates {
            let shape = try #require(TelegramUpdateShape.known[update])
            #expect(shape != .recorded && shape != .elsewhere, "what is asked for is read")
        }
    }

    @Test("Without a token there is nothing to ask with, and the token is in no description")
    func tokens() throws {
        let none = TelegramAPI(ChannelSettings(id: ConnectionID("t")))
        #expect(none.whoAmI() == nil && none.webhookInfo() == nil)
        var dumped = ""
        dump(TelegramAPI(TelegramSamples.settings()), to: &dumped)
        #expect(!dumped.contains(TelegramSamples.botToken))
    }

    private func result(_ status: Int, _ body: String) -> Result<JSONValue, TelegramAPI.Refusal> {
        TelegramAPI(TelegramSamples.settings()).result(of: .success(HTTPAnswer(status: status, body: Array(body.utf8))))
    }

    @Test("A result is given, a refusal with Telegram's words on one line")
    func results() {
        #expect(result(200, #"{"ok":true,"result":{"id":7}}"#) == .success(["id": 7]))
        #expect(result(200, #"{"ok":true,"result":true}"#) == .success(true))
        guard case .failure(let refusal) = result(401, #"{"ok":false,"error_code":401,"description":"Una\nuthorized"}"#) else {
            return #expect(Bool(false))
        }
        #expect(refusal.report.outcome == .tokenInvalid)
        #expect(refusal.description == "Una uthorized")
        for odd in ["", "{", #"{"ok":true}"#] {
            guard case .failure = result(200, odd) else { return #expect(Bool(false), "\(odd)") }
        }
        let api = TelegramAPI(TelegramSamples.settings())
        guard case .failure(let lost) = api.result(of: .failure(.connectionRefused)) else { return #expect(Bool(false)) }
        #expect(lost.failure == "connection_refused")
    }

    @Test("Words that repeat the token or the secret are shown without them")
    func echoes() {
        let token = TelegramSamples.botToken, secret = TelegramSamples.secretToken
        let said = result(400, #"{"ok":false,"error_code":400,"description":"POST /bot\#(token)/x \#(secret)"}"#)
        guard case .failure(let refusal) = said else { return #expect(Bool(false)) }
        #expect(refusal.description == "POST /bot…/x …")
        #expect(result(200, #"{"ok":true,"result":{"last_error_message":"\#(secret)"}}"#) == .success(["last_error_message": "…"]))
    }

    private func findings(_ info: String) throws -> [TelegramWebhook.Finding] {
        TelegramWebhook.Info(try JSONValue(parsing: info)).findings(expected: url, connect: connect, now: now)
    }

    @Test("A webhook that is as it should be is one good line")
    func good() throws {
        let found = try findings(
            "{\"url\":\"\(url)\",\"has_custom_certificate\":false,\"pending_update_count\":3,\"max_connections\":40,\"allowed_updates\":[\"message\",\"edited_message\",\"callback_query\",\"my_chat_member\",\"poll\"]}"
        )
        #expect(found.map(\.level) == [.good])
        #expect(found.first?.text.contains("3 updates") ?? false)
        #expect(try findings("{\"url\":\"\(url)\"}").map(\.level) == [.good], "Telegram's usual choice has ours")
        let old = now.milliseconds / 1_000 - 7_200
        #expect(try findings("{\"url\":\"\(url)\",\"last_error_date\":\(old),\"last_error_message\":\"x\"}").map(\.level) == [.good])
    }

    @Test("Whatever is wrong is named with what to do")
    func bad() throws {
        #expect(try findings(#"{"url":""}"#).first?.mend?.contains(connect) ?? false)
        #expect(try findings("{}").first?.level == .failed)
        let elsewhere = try findings(#"{"url":"https://other.example/x"}"#)
        #expect(elsewhere.first?.text.contains("https://other.example/x") ?? false)
        let missing = try findings("{\"url\":\"\(url)\",\"allowed_updates\":[\"message\",\"callback_query\"]}")
        #expect(missing.first?.text.contains("edited_message, my_chat_member") ?? false)
        #expect(try findings("{\"url\":\"\(url)\",\"pending_update_count\":101}").map(\.level) == [.warning])
    }

    @Test(
        "A delivery that failed is told with its age and a mend that fits",
        arguments: [
            ("Wrong response from the webhook: 401 Unauthorized", "secret"),
            ("Wrong response from the webhook: 404 Not Found", "public_url"),
            ("SSL error {error:0A000086}", "certificate"), ("Connection refused", "outside"),
            ("Wrong response from the webhook: 503 Service Unavailable", "log"), ("something of next year", "log"),
        ])
    func errors(_ words: String, _ mend: String) throws {
        let date = now.milliseconds / 1_000 - 300
        let info = "{\"url\":\"\(url)\",\"pending_update_count\":1,\"last_error_date\":\(date),\"last_error_message\":\"\(words)\"}"
        let finding = try #require(try findings(info).first)
        #expect(finding.level == .failed)
        #expect(finding.text.contains("5 minutes") && finding.text.contains(words))
        #expect(finding.mend?.contains(mend) ?? false)
        // Nothing waits: it has got over it.
        #expect(try findings(info.replacing("count\":1", with: "count\":0")).first?.level == .warning)
    }

    @Test("Fields of another shape are taken as missing")
    func oddShapes() throws {
        for odd in ["[]", "7", #"{"url":7,"pending_update_count":"x","allowed_updates":7,"last_error_date":-1}"#] {
            let info = TelegramWebhook.Info(try JSONValue(parsing: odd))
            #expect(info.url.isEmpty && info.pending == 0 && info.lastErrorAt == nil && info.updates == nil)
        }
    }
}
