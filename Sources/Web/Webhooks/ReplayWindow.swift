import Core

/// Lets nobody repeat a webhook of long ago whose de-duplication key may be forgotten.
///
/// What claims to be older than ``length`` is recorded without its content and has no effect. Events that carry no time
/// (presses of buttons on some platforms) pass, and so does what may tell of danger: whose clock is wrong cannot be known
/// here, and a card that is sent twice does less harm than one that is not sent.
struct ReplayWindow: Sendable {
    let length: Duration

    /// The events, with those that are too old made harmless, and how many those were.
    ///
    /// - Parameter isUrgent: asked for those that are too old only.
    func sift(
        _ events: [InboundEvent], at now: Instant, isUrgent: (InboundEvent) -> Bool
    ) -> (events: [InboundEvent], stale: Int) {
        let oldest = now - length
        guard events.contains(where: { isStale($0, oldest) }) else { return (events, 0) }
        var stale = 0
        let sifted = events.map { event -> InboundEvent in
            guard isStale(event, oldest), !isUrgent(event) else { return event }
            stale += 1
            var event = event
            event.kind = .ignored
            event.text = nil
            event.payload = nil
            event.attachments = []
            event.status = nil
            return event
        }
        return (sifted, stale)
    }

    private func isStale(_ event: InboundEvent, _ oldest: Instant) -> Bool { event.timestamp.map { $0 < oldest } ?? false }
}
