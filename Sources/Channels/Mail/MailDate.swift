import Core

/// `Tue, 24 Nov 2026 13:00:00 +0700`, as RFC 5322 has it.
enum MailDate {
    private static let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    static func text(_ instant: Instant) -> String {
        let time = CivilTime(instant)
        let (year, month, day) = time.date.components
        // Four digits are all that the format has.
        let shown = min(max(year, 1_900), 9_999)
        return "\(days[time.date.isoWeekday - 1]), \(day) \(months[month - 1]) \(shown) "
            + "\(two(time.hour)):\(two(time.minute)):\(two(time.second)) +0700"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}
