/// The bounds of the store's queues; beyond each the caller gets ``StoreError/full(_:)``.
package struct StoreLimits: Sendable, Equatable {
    /// Incoming events that are not yet handled.
    package var waitingEvents = 100_000
    /// Outbox rows of the bulk lane that are not yet sent. The other lanes are bounded by what comes in.
    package var waitingBulk = 2_000_000
    /// Calls of `write` that wait for their turn.
    package var waitingWrites = 10_000
    /// Reads that run side by side, each on its own connection and thread.
    package var readers = 4

    /// Where several processes may write: how many of this one's accept and claim side by side. With the readers and
    /// the one that decides, this is how many connections a server must have for each process.
    package var queueWriters = 3

    /// Whether people on duty can be paged by mail. Where no account is connected that sends it, who has only an address
    /// counts as nobody: reporters must not be promised a reader whom nothing reaches.
    package var mailsDuty = true

    package init() {}
}
