/// Writes the Prometheus text format 0.0.4.
struct PrometheusText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var output = ""

    mutating func type(_ name: String, _ kind: MetricFamily.Kind) {
        output += "# TYPE \(name) \(kind.rawValue)\n"
    }

    mutating func sample(_ name: String, _ labels: String, _ value: String) {
        output += name
        if !labels.isEmpty { output += "{\(labels)}" }
        output += " \(value)\n"
    }

    mutating func series(_ name: String, _ labels: String, _ series: MetricSeries) {
        switch series {
        case .counter(let counter): sample(name, labels, String(counter.value))
        case .sum(let sum): sample(name, labels, Self.number(sum.value))
        case .gauge(let gauge): sample(name, labels, Self.number(gauge.value))
        case .histogram(let histogram):
            let snapshot = histogram.snapshot
            var cumulative: UInt64 = 0
            for (bound, count) in zip(histogram.bounds + [.infinity], snapshot.buckets) {
                cumulative &+= count
                let bucket = "le=\"\(Self.number(bound))\""
                sample(name + "_bucket", labels.isEmpty ? bucket : labels + "," + bucket, String(cumulative))
            }
            sample(name + "_sum", labels, Self.number(snapshot.sum))
            sample(name + "_count", labels, String(cumulative))
        }
    }

    /// `[a-zA-Z_:][a-zA-Z0-9_:]*`; every other scalar becomes `_`. The suffix is added once.
    static func metricName(_ label: String, suffix: String) -> String {
        let name = sanitized(label, isName: true)
        return name.hasSuffix(suffix) ? name : name + suffix
    }

    /// `a="x",b="y"`, sorted by name; empty without dimensions.
    static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.map { (sanitized($0.0, isName: false), escaped($0.1)) }
            .sorted { $0.0 < $1.0 }
            .map { "\($0.0)=\"\($0.1)\"" }
            .joined(separator: ",")
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if value.magnitude < 1e15, value == value.rounded(.towardZero) { return String(Int64(value)) }
        return "\(value)"
    }

    private static func sanitized(_ text: String, isName: Bool) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isLetter = ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
            let isDigit = ("0"..."9").contains(scalar)
            if isDigit, result.isEmpty { result.append("_") }
            result.append(isLetter || isDigit || (isName && scalar == ":") ? scalar : "_")
        }
        return result.isEmpty ? "_" : String(result)
    }

    /// The value of a label: backslash, quote and line feed are escaped, long values are cut.
    private static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(128) {
            switch scalar {
            case "\\": result.append(contentsOf: "\\\\".unicodeScalars)
            case "\"": result.append(contentsOf: "\\\"".unicodeScalars)
            case "\n": result.append(contentsOf: "\\n".unicodeScalars)
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
