import CoreMetrics
import Synchronization

/// A count of whole things. Wraps around at 2^63, as Prometheus expects of a reset.
final class CounterSeries: CounterHandler, Sendable {
    private let total = Atomic<Int64>(0)

    func increment(by amount: Int64) { total.wrappingAdd(amount, ordering: .relaxed) }
    func reset() { total.store(0, ordering: .relaxed) }
    var value: Int64 { total.load(ordering: .relaxed) }
}

/// A count that grows by fractions.
final class SumSeries: FloatingPointCounterHandler, Sendable {
    private let total = AtomicDouble()

    func increment(by amount: Double) { total.add(amount) }
    func reset() { total.store(0) }
    var value: Double { total.load() }
}

/// A value that goes up and down.
final class GaugeSeries: MeterHandler, RecorderHandler, Sendable {
    private let current = AtomicDouble()

    func set(_ value: Int64) { current.store(Double(value)) }
    func set(_ value: Double) { current.store(value) }
    func increment(by amount: Double) { current.add(amount) }
    func decrement(by amount: Double) { current.add(-amount) }
    func record(_ value: Int64) { current.store(Double(value)) }
    func record(_ value: Double) { current.store(value) }
    var value: Double { current.load() }
}

/// How often values fell under each of a few fixed bounds.
final class HistogramSeries: TimerHandler, RecorderHandler, Sendable {
    /// From a millisecond to half a minute; webhooks must be answered within two seconds.
    static let secondBounds: [Double] = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30,
    ]
    /// For counts and bytes.
    static let countBounds: [Double] = [1, 2, 5, 10, 20, 50, 100, 1_000, 10_000, 100_000, 1_000_000]

    struct State: Sendable {
        /// One more than there are bounds; the last is for everything above.
        var buckets: [UInt64]
        var sum = 0.0
    }

    let bounds: [Double]
    private let state: Mutex<State>

    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(buckets: Array(repeating: 0, count: bounds.count + 1)))
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        let index = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.buckets[index] &+= 1
            state.sum += value
        }
    }

    var snapshot: State { state.withLock { $0 } }
}

/// A number with a fraction that many threads change.
private struct AtomicDouble: ~Copyable, Sendable {
    private let bits = Atomic<UInt64>(Double.zero.bitPattern)

    func load() -> Double { Double(bitPattern: bits.load(ordering: .relaxed)) }
    func store(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    func add(_ amount: Double) {
        var current = bits.load(ordering: .relaxed)
        while true {
            let next = (Double(bitPattern: current) + amount).bitPattern
            let (exchanged, original) = bits.weakCompareExchange(
                expected: current, desired: next, ordering: .relaxed)
            if exchanged { return }
            current = original
        }
    }
}
