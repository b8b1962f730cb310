import Core
import Pipeline
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A machine whose time passes only when nothing is left to do, and that does one thing after another.
///
/// Tasks run here and nowhere else, on the thread that calls ``run(until:)``. What waits, waits in ``agenda``. So the
/// same seed gives the same run, and hours take no time.
final class SimulatedMachine: TaskExecutor, Surroundings, WallClock, @unchecked Sendable {
    // Unchecked because everything but `ready` is touched by the one thread of the run.

    private struct Entry {
        let at: Int64
        let order: Int
        let isAlive: () -> Bool
        let action: () -> Void
    }

    private let ready = Mutex<[UnownedJob]>([])
    private var agenda: [Entry] = []
    private var scheduled = 0
    private var sleepers: [Int: CheckedContinuation<Void, Never>] = [:]
    private var nextSleeper = 0
    private(set) var milliseconds: Int64
    private let start: Int64
    private let origin = ContinuousClock.now
    private var random: SeededRandom
    /// When something last happened that was not only somebody looking whether something has.
    private(set) var lastActivity: Int64
    private(set) var steps = 0
    private var thread = pthread_self()
    /// Jobs that came from another thread: when there are any, the run cannot be repeated.
    let strangers = Atomic<Int>(0)

    init(start: Instant, seed: UInt64) {
        milliseconds = start.milliseconds
        self.start = start.milliseconds
        lastActivity = start.milliseconds
        random = SeededRandom(seed: seed)
    }

    // MARK: Time

    func now() -> Instant { Instant(milliseconds: milliseconds) }

    func elapsed() -> ContinuousClock.Instant { origin.advanced(by: .milliseconds(milliseconds - start)) }

    func noteActivity() { lastActivity = milliseconds }

    /// Runs `action` then, unless `isAlive` says that it has become pointless.
    func schedule(in delay: Int64, isAlive: @escaping () -> Bool = { true }, _ action: @escaping () -> Void) {
        scheduled += 1
        push(Entry(at: milliseconds + max(0, delay), order: scheduled, isAlive: isAlive, action: action))
    }

    /// Whoever looks again and again whether there is something to do looks the more rarely the longer there was not.
    func sleep(for duration: Duration) async throws {
        var length = max(1, duration.wholeMilliseconds)
        if length >= 1_000 { length = max(length, min((milliseconds - lastActivity) / 2, 600_000)) }
        nextSleeper += 1
        let id = nextSleeper
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled { return continuation.resume() }
                sleepers[id] = continuation
                schedule(in: length, isAlive: { self.sleepers[id] != nil }, { self.wake(id) })
            }
        } onCancel: {
            wake(id)
        }
        try Task.checkCancellation()
    }

    private func wake(_ id: Int) { sleepers.removeValue(forKey: id)?.resume() }

    // MARK: Chance

    var executor: any TaskExecutor { self }

    func chance() -> SeededRandom { SeededRandom(seed: random.next()) }

    // MARK: Running

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if pthread_equal(pthread_self(), thread) == 0 { strangers.add(1, ordering: .relaxed) }
        ready.withLock { $0.append(job) }
    }

    /// Goes on until nothing is left to do, `isOver` says so, or the time has come.
    func run(until end: Int64, isOver: () -> Bool = { false }) {
        thread = pthread_self()
        while !isOver() {
            if let job = nextJob() {
                job.runSynchronously(on: asUnownedTaskExecutor())
                steps += 1
                continue
            }
            guard let first = agenda.first, first.at <= end else { return }
            pop()
            guard first.isAlive() else { continue }
            milliseconds = max(milliseconds, first.at)
            steps += 1
            first.action()
        }
    }

    /// Mostly what has waited longest; now and then any other, as with several processors.
    private func nextJob() -> UnownedJob? {
        ready.withLock { ready in
            guard !ready.isEmpty else { return nil }
            let draw = random.next()
            let index = draw % 4 == 0 ? Int((draw >> 8) % UInt64(ready.count)) : 0
            return ready.remove(at: index)
        }
    }

    // MARK: The agenda, a heap by time

    private func isBefore(_ one: Entry, _ other: Entry) -> Bool { (one.at, one.order) < (other.at, other.order) }

    private func push(_ entry: Entry) {
        agenda.append(entry)
        var child = agenda.count - 1
        while child > 0, isBefore(agenda[child], agenda[(child - 1) / 2]) {
            agenda.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private func pop() {
        agenda.swapAt(0, agenda.count - 1)
        agenda.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < agenda.count && isBefore(agenda[child], agenda[least]) {
                least = child
            }
            if least == parent { return }
            agenda.swapAt(parent, least)
            parent = least
        }
    }
}

extension SeededRandom {
    mutating func below(_ bound: Int) -> Int { bound <= 1 ? 0 : Int(next() % UInt64(bound)) }
    mutating func within(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + Int64(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }
    /// True so many times in a thousand.
    mutating func happens(_ perMille: Int) -> Bool { below(1_000) < perMille }
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}
