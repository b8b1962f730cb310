import Core
import Sealing
import Synchronization

/// Runs whatever writes are waiting in one transaction and commits once.
///
/// A closure that throws undoes only its own changes: each has a savepoint of its own where a failed statement spoils the
/// transaction; elsewhere savepoints are taken only after one has thrown that had written, and the group is run again then.
/// When the commit fails, all of them have failed. When another transaction stood in the way, all are run again, then one
/// by one.
final class GroupCommit: Sendable {
    private struct State {
        var chance: Chance
        /// As of the last commit. Kept by adding up, and counted anew when a bound seems to be reached: another
        /// process may have worked on the database.
        var depths = QueueDepths()
        var countedAt: Instant
        /// How many more groups run with savepoints, because a closure has lately thrown after it had written.
        var carefulGroups = 0
        /// The day whose key is known to be stored.
        var ensuredDay: KeyDay?
    }

    private let engine: any StorageEngine
    private let vault: KeyVault
    private let clock: any WallClock
    private let limits: StoreLimits
    private let arrivals = ArrivalOrder()
    private let state: Mutex<State>
    private let threads: StoreThreads

    /// After a closure has thrown that had written, this many groups take savepoints at once.
    private static let carefulGroups = 32
    /// How often the same closures are run.
    static let greatestAttempts = 5
    /// What other processes have added and taken is looked up this often.
    private static let depthsAreGood = Duration.seconds(10)

    init(
        engine: any StorageEngine, vault: KeyVault, clock: any WallClock, limits: StoreLimits, seed: UInt64?,
        threads: StoreThreads = .own
    ) {
        self.threads = threads
        self.engine = engine
        self.vault = vault
        self.clock = clock
        self.limits = limits
        state = Mutex(State(chance: Chance(seed: seed), countedAt: Instant(milliseconds: .min)))
    }

    /// Blocks until everything in `pieces` is durable or has failed, then answers all of them.
    func perform(_ pieces: [PendingWork<WriteTransaction>], _ kind: WriteKind) {
        let begun = pieces.filter { $0.begin() }
        guard !begun.isEmpty else { return }
        for (piece, result) in zip(begun, commit(begun, kind)) { piece.finish(result) }
    }

    /// A closure has thrown and what it wrote stands in the transaction.
    private struct NeedsSavepoints: Error {}

    private func commit(_ pieces: [PendingWork<WriteTransaction>], _ kind: WriteKind) -> [Result<Void, any Error>] {
        for attempt in 1...Self.greatestAttempts {
            if let results = commitOnce(pieces, kind) { return results }
            if attempt == 2, pieces.count > 1 { return pieces.flatMap { commit([$0], kind) } }
            if attempt < Self.greatestAttempts { pause(before: attempt) }
        }
        return pieces.map { _ in .failure(StoreError.contended) }
    }

    /// Gives the others time to be done: longer each time, and never as long as they do.
    private func pause(before attempt: Int) {
        threads.pause(UInt32(attempt) * 2...UInt32(attempt) * 15)
    }

    /// - Returns: nil when another transaction stood in the way; nothing was written then.
    private func commitOnce(_ pieces: [PendingWork<WriteTransaction>], _ kind: WriteKind) -> [Result<Void, any Error>]? {
        let isCareful = state.withLock { state in
            defer { state.carefulGroups = max(0, state.carefulGroups - 1) }
            return state.carefulGroups > 0
        }
        do {
            return try commitOnce(pieces, kind, isCareful: isCareful)
        } catch {
            state.withLock { $0.carefulGroups = Self.carefulGroups }
            return try? commitOnce(pieces, kind, isCareful: true)
        }
    }

    private func commitOnce(
        _ pieces: [PendingWork<WriteTransaction>], _ kind: WriteKind, isCareful: Bool
    ) throws(NeedsSavepoints) -> [Result<Void, any Error>]? {
        let now = clock.now()
        let day = KeyDay(now)
        var results: [Result<Void, any Error>] = []
        do {
            try prepare(day: day, now: now)
            let ledger = state.withLock { [limits, arrivals] state in
                CommitLedger(limits: limits, chance: state.chance.fork(), depths: state.depths, arrivals: arrivals)
            }
            try engine.write(kind) { connection in
                func run(_ piece: PendingWork<WriteTransaction>) throws {
                    ledger.begin()
                    try piece.body(
                        WriteTransaction(connection: connection, vault: vault, began: now, day: day, ledger: ledger))
                }
                for piece in pieces {
                    let before = isCareful ? nil : connection.changesSoFar
                    do {
                        // Alone, the transaction is all the savepoint it needs.
                        if pieces.count == 1 || before != nil {
                            try run(piece)
                        } else {
                            try connection.savepoint { try run(piece) }
                        }
                        // It may have gone on after the engine had given up the whole transaction.
                        if before != nil, connection.changesSoFar == nil { throw NeedsSavepoints() }
                        ledger.succeed()
                        results.append(.success(()))
                    } catch let lost as TransactionLost {
                        throw lost.cause
                    } catch let error as NeedsSavepoints {
                        throw error
                    } catch {
                        if pieces.count == 1 { throw error }
                        if before != nil, connection.changesSoFar != before { throw NeedsSavepoints() }
                        results.append(.failure(error))
                    }
                }
            }
            state.withLock { $0.depths += ledger.growth }
            return results
        } catch StoreError.contended {
            return nil
        } catch let error as NeedsSavepoints {
            throw error
        } catch {
            // A closure that had failed by itself keeps its own reason.
            return pieces.indices.map { index in
                guard results.indices.contains(index), case .failure = results[index] else { return .failure(error) }
                return results[index]
            }
        }
    }

    /// A day's key is committed before anything is sealed under it: rolled back with a closure, it would take with it
    /// what others had sealed meanwhile.
    private func prepare(day: KeyDay, now: Instant) throws {
        if state.withLock({ $0.ensuredDay != day }) {
            try engine.write(.queue) { connection in
                try vault.ensure(.standing, on: connection, now: now)
                try vault.ensure(day, on: connection, now: now)
            }
            state.withLock { $0.ensuredDay = day }
        }
        let mustCount = state.withLock { state in
            let isNew = state.countedAt.milliseconds == .min
            let age = isNew ? .zero : now.since(state.countedAt)
            let isAtBound = state.depths.events >= limits.waitingEvents || state.depths.bulk >= limits.waitingBulk
            let isOld = engine.hasSeveralWriters && age >= Self.depthsAreGood
            let mustCount = isNew || isOld || (isAtBound && age >= .seconds(1))
            // The others need not count what is being counted.
            if mustCount { state.countedAt = now }
            return mustCount
        }
        if mustCount {
            do {
                let depths = try engine.read { connection in
                    try ReadTransaction(connection: connection, vault: vault, began: now).queueDepths()
                }
                state.withLock { $0.depths = depths }
            } catch {
                state.withLock { $0.countedAt = Instant(milliseconds: .min) }
                throw error
            }
        }
    }
}

/// Tells apart what arrived in the same millisecond. Later processes go on above earlier ones.
final class ArrivalOrder: Sendable {
    private let last = Atomic<Int64>(SystemClock().now().milliseconds &* 1_000)

    func next() -> Int64 { last.wrappingAdd(1, ordering: .relaxed).newValue }
}
