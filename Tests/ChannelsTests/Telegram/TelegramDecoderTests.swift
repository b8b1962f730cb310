import Channels
import Core
import JSON
import Testing

@Suite("Reading the updates of Telegram")
struct TelegramDecoderTests {
    private let person = TelegramSamples.person
    private let bot = TelegramSamples.botID

    private func event(_ name: String) throws -> InboundEvent {
        try only(try #require(TelegramSamples.bodies[name]))
    }

    private func only(_ body: String) throws -> InboundEvent {
        let result = TelegramSamples.receive(body)
        #expect(result.status == 200)
        #expect(result.events.count == 1)
        return try #require(result.events.first)
    }

    @Test(
        "Every update that we know has a sample, and every sample is known",
        arguments: TelegramUpdateShape.known.keys.sorted())
    func registry(_ name: String) throws {
        let event = try event(name)
        #expect(event.name == name)
        #expect(event.kind != .ignored)
        #expect(event.account == bot)
        #expect(event.recipient == bot)
        #expect(event.timestamp.map { $0.milliseconds == TelegramSamples.seconds * 1_000 } ?? true)
        #expect(Set(TelegramSamples.bodies.keys) == Set(TelegramUpdateShape.known.keys))
    }

    @Test("No two samples share a key, and a redelivery has the same")
    func keys() throws {
        var keys: [String: String] = [:]
        for (name, body) in TelegramSamples.bodies {
            let key = try only(body).deduplicationKey
            #expect(try only(body).deduplicationKey == key)
            #expect(keys[key] == nil, "\(name) and \(keys[key] ?? "")")
            keys[key] = name
        }
    }

    @Test(
        "A message's number counts in its chat alone, an update's begins anew some day: together they are one event's")
    func keyParts() throws {
        let first = try only(TelegramSamples.text("một")).deduplicationKey
        #expect(try only(TelegramSamples.text("một")).deduplicationKey == first)
        #expect(try only(TelegramSamples.text("một", update: 880_000_002)).deduplicationKey != first)
        #expect(try only(TelegramSamples.text("một", id: 42)).deduplicationKey != first)
        let other = TelegramSamples.text("một").replacing(person, with: "4503599627370002")
        #expect(try only(other).deduplicationKey != first)
        let edited = TelegramSamples.text("một").replacing("\"message\"", with: "\"edited_message\"")
        #expect(try only(edited).deduplicationKey != first)
    }

    @Test("A text belongs to the person who wrote it, ids of more than 32 bits whole")
    func text() throws {
        let event = try event("message")
        #expect(event.kind == .message)
        #expect(event.text == "Lớp bơi thứ 7 còn chỗ không ạ?")
        #expect(event.sender == person)
        #expect(event.person == person)
        #expect(event.externalID == "41")
        #expect(event.timestamp?.iso8601UTC == "2026-11-24T06:00:00.000Z")
        #expect(event.attachments.isEmpty)
        let largest = TelegramSamples.text("a").replacing(person, with: "9223372036854775807")
        #expect(try only(largest).person == "9223372036854775807")
    }

    @Test("An address in the options names the account; without one it is the id in the token, never the token")
    func accounts() {
        func account(_ settings: ChannelSettings) -> String? {
            TelegramSamples.receive(TelegramSamples.text("a"), settings: settings).events.first?.account
        }
        #expect(account(TelegramSamples.settings(["address": "nhipcau_bot"])) == "nhipcau_bot")
        for odd in ["no-colon-at-all", ":x", "12a:x", "", String(repeating: "9", count: 21) + ":x"] {
            var settings = TelegramSamples.settings()
            settings.secrets["auth_token"] = odd
            #expect(account(settings) == "")
        }
    }

    // MARK: Opening and leaving

    @Test(
        "Opening the conversation is a follow, with the bot's name and with space too",
        arguments: ["/start", " /start\n", "/start@NhipCauBot"])
    func start(_ text: String) throws {
        let event = try only(TelegramSamples.text(text))
        #expect(event.kind == .follow)
        #expect(event.person == person)
        #expect(event.externalID == "41")
    }

    @Test(
        "What only looks like opening is a text like any other",
        arguments: ["/starter", "start", "xin chào /start", "/ start", "/", "/@x", "/start/x", "/start@", "/stárt", "/start@a@b"])
    func notStart(_ text: String) throws {
        let event = try only(TelegramSamples.text(text))
        #expect(event.kind == .message)
        #expect(event.text == text)
    }

    @Test(
        "Opening by a link with a code is the press of that link",
        arguments: [
            ("/start 7K4M-92QX", "7K4M-92QX"), ("/start@NhipCauBot a", "a"), (" /start  TH-1 \n", "TH-1"),
            ("/start " + String(repeating: "9", count: 64), String(repeating: "9", count: 64)),
        ])
    func startCode(_ text: String, _ code: String) throws {
        let event = try only(TelegramSamples.text(text))
        #expect(event.kind == .postback)
        #expect(event.payload == "#intent:common.link?code=" + code)
        #expect(event.text == nil)
        #expect(event.externalID == "41")
        #expect(event.payload.flatMap(ButtonPayload.match) == event.payload, "a payload as our own buttons have it")
    }

    @Test(
        "Opening with what can be no code is opening",
        arguments: ["a_b", "mã", "a b", "a&role=admin", "a%20", String(repeating: "9", count: 65)])
    func startWithoutCode(_ parameter: String) throws {
        let event = try only(TelegramSamples.text("/start " + parameter))
        #expect(event.kind == .follow)
        #expect(event.payload == nil)
    }

    @Test(
        "Other commands are texts, without the bot's name in them",
        arguments: [
            ("/lienket 7K4M-92QX", "/lienket 7K4M-92QX"), ("/lienket@NhipCauBot 7K4M-92QX", "/lienket 7K4M-92QX"),
            ("/thoat@NhipCauBot", "/thoat"), ("/thoat", "/thoat"), ("/xin_chao  cô  ạ", "/xin_chao cô  ạ"),
            ("hỏi /thoat@NhipCauBot", "hỏi /thoat@NhipCauBot"),
        ])
    func commands(_ text: String, _ read: String) throws {
        let event = try only(TelegramSamples.text(text))
        #expect(event.kind == .message)
        #expect(event.text == read)
    }

    @Test(
        "Blocking and taking back are leaving and following; other standings are recorded",
        arguments: [
            ("kicked", InboundEvent.Kind.unfollow), ("member", .follow), ("administrator", .event), ("left", .event),
            ("restricted", .event), ("", .event),
        ])
    func membership(_ status: String, _ kind: InboundEvent.Kind) throws {
        let event = try only(TelegramSamples.membership(status))
        #expect(event.kind == kind)
        #expect(event.person == person)
        #expect(event.sender == person)
        #expect(event.timestamp?.milliseconds == TelegramSamples.seconds * 1_000)
    }

    // MARK: Presses

    @Test("A press is a postback whose answer goes out with ours")
    func press() throws {
        let result = TelegramSamples.receive(TelegramSamples.press("#slot:class=KNS-12"))
        let event = try #require(result.events.first)
        #expect(event.kind == .postback)
        #expect(event.payload == "#slot:class=KNS-12")
        #expect(event.text == nil)
        #expect(event.person == person)
        #expect(event.externalID == "5000000000000000321")
        #expect(event.relatedIDs == ["40"])
        // The only time in it is that of the message with the button.
        #expect(event.timestamp == nil)
        #expect(result.status == 200)
        #expect(result.contentType == "application/json")
        #expect(
            try JSONValue(parsing: result.body) == [
                "method": "answerCallbackQuery", "callback_query_id": "5000000000000000321",
            ])
    }

    @Test("Two presses of one button are two events")
    func pressedTwice() throws {
        let first = try only(TelegramSamples.press("#yes", id: "1"))
        #expect(try only(TelegramSamples.press("#yes", id: "2")).deduplicationKey != first.deduplicationKey)
    }

    @Test("A press of a button whose payload did not fit is its title, typed")
    func standIn() throws {
        let buttons = [(title: "Lớp bơi", data: "#yes"), (title: "Xã Mẫu, thứ bảy", data: "#title:2")]
        let event = try only(TelegramSamples.press("#title:2", buttons: buttons))
        #expect(event.kind == .message)
        #expect(event.text == "Xã Mẫu, thứ bảy")
        #expect(event.payload == nil)
        #expect(event.person == person)
        #expect(event.externalID == "5000000000000000321")
        // Forgotten by Telegram, of another message, or not ours: a payload that means nothing.
        for odd in [TelegramSamples.press("#title:2"), TelegramSamples.press("#title:3", buttons: buttons)] {
            #expect(try only(odd).kind == .postback)
        }
        #expect(try only(TelegramSamples.press("#yes", buttons: buttons)).payload == "#yes")
    }

    @Test("What we render is what we read when it is pressed")
    func roundTrip() throws {
        let payload = "#intent:classes.find?topic=drowning&commune=" + String(repeating: "1", count: 40)
        let message = OutboundMessage(
            text: "Ý anh/chị là", buttons: [Button(title: "Tìm lớp \"bơi\"", payload: payload), Button(title: "Thôi", payload: "#no")])
        let address = ConversationAddress(
            connection: ConnectionID("telegram"), channel: .telegram, account: bot, person: person)
        guard case .calls(let calls) = TelegramChannel(TelegramSamples.settings()).render(message, to: address, token: nil)
        else { return #expect(Bool(false)) }
        let rows = try JSONValue(parsing: try #require(calls.first).body).array(at: "reply_markup.inline_keyboard")
        let buttons = try rows.indices.map { index in
            (title: try rows[index].string(at: "[0].text"), data: try rows[index].string(at: "[0].callback_data"))
        }
        #expect(try only(TelegramSamples.press(buttons[0].data, buttons: buttons)).text == message.buttons[0].title)
        #expect(try only(TelegramSamples.press(buttons[1].data, buttons: buttons)).payload == "#no")
    }

    @Test("A press under a message that Telegram has forgotten is the presser's")
    func oldPress() throws {
        let event = try only(
            TelegramSamples.body("callback_query", "{\"id\":\"1\",\(TelegramSamples.from),\"data\":\"#yes\"}"))
        #expect(event.kind == .postback)
        #expect(event.person == person)
        #expect(event.relatedIDs.isEmpty)
    }

    @Test(
        "Presses outside of private chats and without our payload are recorded, and answered all the same",
        arguments: [
            "\"message\":{\"message_id\":4,\(TelegramSamples.groupChat),\"date\":5},\"data\":\"#yes\"",
            "\"inline_message_id\":\"x\",\"data\":\"#yes\"",
            "\"message\":{\"message_id\":4,\(TelegramSamples.privateChat),\"date\":5},\"game_short_name\":\"g\"",
        ])
    func otherPresses(_ members: String) throws {
        let result = TelegramSamples.receive(
            TelegramSamples.body("callback_query", "{\"id\":\"77\",\(TelegramSamples.from),\(members)}"))
        let event = try #require(result.events.first)
        #expect(event.kind == .event)
        #expect(event.payload == nil)
        #expect(event.person == (members.contains("private") ? person : ""))
        #expect(try JSONValue(parsing: result.body).string(at: "callback_query_id") == "77")
    }

    @Test("A callback id can hold any mark without breaking out of the answer")
    func hostileCallback() throws {
        let id = #"\",\"method\":\"deleteMessage"#
        let result = TelegramSamples.receive(TelegramSamples.press("#yes", id: id))
        let answer = try JSONValue(parsing: result.body)
        #expect(answer.objectValue?.keys == ["method", "callback_query_id"])
        #expect(answer["method"] == "answerCallbackQuery")
    }

    @Test("A refused press is not answered")
    func refusedPress() {
        let body = TelegramSamples.press("#yes")
        #expect(!TelegramSamples.receive(body, secret: "x").body.contains("answerCallbackQuery"))
        #expect(!TelegramSamples.receive(body.replacing("\"data\"", with: "\"data\":[],\"x\"")).body.contains("method"))
    }

    // MARK: What is recorded only

    @Test("A changed text is recorded with what it says now, and never comes as a message")
    func edit() throws {
        let event = try event("edited_message")
        #expect(event.kind == .event)
        #expect(event.text == "Lớp bơi chủ nhật")
        #expect(event.externalID == "41")
        #expect(event.relatedIDs == ["41"])
        // It is heard all the same, told apart by its name.
        #expect(event.isCorrection && event.heard.kind == .message && event.heard.name == "edited_message")
        let moved = TelegramSamples.body(
            "edited_message", "{\"message_id\":41,\(TelegramSamples.from),\(TelegramSamples.privateChat),\"location\":{}}")
        let message = try only(TelegramSamples.text("a"))
        #expect(try !only(moved).isCorrection && !message.isCorrection && message.heard == message)
        let bot = TelegramSamples.text("a").replacing("\"message\"", with: "\"edited_message\"")
            .replacing("\"is_bot\":false", with: "\"is_bot\":true")
        #expect(try only(bot).text == nil)
        #expect(event.person == person)
        #expect(event.timestamp?.milliseconds == TelegramSamples.seconds * 1_000)
    }

    @Test(
        "Nothing that happens in a group is anybody's conversation, or kept as text",
        arguments: ["group", "supergroup", "channel"], ["message", "edited_message"])
    func groups(_ type: String, _ name: String) throws {
        for members in ["\"text\":\"Tin nhắn trong nhóm\"", "\"text\":\"/start\"", "\"photo\":[{\"file_id\":\"a\"}]"] {
            let body = TelegramSamples.message(members).replacing("\"message\"", with: "\"\(name)\"")
                .replacing("\"private\"", with: "\"\(type)\"").replacing(
                    "\"chat\":{\"id\":\(person)", with: "\"chat\":{\"id\":-1001")
            let event = try only(body)
            #expect(event.kind == .event)
            #expect(event.person.isEmpty)
            #expect(event.sender == person)
            #expect(event.text == nil)
            #expect(event.attachments.isEmpty)
            #expect(event.name == name + ".group")
            #expect(event.externalID == "41")
        }
        let added = try only(TelegramSamples.membership("member", chat: TelegramSamples.groupChat))
        #expect(added.kind == .event)
        #expect(added.person.isEmpty)
    }

    @Test("A chat without a type is a group when its id is negative")
    func untyped() throws {
        let body = "{\"update_id\":1,\"message\":{\"message_id\":2,\"chat\":{\"id\":ID},\"text\":\"a\"}}"
        #expect(try only(body.replacing("ID", with: "77")).kind == .message)
        #expect(try only(body.replacing("ID", with: "77")).sender == "77")
        #expect(try only(body.replacing("ID", with: "-77")).kind == .event)
    }

    @Test("Another bot is not answered")
    func bots() throws {
        let event = try only(TelegramSamples.text("chào bot").replacing("\"is_bot\":false", with: "\"is_bot\":true"))
        #expect(event.kind == .event)
        #expect(event.person.isEmpty)
        #expect(event.text == nil)
    }

    @Test(
        "Notices of the platform are recorded, nobody waits for an answer to them",
        arguments: [
            #""pinned_message":{"message_id":1}"#, #""write_access_allowed":{}"#,
            #""forum_topic_created":{"name":"x"}"#,
            #""chat_background_set":{}"#, #""something_of_next_year":{}"#, #""text":null"#,
        ])
    func notices(_ members: String) throws {
        let event = try only(TelegramSamples.message(members))
        #expect(event.kind == .event)
        #expect(event.person == person)
        #expect(event.name == "message.notice")
    }

    @Test("What others talk about in private with somebody else is not with us")
    func business() throws {
        for name in ["business_message", "edited_business_message", "deleted_business_messages", "business_connection"] {
            let event = try event(name)
            #expect(event.kind == .event)
            #expect(event.person.isEmpty)
            #expect(event.text == nil)
        }
        #expect(try event("message_reaction").person == person)
        #expect(try event("channel_post").person.isEmpty)
        #expect(try event("channel_post").text == nil)
        #expect(try event("chat_join_request").person.isEmpty)
    }

    @Test(
        "Unknown updates, and known ones of another shape that we do not use, are recorded and nothing else",
        arguments: [
            ("managed_hologram", "{\"chat\":{\"id\":5,\"type\":\"private\"},\"from\":{\"id\":5},\"text\":\"a\"}"),
            ("x", "7"),
            ("", "{}"), ("tên lạ", "[]"), (String(repeating: "a", count: 70_000), "null"),
        ])
    func unknown(_ name: String, _ value: String) throws {
        let event = try only(TelegramSamples.body(name, value))
        #expect(event.kind == .ignored)
        #expect(event.person.isEmpty)
        #expect(event.text == nil)
        #expect(event.name.utf8.count <= 64)
        #expect(event.name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
    }

    @Test("An update that carries nothing, or nothing readable in a member that we only record, is recorded")
    func empty() throws {
        #expect(try only(#"{"update_id":1}"#).kind == .ignored)
        for value in ["7", "null", "[]", "{}", #"{"chat":7,"from":{"id":"x"},"date":"y","message_id":1.5}"#] {
            let event = try only(TelegramSamples.body("poll_answer", value))
            #expect(event.kind == .event)
            #expect(event.sender.isEmpty)
        }
        let both = #"{"new_thing":{},"update_id":3,"poll":{}}"#
        #expect(try only(both).name == "poll")
    }

    // MARK: Content

    private struct Attached: Sendable {
        var members: String
        var attachment: Core.Attachment
        var text: String?
    }

    private static let attached: [Attached] = [
        Attached(
            members:
                #""photo":[{"file_id":"AgS","width":90},{"file_id":"AgL","width":1280},{"file_id":"AgM","width":320}],"caption":"giấy khám""#,
            attachment: Core.Attachment(kind: .image, url: "tg-file:AgL"), text: "giấy khám"),
        Attached(
            members: #""voice":{"file_id":"AwA-_1","duration":3}"#,
            attachment: Core.Attachment(kind: .audio, url: "tg-file:AwA-_1")),
        Attached(
            members: #""audio":{"file_id":"CQ"}"#, attachment: Core.Attachment(kind: .audio, url: "tg-file:CQ")),
        Attached(
            members: #""video":{"file_id":"BA"},"caption":"con bơi""#,
            attachment: Core.Attachment(kind: .video, url: "tg-file:BA"), text: "con bơi"),
        Attached(
            members: #""video_note":{"file_id":"DQ"}"#, attachment: Core.Attachment(kind: .video, url: "tg-file:DQ")),
        Attached(
            members: #""document":{"file_id":"BQ","file_name":"don.docx"}"#,
            attachment: Core.Attachment(kind: .file, url: "tg-file:BQ")),
        Attached(
            members: #""document":{"file_id":"Cg"},"animation":{"file_id":"Cg"}"#,
            attachment: Core.Attachment(kind: .gif, url: "tg-file:Cg")),
        Attached(
            members: #""sticker":{"file_id":"CAA","emoji":"👍"}"#,
            attachment: Core.Attachment(kind: .sticker, url: "tg-file:CAA")),
        Attached(members: #""dice":{"emoji":"🎲","value":3}"#, attachment: Core.Attachment(kind: .sticker)),
        Attached(
            members: #""location":{"latitude":19.807,"longitude":105.776}"#,
            attachment: Core.Attachment(kind: .location, url: "geo:19.807,105.776")),
        Attached(
            members:
                #""location":{"latitude":19.8,"longitude":105.7},"venue":{"location":{"latitude":1,"longitude":2}}"#,
            attachment: Core.Attachment(kind: .location, url: "geo:19.8,105.7")),
        Attached(
            members: #""contact":{"phone_number":"+84900000009","first_name":"Mẫu"}"#,
            attachment: Core.Attachment(kind: .contact, url: "tel:+84900000009")),
        Attached(members: #""poll":{"id":"1"}"#, attachment: Core.Attachment(kind: .unknown)),
        Attached(members: #""story":{"id":1}"#, attachment: Core.Attachment(kind: .unknown)),
    ]

    @Test("Attachments have their kind and address, captions are texts", arguments: attached)
    private func attachments(_ expected: Attached) throws {
        let event = try only(TelegramSamples.message(expected.members))
        #expect(event.kind == .message)
        #expect(event.attachments == [expected.attachment])
        #expect(event.text == expected.text)
    }

    @Test(
        "What is attached counts although its address cannot be read",
        arguments: [
            (#""photo":[]"#, Core.Attachment.Kind.image), (#""photo":7"#, .image),
            (#""voice":{"file_id":"a b"}"#, .audio),
            (#""voice":{"file_id":""}"#, .audio), (#""document":{"file_id":7}"#, .file), (#""sticker":[]"#, .sticker),
            (#""location":{"latitude":91,"longitude":0}"#, .location),
            (#""location":{"latitude":"19","longitude":0}"#, .location),
            (#""location":{"latitude":1e1,"longitude":0}"#, .location),
            (#""contact":{"phone_number":"1;x"}"#, .contact),
            (#""contact":{}"#, .contact),
        ])
    func unreadable(_ members: String, _ kind: Core.Attachment.Kind) throws {
        #expect(try only(TelegramSamples.message(members)).attachments == [Core.Attachment(kind: kind)])
    }

    @Test("A file's id is kept up to its limit")
    func longFileIDs() throws {
        let longest = String(repeating: "a", count: Limits.externalIDScalars)
        let event = try only(TelegramSamples.message("\"voice\":{\"file_id\":\"\(longest)\"}"))
        #expect(event.attachments.first?.url == "tg-file:" + longest)
        let over = try only(TelegramSamples.message("\"voice\":{\"file_id\":\"\(longest)a\"}"))
        #expect(over.attachments == [Core.Attachment(kind: .audio)])
    }

    @Test("NUL and control characters do not reach a text or a payload; line feeds and tabs do")
    func controls() throws {
        let raw = #""text":"a\u0000b\u0007\tc\r\nd\u0085e\u007f é😀""#
        #expect(try only(TelegramSamples.message(raw)).text == "ab\tc\nde é😀")
        let nothing = try only(TelegramSamples.message(#""text":"\u0000\u0001""#))
        #expect(nothing.kind == .message)
        #expect(nothing.text == nil)
        #expect(try only(TelegramSamples.press("#y\u{0}es")).payload == "#yes")
    }

    @Test("Half an emoji, as a cut text ends in, does not lose the message")
    func halfPair() throws {
        #expect(try only(TelegramSamples.message(#""text":"chào \ud83d""#)).text == "chào \u{FFFD}")
    }

    @Test("A very long text is cut where storing ends")
    func longText() throws {
        let event = try only(TelegramSamples.text(String(repeating: "ế", count: 100_000)))
        #expect(event.text?.unicodeScalars.count == Limits.storedTextScalars)
    }

    @Test("A text that looks like a payload is a text: here buttons are real")
    func typedPayload() throws {
        let event = try only(TelegramSamples.text("#yes"))
        #expect(event.kind == .message)
        #expect(event.text == "#yes")
    }

    // MARK: What is refused

    @Test(
        "What is not an update of Telegram is refused with the field named",
        arguments: [
            ("", "json_empty"), ("xin chào", "json_unexpected_byte"), ("[]", "json_wrong_kind"),
            ("7", "json_wrong_kind"),
            ("{}", "update_id"), (#"{"object":"page","entry":[]}"#, "update_id"), (#"{"update_id":"1"}"#, "update_id"),
            (#"{"update_id":1.5}"#, "update_id"), (#"{"update_id":99999999999999999999}"#, "update_id"),
            (#"{"update_id":1} {}"#, "json_trailing_bytes"), (#"{"update_id":1,"update_id":2}"#, "update_id"),
        ])
    func foreign(_ body: String, _ named: String) {
        let result = TelegramSamples.receive(body)
        #expect(result.status == 400)
        #expect(result.body.contains(named))
        #expect(result.events.isEmpty)
    }

    @Test(
        "Ids that are missing or no whole numbers, and texts that are none, are refused by name",
        arguments: [
            ("message", "7", "message.chat.id"), ("message", "{}", "message.chat.id"),
            ("message", #"{"message_id":1,"chat":{}}"#, "message.chat.id"),
            ("message", #"{"message_id":1,"chat":{"id":"7"}}"#, "message.chat.id"),
            ("message", #"{"message_id":1,"chat":{"id":7.5}}"#, "message.chat.id"),
            ("message", #"{"message_id":1,"chat":{"id":99999999999999999999}}"#, "message.chat.id"),
            ("message", #"{"message_id":1,"chat":{"id":7,"type":3}}"#, "message.chat.type"),
            ("message", #"{"chat":{"id":7}}"#, "message.message_id"),
            ("message", #"{"message_id":1,"chat":{"id":7},"from":{"id":"7"}}"#, "message.from.id"),
            ("message", #"{"message_id":1,"chat":{"id":7},"from":{"id":7,"is_bot":1}}"#, "message.from.is_bot"),
            ("message", #"{"message_id":1,"chat":{"id":7},"text":5}"#, "message.text"),
            ("message", #"{"message_id":1,"chat":{"id":7},"caption":[]}"#, "message.caption"),
            ("edited_message", #"{"message_id":1,"chat":{"id":7},"text":5}"#, "edited_message.text"),
            ("callback_query", #"{"from":{"id":7},"data":"a"}"#, "callback_query.id"),
            ("callback_query", #"{"id":7,"from":{"id":7}}"#, "callback_query.id"),
            ("callback_query", #"{"id":"","from":{"id":7}}"#, "callback_query.id"),
            ("callback_query", #"{"id":"a\u0000","from":{"id":7}}"#, "callback_query.id"),
            ("callback_query", #"{"id":"a"}"#, "callback_query.from.id"),
            ("callback_query", #"{"id":"a","from":{"id":7},"data":{}}"#, "callback_query.data"),
            ("my_chat_member", "{}", "my_chat_member.chat.id"),
            (
                "my_chat_member", #"{"chat":{"id":7},"new_chat_member":{"status":1}}"#,
                "my_chat_member.new_chat_member.status"
            ),
        ])
    func badFields(_ name: String, _ value: String, _ field: String) throws {
        let result = TelegramSamples.receive(TelegramSamples.body(name, value))
        #expect(result.status == 400)
        #expect(try JSONValue(parsing: result.body).string(at: "error.field") == field)
        #expect(result.events.isEmpty)
    }

    @Test("A callback id is read up to its limit")
    func longCallbackIDs() {
        let longest = String(repeating: "9", count: Limits.externalIDScalars)
        #expect(TelegramSamples.receive(TelegramSamples.press("#yes", id: longest)).status == 200)
        #expect(TelegramSamples.receive(TelegramSamples.press("#yes", id: longest + "9")).status == 400)
    }

    @Test(
        "A time outside the calendar is no time", arguments: ["-1", "0", "9223372036854775807", "1.5", "\"5\"", "null"])
    func oddTimes(_ date: String) throws {
        let body = TelegramSamples.text("a").replacing("\"date\":\(TelegramSamples.seconds)", with: "\"date\":\(date)")
        let event = try only(body)
        #expect(event.kind == .message)
        #expect(event.timestamp == nil)
    }

    @Test("Nothing that arrives ends the process, lets a group in or gives our secrets away")
    func mutations() throws {
        var random = SeededRandom(seed: 41)
        let samples = TelegramSamples.bodies.keys.sorted().compactMap { TelegramSamples.bodies[$0] }.map {
            Array($0.utf8)
        }
        var stored = 0
        for round in 0..<3_000 {
            var body = samples[Int(random.next() % UInt64(samples.count))]
            switch round % 3 {
            case 0: body = Array(body.prefix(Int(random.next() % UInt64(body.count))))
            case 1: body = (0..<Int(random.next() % 200)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            default:
                for _ in 0...(random.next() % 3) {
                    body[Int(random.next() % UInt64(body.count))] = UInt8(truncatingIfNeeded: random.next() % 96 + 32)
                }
            }
            let result = TelegramSamples.receive(body)
            #expect([200, 400].contains(result.status))
            #expect(result.status == 200 ? result.events.count == 1 : result.events.isEmpty)
            #expect((try? JSONValue(parsing: result.body)) != nil)
            #expect(
                !result.body.contains(TelegramSamples.secretToken) && !result.body.contains(TelegramSamples.botToken))
            for event in result.events {
                stored += 1
                #expect(event.person.utf8.count <= 20)
                #expect(event.text.map { !$0.unicodeScalars.contains("\0") } ?? true)
                #expect(!event.deduplicationKey.isEmpty)
                #expect(event.kind == .event || event.kind == .ignored || !event.person.isEmpty)
            }
        }
        #expect(stored > 100)
    }
}
