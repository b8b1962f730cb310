import CoreMetrics

struct TLSMetrics: Sendable {
    let daysLeft: Gauge
    let renewed: Counter
    let refused: Counter

    init(factory: any MetricsFactory) {
        daysLeft = Gauge(label: "nhipcau_tls_certificate_days_left", factory: factory)
        renewed = Counter(label: "nhipcau_tls_certificates_renewed", factory: factory)
        refused = Counter(label: "nhipcau_tls_certificates_refused", factory: factory)
    }
}
