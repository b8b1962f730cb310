import Core
import FakeZalo
import Foundation
import JSON
import Outbound
import Testing

/// The real program under a little load while something happens to its database.
struct FaultStage {
    let stage: ZaloStage
    private static let people = 6

    /// Each person writes one message; redelivered with the same id until it is acknowledged, as a platform does.
    ///
    /// - Returns: the ids, all acknowledged.
    func write(_ round: String) async throws -> Set<String> {
        var ids: Set<String> = []
        for person in 0..<Self.people {
            let webhook = await webhook(round, person)
            try await redeliver(webhook)
            ids.insert("\(round)-\(person)")
        }
        return ids
    }

    func webhook(_ round: String, _ person: Int) async -> Webhook {
        await stage.zalo.says("cảm ơn nhé", user: "7810\(person)", messageID: "\(round)-\(person)")
    }

    func redeliver(_ webhook: Webhook) async throws {
        let deadline = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < deadline {
            if let answer = try? await stage.post(webhook), answer.status == 200 { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw ServerProcess.Failure(description: "the program does not come back: \(stage.home.log().suffix(2000))")
    }

    /// Goes through a fault: before, during and after it people write, and nothing is lost, doubled or silent.
    ///
    /// - Parameters:
    ///   - codes: what the program may say of it.
    ///   - fault: begins it; webhooks are refused when this returns.
    ///   - mend: ends it; the program has to find that out by itself.
    func endure(_ codes: String..., fault: () async throws -> Void, mend: () async throws -> Void) async throws {
        var acknowledged = try await write("before")
        try await stage.zalo.waitForMessages(count: acknowledged.count)
        try await fault()
        for person in 0..<3 {
            let answer = try await stage.post(await webhook("during", person))
            #expect(answer.status == 503, "what cannot be stored is not acknowledged")
            #expect(answer.headers["retry-after"] != nil)
        }
        try await waitUntil("it says that it is not ready") {
            let answer = try await stage.get("/readyz")
            return answer.status == 503 && answer.text.contains("database")
        }
        #expect(try await stage.get("/healthz").status == 200, "the process itself is well")
        try await waitUntil("the gauge falls") { try await stage.get("/metrics").text.contains("nhipcau_database_up 0") }
        try await mend()
        acknowledged.formUnion(try await write("during"))
        try await waitUntil("it says that it is ready") { try await stage.get("/readyz").status == 200 }
        try await waitUntil("the gauge rises") { try await stage.get("/metrics").text.contains("nhipcau_database_up 1") }
        acknowledged.formUnion(try await write("after"))
        try await stage.zalo.waitForMessages(count: acknowledged.count, deadline: .seconds(120))
        try await waitUntil("it says that it is back") { lines("the database can be used again").count == 1 }
        let gone = lines("the database cannot be used")
        #expect(gone.count == 1 && gone.allSatisfy { line in codes.contains { line.contains($0) } }, "\(gone)")
        #expect(lines("webhook not stored").isEmpty && lines("could not be").isEmpty, "told once, not by everybody who misses it")
        stage.server.stop()
        #expect(await stage.zalo.messages.count == acknowledged.count, "each message has one answer")
        let ledger = try await Ledger.read(stage)
        #expect(acknowledged.isSubset(of: ledger.applied), "nothing acknowledged is lost")
        #expect(ledger.doubledEffects == 0 && ledger.waiting == 0 && ledger.parked == 0)
    }

    /// The same for a disk that is full: what fits into the log that is there already is still taken, so people write
    /// until somebody is refused.
    ///
    /// - Parameter copy: brings the files of the running program to its home's directory.
    func endureFullDisk(
        _ acknowledged: inout Set<String>, fill: () -> Void, mend: () throws -> Void, copy: () throws -> Void
    ) async throws {
        fill()
        var refused: Webhook?
        for number in 0..<5_000 where refused == nil {
            let webhook = await webhook("full\(number)", number % Self.people)
            fill()
            let answer = try await stage.post(webhook)
            if answer.status == 200 {
                acknowledged.insert("full\(number)-\(number % Self.people)")
            } else {
                #expect(answer.status == 503 && answer.headers["retry-after"] != nil)
                refused = webhook
            }
        }
        let webhook = try #require(refused, "the disk is not full")
        try await waitUntil("it says that it is away") { !lines("the database cannot be used").isEmpty }
        #expect(try await stage.get("/healthz").status == 200)
        try mend()
        try await redeliver(webhook)
        acknowledged.formUnion(try await write("after"))
        try await waitUntil("it says that it is ready") { try await stage.get("/readyz").status == 200 }
        try await waitUntil("it says that it is back") { !lines("the database can be used again").isEmpty }
        try await stage.zalo.waitForMessages(count: acknowledged.count + 1, deadline: .seconds(120))
        #expect(lines("the database cannot be used").allSatisfy { $0.contains("disk_full") }, "\(lines("the database cannot be used"))")
        #expect(lines("webhook not stored").isEmpty)
        let metrics = try await stage.get("/metrics").text
        #expect(metrics.contains("nhipcau_database_up 1") && metrics.contains("nhipcau_inbox_failed 0"))
        let answers = await stage.zalo.messages.count
        try copy()
        stage.server.stop()
        #expect(await stage.zalo.messages.count == answers && answers == acknowledged.count + 1, "each message has one answer")
        try FileManager.default.createDirectory(
            at: stage.home.directory.appending(path: "var"), withIntermediateDirectories: true)
        for name in ["nhipcau.db", "nhipcau.db-wal", "keys"] {
            let source = stage.home.directory.appending(path: name)
            guard FileManager.default.fileExists(atPath: source.path) else { continue }
            try FileManager.default.moveItem(at: source, to: stage.home.directory.appending(path: "var/" + name))
        }
        let ledger = try await Ledger.read(stage)
        #expect(acknowledged.isSubset(of: ledger.applied), "nothing acknowledged is lost")
        #expect(ledger.doubledEffects == 0 && ledger.parked == 0)
    }

    private func lines(_ text: String) -> [Substring] { stage.home.log().split(separator: "\n").filter { $0.contains(text) } }

    func waitUntil(_ what: String, _ condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(120)
        while try await !condition() {
            guard ContinuousClock.now < deadline else {
                throw ServerProcess.Failure(description: "waited in vain: \(what)\n\(stage.home.log().suffix(3000))")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
