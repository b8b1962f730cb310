import Channels
import Core
import Testing

@Suite("Mails: what is sent")
struct MailRendererTests {
    @Test("A page is one plain mail with everything that a mail must have")
    func page() throws {
        let call = try #require(MailSamples.calls(OutboundMessage(text: "Có một báo cáo mới\nMở bảng trực để xem.")).first)
        #expect(
            String(decoding: call.body, as: UTF8.self)
                == """
                From: =?UTF-8?B?Tmjhu4twIEPhuqd1?= <bot@truong.example.vn>\r
                To: truc@xa.example.vn\r
                Subject: =?UTF-8?B?Q8OzIG3hu5l0IGLDoW8gY8OhbyBt4bubaQ==?=\r
                Date: Tue, 24 Nov 2026 13:00:00 +0700\r
                Message-ID: <ma-thu-1@truong.example.vn>\r
                MIME-Version: 1.0\r
                Content-Type: text/plain; charset=utf-8\r
                Content-Transfer-Encoding: base64\r
                Auto-Submitted: auto-generated\r
                \r
                Q8OzIG3hu5l0IGLDoW8gY8OhbyBt4bubaQ0KTeG7nyBi4bqjbmcgdHLhu7FjIMSR4buDIHhlbS4N\r
                Cg==\r

                """)
        #expect(call.url == "smtps://smtp.example.vn:465/truong.example.vn")
        #expect(call.headers.isEmpty)
        #expect(
            call.envelope
                == MailEnvelope(
                    sender: "bot@truong.example.vn", recipients: ["truc@xa.example.vn"], messageID: "ma-thu-1@truong.example.vn",
                    credentials: .init(user: "bot", password: MailSamples.password), demandsEncryption: true))
    }

    @Test("Each mail has an id of its own that cannot be guessed")
    func ids() {
        let ids = (0..<100).map { _ in MailRenderer.randomID(MailSamples.now) }
        #expect(Set(ids).count == 100)
        // 80 of the bits are chance: two ids of one moment share only the part that tells the time.
        #expect(Set(ids.map { $0.prefix(10) }).count == 1)
        #expect(Set(ids.map { $0.suffix(16) }).count == 100)
    }

    @Test(
        "A subject of any length and script fits into lines of 76 and reads the same",
        arguments: [
            "Hello", "a", "ế", String(repeating: "ế", count: 100), "Nghỉ học ngày mai: trường đóng cửa vì bão số 7, mời xem thông báo mới",
            "👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦", "=?UTF-8?B?x?=", String(repeating: "x ", count: 49) + "x", "a\tb", "  dấu cách ở đầu",
        ])
    func subjects(_ text: String) throws {
        let call = try #require(MailSamples.calls(OutboundMessage(text: text)).first)
        let lines = MailSamples.lines(call)
        #expect(lines.allSatisfy { $0.utf8.count <= 76 && $0.utf8.allSatisfy { (0x20...0x7E).contains($0) } })
        for line in lines where line.contains("=?") {
            let word = line.hasPrefix("Subject: ") ? line.dropFirst(9) : line.hasPrefix("From: ") ? line.dropFirst(6) : line[...]
            #expect(word.split(separator: " ").allSatisfy { $0.utf8.count <= 75 })
        }
        let expected = text.split { $0 == " " || $0 == "\t" }.joined(separator: " ")
        #expect(MailSamples.subject(call) == expected)
        #expect(MailSamples.text(call) == text + "\r\n")
    }

    @Test("A long first line is cut in the subject and whole in the text")
    func longSubject() throws {
        let text = String(repeating: "chữ ", count: 80) + "hết"
        let call = try #require(MailSamples.calls(OutboundMessage(text: text)).first)
        let subject = MailSamples.subject(call)
        #expect(subject.unicodeScalars.count == MailRenderer.maximumSubject)
        #expect(subject.hasSuffix("…"))
        #expect(MailSamples.text(call) == text + "\r\n")
    }

    @Test("The subject is the first line that says something")
    func firstLine() throws {
        let call = try #require(MailSamples.calls(OutboundMessage(text: "\n  \r\nViệc cần làm\nchi tiết")).first)
        #expect(MailSamples.subject(call) == "Việc cần làm")
    }

    @Test("Every end of line becomes CR LF, and other controls are left out of the text")
    func lineEnds() throws {
        let call = try #require(MailSamples.calls(OutboundMessage(text: "a\nb\r\nc\rd\n\n.\u{0}\u{7}\te\n")).first)
        #expect(MailSamples.text(call) == "a\r\nb\r\nc\r\nd\r\n\r\n.\te\r\n")
        let body = call.body
        #expect(!zip([0] + body, body).contains { $0 != 0x0D && $1 == 0x0A })
    }

    @Test("Links are written out; buttons that lead nowhere in a mail are not shown")
    func links() throws {
        let message = OutboundMessage(
            text: "Chào",
            buttons: [
                Button(title: "Có", payload: "#yes"), Button(title: "Mở bảng", payload: "https://bot.example.vn/console"),
                Button(title: "Lạ", payload: "https://a b"), Button(title: "Tệp", payload: "javascript:alert(1)"),
            ],
            attachments: [
                Core.Attachment(kind: .file, url: "https://example.edu.vn/a.pdf"), Core.Attachment(kind: .sticker),
                Core.Attachment(kind: .file, url: "http://example.edu.vn/b.pdf"),
            ])
        let call = try #require(MailSamples.calls(message).first)
        #expect(
            MailSamples.text(call)
                == "Chào\r\nhttps://example.edu.vn/a.pdf\r\nMở bảng: https://bot.example.vn/console\r\n")
    }

    @Test("A text beyond the limit becomes several numbered mails")
    func several() {
        let text = String(repeating: "Một câu vừa phải. ", count: 20)
        let calls = MailSamples.calls(OutboundMessage(text: text), MailSamples.settings(["max_characters": "100"]))
        #expect(calls.count == 4)
        #expect(calls.map { MailSamples.subject($0).hasSuffix(")") } == [true, true, true, true])
        #expect(MailSamples.subject(calls[0]).hasSuffix(" (1/4)"))
    }

    @Test(
        "What cannot be sent says why",
        arguments: [
            ("a@b.vn\r\nRCPT TO:<c@d.vn>", "bad_recipient"), ("a@b.vn, c@d.vn", "bad_recipient"), ("Tên <a@b.vn>", "bad_recipient"),
            (" a@b.vn", "bad_recipient"), ("hoà@b.vn", "bad_recipient"), ("", "no_recipient"),
        ])
    func recipients(_ person: String, _ code: String) {
        var address = MailSamples.to
        address.person = person
        #expect(MailSamples.channel().render(OutboundMessage(text: "a"), to: address, token: nil) == .impossible(code))
    }

    @Test("Subjects and names with control characters, empty texts and missing settings are impossible")
    func impossible() {
        func code(_ text: String, _ settings: ChannelSettings = MailSamples.settings()) -> String? {
            guard
                case .impossible(let code) = MailSamples.channel(settings).render(
                    OutboundMessage(text: text), to: MailSamples.to, token: nil)
            else { return nil }
            return code
        }
        for text in ["a\u{0}b", "a\u{1B}[31m", "a\u{85}Bcc: x@y.vn", "a\u{2028}b", "a\u{202E}b", "a\u{7F}"] {
            #expect(code(text) == "bad_subject")
        }
        for text in ["", " \n ", "\t"] { #expect(code(text) == "empty") }
        #expect(code("a", MailSamples.settings(baseURL: nil)) == "no_server")
        #expect(code("a", MailSamples.settings(baseURL: "https://smtp.example.vn")) == "no_server")
        #expect(code("a", MailSamples.settings(baseURL: "smtp://user@smtp.example.vn")) == "no_server")
        #expect(code("a", MailSamples.settings(from: nil)) == "no_sender")
        #expect(code("a", MailSamples.settings(from: "Tên\r\nBcc: x@y.vn <a@b.vn>")) == "no_sender")
        #expect(code("a", MailSamples.settings(from: "a@b.vn", ["sender_name": "Tên\r\nBcc: x@y.vn"])) == "bad_sender_name")
        #expect(code("a\r\nBcc: x@y.vn") == nil)
    }

    @Test(
        "Encryption is demanded, except of this machine or when it is switched off",
        arguments: [
            ("smtps://smtp.example.vn", nil, true), ("smtp://smtp.example.vn:587", nil, true), ("smtp://127.0.0.1:25", nil, false),
            ("smtp://localhost", nil, false), ("smtp://[::1]:25", nil, false), ("smtp://127.0.0.1.example.vn", nil, true),
            ("smtp://localhost.example.vn", nil, true), ("smtp://10.0.0.1", nil, true), ("smtp://10.0.0.1", "false", false),
            ("smtp://127.0.0.1", "true", true), ("smtp://10.0.0.1", "no", true),
        ] as [(String, String?, Bool)])
    func encryption(_ url: String, _ option: String?, _ isDemanded: Bool) throws {
        var settings = MailSamples.settings(baseURL: url)
        settings.options["starttls"] = option
        let call = try #require(MailSamples.calls(OutboundMessage(text: "a"), settings).first)
        #expect(call.envelope?.demandsEncryption == isDemanded)
        #expect(MailSamples.channel(settings).probe()?.envelope?.demandsEncryption == isDemanded)
    }

    @Test("Without a password nobody signs in, and a probe sends nothing")
    func signingIn() throws {
        #expect(MailSamples.calls(OutboundMessage(text: "a"), MailSamples.settings(password: nil)).first?.envelope?.credentials == nil)
        #expect(MailSamples.calls(OutboundMessage(text: "a"), MailSamples.settings([:])).first?.envelope?.credentials == nil)
        let probe = try #require(MailSamples.channel().probe())
        #expect(probe.body.isEmpty)
        #expect(probe.envelope?.recipients == [])
        #expect(probe.envelope?.credentials?.password == MailSamples.password)
        #expect(MailSamples.channel(MailSamples.settings(from: nil)).probe() == nil)
    }

    @Test(
        "A sender's name is shown whatever it is made of",
        arguments: [
            ("a@b.vn", "From: a@b.vn"), ("Bot 1 <a@b.vn>", "From: Bot 1 <a@b.vn>"),
            ("Bot, Inc. <a@b.vn>", "From: =?UTF-8?B?Qm90LCBJbmMu?= <a@b.vn>"),
        ])
    func names(_ from: String, _ line: String) throws {
        let call = try #require(MailSamples.calls(OutboundMessage(text: "a"), MailSamples.settings(from: from)).first)
        #expect(MailSamples.lines(call).first == line)
    }

    @Test("A long name leaves the address a line of its own")
    func longName() throws {
        let from = String(repeating: "ế", count: 90) + " <bot@truong.example.vn>"
        let lines = MailSamples.lines(try #require(MailSamples.calls(OutboundMessage(text: "a"), MailSamples.settings(from: from)).first))
        #expect(lines.allSatisfy { $0.utf8.count <= 76 })
        #expect(lines.prefix { !$0.hasPrefix("To:") }.last?.hasSuffix(" <bot@truong.example.vn>") == true)
    }
}
