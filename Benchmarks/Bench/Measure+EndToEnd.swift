import Store
import Synchronization

/// A message comes in as a webhook, is understood, answered, and its answer arrives at the platform: the real program
/// in a process of its own, over a platform that takes everything at once.
extension Measure {
    private static let people = 1_000
    private static let seconds = 8.0

    static func endToEnd(_ engine: Engine) -> Measure {
        .rows("end to end, \(engine.rawValue)", whySkipped: { engine.whyNot ?? Program.whyNot }) { _ in
            try await Place.with(engine) { place in
                let watch = Watch()
                let sink = try Sink { watch.arrived($0, at: $1) }
                defer { sink.stop() }
                let program = try Program.serving(place, platform: sink.url)
                defer { program.stop() }
                let store = try Place(.sqlite)
                defer { store.remove() }
                return try await rows(engine, program, sink, watch, idle: store)
            }
        }
    }

    private static func rows(
        _ engine: Engine, _ program: Program, _ sink: Sink, _ watch: Watch, idle: Place
    ) async throws -> [Row] {
        var webhooks = Webhooks()
        let batch = engine == .sqlite ? 3_000 : 1_500
        // Everybody's first message is answered with more than later ones are.
        let first = await webhooks.zalo(people, people: people, text: "xin chào").map(\.request)
        _ = try await Load.saturate(port: program.port, requests: first, connections: Webhooks.connections)
        guard try await sink.wait(for: people) else { throw Load.Failed(description: "not everybody was answered") }
        try await sink.waitUntilQuiet()
        let idleStore = try idle.open()
        let pairs = try await Door.with(idleStore) { door in
            var pairs: [(ours: Double, bare: Double)] = []
            for round in 0...3 {
                let made = await webhooks.zalo(batch, people: people, text: "cảm ơn cô")
                let before = sink.count
                let began = ContinuousClock.now
                _ = try await Load.saturate(port: program.port, requests: made.map(\.request), connections: Webhooks.connections)
                guard try await sink.wait(for: before + batch) else {
                    throw Load.Failed(description: "\(batch) were asked and \(sink.count - before) answered")
                }
                let ours = Double(batch) / began.duration(to: .now).inSeconds
                try await sink.waitUntilQuiet()
                let bare = try await door.idleRate(made.map(\.body))
                if round > 0 { pairs.append((ours, bare)) }
            }
            return pairs
        }
        await idleStore.close()
        let name = "end to end ÷ no-op POST, \(engine.rawValue)"
        let rate = Row.of(
            name, unit: "answers/s at saturation, \(Webhooks.connections) at a time", rounds: pairs, goal: .ratioAtLeast(0.2))
        let half = rate.ours / 2
        let paced = await webhooks.zalo(Int(half * seconds), people: people, text: "cảm ơn cô").map(\.request)
        watch.start()
        let before = sink.count
        try await Load.pace(port: program.port, requests: paced, connections: Webhooks.connections, perSecond: half) { index, due in
            watch.sent(770_000 + index % people, at: due)
        }
        _ = try await sink.wait(for: before + paced.count)
        let waits = watch.milliseconds.sorted()
        func at(_ share: Double) -> Double { waits.isEmpty ? 0 : waits[min(waits.count - 1, Int(Double(waits.count) * share))] }
        let unit = "ms from webhook to answer at the platform, \(Int(half)) a second"
        return [
            rate,
            Row(name: "end to end at half of that, median, \(engine.rawValue)", unit: unit, ours: at(0.5)),
            Row(name: "end to end at half of that, 99 of 100, \(engine.rawValue)", unit: unit, ours: at(0.99), goal: .oursAtMost(50)),
        ]
    }
}

/// Who was asked when, and how long the answers took.
final class Watch: Sendable {
    private struct State {
        var sent: [Int: ContinuousClock.Instant] = [:]
        var waits: [Double] = []
    }

    private let state = Mutex(State())

    func start() { state.withLock { $0 = State() } }

    func sent(_ person: Int, at instant: ContinuousClock.Instant) { state.withLock { $0.sent[person] = instant } }

    func arrived(_ person: Int, at instant: ContinuousClock.Instant) {
        state.withLock { state in
            guard let sent = state.sent.removeValue(forKey: person) else { return }
            state.waits.append(sent.duration(to: instant).inSeconds * 1_000)
        }
    }

    var milliseconds: [Double] { state.withLock(\.waits) }
}
