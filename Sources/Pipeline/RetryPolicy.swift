package import Core

/// When a failed send is tried again. First retries of replies come within seconds: somebody is waiting.
package enum RetryPolicy {
    /// Waits before the second, third … attempt; after the last one the message is a dead letter.
    static func waits(_ lane: Lane) -> [Duration] {
        switch lane {
        case .safety:
            [.milliseconds(500), .seconds(1), .seconds(2), .seconds(5), .seconds(10), .seconds(20)]
                + Array(repeating: .seconds(60), count: 60) + Array(repeating: .seconds(900), count: 92)
        case .reply:
            [.seconds(1), .seconds(3), .seconds(10), .seconds(30), .seconds(120), .seconds(600), .seconds(1800)]
        case .bulk:
            [.seconds(30), .seconds(120), .seconds(600), .seconds(1800), .seconds(3600), .seconds(7200)]
        }
    }

    /// The wait before the next attempt, ±25 % so that many do not come back at once; nil when it was the last.
    ///
    /// - Parameter attempt: how many attempts have been made, from 1.
    package static func wait(lane: Lane, attempt: Int, random: inout some RandomSource) -> Duration? {
        let waits = waits(lane)
        guard attempt >= 1, attempt <= waits.count else { return nil }
        return jittered(waits[attempt - 1], random: &random)
    }

    static func jittered(_ wait: Duration, random: inout some RandomSource) -> Duration {
        let milliseconds = max(1, wait.wholeMilliseconds)
        let spread = Int64(random.next() % UInt64(max(1, milliseconds / 2)))
        return .milliseconds(milliseconds - milliseconds / 4 + spread)
    }
}
