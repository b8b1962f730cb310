import Channels
import Core
import JSON
import Testing

@Suite("The contract commands of channels")
struct ChannelContractTests {
    private let now = Instant(milliseconds: 1_795_500_000_123)

    private func parse(_ kind: String, _ json: String) throws -> JSONValue {
        try JSONValue(parsing: ChannelContract.parse(kind: kind, json: Array(json.utf8), now: now))
    }

    private func render(_ kind: String, _ json: String) throws -> JSONValue {
        try JSONValue(parsing: ChannelContract.render(kind: kind, json: Array(json.utf8)))
    }

    private func read(_ kind: String, _ json: String) throws -> JSONValue {
        try JSONValue(parsing: ChannelContract.read(kind: kind, json: Array(json.utf8)))
    }

    private func request(_ body: String, header: String? = nil, extra: String = "") -> String {
        let header = header ?? ZaloOASamples.signature(Array(body.utf8))
        return """
            {"method":"post","path":"/webhooks/z","headers":{"X-ZEvent-Signature":"\(header)"},
             "body":\(JSONValue(body).compactText),"secrets":{"app_id":\(ZaloOASamples.applicationID),
             "oa_secret_key":"\(ZaloOASamples.secretKey)"}\(extra)}
            """
    }

    @Test("A request gives the answer and the events, every member present")
    func parseZalo() throws {
        let output = try parse("zalo_oa", request(ZaloOASamples.text("\"Cô ơi\"")))
        #expect(
            output == [
                "status": 200, "body": "{}",
                "events": [
                    [
                        "kind": "message", "sender": .string(ZaloOASamples.person),
                        "recipient": .string(ZaloOASamples.account), "external_id": "c0ffee00", "text": "Cô ơi",
                        "attachments": [], "payload": nil, "timestamp": "2026-11-24T06:00:00.123Z", "status": nil,
                        "by": nil,
                    ]
                ],
            ])
    }

    @Test("A refused request is an answer, not an error; arrays answer each")
    func parseMany() throws {
        let good = request(ZaloOASamples.text("\"a\""))
        let bad = request(ZaloOASamples.text("\"a\""), header: "mac=00")
        let output = try parse("zalo_oa", "\u{FEFF}[\(good),\(bad),\(good)]")
        #expect(output.arrayValue?.map { $0["status"] } == [200, 401, 200])
        #expect(try parse("zalo_oa", "[]") == [])
        #expect(try parse("zalo_oa", #"{"headers":{},"body":"{}"}"#)["status"] == 401)
    }

    @Test("A body can be given in base 64, and is held to its limit")
    func bodies() throws {
        let output = try parse(
            "web",
            #"{"method":"POST","path":"/chat/sessions/s/messages","body_base64":"eyJpZCI6Im0iLCJ0ZXh0IjoiYSJ9","now":"2026-11-28T00:00:00+07:00"}"#
        )
        #expect(output["status"] == 202)
        #expect(try output.string(at: "events[0].timestamp") == "2026-11-27T17:00:00.000Z")
        let large = JSONValue(String(repeating: "a", count: Limits.webhookBodyBytes + 1)).compactText
        #expect(try parse("zalo_oa", "{\"body\":\(large)}")["status"] == 413)
    }

    @Test("A message becomes calls with everything that is sent")
    func renderZalo() throws {
        let output = try render(
            "zalo_oa",
            ##"{"to":77,"text":"Dạ","buttons":[{"title":"Có","payload":"#yes"}],"attachments":[],"config":{"base_url":"http://127.0.0.1:9","access_token":"T"}}"##
        )
        #expect(output["error"] == .null)
        #expect(try output.string(at: "calls[0].method") == "POST")
        #expect(try output.string(at: "calls[0].url") == "http://127.0.0.1:9/v3.0/oa/message/cs")
        #expect(try output.string(at: "calls[0].headers.access_token") == "T")
        let body = try JSONValue(parsing: try output.string(at: "calls[0].body"))
        #expect(try body.string(at: "recipient.user_id") == "77")
        #expect(try body.string(at: "message.attachment.payload.buttons[0].payload") == "#yes")
    }

    @Test("Channels that are fetched make no calls, impossible messages say why")
    func renderOthers() throws {
        #expect(try render("web", #"{"to":"s","text":"a"}"#) == ["calls": [], "error": nil])
        #expect(try render("zalo_oa", #"{"to":"7","text":""}"#) == ["calls": [], "error": "empty"])
    }

    @Test("An answer gives its meaning")
    func readZalo() throws {
        #expect(
            try read(
                "zalo_oa",
                #"{"status":200,"headers":{},"body":"{\"error\":0,\"data\":{\"message_id\":\"m\"}}","error":null}"#)
                == ["outcome": "accepted", "external_id": "m", "retry_after_s": nil, "code": nil])
        #expect(
            try read("zalo_oa", #"{"status":429,"headers":{"Retry-After":"7"},"body":""}"#)
                == ["outcome": "throttled", "external_id": nil, "retry_after_s": 7, "code": nil])
        for (word, outcome) in [
            ("timeout_before_sent", "transient"), ("timeout_after_sent", "ambiguous"),
            ("connection_refused", "transient"), ("connection_reset", "ambiguous"),
        ] {
            let output = try read("zalo_oa", "{\"status\":null,\"headers\":null,\"body\":null,\"error\":\"\(word)\"}")
            #expect(try output.string(at: "outcome") == outcome)
        }
    }

    @Test("Kinds that are not built say so, unknown ones name those that exist")
    func kinds() {
        for kind in ["zalo_bot", "zns", "messenger", "instagram", "whatsapp", "viber", "esms", "generic"] {
            for command in [
                { try self.parse(kind, "{}") }, { try self.render(kind, "{}") }, { try self.read(kind, "{}") },
            ] {
                let error = #expect(throws: ChannelError.self) { try command() }
                #expect(error?.code == "not_available")
                #expect(error?.message.contains(kind) == true)
            }
        }
        let error = #expect(throws: ChannelError.self) { try parse("fax", "{}") }
        #expect(error?.code == "unknown_kind")
        #expect(error?.message.contains("zalo_oa") == true)
    }

    @Test(
        "A broken input is an error that names the field",
        arguments: [
            ("parse", "{", ""), ("parse", "7", ""), ("parse", #"{"headers":[]}"#, "headers"),
            ("parse", #"{"headers":{"a":[]}}"#, "headers.a"), ("parse", #"{"body":{}}"#, "body"),
            ("parse", #"{"body_base64":"%"}"#, "body_base64"), ("parse", #"{"now":"today"}"#, "now"),
            ("parse", #"{"secrets":7}"#, "secrets"), ("parse", #"[{},{"method":3}]"#, "[1].method"),
            ("render", "{}", "to"), ("render", #"{"to":"7","text":3}"#, "text"),
            ("render", #"{"to":"7","buttons":[{"title":"a"}]}"#, "buttons[0].payload"),
            ("render", #"{"to":"7","attachments":[{"kind":"poem"}]}"#, "attachments[0].kind"),
            ("read", "{}", "status"), ("read", #"{"status":"200"}"#, "status"),
            ("read", #"{"error":"tired"}"#, "error"),
        ])
    func broken(_ command: String, _ json: String, _ path: String) {
        let error = #expect(throws: ChannelError.self) {
            switch command {
            case "parse": _ = try parse("zalo_oa", json)
            case "render": _ = try render("zalo_oa", json)
            default: _ = try read("zalo_oa", json)
            }
        }
        guard case .input(let field) = error else {
            Issue.record("not an input error")
            return
        }
        #expect(field.path == path)
        #expect(error?.message.contains(path) == true)
    }

    @Test("The list has every kind, and for those that are built their limits and when they were checked")
    func list() throws {
        let kinds = try JSONValue(parsing: ChannelContract.list()).arrayValue ?? []
        #expect(kinds.compactMap { $0["kind"]?.stringValue } == ChannelKind.allCases.map(\.rawValue))
        for kind in kinds where kind["available"] == true {
            #expect(Instant(iso8601: try kind.string(at: "checked_on")) != nil)
            #expect(try kind.int(at: "maximum_text") > 0)
        }
        #expect(ChannelRegistry.available == [.zaloOA, .telegram, .mail, .web, .terminal])
        for kind in ChannelKind.allCases {
            let isAvailable = ChannelRegistry.available.contains(kind)
            let channel = try? ChannelRegistry.make(kind, settings: ChannelSettings(id: ConnectionID("x")))
            #expect((channel != nil) == isAvailable)
            #expect(channel == nil || channel?.kind == kind)
        }
    }
}
