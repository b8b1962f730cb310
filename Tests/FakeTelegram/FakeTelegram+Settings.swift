package import Core

extension FakeTelegram {
    /// One bot.
    package struct Settings: Sendable {
        package var token = "7000000001:AAF_gia-lap_khong-dung-duoc_01234567"
        package var botID: Int64 = 7_000_000_001
        package var username = "NhipCauThuBot"
        /// Messages in one second of the clock, over which everybody is answered 429; nil = no limit.
        package var sendsPerSecond: Int?
        /// The wait before an update is delivered a second time; doubles with each further try.
        package var firstRetry: Duration = .milliseconds(50)
        package var longestRetry: Duration = .seconds(2)
        /// An update that is still not taken after this is given up.
        package var patience: Duration = .seconds(60)
        package var clock: any WallClock = SystemClock()

        package init() {}
    }

    /// What goes wrong with one call.
    package enum Fault: Sendable, Equatable {
        /// The platform refuses with its own words; the call has no effect.
        case refused(Int, String, migrateTo: Int64? = nil)
        /// 429 with `retry_after`; the chat is refused until then.
        case throttled(seconds: Int)
        /// An HTTP status with a page for people, as from a gateway; the call has no effect.
        case status(Int)
        /// The connection is reset when the next request arrives, before anything of it is read. Which call that is
        /// cannot be known: this fault meets whatever comes first.
        case closedBeforeReading
        /// The request is read and the connection closed; it has no effect.
        case closedAfterReading
        /// The request has its effect and the connection is closed without an answer.
        case closedAfterActing
        /// 200 with a page for people.
        case notJSON(acted: Bool)
        /// The request has its effect at once; the answer comes after this time.
        case delayed(Duration)
        /// The request has its effect at once; the answer comes after `releaseHeld()`.
        case held
    }

    /// A message that was accepted.
    package struct Message: Sendable, Equatable {
        package struct Button: Sendable, Equatable {
            package var text: String
            package var data: String

            package init(text: String, data: String) {
                self.text = text
                self.data = data
            }
        }

        package var chat: Int64
        /// Counts in its chat alone.
        package var id: Int64
        /// The text, or what stands under the picture.
        package var text: String
        package var photo: String?
        package var buttons: [Button]
        package var at: Instant
    }

    /// Something that happened on the platform, as it is delivered.
    package struct Update: Sendable, Equatable {
        package var id: Int64
        package var chat: Int64
        package var name: String
        package var body: [UInt8]
    }

    /// How an update was taken.
    package struct Delivery: Sendable, Equatable {
        /// Statuses of all tries in their order; 0 for one without an answer.
        package var statuses: [Int]
        /// What the bot asked for in the answer to the last one.
        package var method: String?
    }
}
