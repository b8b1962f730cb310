import CoreMetrics
import Synchronization

/// Counts and times of requests, by route and status.
///
/// The counters are made once for each pair and kept, so that counting a request makes no allocation.
final class RequestMetrics: Sendable {
    private struct Key: Hashable {
        let route: String
        let status: Int
    }

    private let factory: PrometheusMetrics
    private let counters = Mutex<[Key: Counter]>([:])
    private let timers = Mutex<[String: Timer]>([:])

    init(factory: PrometheusMetrics) { self.factory = factory }

    /// - Parameter route: the pattern of the route, never the path that was asked for.
    func record(route: String, status: Int, took duration: Duration) {
        let counter = counters.withLock { counters in
            let key = Key(route: route, status: status)
            if let known = counters[key] { return known }
            let dimensions = [("route", route), ("status", String(status))]
            let fresh = Counter(label: "nhipcau_http_requests", dimensions: dimensions, factory: factory)
            counters[key] = fresh
            return fresh
        }
        counter.increment()
        let timer = timers.withLock { timers in
            if let known = timers[route] { return known }
            let fresh = Timer(label: "nhipcau_http_request", dimensions: [("route", route)], factory: factory)
            timers[route] = fresh
            return fresh
        }
        let (seconds, attoseconds) = duration.components
        timer.recordNanoseconds(seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000)
    }
}
