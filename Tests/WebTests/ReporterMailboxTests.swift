import Core
import Sealing
import Store
import Testing

@testable import Web

@Suite("Reporters: the mailbox", .timeLimit(.minutes(5)))
struct ReporterMailboxTests {
    @Test("Code and PIN open the answers; what is written goes into the sealed case")
    func wholePath() async throws {
        try await RunningServer.run { server in
            let report = try await server.openReport()
            let receipt = try await server.take(report)
            let empty = try await server.open(receipt)
            #expect(empty.status == 200)
            #expect(empty.body.contains("Chưa có trả lời"))
            try await server.reply("Cô đã đọc.\nNgày mai em gặp cô <Hoa> nhé?", to: report)
            let typed = Receipt(
                code: " " + receipt.code.lowercased().filter { $0 != "-" }, pin: receipt.pin.prefix(3) + " " + receipt.pin.suffix(3))
            let page = try await server.open(typed)
            #expect(page.status == 200)
            #expect(page.body.contains("Cô đã đọc.\nNgày mai em gặp cô &lt;Hoa&gt; nhé?"))
            #expect(!page.body.contains(receipt.pin))
            #expect(!page.body.contains(receipt.code))
            let sent = try await server.write("Dạ được.\r\nSau giờ ra chơi ạ.", from: page)
            #expect(sent.status == 200)
            #expect(sent.body.contains("Đã chuyển"))
            #expect(try await server.written(in: report) == ["Dạ được.\nSau giờ ra chơi ạ."])
            let fields = [("do", "look"), ("s", try page.field("s"))]
            #expect(try await server.post("/r", fields).body.contains("Cô đã đọc."))
            let left = try await server.post("/r", [("do", "leave"), ("s", try page.field("s"))])
            #expect(left.status == 303)
            #expect(left.headers["location"] == "/chat")
            #expect(left.headers["clear-site-data"] == "\"cache\", \"storage\"")
            #expect(try await server.post("/r", fields).status == 403)
        }
    }

    @Test("Going back in the browser and sending the form again opens nothing after leaving, neither mailbox nor code")
    func replay() async throws {
        try await RunningServer.run { server in
            let report = try await server.openReport()
            let show = [("do", "show"), ("n", try await server.request("GET", report.path).field("n"))]
            let page = try await server.post(report.path, show)
            let receipt = try page.receipt()
            #expect(try await server.post(report.path, show).status == 200)
            #expect(try await server.post(report.path, [("do", "leave"), ("n", try page.field("n"))]).status == 303)
            #expect(try await server.post(report.path, show).status == 404)
            let word = try await server.request("GET", "/r").field("n")
            let open = [("do", "open"), ("n", word), ("c", receipt.code), ("p", receipt.pin)]
            let mailbox = try await server.post("/r", open)
            #expect(try await server.post("/r", open).status == 200)
            #expect(try await server.post("/r", [("do", "leave"), ("s", try mailbox.field("s"))]).status == 303)
            let again = try await server.post("/r", open)
            #expect(again.status == 403)
            #expect(again.body.contains("Xin nhập lại mã và PIN"))
            #expect(try await server.open(receipt).status == 200)
        }
    }

    @Test("A message that is sent twice by a second press arrives once; the same words from a new page arrive again")
    func twice() async throws {
        try await RunningServer.run { server in
            let (report, _, page) = try await server.openMailbox()
            _ = try await server.write("một", from: page)
            let second = try await server.write("một", from: page)
            #expect(second.status == 200)
            #expect(second.body.contains("Đã chuyển"))
            #expect(try await server.written(in: report) == ["một"])
            _ = try await server.write("một", from: second)
            #expect(try await server.written(in: report) == ["một", "một"])
        }
    }

    @Test("Unknown and mistyped codes and wrong PINs get the same answer")
    func refused() async throws {
        try await RunningServer.run { settings in
            settings.limits.mailboxTryBurst = 100
        } _: { server in
            let receipt = try await server.take(try await server.openReport())
            var random = SystemRandom()
            let other = ReceiptCode.make(random: &random).text
            let wrong = receipt.pin == "271828" ? "314159" : "271828"
            let attempts = [
                (receipt.code, wrong), (other, receipt.pin), (other, wrong), (String(receipt.code.dropLast()) + "?", receipt.pin),
                ("", ""), (receipt.code, "12345"), (receipt.code, ""), ("", receipt.pin), ("'; DROP TABLE mailboxes; --", "000000"),
                (String(repeating: "7", count: 5_000), String(repeating: "1", count: 5_000)),
            ]
            var answers: Set<String> = []
            for (code, pin) in attempts {
                let answer = try await server.open(Receipt(code: code, pin: pin))
                #expect(answer.status == 403)
                let date = answer.headers["date"] ?? ""
                let body = answer.body.replacing(try answer.field("n"), with: "")
                answers.insert(body + answer.headers.filter { $0.key != "date" }.sorted { $0.key < $1.key }.description)
                #expect(!date.isEmpty)
            }
            #expect(answers.count == 1)
            #expect(answers.first?.contains("Mã hoặc PIN chưa đúng") == true)
            #expect(try await server.open(receipt).status == 200)
        }
    }

    @Test("Who guesses waits, and is told so kindly; the code itself is never locked, and what succeeds does not count")
    func guessing() async throws {
        try await RunningServer.run { settings in
            settings.trustedProxies = [AddressRange("127.0.0.0/8")].compactMap { $0 }
        } _: { server in
            let receipt = try await server.take(try await server.openReport())
            let guesser = [("X-Forwarded-For", "203.0.113.9")]
            for _ in 0..<12 { #expect(try await server.open(receipt, headers: guesser).status == 200) }
            for _ in 0..<10 {
                #expect(try await server.open(Receipt(code: receipt.code, pin: "000000"), headers: guesser).status == 403)
            }
            let limited = try await server.open(receipt, headers: guesser)
            #expect(limited.status == 429)
            #expect(limited.headers["retry-after"] == "90")
            #expect(limited.body.contains("<b>2</b>"))
            #expect(limited.body.contains("111"))
            #expect(try await server.open(receipt, headers: [("X-Forwarded-For", "203.0.113.10")]).status == 200)
            server.clock.advance(by: .seconds(90))
            #expect(try await server.open(receipt, headers: guesser).status == 200)
        }
    }

    @Test("A code that many guess at opens at once for whoever has its PIN and comes from elsewhere")
    func guessedFromManySources() async throws {
        try await RunningServer.run { settings in
            settings.trustedProxies = [AddressRange("127.0.0.0/8")].compactMap { $0 }
            settings.limits.mailboxCodeBurst = 3
        } _: { server in
            let receipt = try await server.take(try await server.openReport())
            func from(_ address: String) -> [(String, String)] { [("X-Forwarded-For", address)] }
            let wrong = Receipt(code: receipt.code, pin: receipt.pin == "271828" ? "314159" : "271828")
            var statuses: [Int] = []
            for number in 0..<8 { statuses.append(try await server.open(wrong, headers: from("203.0.113.\(number)")).status) }
            #expect(statuses == [403, 403, 403, 403, 403, 429, 429, 429])
            #expect(try await server.open(receipt, headers: from("203.0.113.99")).status == 429)
            for _ in 0..<3 { #expect(try await server.open(receipt, headers: from("198.51.100.7")).status == 200) }
        }
    }

    @Test("An idle mailbox closes; what was being written goes along and can be sent after opening again")
    func idle() async throws {
        try await RunningServer.run { server in
            let (report, receipt, page) = try await server.openMailbox()
            server.clock.advance(by: .seconds(14 * 60))
            let used = try await server.post("/r", [("do", "look"), ("s", try page.field("s"))])
            #expect(used.status == 200)
            server.clock.advance(by: .seconds(15 * 60))
            let ended = try await server.write("Em kể tiếp: <b>hôm qua</b>", from: used)
            #expect(ended.status == 403)
            #expect(ended.body.contains("Em kể tiếp: &lt;b&gt;hôm qua&lt;/b&gt;</textarea>"))
            #expect(try await server.written(in: report).isEmpty)
            let text = "Em kể tiếp: <b>hôm qua</b>"
            let wrong = try await server.post(
                "/r", [("do", "open"), ("n", BearerToken.make().text), ("c", receipt.code), ("p", "1"), ("t", text)])
            #expect(wrong.body.contains("&lt;b&gt;hôm qua&lt;/b&gt;</textarea>"))
            let again = try await server.post(
                "/r", [("do", "open"), ("n", BearerToken.make().text), ("c", receipt.code), ("p", receipt.pin), ("t", text)])
            #expect(again.status == 200)
            #expect(again.body.contains("&lt;b&gt;hôm qua&lt;/b&gt;</textarea>"))
            _ = try await server.write(text, from: again)
            #expect(try await server.written(in: report) == [text])
        }
    }

    @Test("Nothing, too much, or too fast is said and nothing is lost")
    func messages() async throws {
        try await RunningServer.run { settings in
            settings.limits.mailboxTextScalars = 20
            settings.limits.mailboxMessageBurst = 1
        } _: { server in
            let (report, _, page) = try await server.openMailbox()
            for empty in ["", " \r\n\t ", "\u{1}\u{2}"] {
                let answer = try await server.write(empty, from: page)
                #expect(answer.status == 200)
                #expect(answer.body.contains("Chưa có chữ nào"))
            }
            let long = String(repeating: "đ", count: 21)
            let refused = try await server.write(long, from: page)
            #expect(refused.status == 413)
            #expect(refused.body.contains(long + "</textarea>"))
            #expect(try await server.write(String(long.dropLast()), from: refused).status == 200)
            let fast = try await server.write("nữa", from: page)
            #expect(fast.status == 429)
            #expect(fast.headers["retry-after"] == "10")
            #expect(fast.body.contains("nữa</textarea>"))
            #expect(try await server.written(in: report) == [String(long.dropLast())])
            server.clock.advance(by: .seconds(10))
            // The form that was refused is not taken for one that was sent.
            #expect(try await server.write("nữa", from: page).body.contains("Đã chuyển"))
            #expect(try await server.written(in: report).count == 2)
        }
    }

    @Test("A closed case shows what was said and takes nothing more")
    func closed() async throws {
        try await RunningServer.run { server in
            let (report, receipt, page) = try await server.openMailbox()
            try await server.reply("Việc đã xong.", to: report)
            try await server.close(report)
            let answer = try await server.write("Còn một chuyện", from: page)
            #expect(answer.status >= 400)
            #expect(answer.body.contains("Còn một chuyện</textarea>"))
            let opened = try await server.open(receipt)
            #expect(opened.status == 200)
            #expect(opened.body.contains("Việc đã xong."))
            #expect(opened.body.contains("Việc này đã kết thúc"))
            #expect(!opened.body.contains("value=\"send\""))
        }
    }

    @Test(
        "What is no form of ours is refused by a page that has the way out",
        arguments: [
            ("", 400), ("do=open&do=open", 400), ("do=%ZZ", 400), ("do=open&c=%00", 400), ("do=open&c=%FF", 400), ("do", 400),
            ("DO=open", 400), ("do=fly", 400), ("do=open&c=x&p=x", 400), ("do=send&s=x&t=x", 403), ("do=look", 403), ("do=look&s=", 403),
            (String(repeating: "a=1&", count: 20) + "do=open", 400), ("t=" + String(repeating: "x", count: 70_000), 413),
        ])
    func malformed(body: String, status: Int) async throws {
        try await RunningServer.run { server in
            let type = [("Content-Type", RunningServer.formType + "; charset=UTF-8")]
            let answer = try await server.request("POST", "/r", headers: type, body: body)
            #expect(answer.status == status)
            #expect(answer.headers["content-type"] == "text/html; charset=utf-8")
            #expect(answer.body.contains("Thoát nhanh"))
            #expect(answer.body.contains("href=\"tel:111\""))
        }
    }

    @Test("Without the database the pages say so kindly, and keep what was written")
    func databaseGone() async throws {
        try await RunningServer.run { server in
            let (report, receipt, page) = try await server.openMailbox()
            await server.store.close()
            var answers = [
                try await server.request("GET", report.path), try await server.post(report.path, [("do", "show"), ("n", "1.x")]),
                try await server.open(receipt), try await server.post("/r", [("do", "look"), ("s", try page.field("s"))]),
            ]
            let written = try await server.write("Em kể tiếp", from: page)
            #expect(written.body.contains("Em kể tiếp</textarea>"))
            #expect(written.body.contains("Chưa chuyển được"))
            answers.append(written)
            for answer in answers {
                #expect(answer.status >= 500)
                #expect(answer.headers["retry-after"] != nil)
                #expect(answer.body.contains("Thoát nhanh"))
            }
        }
    }

    @Test("Codes, PINs, links, sessions and words stand neither in logs nor in metrics")
    func secrets() async throws {
        try await RunningServer.run { server in
            let (report, receipt, page) = try await server.openMailbox()
            try await server.reply("trả lời kín", to: report)
            _ = try await server.write("chuyện kín", from: page)
            _ = try await server.open(Receipt(code: receipt.code, pin: "000000"))
            _ = try await server.request("GET", report.path)
            _ = try await server.request("PUT", report.path)
            await server.store.close()
            _ = try await server.post("/r", [("do", "send"), ("s", try page.field("s")), ("n", "2"), ("t", "chuyện kín")])
            let metrics = server.metrics.exposition()
            let words = [report.token, receipt.code, receipt.pin, try page.field("s"), "kín", report.id.rawValue]
            for word in words {
                #expect(!server.log.text.contains(word))
                #expect(!metrics.contains(word))
            }
            #expect(server.log.text.contains("reporter's page lacks the database"))
            #expect(metrics.contains(#"nhipcau_receipt_links_total{result="issued"} 1"#))
            #expect(metrics.contains(#"nhipcau_mailbox_openings_total{result="opened"} 1"#))
            #expect(metrics.contains(#"nhipcau_mailbox_openings_total{result="refused"} 1"#))
            #expect(metrics.contains(#"nhipcau_mailbox_messages_total{result="stored"} 1"#))
            #expect(metrics.contains(#"nhipcau_mailbox_messages_total{result="failed"} 1"#))
            #expect(metrics.contains(#"route="/r/{token}""#))
        }
    }

    @Test("Without keys there are no pages for reporters, and the chat does not name them")
    func absent() async throws {
        try await RunningServer.run(hasReporters: false) { (server) async throws in
            #expect(try await server.request("GET", "/r").status == 404)
            #expect(try await server.request("GET", "/r/x").status == 404)
            #expect(try await !server.request("GET", "/chat").body.contains("href=\"/r\""))
        }
        try await RunningServer.run { (server) async throws in
            #expect(try await server.request("GET", "/chat").body.contains("href=\"/r\""))
        }
    }
}
