import Channels
import Core
import Testing

@Suite("The secret token of Telegram")
struct TelegramSignatureTests {
    private let body = TelegramSamples.text("Cô ơi, mai con nghỉ được không ạ?")
    private let secret = TelegramSamples.secretToken

    @Test("The secret that we gave is accepted, without any event lost")
    func good() {
        let result = TelegramSamples.receive(body, secret: secret)
        #expect(result.status == 200)
        #expect(result.body == "{}")
        #expect(result.contentType == "application/json")
        #expect(result.events.count == 1)
    }

    @Test("No header, or an empty one, is refused before the body is read")
    func missing() {
        for header in [nil, ""] {
            for body in [body, "{", ""] {
                let result = TelegramSamples.receive(body, secret: header)
                #expect(result.status == 401)
                #expect(result.events.isEmpty)
                #expect(result.body.contains("missing_signature"))
            }
        }
    }

    @Test("Anything but the secret exactly is refused, and the answer does not tell it")
    func wrong() {
        let flipped = secret.utf8.indices.map { index -> String in
            var bytes = Array(secret.utf8)
            bytes[secret.utf8.distance(from: secret.utf8.startIndex, to: index)] ^= 1
            return String(decoding: bytes, as: UTF8.self)
        }
        let others = [
            String(secret.dropLast()), secret + "0", " " + secret, secret + "\n", secret.uppercased(),
            "Bearer " + secret,
            secret + ", " + secret, TelegramSamples.botToken, "x", "\u{0}",
        ]
        for header in flipped + others {
            let result = TelegramSamples.receive(body, secret: header)
            #expect(result.status == 401, "\(header)")
            #expect(result.events.isEmpty)
            #expect(result.body.contains("bad_signature"))
            #expect(!result.body.contains(secret))
        }
    }

    @Test("Only the header counts, not the query")
    func elsewhere() {
        let request = WebhookRequest(
            method: "POST", path: "/webhooks/telegram/\(secret)", query: ["secret_token": secret],
            headers: ["secret-token": secret, "authorization": secret], body: Array(body.utf8))
        #expect(TelegramChannel(TelegramSamples.settings()).receive(request, at: TelegramSamples.now).status == 401)
    }

    @Test("A missing or empty configured secret refuses everything", arguments: [nil, "", " \n"])
    func failsClosed(_ configured: String?) {
        var settings = TelegramSamples.settings(without: "secret_token")
        settings.secrets["secret_token"] = configured
        for header in [nil, "", " \n", secret, configured] {
            let result = TelegramSamples.receive(body, secret: header, settings: settings)
            #expect(result.status == 401)
            #expect(result.events.isEmpty)
            #expect(result.body.contains("not_configured"))
        }
    }

    @Test("Space around a configured secret is not part of it")
    func spaceInSecrets() {
        var settings = TelegramSamples.settings()
        settings.secrets["secret_token"] = " \(secret)\r\n"
        #expect(TelegramSamples.receive(body, settings: settings).status == 200)
    }

    @Test("The bot's token is not needed to receive")
    func withoutToken() {
        let result = TelegramSamples.receive(body, settings: TelegramSamples.settings(without: "auth_token"))
        #expect(result.status == 200)
        #expect(result.events.first?.account == "")
    }

    @Test("Only POST is answered", arguments: ["GET", "HEAD", "PUT", "post", "OPTIONS"])
    func methods(_ method: String) {
        let request = WebhookRequest(
            method: method, path: "/", headers: ["x-telegram-bot-api-secret-token": secret], body: Array(body.utf8))
        let result = TelegramChannel(TelegramSamples.settings()).receive(request, at: TelegramSamples.now)
        #expect(result.status == 405)
        #expect(result.events.isEmpty)
    }

    @Test("A channel that is printed or dumped shows none of its secrets")
    func printed() {
        let channel = TelegramChannel(TelegramSamples.settings())
        var dumped = ""
        dump(channel, to: &dumped)
        for text in [dumped, String(describing: channel), String(reflecting: channel)] {
            #expect(text.contains("TelegramChannel"))
            #expect(!text.contains(secret))
            #expect(!text.contains(TelegramSamples.botID))
        }
    }
}
