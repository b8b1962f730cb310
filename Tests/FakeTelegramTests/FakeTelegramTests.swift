import Channels
import Core
import FakeTelegram
import JSON
import Testing

@Suite("A strict Telegram", .timeLimit(.minutes(2)))
struct FakeTelegramTests {
    private static let yes = Button(title: "Đúng", payload: "#yes")
    private let person = World.person

    // MARK: Calls

    @Test("what our channel renders is accepted and recorded")
    func accepted() async throws {
        try await withWorld { world, _ in
            let message = OutboundMessage(
                text: "giá_vé *0đ* [xem](x) <b> `mã`", buttons: [Self.yes],
                attachments: [Attachment(kind: .image, url: "https://example.edu.vn/a.png")])
            #expect(await world.send(message).map(\.outcome) == [.accepted])
            let long = String(repeating: "Lớp bơi 🏊 mở vào thứ bảy. ", count: 400)
            let reports = await world.send(OutboundMessage(text: long, buttons: [Self.yes]))
            #expect(reports.count > 2 && reports.allSatisfy { $0.outcome == .accepted })
            let received = await world.platform.received(by: person)
            #expect(received.first?.photo == "https://example.edu.vn/a.png")
            #expect(received.first?.text == message.text)
            #expect(received.first?.buttons == [.init(text: "Đúng", data: "#yes")])
            #expect(received.last?.buttons.isEmpty == false)
            #expect(await world.platform.refusals.isEmpty)
            #expect(reports.last?.externalID == received.last.map { "\($0.id)" })
            #expect(reports.last?.receiptID == received.last.map { "\(person):\($0.id)" })
        }
    }

    @Test("messages of two people have the same numbers and receipts of their own")
    func numbers() async throws {
        try await withWorld { world, _ in
            await world.platform.admits(77)
            let first = await world.send("một")
            let second = await world.send("hai", to: 77)
            #expect(first?.externalID == "1" && second?.externalID == "1")
            #expect(first?.receiptID != second?.receiptID)
        }
    }

    @Test(
        "a wrong call is refused with the platform's words",
        arguments: [
            ("sendMessage", "{", "can't parse"), ("sendMessage", "[]", "can't parse"), ("sendMessage", "{}", "chat_id is empty"),
            ("sendMessage", #"{"chat_id":ME}"#, "message text is empty"),
            ("sendMessage", #"{"chat_id":ME,"text":" \n"}"#, "message text is empty"),
            ("sendMessage", #"{"chat_id":ME,"text":5}"#, "message text is empty"),
            ("sendMessage", #"{"chat_id":"@ten","text":"a"}"#, "chat not found"),
            ("sendMessage", #"{"chat_id":"ME","text":"a"}"#, "chat not found"),
            ("sendMessage", #"{"chat_id":99,"text":"a"}"#, "chat not found"),
            ("sendMessage", "{\"chat_id\":ME,\"text\":\"\(String(repeating: "ế", count: 4_097))\"}", "message is too long"),
            ("sendMessage", "{\"chat_id\":ME,\"text\":\"\(String(repeating: "😀", count: 2_049))\"}", "message is too long"),
            ("sendMessage", #"{"chat_id":ME,"text":"a","extra":1}"#, "extra"),
            ("sendMessage", #"{"chat_id":ME,"text":"giá_vé","parse_mode":"Markdown"}"#, "can't parse entities"),
            ("sendMessage", #"{"chat_id":ME,"text":"a<b","parse_mode":"HTML"}"#, "can't parse entities"),
            ("sendMessage", #"{"chat_id":ME,"text":"a","reply_markup":"x"}"#, "object expected"),
            ("sendMessage", #"{"chat_id":ME,"text":"a","reply_markup":{"inline_keyboard":[{}]}}"#, "row"),
            ("sendMessage", #"{"chat_id":ME,"text":"a","reply_markup":{"inline_keyboard":[[{"text":"a"}]]}}"#, "unallowed"),
            (
                "sendMessage",
                "{\"chat_id\":ME,\"text\":\"a\",\"reply_markup\":{\"inline_keyboard\":[[{\"text\":\"a\",\"callback_data\":\"\(String(repeating: "a", count: 65))\"}]]}}",
                "BUTTON_DATA_INVALID"
            ),
            (
                "sendMessage", #"{"chat_id":ME,"text":"a","reply_markup":{"inline_keyboard":[[{"text":" ","callback_data":"a"}]]}}"#,
                "non-empty"
            ),
            ("sendPhoto", #"{"chat_id":ME}"#, "photo"), ("sendPhoto", #"{"chat_id":ME,"photo":"ftp://x"}"#, "wrong file identifier"),
            (
                "sendPhoto", "{\"chat_id\":ME,\"photo\":\"https://a.b/c\",\"caption\":\"\(String(repeating: "ế", count: 1_025))\"}",
                "caption is too long"
            ),
            ("answerCallbackQuery", #"{"callback_query_id":"1"}"#, "query ID is invalid"),
            ("editMessageText", #"{"chat_id":ME,"message_id":9,"text":"a"}"#, "message to edit not found"),
            ("setWebhook", #"{"url":"http://bot.example.edu.vn"}"#, "HTTPS"),
            ("setWebhook", #"{"url":"https://bot.example.edu.vn:8080/x"}"#, "ports 80, 88, 443 or 8443"),
            ("setWebhook", #"{"url":"https://localhost/x"}"#, "resolve"),
            ("setWebhook", #"{"url":"https://a.vn/x","secret_token":"có dấu"}"#, "unallowed characters"),
            ("setWebhook", #"{"url":"https://a.vn/x","max_connections":101}"#, "max_connections"),
            ("setWebhook", #"{"url":"https://a.vn/x","allowed_updates":["edited_mesage"]}"#, "allowed update"),
            ("deleteMessage", "{}", "method not found"), ("getUpdates", "", "webhook is active"),
        ])
    func refused(_ method: String, _ body: String, _ words: String) async throws {
        try await withWorld { world, _ in
            let answer = try await world.post(method, body.replacing("ME", with: "\(person)"))
            #expect(answer["ok"] == false)
            #expect(answer["description"]?.stringValue?.contains(words) ?? false, "\(answer.compactText)")
            #expect(await world.platform.messages.isEmpty)
        }
    }

    @Test("an edit that changes nothing is refused, one that does is taken")
    func notModified() async throws {
        try await withWorld { world, _ in
            await world.send("a")
            let edit = #"{"chat_id":\#(person),"message_id":1,"text":"TEXT"}"#
            let same = try await world.post("editMessageText", edit.replacing("TEXT", with: "a"))
            #expect(same["description"]?.stringValue?.contains("message is not modified") ?? false)
            #expect(TelegramOutcome.read(.success(HTTPAnswer(status: 400, body: same.compactBytes))).outcome == .rejected)
            #expect(try await world.post("editMessageText", edit.replacing("TEXT", with: "b"))["ok"] == true)
        }
    }

    @Test("a wrong token is unauthorised, one that is none is not found, a form is not JSON")
    func tokens() async throws {
        try await withWorld { world, _ in
            #expect(try await world.post("getMe", "{}", token: "7000000001:wrong")["error_code"] == 401)
            #expect(try await world.post("getMe", "{}", token: "wrong")["error_code"] == 404)
            let form = try await world.post("sendMessage", "chat_id=1&text=a", type: "application/x-www-form-urlencoded")
            #expect(form["error_code"] == 400)
            #expect(try await world.post("getMe", "")["result"]?["username"] == "NhipCauThuBot")
        }
    }

    @Test("each standing of a chat has its refusal, and our channel reads it")
    func standings() async throws {
        try await withWorld { world, _ in
            let platform = world.platform
            await platform.knows(71)
            #expect(await world.send("a", to: 71)?.reason == "never_started")
            _ = try await platform.starts(72)
            #expect(await world.send("a", to: 72)?.outcome == .accepted)
            _ = try await platform.blocks(72)
            #expect(await world.send("a", to: 72)?.reason == "blocked")
            _ = try await platform.unblocks(72)
            #expect(await world.send("a", to: 72)?.outcome == .accepted)
            await platform.deactivates(72)
            #expect(await world.send("a", to: 72)?.reason == "deactivated")
            await platform.kicks(from: -1_005)
            #expect(await world.send("a", to: -1_005)?.reason == "kicked")
            await platform.migrates(-5, to: -1_005)
            let moved = await world.send("a", to: -5)
            #expect(moved?.outcome == .recipientUnavailable && moved?.reason == "migrated")
            #expect(await world.send("a", to: 9_999)?.reason == "chat_not_found")
        }
    }

    @Test("a chat that was told to wait is refused until then, another is not")
    func throttled() async throws {
        try await withWorld { world, _ in
            await world.platform.admits(77)
            await world.platform.script(for: person, .throttled(seconds: 3))
            let refused = await world.send("a")
            #expect(refused?.outcome == .throttled && refused?.retryAfter == .seconds(3))
            #expect(await world.send("a", to: 77)?.outcome == .accepted)
            world.clock.advance(by: .milliseconds(2_500))
            #expect(await world.send("a")?.retryAfter == .seconds(1))
            #expect(await world.platform.tooEarly == 1)
            world.clock.advance(by: .milliseconds(500))
            #expect(await world.send("a")?.outcome == .accepted)
        }
    }

    @Test("more than so many a second are too many for everybody")
    func globalLimit() async throws {
        try await withWorld {
            $0.sendsPerSecond = 2
        } _: { world, _ in
            var outcomes: [DeliveryOutcome?] = []
            for number in 0..<3 { outcomes.append(await world.send("\(number)")?.outcome) }
            #expect(outcomes == [.accepted, .accepted, .throttled])
            world.clock.advance(by: .seconds(1))
            #expect(await world.send("sau")?.outcome == .accepted)
        }
    }

    @Test("faults meet one call each, and our channel tells what may have happened from what has not")
    func faults() async throws {
        try await withWorld { world, _ in
            let expected: [(FakeTelegram.Fault, DeliveryOutcome, Int)] = [
                (.refused(401, "Unauthorized"), .tokenInvalid, 0),
                (.refused(409, "Conflict: terminated by other getUpdates request"), .transient, 0),
                (.refused(500, "Internal Server Error"), .transient, 0),
                (.refused(400, "Bad Request: group chat was upgraded to a supergroup chat", migrateTo: -100), .recipientUnavailable, 0),
                (.status(502), .transient, 0), (.closedAfterReading, .ambiguous, 0), (.closedAfterActing, .ambiguous, 1),
                (.notJSON(acted: false), .ambiguous, 0), (.notJSON(acted: true), .ambiguous, 1),
                (.delayed(.milliseconds(5)), .accepted, 1),
            ]
            for (index, row) in expected.enumerated() {
                await world.platform.script(row.0)
                let before = await world.platform.messages.count
                #expect(await world.send("\(index)")?.outcome == row.1, "\(row.0)")
                #expect(await world.platform.messages.count - before == row.2, "\(row.0)")
            }
            await world.platform.script(.closedBeforeReading)
            let reset = await world.send("đóng")?.outcome
            #expect(reset == .transient || reset == .ambiguous || reset == .accepted)
            #expect(await world.platform.pendingFaults == 0)
        }
    }

    @Test("an answer that is held back is sent when it is released")
    func held() async throws {
        try await withWorld { world, _ in
            await world.platform.script(.held)
            async let report = world.send("a")
            try await world.platform.waitForMessages(to: person, count: 1)
            await world.platform.releaseHeld()
            #expect(await report?.outcome == .accepted)
        }
    }

    // MARK: Updates

    @Test("what people do arrives with the secret and is read by our channel")
    func updates() async throws {
        try await withWorld { world, program in
            let platform = world.platform
            #expect(try await platform.starts(81).statuses == [200])
            _ = try await platform.starts(82, parameter: "7K4M-92QX")
            _ = try await platform.says("Cho hỏi lớp bơi", 81)
            _ = try await platform.edits(await platform.lastMessageID(in: 81), to: "Cho hỏi lớp võ", 81)
            _ = try await platform.blocks(81)
            _ = try await platform.unblocks(81)
            let group = await platform.message(["text": "chào cả nhà"], 81, in: -1_009)
            _ = try await platform.deliver(group)
            let kinds = program.events.map(\.kind)
            #expect(kinds == [.follow, .postback, .message, .event, .unfollow, .follow, .event])
            #expect(program.events[1].payload == "#intent:common.link?code=7K4M-92QX")
            #expect(program.events[3].text == "Cho hỏi lớp võ")
            #expect(program.events[3].relatedIDs == [program.events[2].externalID])
            #expect(program.events[6].person.isEmpty && program.events[6].text == nil)
            #expect(Set(program.events.map(\.deduplicationKey)).count == kinds.count)
        }
    }

    @Test("a press is answered once by what the webhook answers; a second answer finds nothing")
    func presses() async throws {
        try await withWorld { world, program in
            await world.send(OutboundMessage(text: "Đúng không?", buttons: [Self.yes]))
            let press = try await world.platform.press("Đúng", person)
            #expect(try await world.platform.deliver(press).method == "answerCallbackQuery")
            #expect(await world.platform.answeredPresses.values.map { $0 } == [1])
            #expect(await world.platform.refusals.isEmpty)
            #expect(program.events.map(\.payload) == ["#yes"])
            _ = try await world.platform.deliver(press)
            #expect(program.events.first?.deduplicationKey == program.events.last?.deduplicationKey)
            #expect(await world.platform.refusals.count == 1)
            await #expect(throws: FakeTelegram.NoSuchButton.self) { try await world.platform.press("Sai", person) }
        }
    }

    @Test("a button whose payload does not fit comes back as its title")
    func standIn() async throws {
        try await withWorld { world, program in
            let payload = "#slot:commune=" + String(repeating: "x", count: 80)
            await world.send(OutboundMessage(text: "Xã nào?", buttons: [Button(title: "Xã Mẫu", payload: payload), Self.yes]))
            _ = try await world.platform.presses("Xã Mẫu", person)
            _ = try await world.platform.presses("Đúng", person)
            #expect(program.events.map(\.kind) == [.message, .postback])
            #expect(program.events.first?.text == "Xã Mẫu")
            #expect(await world.platform.refusals.isEmpty)
        }
    }

    @Test("an update that is refused comes again, after the wait that is asked for")
    func redelivery() async throws {
        try await withWorld { world, program in
            program.refuse(503)
            program.refuse(429, retryAfter: 0)
            program.refuse(500)
            #expect(try await world.platform.says("a", person).statuses == [503, 429, 500, 200])
            #expect(program.events.map(\.text) == ["a"])
            let info = try await world.post("getWebhookInfo", "")
            #expect(info["result"]?["last_error_message"] == "Wrong response from the webhook: 500")
            #expect(info["result"]?["pending_update_count"] == 0)
        }
    }

    @Test("updates of one chat come one after the other, however many wait")
    func order() async throws {
        try await withWorld { world, program in
            program.refuse(503)
            var updates: [FakeTelegram.Update] = []
            for number in 0..<5 { updates.append(await world.platform.message(["text": .string("\(number)")], person)) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for update in updates { group.addTask { try await world.platform.deliver(update) } }
                try await group.waitForAll()
            }
            #expect(program.events.count == 5)
            #expect(Set(program.events.compactMap(\.text)) == ["0", "1", "2", "3", "4"])
        }
    }

    @Test("kinds of updates that were not asked for are not delivered, and none without a webhook")
    func allowed() async throws {
        try await withWorld { world, program in
            let url = "https://bot.example.edu.vn/webhooks/telegram"
            _ = try await world.post("setWebhook", #"{"url":"\#(url)","secret_token":"Bi_mat-thu","allowed_updates":["message"]}"#)
            #expect(try await world.platform.blocks(person).statuses.isEmpty)
            #expect(try await world.platform.says("a", person).statuses == [200])
            _ = try await world.post("deleteWebhook", "{}")
            #expect(try await world.platform.says("b", person).statuses.isEmpty)
            #expect(program.events.count == 1)
        }
    }

    @Test("another secret is refused by our channel, and the platform says so")
    func wrongSecret() async throws {
        try await withWorld {
            $0.patience = .milliseconds(20)
        } _: { world, program in
            let url = "https://bot.example.edu.vn/webhooks/telegram"
            _ = try await world.post("setWebhook", #"{"url":"\#(url)","secret_token":"khac"}"#)
            await #expect(throws: FakeTelegram.TimedOut.self) { try await world.platform.says("a", person) }
            #expect(program.events.isEmpty)
            let call = try #require(world.api.webhookInfo())
            let info = TelegramWebhook.Info(try world.api.result(of: await world.result(call)).get())
            let findings = info.findings(expected: url, connect: "connect", now: world.clock.now())
            #expect(findings.map(\.level) == [.warning])
            #expect(findings.first?.mend?.contains("secret") ?? false)
        }
    }

    @Test("connecting sets what getWebhookInfo gives back")
    func connecting() async throws {
        try await withWorld { world, _ in
            let me = try world.api.result(of: await world.result(try #require(world.api.whoAmI()))).get()
            #expect(me["username"] == "NhipCauThuBot")
            let call = try #require(world.api.webhookInfo())
            let info = TelegramWebhook.Info(try world.api.result(of: await world.result(call)).get())
            #expect(info.url == "https://bot.example.edu.vn/webhooks/telegram")
            #expect(info.updates == TelegramWebhook.updates)
            #expect(info.connections == 40)
            #expect(info.findings(expected: info.url, connect: "c", now: world.clock.now()).map(\.level) == [.good])
        }
    }
}
