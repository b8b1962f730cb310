import Channels
import Core
import JSON
import Testing

@Suite("Reading the events of Zalo OA")
struct ZaloOADecoderTests {
    private let account = ZaloOASamples.account
    private let person = ZaloOASamples.person

    private func event(_ name: String) throws -> InboundEvent {
        let body = try #require(ZaloOASamples.bodies[name])
        let result = ZaloOASamples.receive(body)
        #expect(result.status == 200)
        return try #require(result.events.first)
    }

    @Test(
        "Every event that we know has a sample, and every sample is known",
        arguments: ZaloOAEventShape.known.keys.sorted())
    func registry(_ name: String) throws {
        let event = try event(name)
        #expect(event.name == name)
        #expect(event.kind != .ignored)
        #expect(event.timestamp?.milliseconds == ZaloOASamples.timestamp)
        #expect(Set(ZaloOASamples.bodies.keys) == Set(ZaloOAEventShape.known.keys))
    }

    @Test("No two samples share a key, and a redelivery has the same")
    func keys() throws {
        var keys: [String: String] = [:]
        for (name, body) in ZaloOASamples.bodies {
            let first = ZaloOASamples.receive(body).events.map(\.deduplicationKey)
            #expect(first == ZaloOASamples.receive(body).events.map(\.deduplicationKey))
            for key in first {
                #expect(keys[key] == nil, "\(name) and \(keys[key] ?? "")")
                keys[key] = name
            }
        }
    }

    @Test("A text belongs to its sender on the OA that received it")
    func text() throws {
        let event = try event("user_send_text")
        #expect(event.kind == .message)
        #expect(event.text == "Cho em hỏi lớp bơi ở xã mình có không ạ?")
        #expect(event.person == person)
        #expect(event.account == account)
        #expect(event.sender == person)
        #expect(event.recipient == account)
        #expect(event.externalID == "a1")
    }

    private struct Attached: Sendable {
        var name: String
        var attachments: [Core.Attachment]
        var text: String?
    }

    private static let attached: [Attached] = [
        Attached(
            name: "user_send_image",
            attachments: [
                Core.Attachment(kind: .image, url: "http://p.photo.talk.zdn.vn/x.jpg"),
                Core.Attachment(kind: .image, url: "http://p.photo.talk.zdn.vn/y.jpg"),
            ], text: "giấy khám"),
        Attached(name: "user_send_gif", attachments: [Core.Attachment(kind: .gif, url: "https://g.zdn.vn/x.gif")]),
        Attached(name: "user_send_audio", attachments: [Core.Attachment(kind: .audio, url: "https://v.zdn.vn/x.aac")]),
        Attached(name: "user_send_video", attachments: [Core.Attachment(kind: .video, url: "https://v.zdn.vn/x.mp4")]),
        Attached(name: "user_send_file", attachments: [Core.Attachment(kind: .file, url: "https://f.zdn.vn/x")]),
        Attached(name: "user_send_sticker", attachments: [Core.Attachment(kind: .sticker)]),
        Attached(name: "user_send_location", attachments: [Core.Attachment(kind: .location)]),
        Attached(
            name: "user_send_link", attachments: [Core.Attachment(kind: .link, url: "https://example.edu.vn/lop")],
            text: "https://example.edu.vn/lop"),
        Attached(
            name: "user_send_business_card",
            attachments: [Core.Attachment(kind: .contact, url: "https://zalo.me/mau")], text: "Lê Thị Mẫu"),
    ]

    @Test("Attachments have their kind and address", arguments: attached)
    private func attachments(_ expected: Attached) throws {
        let event = try event(expected.name)
        #expect(event.kind == .message)
        #expect(event.attachments == expected.attachments)
        #expect(event.text == expected.text)
    }

    @Test("Attachments beside the message are found")
    func rootAttachments() throws {
        let body = ZaloOASamples.body(
            "user_send_image",
            #""sender":{"id":"7"},"recipient":{"id":"8"},"message":{"msg_id":"m"},"attachments":[{"payload":{"url":"https://p.zdn.vn/r.jpg"}}]"#
        )
        #expect(
            ZaloOASamples.receive(body).events.first?.attachments == [
                Core.Attachment(kind: .image, url: "https://p.zdn.vn/r.jpg")
            ])
    }

    @Test("What goes out is an echo of the person it went to, by staff or by us")
    func echoes() throws {
        let ours = try event("oa_send_text")
        #expect(ours.kind == .echo)
        #expect(ours.by == .api)
        #expect(ours.person == person)
        #expect(ours.account == account)
        #expect(ours.sender == account)
        let body = try #require(ZaloOASamples.bodies["oa_send_text"])
            .replacing("{\"id\":\"\(account)\"}", with: "{\"id\":\"\(account)\",\"admin_id\":\"55\"}")
        let staff = try #require(ZaloOASamples.receive(body).events.first)
        #expect(staff.kind == .echo)
        #expect(staff.by == .staff)
        let new = ZaloOASamples.body(
            "oa_send_hologram", #""sender":{"id":"8"},"recipient":{"id":"7"},"message":{"msg_id":"n"}"#)
        #expect(ZaloOASamples.receive(new).events.first?.kind == .echo)
    }

    @Test("A receipt names the person it came from, one event a message")
    func receipts() throws {
        let delivered = try event("user_received_message")
        #expect(delivered.kind == .status)
        #expect(delivered.status == .delivered)
        #expect(delivered.person == person)
        #expect(delivered.account == account)
        #expect(delivered.externalID == "s1")
        let seen = ZaloOASamples.receive(try #require(ZaloOASamples.bodies["user_seen_message"])).events
        #expect(seen.map(\.externalID) == ["s1", "s2"])
        #expect(seen.allSatisfy { $0.status == .read && $0.person == person && $0.relatedIDs == [$0.externalID] })
    }

    @Test("A receipt for a template names a telephone number")
    func templateReceipt() throws {
        let body = ZaloOASamples.body(
            "user_received_message",
            #""sender":{"id":"8"},"recipient":{"id":"84900000004"},"message":{"msg_id":"t1","tracking_id":"hoc-1","delivery_time":"1795500000000"}"#
        )
        let event = try #require(ZaloOASamples.receive(body).events.first)
        #expect(event.person == "84900000004")
        #expect(event.externalID == "t1")
    }

    @Test("Following and leaving belong to the follower and can happen again")
    func relation() throws {
        let follow = try event("follow")
        #expect(follow.kind == .follow)
        #expect(follow.person == person)
        #expect(follow.account == account)
        #expect(try event("unfollow").kind == .unfollow)
        let body = try #require(ZaloOASamples.bodies["follow"])
        let later = body.replacing(String(ZaloOASamples.timestamp), with: "1795500009999")
        let again = try #require(
            ZaloOASamples.receive(
                later, signature: ZaloOASamples.signature(Array(later.utf8), timestamp: "1795500009999")
            )
            .events.first)
        #expect(again.deduplicationKey != follow.deduplicationKey)
    }

    @Test(
        "The chat button, the form and a widget name their person",
        arguments: [
            "user_click_chatnow", "user_submit_info", "widget_interaction_accepted",
        ])
    func recorded(_ name: String) throws {
        let event = try event(name)
        #expect(event.kind == .event)
        #expect(event.person == person)
        #expect(event.account == account)
        #expect(event.text == nil)
    }

    @Test("The chat button with a follower in place of a user is the same")
    func chatButtonFollower() throws {
        let body = ZaloOASamples.body("user_click_chatnow", #""oa_id":"8","follower":{"id":"7"}"#)
        #expect(ZaloOASamples.receive(body).events.first?.person == "7")
    }

    @Test("A press under a template names its message and no person")
    func templatePress() throws {
        let event = try event("user_click_response_button")
        #expect(event.kind == .postback)
        #expect(event.payload == "Đồng ý")
        #expect(event.person.isEmpty)
        #expect(event.externalID == "s7")
        #expect(event.account == account)
    }

    @Test("A reaction is recorded with its message")
    func reactions() throws {
        #expect(try event("user_reacted_message").person == person)
        #expect(try event("oa_reacted_message").person == person)
        #expect(try event("user_reacted_message").kind == .event)
        #expect(try event("user_reacted_message").externalID == "s1")
    }

    @Test("A text that is one of our payloads counts as pressed")
    func payloads() throws {
        let pressed = try #require(ZaloOASamples.receive(ZaloOASamples.text("\"#slot:grade=6\"")).events.first)
        #expect(pressed.kind == .postback)
        #expect(pressed.payload == "#slot:grade=6")
        #expect(pressed.text == nil)
        let typed = try #require(ZaloOASamples.receive(ZaloOASamples.text("\"#lop boi\"")).events.first)
        #expect(typed.kind == .message)
        #expect(typed.text == "#lop boi")
    }

    @Test("The console's check is answered and kept away from conversations")
    func consoleCheck() throws {
        let body = ZaloOASamples.body(
            "user_send_text",
            #""sender":{"id":"1"},"recipient":{"id":"2"},"message":{"msg_id":"This is message id","text":"This is testing message"}"#
        )
        let result = ZaloOASamples.receive(body)
        #expect(result.status == 200)
        #expect(result.events.map(\.kind) == [.ignored])
        #expect(result.events.first?.text == nil)
        #expect(ZaloOASamples.receive(body, signature: String(repeating: "0", count: 64)).status == 401)
    }

    @Test(
        "Unknown events and unknown OAs are recorded and nothing else",
        arguments: [
            "user_send_hologram", "x", "", "tên\u{1}lạ", String(repeating: "a", count: 70_000),
        ])
    func unknown(_ name: String) throws {
        let value: JSONValue = [
            "app_id": .string(ZaloOASamples.applicationID), "event_name": .string(name), "sender": ["id": 5],
            "message": 7, "timestamp": .string(String(ZaloOASamples.timestamp)),
        ]
        let result = ZaloOASamples.receive(value.compactBytes)
        #expect(result.status == 200)
        let event = try #require(result.events.first)
        #expect(event.kind == .ignored)
        #expect(event.name.utf8.count <= 64)
    }

    @Test("An OA that is not in the address is recorded only")
    func accounts() throws {
        let body = ZaloOASamples.text("\"chào\"")
        #expect(ZaloOASamples.receive(body, options: ["address": "12, \(account)"]).events.first?.kind == .message)
        let other = ZaloOASamples.receive(body, options: ["address": "12"])
        #expect(other.status == 200)
        #expect(other.events.map(\.kind) == [.ignored])
        #expect(other.events.first?.text == nil)
    }

    @Test("NUL and control characters do not reach a text; line feeds and tabs do")
    func controls() throws {
        let event = try #require(
            ZaloOASamples.receive(ZaloOASamples.text(#""a\u0000b\u0007\tc\r\nd\u0085e\u007f é😀""#)).events.first)
        #expect(event.text == "ab\tc\nde é😀")
        let empty = try #require(ZaloOASamples.receive(ZaloOASamples.text(#""\u0000\u0001""#)).events.first)
        #expect(empty.text == nil)
    }

    @Test("A very long text is cut where storing ends")
    func longText() throws {
        let text = JSONValue(String(repeating: "ế", count: 100_000)).compactText
        let event = try #require(ZaloOASamples.receive(ZaloOASamples.text(text)).events.first)
        #expect(event.text?.unicodeScalars.count == Limits.storedTextScalars)
    }

    @Test(
        "What is not an event of Zalo is refused with the field named",
        arguments: [
            ("", "json_empty"), ("xin chào", "json_unexpected_byte"), ("[]", "json_wrong_kind"),
            ("7", "json_wrong_kind"),
            ("{}", "event_name"), (#"{"object":"page","entry":[]}"#, "event_name"),
            (#"{"event_name":7}"#, "event_name"), (#"{"event_name":"follow"}"#, "app_id"),
            (#"{"event_name":"follow","app_id":true}"#, "app_id"),
            (#"{"event_name":"follow","app_id":"12"}"#, "timestamp"),
            (#"{"event_name":"follow","app_id":"12","timestamp":{}}"#, "timestamp"),
            (#"{"event_name":"follow","event_name":"x"}"#, "event_name"),
            (#"{"event_name":"follow","app_id":"12","timestamp":"1"} {}"#, "json_trailing_bytes"),
        ])
    func foreign(_ body: String, _ named: String) {
        let result = ZaloOASamples.receive(body)
        #expect(result.status == 400)
        #expect(result.body.contains(named))
        #expect(result.events.isEmpty)
    }

    @Test("Ids written as whole numbers are the same ids")
    func numericIDs() throws {
        func body(_ quote: String) -> [UInt8] {
            let (person, account) = ("\(quote)7700000000000000123\(quote)", "\(quote)9223372036854775807\(quote)")
            return Array(
                """
                {"app_id":\(quote)\(ZaloOASamples.applicationID)\(quote),"event_name":"user_send_text",\
                "timestamp":"\(ZaloOASamples.timestamp)","sender":{"id":\(person)},"recipient":{"id":\(account)},\
                "message":{"msg_id":\(quote)12\(quote),"text":"chào"}}
                """.utf8)
        }
        func events(_ body: [UInt8]) throws -> [InboundEvent] {
            try ZaloOADecoder(accounts: []).decode(ZaloOADecoder.Envelope(body), body: body)
        }
        let numbers = try events(body(""))
        #expect(numbers == (try events(body("\""))))
        #expect(numbers.first?.sender == "7700000000000000123")
        #expect(numbers.first?.kind == .message)
    }

    @Test(
        "Ids that are missing, no strings, too long or not printable are refused by name",
        arguments: [
            ("user_send_text", #""recipient":{"id":"8"},"message":{"msg_id":"m"}"#, "sender.id"),
            ("user_send_text", #""sender":{"id":"7"},"message":{"msg_id":"m"}"#, "recipient.id"),
            ("user_send_text", #""sender":{"id":9223372036854775808},"recipient":{"id":"8"}"#, "sender.id"),
            ("user_send_text", #""sender":{"id":-7},"recipient":{"id":"8"}"#, "sender.id"),
            ("user_send_text", #""sender":{"id":7.5},"recipient":{"id":"8"}"#, "sender.id"),
            ("user_send_text", #""sender":{"id":true},"recipient":{"id":"8"}"#, "sender.id"),
            ("user_send_text", #""sender":"7","recipient":{"id":"8"}"#, "sender.id"),
            ("user_send_text", #""sender":{"id":""},"recipient":{"id":"8"}"#, "sender.id"),
            ("user_send_text", #""sender":{"id":"7\u0000"},"recipient":{"id":"8"}"#, "sender.id"),
            (
                "user_send_text", #""sender":{"id":"7"},"recipient":{"id":"8"},"message":{"msg_id":1e3}"#,
                "message.msg_id"
            ),
            ("user_send_text", #""sender":{"id":"7"},"recipient":{"id":"8"},"message":"m""#, "message"),
            ("user_send_text", #""sender":{"id":"7"},"recipient":{"id":"8"},"message":{"text":5}"#, "message.text"),
            (
                "user_send_image", #""sender":{"id":"7"},"recipient":{"id":"8"},"message":{"attachments":{}}"#,
                "message.attachments"
            ),
            ("oa_send_text", #""sender":{"id":"8"},"message":{"msg_id":"m"}"#, "recipient.id"),
            ("user_seen_message", #""sender":{"id":"8"},"recipient":{"id":"7"},"message":{}"#, "message.msg_id"),
            (
                "user_seen_message", #""sender":{"id":"8"},"recipient":{"id":"7"},"message":{"msg_ids":["a",2.5]}"#,
                "message.msg_ids[1]"
            ),
            ("follow", #""oa_id":"8","follower":{}"#, "follower.id"),
            ("follow", #""follower":{"id":"7"}"#, "oa_id"),
        ])
    func badFields(_ name: String, _ members: String, _ field: String) throws {
        let result = ZaloOASamples.receive(ZaloOASamples.body(name, members))
        #expect(result.status == 400)
        #expect(try JSONValue(parsing: result.body).string(at: "error.field") == field)
    }

    @Test("An id is read up to its limit")
    func longIDs() {
        let longest = String(repeating: "9", count: Limits.externalIDScalars)
        #expect(ZaloOASamples.receive(ZaloOASamples.text("\"a\"", id: longest)).status == 200)
        #expect(ZaloOASamples.receive(ZaloOASamples.text("\"a\"", id: longest + "9")).status == 400)
    }

    @Test("Missing optional fields do not lose the message")
    func optional() throws {
        let body = ZaloOASamples.body("user_send_text", #""sender":{"id":"7"},"recipient":{"id":"8"}"#)
        let event = try #require(ZaloOASamples.receive(body).events.first)
        #expect(event.kind == .message)
        #expect(event.externalID == nil)
        #expect(event.text == nil)
        let other = ZaloOASamples.body("user_send_text", #""sender":{"id":"7"},"recipient":{"id":"9"}"#)
        #expect(ZaloOASamples.receive(other).events.first?.deduplicationKey != event.deduplicationKey)
    }

    @Test(
        "A timestamp outside the calendar is no time",
        arguments: [
            "-1", "9223372036854775807", "99999999999999999999999", "abc", "1.5", "",
        ])
    func oddTimes(_ timestamp: String) throws {
        let body = ZaloOASamples.text("\"a\"").replacing(String(ZaloOASamples.timestamp), with: timestamp)
        let result = ZaloOASamples.receive(
            body, signature: ZaloOASamples.signature(Array(body.utf8), timestamp: timestamp))
        #expect(result.status == 200)
        #expect(result.events.first?.kind == .message)
        #expect(result.events.first?.timestamp == nil)
    }

    @Test("Only POST is answered", arguments: ["GET", "HEAD", "PUT", "post", "OPTIONS"])
    func methods(_ method: String) {
        let channel = ZaloOAChannel(ZaloOASamples.settings())
        let result = channel.receive(WebhookRequest(method: method, path: "/"), at: ZaloOASamples.now)
        #expect(result.status == 405)
    }

    @Test("Nothing that arrives ends the process, and only signed events are stored")
    func mutations() throws {
        var random = SeededRandom(seed: 23)
        let samples = ZaloOASamples.bodies.keys.sorted().compactMap { ZaloOASamples.bodies[$0] }.map { Array($0.utf8) }
        var stored = 0
        for round in 0..<3_000 {
            var body = samples[Int(random.next() % UInt64(samples.count))]
            let good = ZaloOASamples.signature(body)
            switch round % 3 {
            case 0: body = Array(body.prefix(Int(random.next() % UInt64(body.count))))
            case 1: body = (0..<Int(random.next() % 200)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            default:
                for _ in 0...(random.next() % 3) {
                    body[Int(random.next() % UInt64(body.count))] = UInt8(truncatingIfNeeded: random.next() % 96 + 32)
                }
            }
            let unsigned = ZaloOASamples.receive(body, signature: good)
            if unsigned.status == 200 { #expect(ZaloOASamples.signature(body) == good) }
            let result = ZaloOASamples.receive(body)
            #expect([200, 400, 401].contains(result.status))
            #expect(result.status == 200 || result.events.isEmpty)
            #expect((try? JSONValue(parsing: result.body)) != nil)
            for event in result.events {
                stored += 1
                #expect(event.person.unicodeScalars.count <= Limits.externalIDScalars)
                #expect(event.text.map { !$0.unicodeScalars.contains("\0") } ?? true)
                #expect(!event.deduplicationKey.isEmpty)
            }
        }
        #expect(stored > 100)
    }
}
