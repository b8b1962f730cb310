import Core
import FakeZalo
import Foundation
import JSON
import Loopback
import Store
import Testing

/// A reminder to five thousand parents: counted before, sent through the outbox, stopped, gone on with, nobody lost.
@Suite("A broadcast", .serialized, .timeLimit(.minutes(20)))
struct BroadcastTests {
    private static let people = 5_000
    private static let firstUser = 7_800_000_000

    @Test("to five thousand on Zalo: preview, pause, restart, opt-out, and an outcome for each", arguments: TestEngine.allCases)
    func fiveThousand(engine: TestEngine) async throws {
        let stage = try await ReportStage(engine)
        try stage.organisations(
            """
            code,name,kind,parent,commune
            TH,Tỉnh Thanh Hóa,province,,
            X1,Phường Hạc Thành,commune,TH,14797
            T1,THCS Hạc Thành,school,X1,14797

            """)
        try await importPeople(stage)
        try await haveWritten(stage)

        let audience = ["--role", "parent", "--organisation", "X1"]
        let preview = try JSONValue(parsing: stage.command(["broadcast", "preview"] + audience + ["--json"]))
        #expect(preview["reachable"]?.lenientInt64 == Int64(Self.people), "\(preview.compactText)")

        try stage.server.start(arguments: ["serve"])
        let text = "Nhắc lịch: thứ Bảy này họp phụ huynh lúc 8 giờ."
        let sent = try JSONValue(parsing: stage.command(["broadcast", "send"] + audience + ["--text", text, "--yes", "--json"]))
        let number = try #require(sent["number"]?.stringValue)

        // On the way: stopped, killed, started again, and one parent wants no more.
        try await stage.zalo.zalo.waitForMessages(count: 300, deadline: .seconds(120))
        try stage.command(["broadcast", "pause", number])
        stage.server.killHard()
        try stage.server.start(arguments: ["serve"])
        let held = await stage.zalo.zalo.messages.count
        try await Task.sleep(for: .seconds(3))
        #expect(await stage.zalo.zalo.messages.count <= held + 64, "while it is paused nothing new is sent")
        let told = Set(await stage.zalo.zalo.messages.map(\.user))
        let stopper = try #require((0..<Self.people).reversed().map { String(Self.firstUser + $0) }.first { !told.contains($0) })
        _ = try await stage.zalo.talk(stopper, "ngừng nhận tin", id: "stop")
        try stage.command(["broadcast", "resume", number])

        let progress = try await finish(number, stage)
        await stage.zalo.end()
        let received = await stage.zalo.zalo.messages.filter { $0.text.contains(text) }
        let reached = Set(received.map(\.user))
        #expect(reached.count == Self.people - 1, "nobody is lost: \(progress.compactText)")
        #expect(!reached.contains(stopper), "who wanted no more got nothing more")
        #expect(received.count - reached.count <= 64, "only what was on its way at the kill may have come twice")
        stage.mail.stop()
    }

    private func importPeople(_ stage: ReportStage) async throws {
        var sheet = "connection,account,person,role,organisation,class\n"
        for index in 0..<Self.people { sheet += "zalo,,\(Self.firstUser + index),parent,T1,6A\n" }
        let file = stage.home.directory.appending(path: "people.csv")
        try sheet.write(to: file, atomically: true, encoding: .utf8)
        try stage.command(["people", "import", file.path])
        #expect(try stage.command(["people", "import", file.path]).isEmpty, "again, it changes nothing")
    }

    /// Everybody has written within the platform's window, and was answered.
    private func haveWritten(_ stage: ReportStage) async throws {
        let now = SystemClock().now()
        let account = stage.zalo.zalo.settings.oaID
        let store = try stage.zalo.database.open(in: stage.home)
        let events = (0..<Self.people).map { index in
            let user = String(Self.firstUser + index)
            return IncomingEvent(
                connection: ConnectionID("zalo"), channel: .zaloOA,
                event: InboundEvent(
                    kind: .message, sender: user, recipient: account, person: user, account: account, name: "user_send_text",
                    deduplicationKey: "hello-\(user)", text: "xin chào", timestamp: now),
                lane: .reply)
        }
        try await store.write { tx in
            _ = try tx.acceptEvents(events, now: now)
            while true {
                let claimed = try tx.claimConversations(limit: 500, owner: "test", leaseFor: .seconds(60), now: now)
                if claimed.isEmpty { break }
                for conversation in claimed {
                    for event in conversation.events { try tx.finishEvent(event.id, now: now) }
                    try tx.releaseConversation(conversation.conversation, owner: "test")
                }
            }
        }
        await store.close()
        for index in 0..<Self.people { await stage.zalo.zalo.setLastInteraction(of: String(Self.firstUser + index), at: now) }
    }

    private func finish(_ number: String, _ stage: ReportStage) async throws -> JSONValue {
        let deadline = ContinuousClock.now + .seconds(400)
        while true {
            let status = try JSONValue(parsing: stage.command(["broadcast", "status", number, "--json"]))
            if status["status"] == .string("done") { return status }
            guard ContinuousClock.now < deadline else {
                throw ServerProcess.Failure(description: "not done in time: \(status.compactText)")
            }
            try await Task.sleep(for: .seconds(1))
        }
    }
}
