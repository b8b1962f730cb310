import Store
import Synchronization

/// Whether the process can do its work now.
final class Health: Sendable {
    private let store: Store
    private let others: @Sendable () async -> [String]
    private let isShuttingDown = Atomic<Bool>(false)
    /// A database that takes longer to answer is no use to anybody.
    private let patience: Duration

    init(store: Store, patience: Duration = .seconds(3), others: @escaping @Sendable () async -> [String]) {
        self.store = store
        self.patience = patience
        self.others = others
    }

    func shutDown() { isShuttingDown.store(true, ordering: .releasing) }

    /// Stable codes; empty when all is well.
    func reasonsNotReady() async -> [String] {
        var reasons: [String] = []
        if isShuttingDown.load(ordering: .acquiring) { reasons.append("shutting_down") }
        if await !databaseAnswers() { reasons.append("database") }
        reasons += await others()
        return reasons
    }

    private func databaseAnswers() async -> Bool {
        // Known to be away: it is looked for already, and nobody need wait for it here.
        if store.trouble != nil { return false }
        return await databaseIsWritten()
    }

    private func databaseIsWritten() async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { [store] in (try? await store.ping()) != nil }
            group.addTask { [patience] in
                try? await Task.sleep(for: patience)
                return false
            }
            let first = await group.next() ?? false
            group.cancelAll()
            return first
        }
    }
}
