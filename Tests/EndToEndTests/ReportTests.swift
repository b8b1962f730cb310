import Core
import FakeZalo
import Foundation
import JSON
import Loopback
import Testing

/// A teacher's report on Zalo, from the first word to the closed case: card, case, page, answers, mailbox, disposition.
@Suite("A report on Zalo", .serialized, .timeLimit(.minutes(10)))
struct ReportTests {
    /// Stand in the reporter's words and nowhere else in the world.
    private static let marks = ["Zuvaqex", "Kwyjibo", "Blorpfen", "Qixaltra"]
    private static let teacher = "7700000000000008001"

    @Test(
        "a teacher reports; duty is told without content on two ways, answers, and the reporter reads it with code and PIN",
        arguments: TestEngine.allCases)
    func teachersReport(engine: TestEngine) async throws {
        let stage = try await ReportStage(engine)
        // With everything that the program could ever log.
        try stage.server.start(arguments: ["serve"], secrets: ["NHIPCAU_LOG__LEVEL": "debug"])
        try await stage.linkDuty()
        let zalo = stage.zalo

        // The card comes in the same turn, and the case with it.
        let first = try await talk(
            zalo, "em là giáo viên, có một em lớp 8 tên \(Self.marks[0]) vừa bị nhóm bạn đánh hội đồng ở cổng trường, chảy máu nhiều",
            id: "r1")
        let said = first.map(\.text).joined(separator: "\n")
        #expect(said.contains("113") && said.contains("115") && said.contains("111"))
        let link = try #require(said.firstMatch(of: #/https:\/\/bot\.example\.vn\/r\/([A-Za-z0-9_\-]+)/#)?.1)
        let opened = try #require(try stage.cases().first)
        #expect(opened["level"] == .string("S1") && opened["status"] == .string("new"))
        let number = try #require(opened["number"]?.stringValue)

        // Both ways lead to a person, and neither tells what it is about.
        let page = try #require(try await page(of: number, stage))
        #expect(page.buttons.isEmpty == false)
        let mail = try await waitForMail(stage)
        #expect(mail.contains(number))

        // Answers are sealed one by one; the reporter leaves in the middle.
        _ = try await talk(zalo, "an toàn", id: "r2")
        _ = try await talk(zalo, "1", id: "r3")
        _ = try await talk(zalo, "mấy em lớp 9 chặn đường, cầm đầu là \(Self.marks[1])", id: "r4")
        let left = try await talk(zalo, "THOÁT", id: "r5")
        #expect(!left.map(\.text).joined().contains("tin báo"), "the screen shows nothing of a report")

        // A press on the button ends the paging.
        let acknowledge = try #require(page.buttons.first?.payload)
        _ = try await zalo.talk(stage.dutyChat, acknowledge, id: "duty-1")
        #expect(try stage.cases().first?["status"] == .string("acknowledged"))

        // The link works for people, not for the previews of messengers.
        let browser = ReporterBrowser(stage: zalo)
        _ = try await zalo.get("/r/" + link)
        let receipt = try await browser.takeReceipt(token: String(link))
        let again = try await zalo.get("/r/" + link).text
        #expect(!again.contains(receipt.code))

        // Messages both ways.
        try stage.command(
            ["reports", "note", number, "--as", "truc.ban", "--to-reporter"],
            input: "Cảm ơn cô đã báo. Tối nay có người đến trường. \(Self.marks[2])")
        let mailbox = try await browser.open(code: receipt.code, pin: receipt.pin)
        #expect(mailbox.status == 200, "\(receipt) \(mailbox.text.suffix(3000))")
        #expect(mailbox.text.contains(Self.marks[2]))
        let wrong = try await browser.open(code: receipt.code, pin: receipt.pin == "472913" ? "472914" : "472913")
        #expect(wrong.status == 403 && !wrong.text.contains(Self.marks[2]))
        _ = try await browser.send("cháu đã về nhà với mẹ \(Self.marks[3])", from: mailbox)

        // The team reads everything, verbatim, and each reading is noted.
        let shown = try stage.command(["reports", "show", number, "--as", "truc.ban"])
        for mark in Self.marks { #expect(shown.contains(mark), "\(mark) is in the case") }
        let byDuty = try stage.command(["reports", "show", number, "--duty-key"])
        #expect(byDuty.contains(Self.marks[0]))
        try stage.command(["reports", "close", number, "--as", "truc.ban", "--outcome", "made_safe", "--told", "school", "commune"])
        let afterwards = try CommandRun(["reports", "show", number, "--duty-key"], environment: stage.home.environment)
        #expect(afterwards.status == 1, "the duty key opens no closed case")
        #expect(try stage.command(["audit", "list"]).components(separatedBy: "case.read").count - 1 == 2)
        #expect(try stage.command(["audit", "verify", "--json"]).contains("\"whole\":true"))

        // Nothing that was told stands anywhere in the clear.
        let metrics = try await zalo.get("/metrics").text
        stage.server.stop()
        try expectNoMarks(in: stage, metrics: metrics, receipt: receipt, token: String(link))
        await stage.end()
    }

    @Test("a class about bullying is no report, slowly is no suicide, and wanting to die is answered at once")
    func lookAlikes() async throws {
        let stage = try await ReportStage()
        try stage.server.start(arguments: ["serve"])
        _ = try await talk(stage.zalo, "có lớp phòng chống bạo lực học đường cho con không ạ", id: "l1", user: "77002")
        _ = try await talk(stage.zalo, "tu tu em xem", id: "l2", user: "77003")
        #expect(try stage.cases().isEmpty)
        let card = try await talk(stage.zalo, "em muon tu tu", id: "l3", user: "77004")
        #expect(card.map(\.text).joined().contains("111"))
        #expect(try stage.cases().map { $0["level"] } == [.string("S1")])
        await stage.end()
    }

    @Test("a missing or foreign duty key stops the start and says what to do")
    func dutyKey() async throws {
        let stage = try await ReportStage()
        try stage.server.start(arguments: ["serve"])
        stage.server.stop()
        let key = stage.home.directory.appending(path: "var/keys/duty.key")
        let kept = try Data(contentsOf: key)
        try FileManager.default.removeItem(at: key)
        #expect(throws: ServerProcess.Failure.self) { try stage.server.start(arguments: ["serve"]) }
        #expect(stage.home.log().contains("duty.key"))
        try Data(String(repeating: "1f", count: 32).utf8).write(to: key)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key.path)
        #expect(throws: ServerProcess.Failure.self) { try stage.server.start(arguments: ["serve"]) }
        #expect(stage.home.log().contains("not the duty key"))
        try kept.write(to: key)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key.path)
        try stage.server.start(arguments: ["serve"])
        await stage.end()
    }

    // MARK: - What a person does

    /// Says something and returns all that is said to it: waits until nothing more comes.
    private func talk(_ stage: ZaloStage, _ text: String, id: String, user: String = teacher) async throws -> [ReceivedMessage] {
        let before = await stage.zalo.received(for: user).count
        #expect(try await stage.post(await stage.zalo.says(text, user: user, messageID: id)).status == 200)
        _ = try await stage.zalo.waitForMessages(user: user, count: before + 1)
        var seen = 0
        repeat {
            seen = await stage.zalo.received(for: user).count
            try await Task.sleep(for: .milliseconds(400))
        } while await stage.zalo.received(for: user).count > seen
        return Array(await stage.zalo.received(for: user).dropFirst(before))
    }

    private func page(of number: String, _ stage: ReportStage) async throws -> ReceivedMessage? {
        for _ in 0..<100 {
            if let page = await stage.zalo.zalo.received(for: stage.dutyChat).first(where: { $0.text.contains(number) }) { return page }
            try await Task.sleep(for: .milliseconds(100))
        }
        return nil
    }

    /// Subject and text of the first mail to the member on duty.
    private func waitForMail(_ stage: ReportStage) async throws -> String {
        for _ in 0..<100 {
            if let mail = stage.mail.mails.first { return (mail.readableHeader("subject") ?? "") + "\n" + (mail.text ?? "") }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw ServerProcess.Failure(description: "no mail came")
    }

    private func expectNoMarks(in stage: ReportStage, metrics: String, receipt: (code: String, pin: String), token: String) throws {
        let secrets = Self.marks + [receipt.code, receipt.code.replacing("-", with: ""), token]
        var places = try stage.bytesOnDisk()
        #expect(places.contains { $0.name == "nhipcau.db" || $0.name == "pg_control" }, "the database itself is searched")
        places.append(("metrics", Data(metrics.utf8)))
        for mail in stage.mail.mails { places.append(("mail", Data((mail.lines.joined(separator: "\n") + (mail.text ?? "")).utf8))) }
        // Services print themselves at debug level; what they hold is nobody's business.
        let log = stage.home.log()
        #expect(log.contains("debug"), "the log is as talkative as it can be")
        for name in ["TEST_APP_SECRET", "TEST_OA_SECRET", "TEST_ACCESS", "TEST_REFRESH"] {
            let secret = try #require(stage.home.environment[name])
            #expect(!log.contains(secret), "\(name) stands in the log")
        }
        for (name, bytes) in places {
            for secret in secrets {
                for form in [secret, secret.lowercased(), Data(secret.utf8).base64EncodedString()] {
                    #expect(bytes.range(of: Data(form.utf8)) == nil, "\(form) stands in \(name)")
                }
            }
        }
    }
}
