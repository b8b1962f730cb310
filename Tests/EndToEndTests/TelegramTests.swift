import Core
import FakeTelegram
import Foundation
import JSON
import Testing

/// A day at a bot of Telegram: updates into the running program, answers at a strict Bot API.
@Suite("A day on Telegram", .serialized, .timeLimit(.minutes(5)))
struct TelegramTests {
    private let parent: Int64 = 4_503_599_627_370_001
    private let neighbour: Int64 = 4_503_599_627_370_002

    @Test("a parent asks, presses a button, enrols and looks again; everything the bot sends is as Telegram wants it")
    func wholeRoad() async throws {
        let stage = try await TelegramStage()
        let welcome = try #require(try await stage.answers(to: parent) { try await $0.starts(parent) }.first)
        #expect(welcome.text.contains("trợ lý tự động"))
        let asked = try await stage.say("cho em hỏi lớp kỹ năng sống thứ 7 này ở xã mình có không ạ", parent)
        #expect(asked.text.contains("phường nào"))
        let list = try await stage.say("phuong hac thanh", parent)
        #expect(list.text.contains("KNS-"))
        let detail = try await stage.say("lớp số 1", parent)
        let enrol = try #require(detail.buttons.first { $0.data.contains("classes.enrol") }, "\(detail.buttons)")
        let name = try await stage.press(enrol.text, parent)
        #expect(name.text.lowercased().contains("họ và tên"))
        _ = try await stage.say("Lê Thị Bông", parent)
        let confirm = try await stage.say("lớp 4", parent)
        #expect(confirm.text.contains("Lê Thị Bông"))
        let yes = try #require(confirm.buttons.first { $0.data == "#yes" }, "\(confirm.buttons)")
        let done = try await stage.press(yes.text, parent)
        #expect(done.text.contains("Lê Thị Bông"))
        // A second press of the same button enrols nobody a second time.
        _ = try await stage.press(yes.text, parent)
        let mine = try await stage.say("lop cua con em", parent)
        #expect(mine.text.contains("Lê Thị Bông"))
        let telegram = stage.telegram
        #expect(await telegram.answeredPresses.values.allSatisfy { $0 == 1 })
        #expect(await telegram.answeredPresses.count == 3)
        #expect(await telegram.refusals.isEmpty)
        await stage.end()
        #expect(try await DayTests.enrolments(in: stage.home) == 1)
        let log = stage.home.log()
        #expect(!log.contains("Bông") && !log.contains("\(parent)") && !log.contains(telegram.settings.token), "no content in the log")
    }

    @Test("an update that comes again is answered once, a group is not answered at all, and a stranger's request is refused")
    func redelivery() async throws {
        let stage = try await TelegramStage()
        let update = await stage.telegram.message(["text": "xin chào"], parent)
        for _ in 0..<3 { #expect(try await stage.telegram.deliver(update).statuses == [200]) }
        let inGroup = await stage.telegram.message(["text": "xin chào cả nhà"], parent, in: -1_002_718_281_828)
        #expect(try await stage.telegram.deliver(inGroup).statuses == [200])
        let forged = await stage.telegram.message(["text": "xin chào"], neighbour)
        for secret in [nil, "", "khac", "bi_mat-thu"] {
            #expect(try await stage.forge(forged, secret: secret).status == 401, "\(secret ?? "none")")
        }
        try await stage.telegram.waitForMessages(to: parent, count: 1)
        _ = try await stage.say("cảm ơn", parent)
        #expect(await stage.telegram.messages.count == 2)
        await stage.end()
    }

    @Test("blocking stops, taking back begins anew, and each is answered as often as it should be")
    func blocking() async throws {
        let stage = try await TelegramStage()
        _ = try await stage.answers(to: parent) { try await $0.starts(parent) }
        #expect(try await stage.telegram.blocks(parent).statuses == [200])
        #expect(try await stage.telegram.unblocks(parent).statuses == [200])
        _ = try await stage.answers(to: parent) { try await $0.starts(parent) }
        _ = try await stage.telegram.says("cho em hỏi lớp bơi ở phường Hạc Thành", parent)
        // Answers leave in order, so everything that was said before stands before this one.
        var said = try await stage.telegram.waitForMessages(to: parent, count: 3)
        while !said.contains(where: { $0.text.contains("Hạc Thành") }) {
            said = try await stage.telegram.waitForMessages(to: parent, count: said.count + 1)
        }
        let place = said.firstIndex { $0.text.contains("Hạc Thành") }
        #expect(place == 2, "one welcome for each /start, none for taking back: \(said.map(\.text))")
        await stage.end()
    }

    @Test("a person who blocks while an answer is on its way gets no other, and it is written down why")
    func refusedPerson() async throws {
        let stage = try await TelegramStage()
        await stage.telegram.script(for: parent, .refused(403, "Forbidden: bot was blocked by the user"))
        #expect(try await stage.telegram.says("xin chào", parent).statuses == [200])
        try await stage.waitForLog("contact_stopped:blocked")
        _ = try await stage.say("xin chào", neighbour)
        #expect(await stage.telegram.received(by: parent).isEmpty)
        await stage.end()
    }

    @Test("a person who has to wait is written to when the time is over, and nobody else waits")
    func throttled() async throws {
        let stage = try await TelegramStage()
        _ = try await stage.say("xin chào", neighbour)
        await stage.telegram.script(for: parent, .throttled(seconds: 25))
        #expect(try await stage.telegram.says("xin chào", parent).statuses == [200])
        _ = try await stage.say("cảm ơn", neighbour)
        try await stage.telegram.waitForMessages(to: parent, count: 1)
        #expect(await stage.telegram.messages.map(\.chat) == [neighbour, neighbour, parent])
        #expect(await stage.telegram.tooEarly == 0)
        await stage.end()
    }

    @Test("faults of the platform and of the way delay an answer and never lose it")
    func faults() async throws {
        let stage = try await TelegramStage()
        await stage.telegram.script(
            .refused(500, "Internal Server Error"), .status(502), .closedBeforeReading, .closedAfterReading, .notJSON(acted: false),
            .refused(409, "Conflict: terminated by other getUpdates request"))
        for number in Int64(0)..<6 { #expect(try await stage.telegram.says("xin chào", 9_000 + number).statuses.last == 200) }
        for number in Int64(0)..<6 { try await stage.telegram.waitForMessages(to: 9_000 + number, count: 1, deadline: .seconds(120)) }
        #expect(await stage.telegram.pendingFaults == 0)
        #expect(await stage.telegram.duplicates().isEmpty)
        await stage.end()
    }

    @Test("what comes while the program is away is delivered and answered when it is back")
    func restart() async throws {
        let stage = try await TelegramStage()
        _ = try await stage.say("xin chào", parent)
        #expect(stage.server.stop() == 0)
        async let delivery = stage.telegram.says("cảm ơn", parent)
        while await stage.telegram.failedTries == 0 { try await Task.sleep(for: .milliseconds(5)) }
        try await stage.start()
        let statuses = try await delivery.statuses
        #expect(statuses.first == 0 && statuses.last == 200)
        try await stage.telegram.waitForMessages(to: parent, count: 2)
        await stage.end()
    }

    @Test("a token that is no longer good rests the account, and doctor says what to do")
    func tokenInvalid() async throws {
        let stage = try await TelegramStage()
        await stage.telegram.script(.refused(401, "Unauthorized"))
        #expect(try await stage.telegram.says("xin chào", parent).statuses == [200])
        try await stage.waitForLog("an account cannot send until somebody looks at it")
        let doctor = try CommandRun(["doctor"], home: stage.home)
        #expect(doctor.status == 1)
        #expect(doctor.output.contains("account_paused:401"), "\(doctor.output)")
        #expect(!(doctor.output + doctor.words).contains(stage.telegram.settings.token))
        await stage.end()
    }

    @Test("danger in a changed message is answered at once; any other change does nothing a second time")
    func corrections() async throws {
        let stage = try await TelegramStage()
        _ = try await stage.say("xin chào", parent)
        let message = await stage.telegram.lastMessageID(in: parent)
        _ = try await stage.telegram.edits(message, to: "cho em hỏi lớp bơi ở phường Hạc Thành", parent)
        _ = try await stage.say("cảm ơn", parent)
        let sent = await stage.telegram.received(by: parent)
        #expect(sent.count == 2 && !sent.contains { $0.text.contains("KNS-") }, "\(sent.map(\.text))")
        let card = try await stage.answers(to: parent) { try await $0.edits(message, to: "em muon tu tu", parent) }
        for number in ["113", "115", "111"] { #expect(card.first?.text.contains(number) ?? false) }
        await stage.end()
    }

    @Test("a choice that is longer than a button can carry is understood when it is pressed")
    func longChoices() async throws {
        let stage = try await TelegramStage()
        // Too little to be sure of, and the day makes the choice's own payload long.
        var choice: String?
        for text in [
            "kỹ năng sống phường hạc thành thứ bảy", "võ hạc thành chiều thứ 7 tuần này",
            "phòng chống đuối nước phường hạc thành tuần sau",
        ] where choice == nil {
            choice = try await stage.say(text, parent).buttons.first { $0.data.hasPrefix("#title:") }?.text
        }
        let answer = try await stage.press(try #require(choice), parent)
        #expect(answer.text.contains("Hạc Thành"), "\(answer.text)")
        #expect(await stage.telegram.refusals.isEmpty)
        await stage.end()
    }

    // MARK: Connecting

    @Test("connect sets the webhook and reads it back; doctor agrees; a check changes nothing")
    func connecting() async throws {
        let stage = try await TelegramStage(connect: false)
        let telegram = stage.telegram
        let unset = try CommandRun(["doctor"], home: stage.home)
        #expect(unset.output.contains("no webhook of this bot") && unset.status == 1, "\(unset.output)")
        let check = try CommandRun(["channels", "connect", "telegram", "--check"], home: stage.home)
        #expect(check.status == 1)
        #expect(await telegram.webhookURL == nil)
        let run = try CommandRun(["channels", "connect", "telegram", "--json", "--max-connections", "7"], home: stage.home)
        #expect(run.status == 0, "\(run.output)\(run.words)")
        let state = try JSONValue(parsing: run.output)
        #expect(state["set"] == true && state["connection"] == "telegram")
        #expect(state["bot"]?["username"] == "NhipCauThuBot")
        #expect(state["url"] == "https://bot.example.edu.vn/webhooks/telegram")
        #expect(state["webhook"]?["url"] == state["url"] && state["webhook"]?["max_connections"] == 7)
        #expect(state["webhook"]?["allowed_updates"]?.arrayValue?.count == 4)
        #expect(state["findings"]?.arrayValue?.allSatisfy { $0["result"] == "ok" } ?? false)
        #expect(await telegram.webhookURL == "https://bot.example.edu.vn/webhooks/telegram")
        let doctor = try CommandRun(["doctor"], home: stage.home)
        #expect(doctor.output.contains("webhook https://bot.example.edu.vn/webhooks/telegram"), "\(doctor.output)")
        for text in [run.output, run.words, doctor.output, check.output] {
            #expect(!text.contains(telegram.settings.token) && !text.contains("Bi_mat-thu"))
        }
        await stage.end()
    }

    @Test("connect says what is wrong: a token nobody knows, an address nobody reaches, a platform that is away")
    func notConnecting() async throws {
        let stage = try await TelegramStage(connect: false)
        func connect(_ changes: [String: String], _ arguments: [String] = []) throws -> CommandRun {
            try CommandRun(
                ["channels", "connect", "telegram"] + arguments, environment: stage.home.environment.merging(changes) { $1 })
        }
        let token = try connect(["TEST_BOT_TOKEN": "7000000001:khac"])
        #expect(token.status == 1 && token.output.contains("BotFather"), "\(token.output)")
        let port = try connect(["NHIPCAU_SERVER__PUBLIC_URL": "https://bot.example.edu.vn:8080"])
        #expect(port.status == 1 && port.output.contains("8443"), "\(port.output)")
        let plain = try connect(["NHIPCAU_SERVER__PUBLIC_URL": "http://bot.example.edu.vn"], ["--json"])
        #expect(plain.status == 1)
        #expect(try JSONValue(parsing: plain.output)["set"] == false)
        await stage.telegram.script(method: "setWebhook", .throttled(seconds: 9))
        #expect(try connect([:]).output.contains("9 seconds"))
        #expect(await stage.telegram.webhookURL == nil)
        #expect(try connect([:], ["--connection", "khac"]).status == 1)
        #expect(try CommandRun(["channels", "connect", "zalo_oa"], home: stage.home).status == 1)
        #expect(try CommandRun(["channels", "connect", "nothing"], home: stage.home).status == 64)
        await stage.telegram.stop()
        let away = try connect([:])
        #expect(away.status == 1 && away.output.contains("connection_refused"), "\(away.output)")
        await stage.end()
    }
}
