/// What goes wrong with one answer of the fake platform.
package enum Fault: Sendable, Equatable {
    /// An HTTP status with a page for people; the request has no effect.
    case status(Int, retryAfterSeconds: Int? = nil)
    /// HTTP 200 with this number in `error`; the request has no effect.
    case error(Int)
    /// The connection is reset when the next request arrives, before anything of it is read. Which call that is
    /// cannot be known: this fault meets whatever comes first.
    case closedBeforeReading
    /// The request is read and the connection closed; it has no effect.
    case closedAfterReading
    /// The request has its effect and the connection is closed without an answer.
    case closedAfterActing
    /// HTTP 200 with a page for people, as a gateway in between would answer.
    case notJSON(acted: Bool)
    /// The request has its effect at once; the answer comes after this time.
    case delayed(Duration)
    /// The request has its effect at once; the answer comes after `releaseHeld()`.
    case held
}
