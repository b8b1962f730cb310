extension InboundEvent {
    /// Whether somebody changed what they had written: recorded as an event, but one that carries the new text.
    ///
    /// The first text has had its effect, so this one has none; only danger in it counts.
    package var isCorrection: Bool { kind == .event && text != nil }

    /// The event as it is read and heard: a correction is a message that its ``name`` tells apart.
    package var heard: InboundEvent {
        guard isCorrection else { return self }
        var event = self
        event.kind = .message
        return event
    }
}
