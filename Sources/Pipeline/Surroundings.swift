package import Core
import ServiceLifecycle

/// What services take from the machine beside the clock: waiting, and chance. Two implementers: the machine itself,
/// and a simulation in which hours pass at once and everything can be repeated from a seed.
package protocol Surroundings: Sendable {
    /// Where tasks run that a service begins for several of its callers.
    var executor: any TaskExecutor { get }
    /// Time that only ever rises.
    func elapsed() -> ContinuousClock.Instant
    /// - Throws: `CancellationError`.
    func sleep(for duration: Duration) async throws
    /// A new source of its own.
    func chance() -> SeededRandom
}

/// The machine, or what stands in its place in this task and its children.
package enum Machine {
    @TaskLocal package static var standIn: (any Surroundings)?

    static var executor: (any TaskExecutor)? { standIn?.executor }

    static func elapsed() -> ContinuousClock.Instant { standIn?.elapsed() ?? .now }

    static func sleep(for duration: Duration) async throws {
        if let standIn { try await standIn.sleep(for: duration) } else { try await Task.sleep(for: duration) }
    }

    /// Runs `body`, which is cancelled at graceful shutdown. What has a stand-in is never shut down gracefully.
    static func untilShutdown(_ body: @escaping @Sendable () async -> Void) async {
        if standIn == nil { await cancelWhenGracefulShutdown(body) } else { await body() }
    }

    static func chance() -> ServiceChance { standIn.map { .seeded($0.chance()) } ?? .system(SystemRandom()) }
}

/// The system's generator, or a repeatable one.
enum ServiceChance: RandomSource, Sendable {
    case system(SystemRandom)
    case seeded(SeededRandom)

    mutating func next() -> UInt64 {
        switch self {
        case .system(var source): return source.next()
        case .seeded(var source):
            let value = source.next()
            self = .seeded(source)
            return value
        }
    }
}
