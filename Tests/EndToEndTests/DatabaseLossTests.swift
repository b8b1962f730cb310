import Core
import FakeZalo
import Foundation
import JSON
import Outbound
import PrivatePostgres
import Testing

/// The database goes away and comes back, at each step of a report.
@Suite("A database that goes away", .serialized, .timeLimit(.minutes(10)))
struct DatabaseLossTests {
    private static let reporter = "7700000000000007001"

    @Test("nothing is acknowledged meanwhile, nothing is lost or doubled afterwards, and the program recovers by itself")
    func goneAndBack() async throws {
        let server = try PrivatePostgres.start()
        defer { try? server.stop() }
        let stage = try await ReportStage(.postgres, database: TestDatabase(on: server))
        try stage.server.start(arguments: ["serve"])
        let steps = [
            "bạn con bị mấy anh lớp 9 đánh chảy máu nhiều ở cổng trường", "an toàn", "1", "các anh ấy đòi tiền bạn từ tuần trước",
            "hôm nay",
        ]
        for (index, text) in steps.enumerated() {
            let webhook = await stage.zalo.zalo.says(text, user: Self.reporter, messageID: "s\(index)")
            try server.halt()
            #expect(try await stage.zalo.post(webhook).status == 503, "what cannot be stored is not acknowledged")
            #expect(try await stage.zalo.get("/readyz").status == 503)
            #expect(try await stage.zalo.get("/healthz").status == 200, "the process itself is well")
            #expect(try await stage.zalo.get("/r").status == 200)
            let before = await stage.zalo.zalo.received(for: Self.reporter).count
            try server.resume()
            try await redeliver(webhook, stage)
            try await stage.zalo.zalo.waitForMessages(user: Self.reporter, count: before + 1)
        }
        try await waitUntilReady(stage)
        let opened = try stage.cases()
        #expect(opened.count == 1, "one report, one case")
        let number = try #require(opened.first?["number"]?.stringValue)
        let shown = try JSONValue(parsing: stage.command(["reports", "show", number, "--as", "truc.ban", "--json"]))
        let texts =
            shown["entries"]?.arrayValue?.filter { $0["author"] == .string("reporter") }.compactMap { $0["text"]?.stringValue } ?? []
        #expect(texts.count { $0.contains(steps[0]) } == 1)
        #expect(texts.count { $0.contains(steps[3]) } == 1)
        #expect(!stage.home.log().contains(steps[0]))
        await stage.end()
    }

    /// As the platform does: again and again until it is acknowledged.
    private func redeliver(_ webhook: Webhook, _ stage: ReportStage) async throws {
        for _ in 0..<200 {
            if let answer = try? await stage.zalo.post(webhook), answer.status == 200 { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw ServerProcess.Failure(description: "the program does not come back: \(stage.home.log().suffix(2000))")
    }

    private func waitUntilReady(_ stage: ReportStage) async throws {
        for _ in 0..<100 {
            if try await stage.zalo.get("/readyz").status == 200 { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw ServerProcess.Failure(description: "not ready again")
    }
}
