import Core
import FakeZalo
import Foundation
import JSON
import Store
import Synchronization
import Testing

/// `kill -9` of the real process under load: what was acknowledged has its effect exactly once.
@Suite("Kills", .serialized, .timeLimit(.minutes(30)))
struct KillTests {
    private static let kills = ProcessInfo.processInfo.environment["NHIPCAU_TEST_KILLS"].flatMap { Int($0) } ?? 30
    private static let people = 12

    /// Counts over the whole run.
    private struct Tally {
        var acknowledged: Set<String> = []
        var refused = 0
        var nextMessage: [Int: Int] = [:]
        var isOver = false
    }

    private final class Load: Sendable {
        let tally = Mutex(Tally())
    }

    @Test("kills at random moments lose nothing and double no effect", arguments: TestEngine.allCases)
    func kills(engine: TestEngine) async throws {
        let stage = try await ZaloStage(engine)
        let load = Load()
        var random = SeededRandom(seed: 42)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for person in 0..<Self.people {
                group.addTask {
                    while !load.tally.withLock({ $0.isOver }) { await Self.write(person, stage, load) }
                }
            }
            for _ in 0..<Self.kills {
                try await Task.sleep(for: .milliseconds(Int64(20 + random.next() % 400)))
                stage.server.killHard()
                try stage.server.start()
            }
            load.tally.withLock { $0.isOver = true }
            try await group.waitForAll()
        }
        // Everything that was acknowledged is answered in the end; each of these messages gets one answer.
        let acknowledged = load.tally.withLock { $0.acknowledged.count }
        let deadline = ContinuousClock.now + .seconds(180)
        var waiting = Int.max
        while waiting > 0, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(200))
            let ready = try await stage.get("/metrics").text
            waiting = Self.gauge("nhipcau_inbox_waiting", ready) + Self.gauge("nhipcau_outbox_waiting", ready)
            if ready.isEmpty { waiting = .max }
        }
        // The gauges are written every few seconds: wait until the last answer is at the platform.
        _ = try? await stage.zalo.waitForMessages(count: acknowledged, deadline: .seconds(30))
        stage.server.stop()
        let state = try await Self.state(in: stage)
        let delivered = await stage.zalo.messages.count
        let doubled = delivered - state.replies
        print(
            "\(engine.testDescription), kills \(Self.kills): acknowledged \(acknowledged), refused \(load.tally.withLock { $0.refused }), applied \(state.applied), "
                + "answers written \(state.replies), delivered \(delivered), sent twice \(doubled)")
        #expect(acknowledged > Self.kills, "there was load")
        #expect(state.waiting == 0 && state.parked == 0)
        #expect(state.applied >= acknowledged, "nothing acknowledged was lost")
        #expect(state.replies == state.applied, "every event had its effect exactly once")
        #expect(doubled >= 0, "nothing written was lost on the way")
        #expect(doubled <= Self.kills * Self.people, "at most one message per conversation was in flight at a kill")
        await stage.end()
    }

    /// One message of one person; redelivered with the same id until it is acknowledged, as a platform does.
    private static func write(_ person: Int, _ stage: ZaloStage, _ load: Load) async {
        let number = load.tally.withLock { tally in
            tally.nextMessage[person, default: 0] += 1
            return tally.nextMessage[person, default: 0]
        }
        let id = "p\(person)-\(number)"
        let webhook = await stage.zalo.says("cảm ơn nhé", user: "78000\(person)", messageID: id)
        for _ in 0..<200 {
            if let answer = try? await stage.post(webhook), answer.status == 200 {
                load.tally.withLock { _ = $0.acknowledged.insert(id) }
                return
            }
            load.tally.withLock { $0.refused += 1 }
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    private static func gauge(_ name: String, _ text: String) -> Int {
        text.split(separator: "\n").filter { $0.hasPrefix(name + " ") || $0.hasPrefix(name + "{") }
            .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0) { $0 + Int($1) }
    }

    private struct State {
        var applied = 0
        var waiting = 0
        var parked = 0
        var replies = 0
    }

    private static func state(in stage: ZaloStage) async throws -> State {
        let store = try stage.database.open(in: stage.home)
        let (counts, depth) = try await store.read { tx in (try tx.counts(), try tx.inboxDepth()) }
        await store.close()
        return State(
            applied: counts.events - depth.waiting - depth.failed, waiting: depth.waiting, parked: depth.failed,
            replies: counts.messages)
    }
}
