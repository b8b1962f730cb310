import CoreMetrics
import Testing

@testable import Web

@Suite("Prometheus metrics")
struct PrometheusMetricsTests {
    @Test("A counter is one series however often it is made, and its name ends in _total once")
    func counters() {
        let metrics = PrometheusMetrics()
        Counter(label: "events", dimensions: [("lane", "reply")], factory: metrics).increment(by: 2)
        Counter(label: "events", dimensions: [("lane", "reply")], factory: metrics).increment()
        Counter(label: "sends_total", factory: metrics).increment()
        let text = metrics.exposition()
        #expect(text.contains("# TYPE events_total counter\nevents_total{lane=\"reply\"} 3\n"))
        #expect(text.contains("\nsends_total 1\n"))
        #expect(!text.contains("_total_total"))
    }

    @Test("Label values are escaped, labels sorted, names made legal")
    func escaping() {
        let metrics = PrometheusMetrics()
        let dimensions = [("z", "line\nbreak"), ("a b", "say \"xin\" \\ chào")]
        Gauge(label: "số.waiting", dimensions: dimensions, factory: metrics).record(1.5)
        let line = #"s__waiting{a_b="say \"xin\" \\ chào",z="line\nbreak"} 1.5"#
        #expect(metrics.exposition().split(separator: "\n").contains(Substring(line)))
    }

    @Test("A timer is a histogram in seconds whose buckets add up and end in +Inf")
    func timers() {
        let metrics = PrometheusMetrics()
        let timer = Timer(label: "request", factory: metrics)
        timer.recordMilliseconds(3)
        timer.recordMilliseconds(700)
        timer.recordSeconds(60)
        let lines = metrics.exposition().split(separator: "\n").map(String.init)
        #expect(lines.first == "# TYPE request_seconds histogram")
        #expect(lines.contains(#"request_seconds_bucket{le="0.0025"} 0"#))
        #expect(lines.contains(#"request_seconds_bucket{le="0.005"} 1"#))
        #expect(lines.contains(#"request_seconds_bucket{le="1"} 2"#))
        #expect(lines.contains(#"request_seconds_bucket{le="+Inf"} 3"#))
        #expect(lines.contains("request_seconds_count 3"))
        #expect(lines.contains { $0.hasPrefix("request_seconds_sum 60.70") })
    }

    @Test("Names and series come out sorted, so that two scrapes can be compared")
    func order() {
        let metrics = PrometheusMetrics()
        for label in ["b", "a", "c"] {
            for lane in ["y", "x"] { Counter(label: label, dimensions: [("l", lane)], factory: metrics).increment() }
        }
        let names = metrics.exposition().split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(names == names.sorted())
        #expect(names.count == 6)
    }

    @Test("Series beyond the bound share one, so that nobody can fill the memory")
    func cardinality() {
        let metrics = PrometheusMetrics(maximumSeries: 3)
        for number in 0..<50 {
            Counter(label: "hits", dimensions: [("who", "\(number)")], factory: metrics).increment()
        }
        let lines = metrics.exposition().split(separator: "\n").filter { $0.hasPrefix("hits_total") }
        #expect(lines.count == 4)
        #expect(lines.contains(#"hits_total{who="other"} 47"#))
    }

    @Test("A name of another kind is counted as a conflict and breaks nothing")
    func conflict() {
        let metrics = PrometheusMetrics()
        Gauge(label: "x_total", factory: metrics).record(5)
        Counter(label: "x", factory: metrics).increment()
        let text = metrics.exposition()
        #expect(text.contains("# TYPE x_total gauge\nx_total 5\n"))
        #expect(text.contains("nhipcau_metric_conflicts 1\n"))
    }

    @Test("No increment is lost among many threads")
    func threads() async {
        let metrics = PrometheusMetrics()
        let counter = Counter(label: "n", factory: metrics)
        let meter = Meter(label: "m", factory: metrics)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1_000 {
                        counter.increment()
                        meter.increment(by: 0.5)
                    }
                }
            }
        }
        let text = metrics.exposition()
        #expect(text.contains("n_total 8000\n"))
        #expect(text.contains("m 4000\n"))
    }
}
