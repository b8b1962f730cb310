import Synchronization

/// Lets a bounded number of people wait for something slow; everybody else is told to come back.
final class WaitingRoom: Sendable {
    private let seats: Int
    private let taken = Mutex(0)

    init(seats: Int) { self.seats = max(1, seats) }

    /// Nil, without doing anything, when all seats are taken.
    func admit<Outcome>(_ body: () async throws -> Outcome) async rethrows -> Outcome? {
        let isAdmitted = taken.withLock { taken in
            guard taken < seats else { return false }
            taken += 1
            return true
        }
        guard isAdmitted else { return nil }
        defer { taken.withLock { $0 -= 1 } }
        return try await body()
    }
}
