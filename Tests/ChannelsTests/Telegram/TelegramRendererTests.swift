import Channels
import Core
import JSON
import Testing

@Suite("Sending through Telegram")
struct TelegramRendererTests {
    private func rendering(
        _ message: OutboundMessage, to person: String = TelegramSamples.person, options: [String: String] = [:],
        token: String? = nil
    ) -> Rendering {
        let address = ConversationAddress(
            connection: ConnectionID("telegram"), channel: .telegram, account: TelegramSamples.botID, person: person)
        return TelegramChannel(TelegramSamples.settings(options)).render(message, to: address, token: token)
    }

    private func calls(
        _ message: OutboundMessage, to person: String = TelegramSamples.person, options: [String: String] = [:],
        token: String? = nil
    ) -> [HTTPCall] {
        let rendering = rendering(message, to: person, options: options, token: token)
        guard case .calls(let calls) = rendering else {
            Issue.record("rendered as \(rendering)")
            return []
        }
        return calls
    }

    private func body(_ call: HTTPCall?) throws -> JSONValue { try JSONValue(parsing: try #require(call).body) }

    private func method(_ call: HTTPCall) -> String { call.url.split(separator: "/").last.map(String.init) ?? "" }

    private func buttons(_ count: Int) -> [Button] {
        (1...count).map { Button(title: "Lớp \($0)", payload: "#slot:class=\($0)") }
    }

    private func picture(_ url: String) -> Core.Attachment { Core.Attachment(kind: .image, url: url) }

    @Test("A text is one call with the token in its address and nowhere else")
    func text() throws {
        let call = try #require(calls(OutboundMessage(text: "Dạ, có ạ.")).first)
        #expect(call.method == .post)
        #expect(call.url == "https://api.telegram.org/bot\(TelegramSamples.botToken)/sendMessage")
        #expect(call.headers.map(\.name) == ["content-type"])
        #expect(call.headers.first?.value == "application/json")
        #expect(!call.isUntrustedURL)
        #expect(try body(call) == ["chat_id": 4_503_599_627_370_001, "text": "Dạ, có ạ."])
    }

    @Test("Marks of every language of entities go as they are, without parse_mode")
    func marks() throws {
        let text = "giá_vé *0đ* [xem](x) <b>&amp;</b> `mã` ~ | ! \\ _"
        let value = try body(calls(OutboundMessage(text: text)).first)
        #expect(try value.string(at: "text") == text)
        #expect(value["parse_mode"] == nil)
        #expect(value.objectValue?.keys == ["chat_id", "text"])
    }

    @Test("A chat is a number where it is one, a name where it is a name")
    func chats() throws {
        #expect(try body(calls(OutboundMessage(text: "a"), to: "-1001").first)["chat_id"] == -1_001)
        #expect(try body(calls(OutboundMessage(text: "a"), to: "@truong_mau").first)["chat_id"] == "@truong_mau")
    }

    @Test("A given token goes before the configured ones, without space around it, and cannot leave its place")
    func tokens() throws {
        let settings = ChannelSettings(
            id: ConnectionID("t"), baseURL: "http://127.0.0.1:1//", secrets: ["access_token": " 12:ab_C-d\n"])
        let address = ConversationAddress(connection: settings.id, channel: .telegram, account: "", person: "7")
        func url(_ token: String?) -> String? {
            guard
                case .calls(let calls) = TelegramChannel(settings).render(
                    OutboundMessage(text: "a"), to: address, token: token)
            else { return nil }
            return calls.first?.url
        }
        #expect(url(nil) == "http://127.0.0.1:1/bot12:ab_C-d/sendMessage")
        #expect(url("34:x") == "http://127.0.0.1:1/bot34:x/sendMessage")
        #expect(url("../a?b#c") == "http://127.0.0.1:1/bot..%2Fa%3Fb%23c/sendMessage")
        let none = TelegramChannel(ChannelSettings(id: ConnectionID("t")))
        for token in [nil, "", " ", "two words"] {
            #expect(none.render(OutboundMessage(text: "a"), to: address, token: token) == .impossible("no_token"))
        }
    }

    @Test("Buttons are rows of an inline keyboard")
    func pressable() throws {
        let value = try body(calls(OutboundMessage(text: "Lớp nào ạ?", buttons: buttons(20))).first)
        #expect(try value.string(at: "text") == "Lớp nào ạ?")
        let rows = try value.array(at: "reply_markup.inline_keyboard")
        #expect(rows.count == 20)
        #expect(rows.first == [["text": "Lớp 1", "callback_data": "#slot:class=1"]])
        #expect(try body(calls(OutboundMessage(text: "a")).first)["reply_markup"] == nil)
    }

    @Test("A payload of 64 bytes is pressed; in place of a longer one stands the title's place")
    func longPayloads() throws {
        func message(_ payload: String, title: String = "Xã Mẫu") -> OutboundMessage {
            OutboundMessage(
                text: "Xã nào?",
                buttons: [Button(title: "Có", payload: "#yes"), Button(title: title, payload: payload)])
        }
        let fits = "#slot:commune=" + String(repeating: "a", count: 50)
        #expect(fits.utf8.count == 64)
        let second = "reply_markup.inline_keyboard[1][0].callback_data"
        #expect(try body(calls(message(fits)).first).string(at: second) == fits)
        // 64 characters, but more bytes.
        let accented = "#slot:commune=" + String(repeating: "ế", count: 50)
        for payload in [fits + "a", accented] {
            let value = try body(calls(message(payload)).first)
            #expect(try value.string(at: "text") == "Xã nào?")
            #expect(try value.string(at: second) == "#title:2")
            #expect(try value.string(at: "reply_markup.inline_keyboard[0][0].callback_data") == "#yes")
        }
        // A title that is cut, one that two choices have, or no payload at all: the number has to say it.
        for odd in [
            message(fits + "a", title: String(repeating: "x", count: 101)), message(fits + "a", title: "Có"), message(""),
        ] {
            let value = try body(calls(odd).first)
            #expect(value["reply_markup"] == nil)
            #expect(try value.string(at: "text").hasPrefix("Xã nào?\n\n1. Có\n2. "))
        }
    }

    @Test("Too many buttons, untitled ones, buttons without a text or a channel set to text are numbered lines")
    func numbered() throws {
        let many = try body(calls(OutboundMessage(text: "Lớp nào?", buttons: buttons(21))).first)
        #expect(many["reply_markup"] == nil)
        #expect(try many.string(at: "text").hasSuffix("\n21. Lớp 21"))
        let set = try body(
            calls(OutboundMessage(text: "Lớp nào?", buttons: buttons(2)), options: ["buttons": "text"]).first)
        #expect(set == ["chat_id": 4_503_599_627_370_001, "text": "Lớp nào?\n\n1. Lớp 1\n2. Lớp 2"])
        let bare = try body(calls(OutboundMessage(text: "", buttons: buttons(2))).first)
        #expect(bare["text"] == "1. Lớp 1\n2. Lớp 2")
        let untitled = OutboundMessage(text: "a", buttons: [Button(title: " ", payload: "#yes")])
        #expect(try body(calls(untitled).first)["reply_markup"] == nil)
    }

    @Test("Titles are cut at a hundred, between graphemes")
    func titles() throws {
        let title = String(repeating: "👨‍👩‍👧", count: 30)
        let message = OutboundMessage(text: "a", buttons: [Button(title: title, payload: "#yes")])
        let cut = try body(calls(message).first).string(at: "reply_markup.inline_keyboard[0][0].text")
        #expect(cut == String(repeating: "👨‍👩‍👧", count: 12) + "…")
    }

    @Test("The limit counts UTF-16: two for an emoji, one for ế, more for e with two marks")
    func units() throws {
        func parts(_ text: String) throws -> [String] {
            try calls(OutboundMessage(text: text)).map { try body($0).string(at: "text") }
        }
        #expect(try parts(String(repeating: "ế", count: 4_096)).count == 1)
        #expect(try parts(String(repeating: "ế", count: 4_097)).map(\.utf16.count) == [4_096, 1])
        #expect(try parts(String(repeating: "😀", count: 2_048)).count == 1)
        #expect(try parts(String(repeating: "😀", count: 2_049)).map(\.utf16.count) == [4_096, 2])
        let family = try parts(String(repeating: "👨‍👩‍👧", count: 513))
        #expect(family.map(\.utf16.count) == [4_096, 8])
        #expect(try parts("a" + String(repeating: "😀", count: 2_048)).map(\.utf16.count) == [4_095, 2])
        #expect(try parts(String(repeating: "e\u{302}\u{301}", count: 1_366)).map(\.utf16.count) == [4_095, 3])
    }

    @Test("A long text goes in parts cut after sentences, its buttons on the last")
    func parts() throws {
        let text = String(repeating: "Lớp bơi cho trẻ em mở vào thứ bảy. ", count: 400)
        let calls = calls(OutboundMessage(text: text, buttons: buttons(2)))
        #expect(calls.count == 4)
        for (index, call) in calls.enumerated() {
            let value = try body(call)
            #expect(try value.string(at: "text").utf16.count <= 4_096)
            #expect(try value.string(at: "text").hasSuffix("bảy.") || index == calls.count - 1)
            #expect((value["reply_markup"] != nil) == (index == calls.count - 1))
        }
        #expect(self.calls(OutboundMessage(text: text), options: ["max_characters": "100"]).count > 100)
        #expect(self.calls(OutboundMessage(text: text), options: ["max_characters": "99999"]).count == 4)
    }

    @Test("Whatever is sent: no part is too long, nothing but space is lost, payloads fit, buttons stand once")
    func properties() throws {
        var random = SeededRandom(seed: 9)
        let pieces = [
            "lớp", " ", "\n", ". ", "👩‍🏫", "🇻🇳", "e\u{302}\u{301}", "kỹ năng sống", "_*[",
            String(repeating: "x", count: 700),
        ]
        for _ in 0..<200 {
            let text = (0..<Int(random.next() % 90)).map { _ in pieces[Int(random.next() % UInt64(pieces.count))] }
                .joined()
            let buttons = (0..<Int(random.next() % 4)).map { index in
                Button(
                    title: "Chọn \(index)",
                    payload: "#slot:a=" + String(repeating: "b", count: 1 + Int(random.next() % 70)))
            }
            let attachments = (0..<Int(random.next() % 3)).map { picture("https://example.edu.vn/\($0).jpg") }
            let message = OutboundMessage(text: text, buttons: buttons, attachments: attachments)
            guard case .calls(let calls) = rendering(message) else {
                #expect(text.allSatisfy(\.isWhitespace) && buttons.isEmpty && attachments.isEmpty)
                continue
            }
            var said = ""
            var keyboards = 0
            for call in calls {
                let value = try body(call)
                if let part = try value.optionalString(at: "text") {
                    #expect((1...4_096).contains(part.utf16.count))
                    said += part
                }
                if let caption = try value.optionalString(at: "caption") {
                    #expect((1...1_024).contains(caption.utf16.count))
                    said += caption
                }
                if let rows = try value.optionalArray(at: "reply_markup.inline_keyboard") {
                    keyboards += 1
                    #expect(rows.count == buttons.count)
                    #expect(
                        try rows.allSatisfy {
                            (1...64).contains(try $0[0]?.string(at: "callback_data").utf8.count ?? 0)
                        })
                }
            }
            func solid(_ text: String) -> [Character] { text.filter { !$0.isWhitespace }.map { $0 } }
            #expect(keyboards <= 1)
            let expected = keyboards == 1 ? text : NumberedMenu.text(text, buttons)
            #expect(solid(said) == solid(expected))
            #expect(calls.count { method($0) == "sendPhoto" } == attachments.count)
        }
    }

    @Test("One picture and a text that fits under it are one call, its buttons with it")
    func caption() throws {
        let text = String(repeating: "ế", count: 1_024)
        let message = OutboundMessage(
            text: text, buttons: buttons(1), attachments: [picture("https://example.edu.vn/a.jpg")])
        let calls = calls(message)
        #expect(calls.map(method) == ["sendPhoto"])
        let value = try body(calls.first)
        #expect(value.objectValue?.keys == ["chat_id", "photo", "caption", "reply_markup"])
        #expect(value["photo"] == "https://example.edu.vn/a.jpg")
        #expect(try value.string(at: "caption") == text)
        #expect(value["parse_mode"] == nil)
    }

    @Test("A text over a caption's limit, or several pictures, go after one another, buttons last")
    func pictures() throws {
        var message = OutboundMessage(
            text: String(repeating: "ế", count: 1_025), buttons: buttons(1),
            attachments: [picture("https://example.edu.vn/a.jpg")])
        #expect(calls(message).map(method) == ["sendPhoto", "sendMessage"])
        #expect(try body(calls(message).first).objectValue?.keys == ["chat_id", "photo"])
        #expect(try body(calls(message).last)["reply_markup"] != nil)
        message.text = "ngắn"
        message.attachments.append(picture("tg-file:AgL-_1"))
        #expect(calls(message).map(method) == ["sendPhoto", "sendPhoto", "sendMessage"])
        #expect(try calls(message).dropFirst().first.map { try body($0)["photo"] } == "AgL-_1")
        let alone = OutboundMessage(text: " ", attachments: [picture("https://example.edu.vn/a.jpg")])
        #expect(calls(alone).map(method) == ["sendPhoto"])
        #expect(try body(calls(alone).first)["caption"] == nil)
    }

    @Test("Other attachments are links; files of Telegram's own that are no pictures are left out")
    func links() throws {
        let message = OutboundMessage(
            text: "Thực đơn",
            attachments: [
                Core.Attachment(kind: .file, url: "https://example.edu.vn/a.pdf"), Core.Attachment(kind: .sticker),
                Core.Attachment(kind: .audio, url: "tg-file:AwA"), picture("ftp://example.edu.vn/b.jpg"),
            ])
        let calls = calls(message)
        #expect(calls.map(method) == ["sendMessage"])
        #expect(
            try body(calls.first)["text"] == "Thực đơn\nhttps://example.edu.vn/a.pdf\nftp://example.edu.vn/b.jpg")
    }

    @Test("Nothing to send, or nobody to send to, is impossible")
    func impossible() {
        #expect(rendering(OutboundMessage(text: " \n")) == .impossible("empty"))
        #expect(rendering(OutboundMessage(text: "", attachments: [picture("tg-file:")])) == .impossible("empty"))
        #expect(rendering(OutboundMessage(text: "a"), to: "") == .impossible("no_recipient"))
    }

    @Test("There is no token to renew")
    func refresh() {
        let channel = TelegramChannel(TelegramSamples.settings())
        #expect(channel.refreshCall(refreshToken: "R") == nil)
        #expect(channel.kind == .telegram)
        #expect(channel.capability == TelegramChannel.capability)
        #expect(channel.capability.window == nil)
    }
}
