import Core
import FakeZalo
import Foundation
import Outbound
import Store
import Synchronization
import Testing

/// Several programs on one PostgreSQL database behave as one.
@Suite("Three processes on one database", .serialized, .timeLimit(.minutes(15)))
struct ThreeProcessTests {
    private static let people = 9
    private static let classes = 12

    @Test("order per person, nothing lost or doubled, timers once, one renewal of the token; a killed process changes nothing")
    func behaveAsOne() async throws {
        let stage = try await ZaloStage(.postgres, start: false, before: "policies: {form_expiry: 4s}")
        let servers = (0..<3).map { _ in ServerProcess(home: stage.home) }
        for server in servers { try server.start() }

        // Calm: everybody asks for the same classes one after the other, each message at whichever process.
        try await ask(stage, servers, round: 1)
        try await expectOrder(stage, round: 1, exactly: true)

        // The token runs out while everybody waits for an answer: one of the three renews it for all.
        await stage.zalo.expireAccessToken()
        try await ask(stage, servers, round: 2)
        try await expectOrder(stage, round: 2, exactly: true)
        #expect(await stage.zalo.tokenExchanges == 1)
        #expect(await stage.zalo.spentRefreshTries == 0)

        // A form that nobody goes on with is put away once, not once per process.
        for person in 0..<Self.people { try await post("đăng ký", person, "form", stage, servers) }
        try await waitUntil("the forms were put away") { await Self.farewells(stage) >= Self.people }
        try await Task.sleep(for: .seconds(2))
        #expect(await Self.farewells(stage) == Self.people)

        // Under fire: processes die and come back; what was acknowledged is answered in order all the same.
        let isOver = Flag()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var random = SeededRandom(seed: 7)
                while !isOver.isRaised {
                    let victim = servers[Int(random.next() % 3)]
                    victim.killHard()
                    try await Task.sleep(for: .milliseconds(Int64(100 + random.next() % 300)))
                    try victim.start()
                    try await Task.sleep(for: .milliseconds(Int64(200 + random.next() % 600)))
                }
            }
            group.addTask {
                try await ask(stage, servers, round: 3)
                isOver.raise()
            }
            try await group.waitForAll()
        }
        try await expectOrder(stage, round: 3, exactly: false)

        for server in servers { server.stop() }
        let store = try stage.database.open(in: stage.home)
        let depth = try await store.read { tx in try tx.inboxDepth() }
        await store.close()
        #expect(depth.waiting == 0 && depth.failed == 0)
        await stage.end()
    }

    // MARK: - People

    private static func user(_ person: Int) -> String { "7900\(person)" }
    private static func code(_ number: Int) -> String { "KNS-" + (number < 10 ? "0" : "") + String(number) }

    private static func farewells(_ stage: ZaloStage) async -> Int {
        await stage.zalo.messages.count { $0.text.contains("tiếp tục") }
    }

    /// Everybody asks for all classes in order; the next one as soon as the last was acknowledged.
    private func ask(_ stage: ZaloStage, _ servers: [ServerProcess], round: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for person in 0..<Self.people {
                group.addTask {
                    for number in 1...Self.classes {
                        try await post("cho em hỏi chi tiết lớp \(Self.code(number))", person, "\(round)-\(number)", stage, servers)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Posts to any of the three, again with the same id elsewhere until somebody has acknowledged it.
    private func post(_ text: String, _ person: Int, _ id: String, _ stage: ZaloStage, _ servers: [ServerProcess]) async throws {
        let webhook = await stage.zalo.says(text, user: Self.user(person), messageID: "p\(person)-\(id)")
        for attempt in 0..<400 {
            let server = servers[(person + attempt + id.utf8.count) % servers.count]
            let call = HTTPCall(
                method: .post, url: server.url + "/webhooks/zalo", headers: webhook.headers, body: webhook.body, deadline: .seconds(5))
            if let answer = try? await stage.transport.perform(call), answer.status == 200 { return }
            try await Task.sleep(for: .milliseconds(25))
        }
        throw ServerProcess.Failure(description: "nobody acknowledged \(id) of person \(person)")
    }

    /// Each person was told of all classes in the order in which they asked, once each; after kills an answer that was
    /// on its way may have come twice, one behind the other.
    private func expectOrder(_ stage: ZaloStage, round: Int, exactly: Bool) async throws {
        for person in 0..<Self.people {
            func told() async -> [Int] {
                await stage.zalo.received(for: Self.user(person)).compactMap { message in
                    (1...Self.classes).first { message.text.contains(Self.code($0)) }
                }
            }
            let wanted = Array(repeating: Array(1...Self.classes), count: round).flatMap(\.self)
            try await waitUntil("person \(person) has all answers of round \(round)") { await Self.collapsed(told()) == wanted }
            if exactly { #expect(await told() == wanted) }
        }
    }

    /// Without answers that came again right behind themselves.
    private static func collapsed(_ numbers: [Int]) -> [Int] {
        numbers.reduce(into: []) { list, number in if list.last != number { list.append(number) } }
    }

    private func waitUntil(_ what: String, _ condition: () async -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(150)
        while await !condition() {
            guard ContinuousClock.now < deadline else { throw ServerProcess.Failure(description: "waited in vain: \(what)") }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}

/// Raised once, seen by everybody.
private final class Flag: Sendable {
    private let value = Mutex(false)

    var isRaised: Bool { value.withLock { $0 } }
    func raise() { value.withLock { $0 = true } }
}
