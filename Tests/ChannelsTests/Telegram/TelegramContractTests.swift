import Channels
import Core
import JSON
import Testing

@Suite("The contract commands for Telegram")
struct TelegramContractTests {
    private func parse(_ json: String) throws -> JSONValue {
        try JSONValue(
            parsing: ChannelContract.parse(kind: "telegram", json: Array(json.utf8), now: TelegramSamples.now))
    }

    private func request(_ body: String, secret: String = TelegramSamples.secretToken) -> String {
        """
        {"method":"POST","path":"/webhooks/t","headers":{"X-Telegram-Bot-Api-Secret-Token":"\(secret)"},
         "body":\(JSONValue(body).compactText),
         "secrets":{"secret_token":"\(TelegramSamples.secretToken)","auth_token":"\(TelegramSamples.botToken)"}}
        """
    }

    @Test("A request gives the answer and the events, every member present")
    func parseOne() throws {
        #expect(
            try parse(request(TelegramSamples.text("Cô ơi"))) == [
                "status": 200, "body": "{}",
                "events": [
                    [
                        "kind": "message", "sender": .string(TelegramSamples.person),
                        "recipient": .string(TelegramSamples.botID), "external_id": "41", "text": "Cô ơi",
                        "attachments": [], "payload": nil, "timestamp": "2026-11-24T06:00:00.000Z", "status": nil,
                        "by": nil,
                    ]
                ],
            ])
    }

    @Test("A batch is answered request by request: events, refusals and the answer to a press")
    func parseMany() throws {
        let text = request(TelegramSamples.text("a"))
        let bad = request(TelegramSamples.text("a"), secret: "khac")
        let press = request(TelegramSamples.press("#yes"))
        let foreign = request("{}")
        let bare = #"{"headers":{"X-Telegram-Bot-Api-Secret-Token":""},"body":"{}","secrets":{"secret_token":""}}"#
        let output = try parse("[\(text),\(bad),\(press),\(foreign),\(bare),\(text)]")
        #expect(output.arrayValue?.map { $0["status"] } == [200, 401, 200, 400, 401, 200])
        #expect(output[1]?["events"] == [])
        #expect(try output.string(at: "[2].events[0].external_id") == "5000000000000000321")
        #expect(try output.string(at: "[2].events[0].kind") == "postback")
        let answer = try JSONValue(parsing: try output.string(at: "[2].body"))
        #expect(answer == ["method": "answerCallbackQuery", "callback_query_id": "5000000000000000321"])
        for secret in [TelegramSamples.secretToken, TelegramSamples.botToken] {
            #expect(!output.compactText.contains(secret))
        }
    }

    @Test("A message becomes calls; the token stands in their address alone")
    func render() throws {
        let json =
            ##"{"to":"77","text":"Dạ","buttons":[{"title":"Có","payload":"#yes"}],"attachments":[],"config":{"base_url":"http://127.0.0.1:9","access_token":"12:T"}}"##
        let output = try JSONValue(parsing: ChannelContract.render(kind: "telegram", json: Array(json.utf8)))
        #expect(output["error"] == .null)
        #expect(try output.string(at: "calls[0].url") == "http://127.0.0.1:9/bot12:T/sendMessage")
        #expect(try output.object(at: "calls[0].headers").keys == ["content-type"])
        let body = try JSONValue(parsing: try output.string(at: "calls[0].body"))
        #expect(
            body == [
                "chat_id": 77, "text": "Dạ",
                "reply_markup": ["inline_keyboard": [[["text": "Có", "callback_data": "#yes"]]]],
            ])
        #expect(
            try ChannelContract.render(kind: "telegram", json: Array(#"{"to":"7","text":"a"}"#.utf8))
                == #"{"calls":[],"error":"no_token"}"#)
    }

    @Test("An answer gives its meaning")
    func read() throws {
        let json = """
            [{"status":200,"headers":{},"body":"{\\"ok\\":true,\\"result\\":{\\"message_id\\":9}}","error":null},
             {"status":429,"body":"{\\"ok\\":false,\\"error_code\\":429,\\"description\\":\\"Too Many Requests: retry after 7\\",\\"parameters\\":{\\"retry_after\\":7}}"},
             {"status":403,"body":"{\\"ok\\":false,\\"error_code\\":403,\\"description\\":\\"Forbidden: bot was blocked by the user\\"}"},
             {"error":"timeout_after_sent"},{"error":"connection_refused"}]
            """
        let output = try JSONValue(parsing: ChannelContract.read(kind: "telegram", json: Array(json.utf8)))
        #expect(
            output == [
                ["outcome": "accepted", "external_id": "9", "retry_after_s": nil, "code": nil],
                ["outcome": "throttled", "external_id": nil, "retry_after_s": 7, "code": "429"],
                ["outcome": "contact_stopped", "external_id": nil, "retry_after_s": nil, "code": "403"],
                ["outcome": "ambiguous", "external_id": nil, "retry_after_s": nil, "code": nil],
                ["outcome": "transient", "external_id": nil, "retry_after_s": nil, "code": nil],
            ])
    }

    @Test("The list says what a Telegram connection needs")
    func list() throws {
        let kinds = try JSONValue(parsing: ChannelContract.list()).arrayValue ?? []
        let telegram = try #require(kinds.first { $0["kind"] == "telegram" })
        #expect(telegram["available"] == true)
        #expect(telegram["secrets"] == ["auth_token", "secret_token"])
        #expect(telegram["maximum_text"] == 4_096)
        #expect(telegram["text_unit"] == "utf16")
        #expect(telegram["window_hours"] == .null)
    }
}
