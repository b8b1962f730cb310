package import CoreMetrics
import Synchronization

/// The metrics of the process, in memory, and their Prometheus text.
///
/// A metrics factory: `MetricsSystem.bootstrap(_:)` takes it once at start, or a `Counter` is given it directly.
/// Counters get `_total`, timers become histograms in seconds, recorders histograms or gauges, meters gauges. The same
/// label with the same dimensions is always the same series, from wherever it is asked for.
///
/// Recording takes no global lock and makes no allocation. Making a metric takes the registry's lock: keep the metric.
///
/// The number of series of one name is bounded: beyond ``maximumSeries`` all further ones share a series whose
/// dimensions are all `other`, so that nothing from outside can fill the memory.
package final class PrometheusMetrics: MetricsFactory, Sendable {
    private struct Registry {
        var families: [String: MetricFamily] = [:]
        /// Metrics that were asked for under a name of another kind; they count, but nobody sees them.
        var conflicts = 0
    }

    /// How many series one name may have.
    package let maximumSeries: Int
    private let registry = Mutex(Registry())

    package init(maximumSeries: Int = 300) { self.maximumSeries = max(1, maximumSeries) }

    // MARK: Factory

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let series = series(label, suffix: "_total", dimensions) { .counter(CounterSeries()) }
        if case .counter(let counter) = series { return counter }
        return CounterSeries()
    }

    package func makeFloatingPointCounter(label: String, dimensions: [(String, String)])
        -> any FloatingPointCounterHandler
    {
        let series = series(label, suffix: "_total", dimensions) { .sum(SumSeries()) }
        if case .sum(let sum) = series { return sum }
        return SumSeries()
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions)
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        guard aggregate else { return gauge(label, dimensions) }
        return histogram(label, suffix: "", dimensions, bounds: HistogramSeries.countBounds)
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, suffix: "_seconds", dimensions, bounds: HistogramSeries.secondBounds)
    }

    // A series may have several holders, so it lives as long as the process; their number is bounded.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    private func gauge(_ label: String, _ dimensions: [(String, String)]) -> GaugeSeries {
        let series = series(label, suffix: "", dimensions) { .gauge(GaugeSeries()) }
        if case .gauge(let gauge) = series { return gauge }
        return GaugeSeries()
    }

    private func histogram(
        _ label: String, suffix: String, _ dimensions: [(String, String)], bounds: [Double]
    ) -> HistogramSeries {
        let series = series(label, suffix: suffix, dimensions) { .histogram(HistogramSeries(bounds: bounds)) }
        if case .histogram(let histogram) = series { return histogram }
        return HistogramSeries(bounds: bounds)
    }

    private func series(
        _ label: String, suffix: String, _ dimensions: [(String, String)], make: () -> MetricSeries
    ) -> MetricSeries {
        let name = PrometheusText.metricName(label, suffix: suffix)
        return registry.withLock { registry in
            let fresh = make()
            var family = registry.families[name] ?? MetricFamily(kind: fresh.kind)
            guard family.kind == fresh.kind else {
                registry.conflicts += 1
                return fresh
            }
            var labels = PrometheusText.labels(dimensions)
            if family.series[labels] == nil, family.series.count >= maximumSeries {
                labels = PrometheusText.labels(dimensions.map { ($0.0, "other") })
            }
            if let known = family.series[labels], known.sameType(as: fresh) { return known }
            family.series[labels] = fresh
            registry.families[name] = family
            return fresh
        }
    }

    // MARK: Exposition

    /// All series in the text format of Prometheus 0.0.4: names sorted, series of a name sorted by their labels.
    package func exposition() -> String {
        let (families, conflicts) = registry.withLock { ($0.families, $0.conflicts) }
        var text = PrometheusText()
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            text.type(name, family.kind)
            for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                text.series(name, labels, series)
            }
        }
        if conflicts > 0 {
            text.type("nhipcau_metric_conflicts", .gauge)
            text.sample("nhipcau_metric_conflicts", "", PrometheusText.number(Double(conflicts)))
        }
        return text.output
    }
}

/// All series of one name.
struct MetricFamily {
    enum Kind: String { case counter, gauge, histogram }

    let kind: Kind
    /// By their rendered labels.
    var series: [String: MetricSeries] = [:]

    init(kind: Kind) { self.kind = kind }
}

enum MetricSeries {
    case counter(CounterSeries)
    case sum(SumSeries)
    case gauge(GaugeSeries)
    case histogram(HistogramSeries)

    var kind: MetricFamily.Kind {
        switch self {
        case .counter, .sum: .counter
        case .gauge: .gauge
        case .histogram: .histogram
        }
    }

    /// A whole and a fractional counter share a kind but not a holder.
    func sameType(as other: MetricSeries) -> Bool {
        switch (self, other) {
        case (.counter, .counter), (.sum, .sum), (.gauge, .gauge), (.histogram, .histogram): true
        default: false
        }
    }
}
