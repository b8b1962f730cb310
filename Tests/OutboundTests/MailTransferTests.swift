import Core
import Loopback
import Outbound
import Testing

/// Mail against a strict server on loopback, by the real libcurl.
@Suite(.timeLimit(.minutes(2)))
struct MailTransferTests {
    static let message = """
        From: Bot <bot@truong.example.vn>\r
        To: <truc@xa.example.vn>\r
        Subject: Trial\r
        Date: Tue, 24 Nov 2026 13:00:00 +0700\r
        Message-ID: <abc@truong.example.vn>\r
        MIME-Version: 1.0\r
        Content-Type: text/plain; charset=utf-8\r
        Content-Transfer-Encoding: 7bit\r
        \r
        .\r
        ..two\r
        text\r
        .end\r

        """

    static func mail(
        _ url: String, _ message: String = message, recipients: [String] = ["truc@xa.example.vn"],
        credentials: MailEnvelope.Credentials? = nil, demandsEncryption: Bool = false, deadline: Duration = .seconds(30)
    ) -> HTTPCall {
        HTTPCall(
            method: .post, url: url + "/truong.example.vn", body: recipients.isEmpty ? [] : Array(message.utf8), deadline: deadline,
            envelope: MailEnvelope(
                sender: "bot@truong.example.vn", recipients: recipients, messageID: "abc@truong.example.vn",
                credentials: credentials, demandsEncryption: demandsEncryption))
    }

    private static let right = MailEnvelope.Credentials(user: "bot@truong.example.vn", password: "mật khẩu 7")

    @Test func `a mail arrives whole, its dots doubled on the way`() async throws {
        let server = try FakeSMTP()
        defer { server.stop() }
        try await withTransport { transport in
            let answer = try await transport.perform(Self.mail(server.url))
            #expect(answer.status == 250)
            #expect(answer.headers == ["smtp-stage": "message", "message-id": "abc@truong.example.vn"])
            #expect(String(decoding: answer.body, as: UTF8.self) == "250 2.0.0 queued as 1\r\n")
            #expect(transport.snapshot().answers == 1)
            #expect(transport.snapshot().newConnections == 1)
        }
        let mail = try #require(server.mails.first)
        #expect(server.mails.count == 1)
        #expect(mail.sender == "bot@truong.example.vn")
        #expect(mail.recipients == ["truc@xa.example.vn"])
        #expect(mail.greeting == "truong.example.vn")
        #expect(mail.bodyLines == [".", "..two", "text", ".end"])
        #expect(mail.lines.joined(separator: "\r\n") + "\r\n" == Self.message)
        #expect(server.violations == [])
        #expect(server.verbs == ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"])
    }

    @Test func `a message that begins with a dot, a long one, and one of the longest lines arrive whole`() async throws {
        let server = try FakeSMTP { $0.maximumSize = 8 << 20 }
        defer { server.stop() }
        let head = Self.message.components(before: "\r\n\r\n")
        let bodies = [
            ".\r\n.\r\n..\r\n", String(repeating: ".", count: 998) + "\r\n",
            String(repeating: "." + String(repeating: "x", count: 70) + "\r\n", count: 40_000),
        ]
        try await withTransport { transport in
            for body in bodies {
                let answer = try await transport.perform(Self.mail(server.url, head + "\r\n\r\n" + body))
                #expect(answer.status == 250)
            }
        }
        #expect(server.mails.map { $0.bodyLines.joined(separator: "\r\n") + "\r\n" } == bodies)
        #expect(server.violations == [])
    }

    @Test(arguments: [["PLAIN"], ["LOGIN"], ["CRAM-MD5", "GSSAPI", "NTLM", "LOGIN", "PLAIN"]])
    func `a server that asks is told name and password`(mechanisms: [String]) async throws {
        let server = try FakeSMTP {
            $0.credentials = (Self.right.user, Self.right.password)
            $0.mechanisms = mechanisms
        }
        defer { server.stop() }
        try await withTransport { transport in
            let answer = try await transport.perform(Self.mail(server.url, credentials: Self.right))
            #expect(answer.status == 250)
            #expect(answer.headers["smtp-sign-in"] == "accepted")
        }
        #expect(server.mails.map(\.user) == [Self.right.user])
        #expect(server.violations == [])
    }

    @Test func `a server that asks for no password gets none`() async throws {
        let server = try FakeSMTP()
        defer { server.stop() }
        try await withTransport { transport in
            let answer = try await transport.perform(Self.mail(server.url, credentials: Self.right))
            #expect(answer.status == 250)
            #expect(answer.headers["smtp-sign-in"] == "not_offered")
        }
        #expect(!server.verbs.contains("AUTH"))
    }

    @Test func `a wrong password, no password, and no common way of signing in are answers at their stages`() async throws {
        let server = try FakeSMTP { $0.credentials = (Self.right.user, Self.right.password) }
        defer { server.stop() }
        let odd = try FakeSMTP {
            $0.credentials = (Self.right.user, Self.right.password)
            $0.mechanisms = ["CRAM-MD5"]
        }
        defer { odd.stop() }
        let wrong = MailEnvelope.Credentials(user: Self.right.user, password: "hunter2")
        try await withTransport { transport in
            let refused = try await transport.perform(Self.mail(server.url, credentials: wrong))
            #expect(refused.status == 535)
            #expect(refused.headers["smtp-stage"] == "sign_in")
            #expect(refused.headers["smtp-sign-in"] == "not_offered")
            let unsigned = try await transport.perform(Self.mail(server.url))
            #expect(unsigned.status == 530)
            #expect(unsigned.headers["smtp-stage"] == "sender")
            let impossible = try await transport.perform(Self.mail(odd.url, credentials: Self.right))
            #expect(impossible.status == 504)
            #expect(impossible.headers["smtp-stage"] == "sign_in")
        }
        #expect(server.mails.isEmpty && odd.mails.isEmpty)
        #expect(server.violations == [])
    }

    @Test(
        arguments: [
            (.greeting, "554 5.7.1 go away", "greeting"), (.greeting, "421 4.3.2 busy", "greeting"),
            (.sender, "451 4.7.1 later", "sender"), (.recipient, "550-5.1.1 there is\r\n550 5.1.1 nobody", "recipient"),
            (.recipient, "450 4.2.1 greylisted", "recipient"), (.data, "421 4.7.0 closing", "data"),
            (.message, "552 5.2.2 full", "message"), (.message, "554 5.7.1 spam", "message"),
            (.message, "451 4.3.0 disk", "message"),
        ] as [(FakeSMTP.Stage, String, String)])
    func `a refusal is an answer with its number, its text and its stage`(
        stage: FakeSMTP.Stage, reply: String, name: String
    ) async throws {
        let server = try FakeSMTP { $0.replies[stage] = reply }
        defer { server.stop() }
        try await withTransport { transport in
            let answer = try await transport.perform(Self.mail(server.url))
            #expect(answer.status == Int(reply.prefix(3)))
            #expect(answer.headers["smtp-stage"] == name)
            #expect(String(decoding: answer.body, as: UTF8.self) == reply + "\r\n")
        }
        #expect(server.mails.isEmpty)
        #expect(server.violations == [])
    }

    @Test func `nobody listening, and no such name, are refused connections`() async throws {
        let server = try FakeSMTP()
        server.stop()
        try await withTransport { transport in
            #expect(await failure(transport, Self.mail(server.url)) == .connectionRefused)
            #expect(await failure(transport, Self.mail("smtp://nobody.invalid")) == .connectionRefused)
            #expect(transport.snapshot().failures == ["connection_refused": 2])
        }
    }

    @Test(arguments: [FakeSMTP.Stage.greeting, .hello, .sender, .recipient, .data])
    func `a connection that breaks before the message was handed over has sent nothing`(stage: FakeSMTP.Stage) async throws {
        let server = try FakeSMTP { $0.drops = [stage] }
        defer { server.stop() }
        try await withTransport { transport in
            #expect(await failure(transport, Self.mail(server.url)) == .connectionReset(sent: false))
        }
        #expect(server.mails.isEmpty)
    }

    @Test func `a connection that breaks after the message leaves in doubt whether it was taken`() async throws {
        let server = try FakeSMTP { $0.drops = [.message] }
        defer { server.stop() }
        try await withTransport { transport in
            #expect(await failure(transport, Self.mail(server.url)) == .connectionReset(sent: true))
        }
        #expect(server.mails.count == 1)
    }

    @Test func `a server that goes away in the middle of a large message has not taken it`() async throws {
        let server = try LoopbackServer { peer in
            peer.write("220 a.test\r\n")
            while let line = peer.readLine(upTo: 1_000) {
                if line.starts(with: Array("DATA".utf8)) {
                    peer.write("354 go on\r\n")
                    peer.readMore(upTo: 10)
                    peer.resetOnClose()
                    return
                }
                peer.write("250 OK\r\n")
            }
        }
        defer { server.stop() }
        let large = Self.message + String(repeating: String(repeating: "x", count: 76) + "\r\n", count: 400_000)
        try await withTransport { transport in
            let call = Self.mail("smtp://127.0.0.1:\(server.port)", large)
            #expect(await failure(transport, call) == .connectionReset(sent: false))
        }
    }

    @Test(arguments: [
        (FakeSMTP.Stage.greeting, TransportFailure.timeoutBeforeSent), (.recipient, .timeoutBeforeSent), (.data, .timeoutBeforeSent),
        (.message, .timeoutAfterSent),
    ])
    func `a server that keeps silent is waited for until the deadline`(
        stage: FakeSMTP.Stage, expected: TransportFailure
    ) async throws {
        let gate = Gate()
        let server = try FakeSMTP { $0.holds[stage] = gate }
        defer {
            gate.open()
            server.stop()
        }
        try await withTransport { transport in
            #expect(await failure(transport, Self.mail(server.url, deadline: .milliseconds(700))) == expected)
        }
    }

    @Test func `a server that never stops talking is left`() async throws {
        let server = try LoopbackServer { peer in
            while peer.write("220-mail.loopback.test is a very fine server\r\n") {}
        }
        defer { server.stop() }
        try await withTransport { transport in
            let call = Self.mail("smtp://127.0.0.1:\(server.port)", deadline: .seconds(60))
            #expect(await failure(transport, call) == .connectionReset(sent: false))
        }
    }

    @Test func `a server that speaks another language has taken nothing`() async throws {
        for greeting in ["HTTP/1.1 400 Bad Request\r\n\r\n", "* OK IMAP4rev1\r\n", "\r\n\r\n", "200 news\r\n"] {
            let server = try LoopbackServer { peer in
                peer.write(greeting)
            }
            defer { server.stop() }
            try await withTransport { transport in
                let call = Self.mail("smtp://127.0.0.1:\(server.port)", deadline: .seconds(60))
                #expect(await failure(transport, call) == .connectionReset(sent: false))
            }
        }
    }

    @Test func `a server that never says good-bye holds nobody up`() async throws {
        let gate = Gate()
        let server = try FakeSMTP { $0.holds[.quit] = gate }
        defer {
            gate.open()
            server.stop()
        }
        try await withTransport { transport in
            let status1 = try await transport.perform(Self.mail(server.url, deadline: .seconds(60))).status
            #expect(status1 == 250)
        }
    }

    @Test func `a slow last word holds up no other mail and no call to a platform`() async throws {
        let gate = Gate()
        let slow = try FakeSMTP { $0.holds[.message] = gate }
        let quick = try FakeSMTP()
        defer {
            gate.open()
            slow.stop()
            quick.stop()
        }
        try await withServer(echoing) { web in
            try await withTransport { transport in
                async let held = transport.perform(Self.mail(slow.url, deadline: .seconds(100)))
                for await stage in slow.reached where stage == .message { break }
                await withTaskGroup(of: Int?.self) { group in
                    for number in 0..<60 {
                        group.addTask {
                            let call = number.isMultiple(of: 3) ? Self.mail(quick.url) : HTTPCall.post(web.url, "\(number)")
                            return try? await transport.perform(call).status
                        }
                    }
                    for await status in group { #expect(status == 200 || status == 250) }
                }
                #expect(quick.mails.count == 20)
                #expect(slow.mails.isEmpty)
                gate.open()
                let status2 = try await held.status
                #expect(status2 == 250)
                #expect(transport.snapshot().answers == 61)
                #expect(transport.snapshot().running == 0)
            }
        }
        #expect(quick.violations == [])
    }

    @Test func `a caller that gives up ends the attempt; before the message nothing was sent`() async throws {
        for (stage, expected) in [(FakeSMTP.Stage.recipient, TransportFailure.cancelled), (.message, .timeoutAfterSent)] {
            let gate = Gate()
            let server = try FakeSMTP { $0.holds[stage] = gate }
            defer {
                gate.open()
                server.stop()
            }
            try await withTransport { transport in
                let task = Task { await failure(transport, Self.mail(server.url, deadline: .seconds(3_600))) }
                for await reached in server.reached where reached == stage { break }
                task.cancel()
                #expect(await task.value == expected)
            }
        }
    }

    @Test func `mails that wait for their turn keep their deadlines and can be given up`() async throws {
        let gate = Gate()
        let server = try FakeSMTP { $0.holds[.message] = gate }
        defer {
            gate.open()
            server.stop()
        }
        try await withTransport {
            $0.maximumRunningMails = 1
            $0.maximumWaitingCalls = 3
        } _: { transport in
            async let first = transport.perform(Self.mail(server.url, deadline: .seconds(600)))
            for await stage in server.reached where stage == .message { break }
            async let late = failure(transport, Self.mail(server.url, deadline: .milliseconds(100)))
            #expect(await late == .timeoutBeforeSent)
            let task = Task { await failure(transport, Self.mail(server.url, deadline: .seconds(600))) }
            task.cancel()
            #expect(await task.value == .cancelled)
            gate.open()
            let status3 = try await first.status
            #expect(status3 == 250)
            let status4 = try await transport.perform(Self.mail(server.url)).status
            #expect(status4 == 250)
        }
        #expect(server.mails.count == 2)
    }

    @Test func `more mails than may wait are told so at once`() async throws {
        let gate = Gate()
        let server = try FakeSMTP { $0.holds[.message] = gate }
        defer {
            gate.open()
            server.stop()
        }
        try await withTransport {
            $0.maximumRunningMails = 1
            $0.maximumWaitingCalls = 0
        } _: { transport in
            async let first = transport.perform(Self.mail(server.url, deadline: .seconds(600)))
            for await stage in server.reached where stage == .message { break }
            #expect(await failure(transport, Self.mail(server.url)) == .timeoutBeforeSent)
            gate.open()
            let status5 = try await first.status
            #expect(status5 == 250)
        }
    }

    @Test func `shutting down waits for mails up to its grace and refuses new ones`() async throws {
        let gate = Gate()
        let server = try FakeSMTP { $0.holds[.message] = gate }
        defer {
            gate.open()
            server.stop()
        }
        try await withTransport { transport in
            async let held = failure(transport, Self.mail(server.url, deadline: .seconds(600)))
            for await stage in server.reached where stage == .message { break }
            await transport.shutdown(grace: .milliseconds(50))
            #expect(await held == .timeoutAfterSent)
            #expect(await failure(transport, Self.mail(server.url)) == .cancelled)
        }
    }

    @Test func `without recipients a call only proves that server and password are good`() async throws {
        let server = try FakeSMTP { $0.credentials = (Self.right.user, Self.right.password) }
        defer { server.stop() }
        try await withTransport { transport in
            let answer = try await transport.perform(Self.mail(server.url, recipients: [], credentials: Self.right))
            #expect(answer.status == 250)
            #expect(answer.headers["smtp-stage"] == "probe")
            #expect(answer.headers["smtp-sign-in"] == "accepted")
            let wrong = MailEnvelope.Credentials(user: Self.right.user, password: "x")
            let status6 = try await transport.perform(Self.mail(server.url, recipients: [], credentials: wrong)).status
            #expect(status6 == 535)
        }
        #expect(server.mails.isEmpty)
        #expect(server.verbs == ["EHLO", "AUTH", "NOOP", "QUIT", "EHLO", "AUTH"])
        #expect(server.violations == [])
    }

    @Test func `an envelope makes no web request, and no envelope makes no mail`() async throws {
        let server = try FakeSMTP()
        defer { server.stop() }
        try await withServer(echoing) { web in
            try await withTransport { transport in
                #expect(await failure(transport, Self.mail(web.server.url)) == .refusedURL)
                #expect(await failure(transport, .post(server.url + "/truong.example.vn")) == .refusedURL)
            }
            #expect(web.accepted == 0)
        }
        #expect(server.accepted == 0)
    }

    @Test func `an address from outside may not lead to a mail server of one's own network`() async throws {
        let server = try FakeSMTP()
        defer { server.stop() }
        try await withTransport { transport in
            var call = Self.mail(server.url)
            call.isUntrustedURL = true
            #expect(await failure(transport, call) == .refusedURL)
        }
        #expect(server.accepted == 0)
    }

    @Test func `what would change the meaning of a conversation is never said`() async throws {
        let server = try FakeSMTP()
        defer { server.stop() }
        try await withTransport { transport in
            var calls = [
                Self.mail(server.url, recipients: ["a@b.vn>\r\nRCPT TO:<c@d.vn"]), Self.mail(server.url, recipients: ["a@b.vn", "<"]),
                Self.mail(server.url, "Subject: x\n\ny\n"), Self.mail(server.url, "a\r\n.\nMAIL FROM:<x@y.vn>\r\n"),
                Self.mail(server.url, "a\rb\r\n"), Self.mail(server.url, "ế\r\n"), Self.mail(server.url, "a"),
                Self.mail(server.url, String(repeating: "a", count: 999) + "\r\n"),
                Self.mail(server.url, credentials: .init(user: "a\r\nb", password: "c")),
                Self.mail("smtp://a@127.0.0.1:\(server.port)"),
            ]
            var call = Self.mail(server.url)
            call.envelope?.sender = "bot@truong.example.vn> SIZE=1"
            calls.append(call)
            for call in calls { #expect(await failure(transport, call) == .refusedURL) }
        }
        #expect(server.accepted == 0)
    }
}

extension String {
    fileprivate func components(before end: String) -> String {
        let scalars = Array(utf8), mark = Array(end.utf8)
        let index = scalars.indices.first { scalars[$0...].starts(with: mark) } ?? scalars.endIndex
        return String(decoding: scalars[..<index], as: UTF8.self)
    }
}
