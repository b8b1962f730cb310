import Core
import Foundation
import PrivatePostgres
@testable import Store
import Testing

/// Whole runs from seeds. `NHIPCAU_SIMULATION_SEEDS` says how many, `NHIPCAU_SIMULATION_SEED` plays one with its trace
/// (`NHIPCAU_SIMULATION_SERVER_SEED` one on a server).
@Suite("A simulated day, from a seed", .serialized)
struct SimulationTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let standard = 100
    private static let standardOnServer = 6

    struct Outcome {
        var violations: [String]
        var trace: [String]
        var summary: Summary
    }

    struct Summary: CustomStringConvertible {
        var runs = 0
        var hours = 0.0
        var events = 0
        var messages = 0
        var calls = 0
        var repeated = 0
        var deaths = 0
        var commits = 0
        var longestSafetyWait: Int64 = 0
        var faults: [String: Int] = [:]
        /// What came of it, by kind.
        var deeds: [String: Int] = [:]

        var description: String {
            let list = Self.list(faults)
            return "\(runs) runs, \(Int(hours)) virtual hours, \(events) events, \(messages) messages, \(calls) calls, "
                + "\(repeated) repeated after an unclear end, \(commits) commits, \(deaths) deaths, longest wait of safety \(longestSafetyWait) ms; faults: \(list); done: \(Self.list(deeds))"
        }

        private static func list(_ counts: [String: Int]) -> String {
            counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        }

        static func += (sum: inout Self, other: Self) {
            sum.runs += other.runs
            sum.hours += other.hours
            sum.events += other.events
            sum.messages += other.messages
            sum.calls += other.calls
            sum.repeated += other.repeated
            sum.deaths += other.deaths
            sum.commits += other.commits
            sum.longestSafetyWait = max(sum.longestSafetyWait, other.longestSafetyWait)
            sum.faults.merge(other.faults, uniquingKeysWith: +)
            sum.deeds.merge(other.deeds, uniquingKeysWith: +)
        }
    }

    private static let template: Task<Stage, any Error> = Task {
        let stage = try Stage.shared.get()
        try await stage.prepare(.sqlite(path: stage.file))
        return stage
    }

    private static func run(_ seed: UInt64, _ stage: Stage, _ sabotage: Sabotage? = nil) throws -> Outcome {
        let directory = "\(Stage.directory)/\(seed)-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let file = directory + "/nhipcau.sqlite"
        try FileManager.default.copyItem(atPath: stage.file, toPath: file)
        let engine = try SQLiteEngine(path: file, readers: 1)
        return try play(World(seed: seed, stage: stage, engine: engine, directory: directory, processes: 1, sabotage: sabotage))
    }

    /// Three processes on one server, in a schema of its own.
    private static func runOnServer(_ seed: UInt64, _ stage: Stage, _ server: PrivatePostgres) async throws -> Outcome {
        let schema = try server.makeSchema()
        defer { try? server.drop(schema) }
        let location = try DatabaseLocation(url: schema.address)
        try await stage.prepare(location)
        guard case .postgres(let address) = location else { throw StoreError.invalidLocation(schema.address) }
        let directory = "\(Stage.directory)/server-\(seed)-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        return try play(World(seed: seed, stage: stage, engine: try PostgresEngine(address), directory: directory, processes: 3))
    }

    private static func play(_ world: World) throws -> Outcome {
        let isAtRest = world.run()
        let violations = Invariants.check(world, isAtRest: isAtRest)
        try world.engine.close()
        let summary = Summary(
            runs: 1, hours: Double(world.machine.milliseconds - Stage.start.milliseconds) / 3_600_000, events: world.ledger.events.count,
            messages: world.ledger.messages.count, calls: world.platform.calls, repeated: world.platform.repeated, deaths: world.deaths,
            commits: world.ledger.commits, longestSafetyWait: world.longestSafetyWait,
            faults: world.faultCounts, deeds: world.deeds)
        return Outcome(violations: violations, trace: world.traced, summary: summary)
    }

    private static func report(_ outcome: Outcome, seed: UInt64, server: Bool = false) {
        guard !outcome.violations.isEmpty else { return }
        let first = outcome.violations.prefix(5).joined(separator: "\n  ")
        Issue.record(
            """
            seed \(seed)\(server ? " on a server" : ""): \(outcome.violations.count) violations
              \(first)
            replay: NHIPCAU_SIMULATION_\(server ? "SERVER_" : "")SEED=\(seed) swift test --filter SimulationTests
            """)
    }

    @Test("keeps every promise, whatever fails", .timeLimit(.minutes(60)))
    func seeds() async throws {
        let stage = try await Self.template.value
        if let one = Self.environment["NHIPCAU_SIMULATION_SEED"].flatMap(UInt64.init) {
            let outcome = try Self.run(one, stage)
            print(outcome.trace.joined(separator: "\n"))
            print(outcome.summary)
            return Self.report(outcome, seed: one)
        }
        var sum = Summary()
        let count = Self.environment["NHIPCAU_SIMULATION_SEEDS"].flatMap(Int.init) ?? Self.standard
        for seed in 1...UInt64(max(1, count)) {
            let outcome = try Self.run(seed, stage)
            Self.report(outcome, seed: seed)
            sum += outcome.summary
        }
        print("simulation: \(sum)")
        // A simulation in which nothing happens keeps every promise.
        guard count >= Self.standard else { return }
        for deed in World.expectedDeeds { #expect(sum.deeds[deed, default: 0] > 0, "nobody ever did this: \(deed)") }
    }

    @Test("keeps them with three processes on one server", .enabled(if: PrivatePostgres.shared != nil), .timeLimit(.minutes(60)))
    func server() async throws {
        let server = try #require(PrivatePostgres.shared)
        let stage = try await Self.template.value
        if let one = Self.environment["NHIPCAU_SIMULATION_SERVER_SEED"].flatMap(UInt64.init) {
            let outcome = try await Self.runOnServer(one, stage, server)
            print(outcome.trace.joined(separator: "\n"))
            return Self.report(outcome, seed: one, server: true)
        }
        if Self.environment["NHIPCAU_SIMULATION_SEED"] != nil { return }
        var sum = Summary()
        let count = Self.environment["NHIPCAU_SIMULATION_SEEDS"].flatMap(Int.init).map { $0 / 10 } ?? Self.standardOnServer
        for seed in 1...UInt64(max(1, count)) {
            let outcome = try await Self.runOnServer(seed, stage, server)
            Self.report(outcome, seed: seed, server: true)
            sum += outcome.summary
        }
        print("simulation of three processes: \(sum)")
    }

    @Test("finds what was broken on purpose", arguments: Sabotage.allCases)
    func sabotage(_ sabotage: Sabotage) async throws {
        let stage = try await Self.template.value
        for seed in sabotage.firstSeed...sabotage.firstSeed + 60 {
            let outcome = try Self.run(seed, stage, sabotage)
            if outcome.violations.contains(where: { $0.contains(sabotage.finding) }) { return }
        }
        Issue.record("no seed has found it")
    }

    @Test("is the same again for the same seed")
    func determinism() async throws {
        let stage = try await Self.template.value
        for seed in [3, 8, 21] as [UInt64] {
            let (one, other) = (try Self.run(seed, stage), try Self.run(seed, stage))
            let same = zip(one.trace, other.trace).prefix { $0 == $1 }.count
            let difference = [one, other].map { $0.trace.dropFirst(max(0, same - 8)).prefix(12).joined(separator: "\n") }
            #expect(
                same == one.trace.count && same == other.trace.count,
                "seed \(seed):\n\(difference.joined(separator: "\n--- and again ---\n"))")
        }
    }
}
