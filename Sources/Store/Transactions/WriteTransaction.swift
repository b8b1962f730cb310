import Core
import Sealing

/// What one closure may do: all of it is committed together, or none.
package final class WriteTransaction: ReadTransaction {
    private let day: KeyDay
    /// Shared by the closures of one commit.
    let ledger: CommitLedger

    init(connection: any SQLConnection, vault: KeyVault, began: Instant, day: KeyDay, ledger: CommitLedger) {
        self.day = day
        self.ledger = ledger
        super.init(connection: connection, vault: vault, began: began)
    }

    /// Seals content under today's key, or under the standing key for what must outlive the day's erasure.
    func seal(_ content: [UInt8], _ place: SealedPlace, id: String, standing: Bool = false) throws -> [UInt8] {
        let wanted = standing ? KeyDay.standing : day
        guard let key = try vault.key(for: wanted, on: connection) else {
            throw StoreError.engine(code: 0, "the data key of the day is missing")
        }
        return try PayloadCipher.seal(content, with: key, place: place.name(of: id))
    }

    /// The day under which ``seal(_:_:id:standing:)`` seals.
    func sealingDay(standing: Bool = false) -> Int {
        Int(standing ? KeyDay.standing.rawValue : day.rawValue)
    }

    func makeID<Tag>(at now: Instant) -> Identifier<Tag> { ledger.makeID(at: now) }
}

/// What the closures of one commit share and leave behind: the source of ids, and by how much queues have grown.
///
/// Confined to the writing thread.
final class CommitLedger {
    let limits: StoreLimits
    private var chance: Chance
    /// Depths when the commit began.
    private let depths: QueueDepths
    /// Of the closures that have succeeded.
    private var settled = QueueDepths()
    /// Of the closure that is running.
    private var running = QueueDepths()

    private let arrivals: ArrivalOrder

    init(limits: StoreLimits, chance: Chance, depths: QueueDepths, arrivals: ArrivalOrder) {
        self.limits = limits
        self.chance = chance
        self.depths = depths
        self.arrivals = arrivals
    }

    var waitingEvents: Int { depths.events + settled.events + running.events }
    var waitingBulk: Int { depths.bulk + settled.bulk + running.bulk }

    /// By how much the queues have grown when this is committed.
    var growth: QueueDepths { settled }

    /// Rises with each call, also from one commit to the next.
    func nextArrival() -> Int64 { arrivals.next() }

    func noteEvents(_ difference: Int) { running.events += difference }
    func noteBulk(_ difference: Int) { running.bulk += difference }

    func begin() { running = QueueDepths() }

    func succeed() {
        settled.events += running.events
        settled.bulk += running.bulk
        running = QueueDepths()
    }

    func makeID<Tag>(at now: Instant) -> Identifier<Tag> {
        IdentifierSource().make(at: now, random: &chance)
    }
}

/// How much waits in the bounded queues.
struct QueueDepths: Sendable, Equatable {
    var events = 0
    var bulk = 0

    static func += (depths: inout Self, growth: Self) {
        depths.events = max(0, depths.events + growth.events)
        depths.bulk = max(0, depths.bulk + growth.bulk)
    }
}

/// The system's generator, or a seeded one for repeatable runs.
enum Chance: RandomSource, Sendable {
    case system(SystemRandom)
    case seeded(SeededRandom)

    init(seed: UInt64?) { self = seed.map { .seeded(SeededRandom(seed: $0)) } ?? .system(SystemRandom()) }

    /// A source of its own for one commit, so that commits may run side by side.
    mutating func fork() -> Chance {
        switch self {
        case .system: self
        case .seeded: .seeded(SeededRandom(seed: next()))
        }
    }

    mutating func next() -> UInt64 {
        switch self {
        case .system(var source):
            return source.next()
        case .seeded(var source):
            let value = source.next()
            self = .seeded(source)
            return value
        }
    }
}
