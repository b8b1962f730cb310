import Core
import Foundation
import JSON
import Pipeline
import Programmes
import Store
import Synchronization

/// A notice to very many people: how fast they are written down, how fast the messages go out to a platform that takes
/// each at once, and how much memory it takes. In a process of its own, so that nothing else's memory counts.
extension Measure {
    static let broadcast = Measure.rows("broadcast to many") { options in
        let found = try await Child.start("broadcast", ["--recipients", "\(options.recipients)"])
        let size = "\(options.recipients) people" + (options.recipients < 1_000_000 ? ", a million with --recipients" : "")
        return [
            Row(name: "broadcast: people written down, SQLite (\(size))", unit: "people/s", ours: found["planned"] ?? 0),
            Row(name: "broadcast: messages sent and settled, SQLite (\(size))", unit: "messages/s", ours: found["sent"] ?? 0),
            Row(
                name: "broadcast: memory over idle (\(size))", unit: "MB at the highest", ours: found["megabytes"] ?? 0,
                goal: .oursAtMost(150)),
        ]
    }
}

/// Measurements that need a process for themselves; their figures are one JSON object on standard output.
enum Child {
    static func start(_ name: String, _ arguments: [String]) async throws -> [String: Double] {
        try await Load.offPool {
            let process = Process()
            process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
            process.arguments = ["--child", name] + arguments
            let output = Pipe()
            process.standardOutput = output
            try process.run()
            let bytes = Array(output.fileHandleForReading.readDataToEndOfFile())
            process.waitUntilExit()
            guard process.terminationStatus == 0 else { throw Load.Failed(description: "the child process failed") }
            return try JSONDecoder().decode([String: Double].self, from: Data(bytes))
        }
    }

    static func run(_ name: String, _ options: Options) async throws {
        guard name == "broadcast" else { throw Load.Failed(description: "no such child: \(name)") }
        let figures = try await Place.with(.sqlite) { try await broadcast($0, options.recipients) }
        print(String(decoding: try JSONEncoder().encode(figures), as: UTF8.self))
    }

    private static func broadcast(_ place: Place, _ count: Int) async throws -> [String: Double] {
        let store = try place.open()
        try await Crowd.make(count, in: store)
        let clock = SystemClock()
        let signals = Signals()
        let platform = InstantPlatform()
        let rules = SendingRules(connections: [Door.zalo: .init(channel: .zaloOA, window: nil, isPull: false)])
        let service = BroadcastService(store: store, rules: rules, signals: signals, clock: clock, owner: "bench", logger: Door.silent)
        let tokens = TokenKeeper(
            store: store, accounts: [], transport: platform, rescueDirectory: "/nonexistent", clock: clock, owner: "bench",
            logger: Door.silent)
        let dispatcher = Dispatcher(
            store: store, channels: [Door.zalo: try Door.zaloChannel(baseURL: "http://127.0.0.1:9")], transport: platform,
            tokens: tokens, signals: signals, clock: clock, owner: "bench", logger: Door.silent)
        guard let school = try await store.read({ tx in try tx.organisation(code: "TRUONG")?.id }) else {
            throw Load.Failed(description: "there is no school")
        }
        let id = BroadcastID("bench")
        let idle = Memory.own
        Memory.forgetPeak()
        try await store.write { tx in
            let now = clock.now()
            try tx.startBroadcast(
                Broadcast(
                    id: id, number: "TB-BENCH", audience: Audience(organisation: school), text: Crowd.message.text, author: nil,
                    createdAt: now, expiresAt: now + .seconds(86_400)), now: now)
        }
        let began = ContinuousClock.now
        let carrying = Task { try await service.run() }
        while try await store.read({ tx in try tx.broadcast(id)?.status == .planning }) { try await Task.sleep(for: .milliseconds(20)) }
        let planned = began.duration(to: .now).inSeconds
        let sendingBegan = ContinuousClock.now
        let sending = Task { try await dispatcher.run() }
        while try await store.read({ tx in try tx.broadcast(id)?.status != .done }) { try await Task.sleep(for: .milliseconds(50)) }
        let sent = sendingBegan.duration(to: .now).inSeconds
        let megabytes = Memory.ownPeak - idle
        for task in [carrying, sending] {
            task.cancel()
            _ = try? await task.value
        }
        guard platform.count == count else { throw Load.Failed(description: "\(platform.count) of \(count) were sent") }
        await store.close()
        return ["planned": Double(count) / planned, "sent": Double(count) / sent, "megabytes": megabytes]
    }
}

/// Takes everything without a network.
private final class InstantPlatform: Transport {
    private let taken = Atomic(0)

    var count: Int { taken.load(ordering: .relaxed) }

    func perform(_ call: HTTPCall) async throws(TransportFailure) -> HTTPAnswer {
        let number = taken.add(1, ordering: .relaxed).newValue
        return HTTPAnswer(
            status: 200, body: Array(#"{"error":0,"message":"Success","data":{"message_id":"s\#(number)","user_id":"1"}}"#.utf8))
    }
}
