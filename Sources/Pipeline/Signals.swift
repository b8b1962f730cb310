/// The wake-up calls between the stations of the pipeline. All are hints: what is stored is the truth.
package struct Signals: Sendable {
    /// New events are waiting.
    package let arrivals = Signal()
    /// New messages are waiting to be sent.
    package let departures = Signal()
    /// A timer was set or moved.
    package let timers = Signal()
    /// A report came in, or has changed.
    package let duty = Signal()
    /// A broadcast was written down, or goes on.
    package let broadcasts = Signal()
    /// New messages are waiting to be fetched.
    package let feed = Feed()
    /// How many processes serve the database, as far as this one knows; it is one of them.
    let processes = Shared(1)

    package init() {}
}
