import Core
import FakeZalo
import Foundation
import JSON
import Outbound
import Programmes
import Sealing
import Store
import Testing

/// A day at a school's OA: signed webhooks into the running program, answers at a strict Zalo, the database looked at.
@Suite("A day on Zalo", .serialized, .timeLimit(.minutes(5)))
struct DayTests {
    private static let question = "cho em hỏi lớp kỹ năng sống thứ 7 này ở xã mình có không ạ"
    private static let folded = "cho em hoi lop ky nang song thu 7 nay o xa minh co khong a"

    @Test("a parent asks, sees, enrols, corrects, looks again and cancels", arguments: [question, folded])
    func wholeRoad(question: String) async throws {
        let stage = try await ZaloStage()
        let parent = "7700000000000000123"
        let asked = try #require(try await stage.talk(parent, question, id: "m1").first)
        #expect(asked.text.contains("trợ lý tự động"), "the first answer says what it is")
        #expect(asked.text.contains("phường nào"))
        let list = try #require(try await stage.talk(parent, "phuong hac thanh", id: "m2").first)
        #expect(list.text.contains("Hạc Thành") && list.text.contains("KNS-"))
        #expect(!list.text.contains("trợ lý tự động"), "it says so once")
        let detail = try #require(try await stage.talk(parent, "lớp số 1", id: "m3").first)
        #expect(detail.text.contains("Phụ trách an toàn"))
        let name = try #require(try await stage.talk(parent, "đăng ký", id: "m4").first)
        #expect(name.text.lowercased().contains("họ và tên"))
        _ = try await stage.talk(parent, "Lê Thị Bông", id: "m5")
        let confirm = try #require(try await stage.talk(parent, "lớp 4", id: "m6").first)
        #expect(confirm.text.contains("Lê Thị Bông"))
        let corrected = try #require(try await stage.talk(parent, "sai rồi, tên là Lê Thị Bống", id: "m7").first)
        #expect(corrected.text.contains("Lê Thị Bống") && !corrected.text.contains("Lê Thị Bông,"))
        let done = try #require(try await stage.talk(parent, "đúng rồi", id: "m8").first)
        #expect(done.text.contains("Lê Thị Bống"))
        let mine = try #require(try await stage.talk(parent, "lop cua con em", id: "m9").first)
        #expect(mine.text.contains("Lê Thị Bống"))
        _ = try await stage.talk(parent, "hủy lớp này", id: "m10")
        let cancelled = try #require(try await stage.talk(parent, "đúng", id: "m11").first)
        #expect(cancelled.text.contains("hủy"))
        let duplicates = await stage.zalo.duplicates()
        #expect(duplicates.isEmpty)
        await stage.end()
        let seats = try await Self.enrolments(in: stage.home)
        #expect(seats == 0, "the seat is free again")
        #expect(!stage.home.log().contains("Bống") && !stage.home.log().contains(parent), "no content in the log")
    }

    @Test("a webhook that comes five times is answered once, in whatever order the messages come")
    func redelivery() async throws {
        let stage = try await ZaloStage()
        let webhook = await stage.zalo.says("xin chào", user: "77001", messageID: "once")
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<5 { group.addTask { try await stage.post(webhook).status } }
            for try await status in group { #expect(status == 200) }
        }
        _ = try await stage.zalo.waitForMessages(user: "77001", count: 1)
        // A later message of the same person is answered after everything before it.
        _ = try await stage.talk("77001", "cảm ơn", id: "twice")
        #expect(await stage.zalo.received(for: "77001").count == 2)
        await stage.end()
    }

    @Test("requests that are not Zalo's are refused, and the console's check is accepted without an answer to anybody")
    func refusals() async throws {
        let stage = try await ZaloStage()
        var forged = await stage.zalo.says("xin chào", user: "77001", messageID: "m1")
        forged.body.append(0x20)
        #expect(try await stage.post(forged).status == 401)
        forged.headers.removeAll { $0.name.lowercased().hasPrefix("x-zevent-signature") }
        #expect(try await stage.post(forged).status == 401)
        let check = await stage.zalo.sign([
            "app_id": "1200000000000000077", "event_name": "user_send_text", "sender": ["id": "1"], "recipient": ["id": "2"],
            "message": ["msg_id": "This is message id", "text": "This is testing message"], "timestamp": "154390853474",
        ])
        #expect(try await stage.post(check).status == 200)
        let unknown = await stage.zalo.sign([
            "app_id": "1200000000000000077", "event_name": "something_new", "timestamp": "1787209817225",
        ])
        #expect(try await stage.post(unknown).status == 200)
        #expect(try await stage.get("/webhooks/nobody").status == 404)
        _ = try await stage.talk("77002", "xin chào", id: "m2")
        #expect(await stage.zalo.messages.count == 1, "nobody else was written to")
        await stage.end()
    }

    @Test("an expired token is renewed once for everybody who is waiting, and the renewed pair survives a restart")
    func tokenRenewal() async throws {
        let stage = try await ZaloStage()
        _ = try await stage.talk("77001", "xin chào", id: "a")
        await stage.zalo.expireAccessToken()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for user in 0..<20 {
                group.addTask { _ = try await stage.talk("7710\(user)", "xin chào", id: "b\(user)") }
            }
            try await group.waitForAll()
        }
        #expect(await stage.zalo.tokenExchanges == 1)
        #expect(await stage.zalo.spentRefreshTries == 0)
        #expect(stage.server.stop() == 0)
        try stage.server.start()
        _ = try await stage.talk("77001", "xin chào", id: "c")
        #expect(await stage.zalo.tokenExchanges == 1)
        await stage.end()
    }

    @Test("a lost answer to a renewal raises an alarm, and a newly authorised pair delivers what waited")
    func lostRenewal() async throws {
        let stage = try await ZaloStage()
        _ = try await stage.talk("77001", "xin chào", id: "a")
        await stage.zalo.expireAccessToken()
        await stage.zalo.script(tokens: [.closedAfterActing])
        #expect(try await stage.post(await stage.zalo.says("cảm ơn", user: "77001", messageID: "b")).status == 200)
        let deadline = ContinuousClock.now + .seconds(60)
        while !stage.home.log().contains("authorise the account again"), ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(stage.home.log().contains("authorise the account again"))
        #expect(stage.server.stop() == 0)
        let pair = await stage.zalo.tokens
        try stage.server.start(secrets: ["TEST_ACCESS": pair.access, "TEST_REFRESH": pair.refresh])
        _ = try await stage.zalo.waitForMessages(user: "77001", count: 2, deadline: .seconds(120))
        await stage.end()
        #expect(!stage.home.log().contains(pair.refresh), "no token in the log")
    }

    @Test("danger is answered at once with the numbers, even after 'ngừng nhận tin' and while a colleague is writing")
    func danger() async throws {
        let stage = try await ZaloStage()
        let pupil = "7700000000000000777"
        _ = try await stage.talk(pupil, "ngừng nhận tin", id: "s1")
        let echo = await stage.zalo.sign([
            "app_id": "1200000000000000077", "event_name": "oa_send_text",
            "sender": ["id": "4100000000000000041", "admin_id": "4267886274574868951"], "recipient": ["id": .string(pupil)],
            "message": ["msg_id": "e1", "text": "Chào em"], "timestamp": .string("\(SystemClock().now().milliseconds)"),
        ])
        #expect(try await stage.post(echo).status == 200)
        let card = try #require(try await stage.talk(pupil, "em muon tu tu", id: "s2").first)
        for number in ["113", "115", "111"] { #expect(card.text.contains(number)) }
        await stage.end()
        #expect(!stage.home.log().contains("tu tu"))
    }

    @Test("the platform's faults delay an answer and never lose it")
    func faults() async throws {
        let stage = try await ZaloStage()
        await stage.zalo.script(messages: [
            .status(500), .status(429, retryAfterSeconds: 1), .closedBeforeReading, .closedAfterReading, .notJSON(acted: false),
        ])
        for user in 0..<5 {
            _ = try await stage.post(await stage.zalo.says("xin chào", user: "7720\(user)", messageID: "f\(user)"))
        }
        for user in 0..<5 { _ = try await stage.zalo.waitForMessages(user: "7720\(user)", count: 1, deadline: .seconds(120)) }
        await stage.end()
    }

    @Test("stickers, pictures and unknown shapes get a kind answer, not silence")
    func attachments() async throws {
        let stage = try await ZaloStage()
        for (index, kind) in ["sticker", "image", "audio", "file"].enumerated() {
            let user = "7730\(index)"
            await stage.zalo.setLastInteraction(of: user, at: SystemClock().now())
            let event = await stage.zalo.sign([
                "app_id": "1200000000000000077", "event_name": .string("user_send_\(kind)"), "sender": ["id": .string(user)],
                "recipient": ["id": "4100000000000000041"],
                "message": [
                    "msg_id": .string("k\(index)"),
                    "attachments": [["type": .string(kind), "payload": ["url": "https://example.invalid/x"]]],
                ], "timestamp": .string("\(SystemClock().now().milliseconds)"),
            ])
            #expect(try await stage.post(event).status == 200)
            _ = try await stage.zalo.waitForMessages(user: user, count: 1)
        }
        await stage.end()
    }

    @Test("hostile bodies are answered clearly and leave the program well")
    func hostile() async throws {
        let stage = try await ZaloStage()
        let huge = Array(repeating: UInt8(ascii: "x"), count: 3 << 20)
        let deep = Array(repeating: UInt8(ascii: "["), count: 100_000)
        for body in [huge, deep, [0xFF, 0xFE, 0x00], [], Array("{\"a\":1,\"a\":2}".utf8)] {
            let answer = try? await stage.transport.perform(
                HTTPCall(
                    method: .post, url: stage.server.url + "/webhooks/zalo",
                    headers: [("X-ZEvent-Signature", "mac=00")], body: body))
            if let answer { #expect((400...499).contains(answer.status), "\(answer.status)") }
        }
        let long = String(repeating: "lớp ", count: 25_000)
        for (index, text) in [long, "\u{0}\u{1}\u{7F}", "😀😀😀", " "].enumerated() {
            #expect(try await stage.post(await stage.zalo.says(text, user: "7740", messageID: "h\(index)")).status == 200)
        }
        _ = try await stage.talk("7741", "xin chào", id: "ok")
        #expect(try await stage.get("/healthz").status == 200)
        #expect(try await stage.get("/readyz").status == 200)
        await stage.end()
    }

    static func enrolments(in home: TestHome) async throws -> Int {
        let store = try Store.open(
            .sqlite(path: home.database.path), keys: KeyRing(master: try MasterKey.load(from: home.key.path)))
        let taken = try await store.read { tx in
            try tx.classes(ClassQuery(openAt: SystemClock().now(), limit: 1000)).reduce(0) { $0 + $1.seatsTaken }
        }
        await store.close()
        return taken
    }
}
