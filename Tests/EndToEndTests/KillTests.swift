import Core
import FakeZalo
import Foundation
import JSON
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
        /// Of the acknowledged, those that report violence: each opens a case.
        var reports = 0
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
        // People who have written can be reached by a broadcast; one is under way at nearly every kill.
        try await introduce(stage)
        var random = SeededRandom(seed: 42)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for person in 0..<Self.people {
                group.addTask {
                    while !load.tally.withLock({ $0.isOver }) { await Self.write(person, stage, load) }
                }
            }
            group.addTask {
                while !load.tally.withLock({ $0.isOver }) { await Self.report(stage, load) }
            }
            for kill in 0..<Self.kills {
                if kill % Self.killsToBroadcast == 0 { try Self.broadcast(kill, stage) }
                try await Task.sleep(for: .milliseconds(Int64(20 + random.next() % 400)))
                stage.server.killHard()
                try stage.server.start()
            }
            load.tally.withLock { $0.isOver = true }
            try await group.waitForAll()
        }
        // Everything that was acknowledged is answered in the end; each of these messages gets one answer.
        let acknowledged = load.tally.withLock { $0.acknowledged.count }
        let deadline = ContinuousClock.now + .seconds(180 + 3 * Self.kills)
        var waiting = Int.max
        while waiting > 0, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(200))
            let ready = try await stage.get("/metrics").text
            waiting = Self.gauge("nhipcau_inbox_waiting", ready) + Self.gauge("nhipcau_outbox_waiting", ready)
            if ready.isEmpty { waiting = .max }
        }
        // The gauges are written every few seconds: wait until the last answer is at the platform.
        _ = try? await stage.zalo.waitForMessages(count: acknowledged, deadline: .seconds(30))
        // Broadcasts are over when nobody of them is left.
        try await Self.waitForBroadcasts(stage)
        stage.server.stop()
        let ledger = try await Ledger.read(stage)
        let messages = await stage.zalo.messages
        let lost = load.tally.withLock { $0.acknowledged.subtracting(ledger.applied) }
        let reports = load.tally.withLock { $0.reports }
        let doubledSends = messages.count - ledger.sent
        let broadcasts = (Self.kills + Self.killsToBroadcast - 1) / Self.killsToBroadcast
        let told = messages.filter { $0.text.contains("Nhắc lịch số ") }
        let unreached = broadcasts * Self.people - Set(told.map { "\($0.user) \($0.text)" }).count
        print(
            "\(engine.testDescription), kills \(Self.kills): acknowledged \(acknowledged), refused \(load.tally.withLock { $0.refused }), "
                + "applied \(ledger.applied.count), lost \(lost.count), doubled effects \(ledger.doubledEffects), "
                + "messages written \(ledger.written), delivered \(messages.count), doubled sends \(doubledSends); "
                + "of these reports \(reports), cases \(ledger.cases); broadcasts \(broadcasts) to \(Self.people) people, not reached \(unreached), "
                + "told twice \(told.count - (broadcasts * Self.people - unreached))")
        #expect(acknowledged > Self.kills, "there was load")
        #expect(ledger.waiting == 0 && ledger.parked == 0)
        #expect(lost.isEmpty, "nothing acknowledged was lost")
        #expect(ledger.doubledEffects == 0, "every event had its effect exactly once")
        #expect(reports > 0 && ledger.cases == ledger.applied.count { $0.hasPrefix("r") }, "every report has one case")
        #expect(unreached == 0, "broadcasts reach everybody")
        #expect(doubledSends >= 0, "nothing written was lost on the way")
        #expect(doubledSends <= Self.kills * (Self.people + 2), "at most one message per conversation was in flight at a kill")
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
                // Fewer than are answered: whatever the kills leave behind must be gone through at the end.
                return (try? await Task.sleep(for: .milliseconds(250))) ?? ()
            }
            load.tally.withLock { $0.refused += 1 }
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    private static func gauge(_ name: String, _ text: String) -> Int {
        text.split(separator: "\n").filter { $0.hasPrefix(name + " ") || $0.hasPrefix(name + "{") }
            .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0) { $0 + Int($1) }
    }

    private static let killsToBroadcast = 5

    /// Somebody who has not written before reports violence; redelivered until it is acknowledged.
    private static func report(_ stage: ZaloStage, _ load: Load) async {
        let number = load.tally.withLock { tally in
            tally.nextMessage[-1, default: 0] += 1
            return tally.nextMessage[-1, default: 0]
        }
        let webhook = await stage.zalo.says("bạn con bị mấy anh lớp 9 đánh chảy máu nhiều", user: "79000\(number)", messageID: "r\(number)")
        for _ in 0..<200 {
            if let answer = try? await stage.post(webhook), answer.status == 200 {
                load.tally.withLock { tally in
                    tally.acknowledged.insert("r\(number)")
                    tally.reports += 1
                }
                break
            }
            load.tally.withLock { $0.refused += 1 }
            try? await Task.sleep(for: .milliseconds(20))
        }
        try? await Task.sleep(for: .milliseconds(300))
    }

    /// Everybody belongs to a school and has written within the platform's window.
    private func introduce(_ stage: ZaloStage) async throws {
        let organisations = stage.home.directory.appending(path: "organisations.csv")
        try "code,name,kind,parent,commune\nK0,Tỉnh thử,province,,\nK1,Xã thử,commune,K0,14797\nK2,Trường thử,school,K1,14797\n".write(
            to: organisations, atomically: true, encoding: .utf8)
        let people = stage.home.directory.appending(path: "people.csv")
        var sheet = "connection,account,person,role,organisation,class\n"
        for person in 0..<Self.people { sheet += "zalo,,78000\(person),parent,K2,6A\n" }
        try sheet.write(to: people, atomically: true, encoding: .utf8)
        for arguments in [["organisations", "import", organisations.path], ["people", "import", people.path]] {
            try Self.command(arguments, stage)
        }
        for person in 0..<Self.people { _ = try await stage.talk("78000\(person)", "cảm ơn nhé", id: "hello-\(person)") }
    }

    private static func broadcast(_ number: Int, _ stage: ZaloStage) throws {
        let text = "Nhắc lịch số \(number): thứ Bảy này họp phụ huynh."
        try command(["broadcast", "send", "--role", "parent", "--organisation", "K2", "--text", text, "--yes", "--json"], stage)
    }

    @discardableResult
    private static func command(_ arguments: [String], _ stage: ZaloStage) throws -> String {
        let run = try CommandRun(arguments, environment: stage.home.environment)
        guard run.status == 0 else {
            throw ServerProcess.Failure(description: "\(arguments) ended with \(run.status): \(run.words)\(run.output)")
        }
        return run.output
    }

    private static func waitForBroadcasts(_ stage: ZaloStage) async throws {
        let deadline = ContinuousClock.now + .seconds(120)
        let wanted = (kills + killsToBroadcast - 1) / killsToBroadcast * people
        while ContinuousClock.now < deadline {
            let told = await stage.zalo.messages.filter { $0.text.contains("Nhắc lịch số ") }
            if Set(told.map { "\($0.user) \($0.text)" }).count >= wanted { return }
            try await Task.sleep(for: .milliseconds(200))
        }
    }
}
