import Core
import Sealing
import Synchronization

/// Runs whatever writes are waiting in one transaction, each in a savepoint of its own, and commits once.
///
/// A closure that throws undoes only its own changes. When the commit fails, all of them have failed.
final class GroupCommit: Sendable {
    private struct State {
        var chance: Chance
        /// As of the last commit. Kept by adding up, and counted anew when a bound seems to be reached: another
        /// process may have worked on the file.
        var depths = QueueDepths()
        var countedAt: Instant
        /// The day whose key is known to be on disk.
        var ensuredDay: KeyDay?
    }

    private let engine: SQLiteEngine
    private let vault: KeyVault
    private let clock: any WallClock
    private let limits: StoreLimits
    /// Touched by the writing thread only, so the lock is never waited for.
    private let state: Mutex<State>

    init(engine: SQLiteEngine, vault: KeyVault, clock: any WallClock, limits: StoreLimits, seed: UInt64?) {
        self.engine = engine
        self.vault = vault
        self.clock = clock
        self.limits = limits
        state = Mutex(State(chance: Chance(seed: seed), countedAt: Instant(milliseconds: .min)))
    }

    /// Blocks until everything in `pieces` is on disk or has failed, then answers all of them.
    func perform(_ pieces: [PendingWork<WriteTransaction>]) {
        let begun = pieces.filter { $0.begin() }
        guard !begun.isEmpty else { return }
        let results = state.withLock { commit(begun, state: &$0) }
        for (piece, result) in zip(begun, results) { piece.finish(result) }
    }

    private func commit(_ pieces: [PendingWork<WriteTransaction>], state: inout State) -> [Result<Void, any Error>] {
        let now = clock.now()
        let day = KeyDay(now)
        var results: [Result<Void, any Error>] = []
        do {
            try prepare(day: day, now: now, state: &state)
            let ledger = CommitLedger(limits: limits, chance: state.chance, depths: state.depths)
            defer { state.chance = ledger.chance }
            try engine.write { connection in
                for piece in pieces {
                    ledger.begin()
                    let transaction = WriteTransaction(
                        connection: connection, vault: vault, began: now, day: day, ledger: ledger)
                    do {
                        try connection.savepoint { try piece.body(transaction) }
                        ledger.succeed()
                        results.append(.success(()))
                    } catch let lost as TransactionLost {
                        throw lost.cause
                    } catch {
                        results.append(.failure(error))
                    }
                }
            }
            state.depths = ledger.total
            return results
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
    private func prepare(day: KeyDay, now: Instant, state: inout State) throws {
        if state.ensuredDay != day {
            try engine.write { connection in
                try vault.ensure(.standing, on: connection, now: now)
                try vault.ensure(day, on: connection, now: now)
            }
            state.ensuredDay = day
        }
        let isAtBound = state.depths.events >= limits.waitingEvents || state.depths.bulk >= limits.waitingBulk
        let isStale = state.countedAt.milliseconds == .min || now.since(state.countedAt) >= .seconds(1)
        if state.countedAt.milliseconds == .min || (isAtBound && isStale) {
            state.depths = try engine.read { connection in
                try ReadTransaction(connection: connection, vault: vault, began: now).queueDepths()
            }
            state.countedAt = now
        }
    }
}
