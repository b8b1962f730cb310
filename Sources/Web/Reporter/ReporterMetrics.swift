import CoreMetrics

/// How often something happened on the reporters' pages; never to whom.
struct ReporterMetrics: Sendable {
    /// What became of a link whose code was asked for.
    enum Receipt: String, CaseIterable { case issued, unusable, busy }
    /// What became of an attempt to open a mailbox.
    enum Opening: String, CaseIterable { case opened, refused, limited, busy }
    /// What became of a message.
    enum Message: String, CaseIterable { case stored, refused, failed }

    private let receipts: [Receipt: Counter]
    private let openings: [Opening: Counter]
    private let messages: [Message: Counter]

    init(factory: PrometheusMetrics) {
        receipts = Self.counters("nhipcau_receipt_links", factory)
        openings = Self.counters("nhipcau_mailbox_openings", factory)
        messages = Self.counters("nhipcau_mailbox_messages", factory)
    }

    func count(_ receipt: Receipt) { receipts[receipt]?.increment() }
    func count(_ opening: Opening) { openings[opening]?.increment() }
    func count(_ message: Message) { messages[message]?.increment() }

    private static func counters<Result: CaseIterable & RawRepresentable & Hashable>(
        _ label: String, _ factory: PrometheusMetrics
    ) -> [Result: Counter] where Result.RawValue == String {
        var counters: [Result: Counter] = [:]
        for result in Result.allCases {
            counters[result] = Counter(label: label, dimensions: [("result", result.rawValue)], factory: factory)
        }
        return counters
    }
}
