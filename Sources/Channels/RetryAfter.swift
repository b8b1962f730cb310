package import Core

/// How long a peer asks to wait.
package enum RetryAfter {
    /// Longer waits are cut: a person looks at a queue at least once a day.
    package static let longest: Duration = .seconds(86_400)

    /// The `Retry-After` of an answer: seconds, or a date measured against the answer's own `Date`; nil when there is
    /// none or it cannot be read.
    package static func read(_ answer: HTTPAnswer) -> Duration? {
        guard let text = answer.headers["retry-after"] else { return nil }
        if let seconds = seconds(text) { return seconds }
        guard let until = date(text), let sent = answer.headers["date"].flatMap(date) else { return nil }
        return min(max(until.since(sent), .zero), longest)
    }

    private static func seconds(_ text: String) -> Duration? {
        let trimmed = text.utf8.drop { $0 == 0x20 }.prefix { $0 != 0x20 }
        guard !trimmed.isEmpty, trimmed.allSatisfy({ (48...57).contains($0) }) else { return nil }
        guard trimmed.count <= 9, let value = Int64(Substring(trimmed)) else { return longest }
        return min(.seconds(value), longest)
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func date(_ text: String) -> Instant? {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: String(parts[2])),
            parts[1].utf8.count == 2, parts[3].utf8.count == 4
        else { return nil }
        let number = month + 1
        return Instant(iso8601: "\(parts[3])-\(number < 10 ? "0" : "")\(number)-\(parts[1])T\(parts[4])Z")
    }
}
