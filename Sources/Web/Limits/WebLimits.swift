import Core
package import Sealing

/// Bounds of the server. What happens when one is passed stands beside it.
package struct WebLimits: Sendable, Equatable {
    /// A webhook body above it: 413.
    package var webhookBodyBytes = Limits.webhookBodyBytes
    /// A web chat body above it: 413.
    package var chatBodyBytes = 64 << 10
    /// A body that is not complete after this long: 408, and the connection is closed.
    package var bodyDeadline: Duration = .seconds(15)
    /// A connection whose first request has not begun after this long, TLS included, is closed.
    package var headDeadline: Duration = .seconds(20)
    /// All header fields of a request together: above it 431, and the connection is closed.
    package var headerBytes = 16 << 10
    package var headerCount = 100
    /// A connection without a request, or with half of one, is closed after this long.
    package var idleTimeout: Duration = .seconds(60)
    /// A client that takes nothing of its answer for this long is cut off.
    package var stallTimeout: Duration = .seconds(60)
    /// Connections above it: one that waits for nothing is closed for the new one; when all are being answered, the new
    /// one is told 503 at its first request and closed. Never more than the process may have files open, less a reserve.
    package var connections = 16_384
    /// Connections from one address above it are closed at once; trusted proxies have no such limit. Room for a school of
    /// 500 behind one address, each browser with six connections.
    package var connectionsPerSource = 4_096
    /// Files that are left for the database, its copies and calls to platforms.
    package var filesInReserve = 512
    /// Event streams above it: 503.
    package var streams = 4_096
    /// Event streams of one source above it: 429.
    package var streamsPerSource = 2_048
    /// Event streams of one session above it: 429.
    package var streamsPerSession = 4
    /// How often an idle event stream gets a comment, so that proxies keep it open.
    package var heartbeat: Duration = .seconds(20)
    /// How often an event stream looks for messages that nobody woke it for.
    package var streamPoll: Duration = .seconds(5)
    /// Messages read from the store at once for a stream.
    package var streamBatch = 50
    /// New sessions of one source address: this many at once, then one each ``sessionInterval``; above it 429.
    /// Generous, because a whole school of 500 can share one address and be told about the chat in one morning.
    package var sessionBurst = 1_000
    package var sessionInterval: Duration = .seconds(1)
    /// Messages of one session: this many at once, then one each ``messageInterval``; above it 429.
    package var messageBurst = 20
    package var messageInterval: Duration = .seconds(1)
    /// Messages of one source address, all its sessions together: as above.
    package var sourceMessageBurst = 5_000
    package var sourceMessageInterval: Duration = .milliseconds(10)
    /// Requests of one source address for pages, health and whatever has no limit of its own: as above.
    package var requestBurst = 5_000
    package var requestInterval: Duration = .milliseconds(10)
    /// Webhooks that are refused (wrong signature, not the platform's shape) from one source address: this many at once,
    /// then one each ``webhookRefusalInterval``. Above it the refusal comes after ``webhookRefusalDelay`` and ends the
    /// connection; what is signed well is taken all the same, because others may share the address.
    package var webhookRefusalBurst = 50
    package var webhookRefusalInterval: Duration = .seconds(1)
    package var webhookRefusalDelay: Duration = .seconds(2)
    /// How many refusals may be held back at a time; the others come at once.
    package var webhookRefusalSeats = 256
    /// Wrong tokens and unknown sessions from one source address: as above, then 429. Sessions of the same address that
    /// have shown their token go on.
    package var refusalBurst = 100
    package var refusalInterval: Duration = .seconds(1)
    /// Attempts of one source address to open a mailbox that fail: this many at once, then one each
    /// ``mailboxTryInterval``; above it 429. What succeeds does not count.
    package var mailboxTryBurst = 10
    package var mailboxTryInterval: Duration = .seconds(90)
    /// Failed attempts at one code from all sources together: this many at once, then one each ``mailboxCodeInterval``.
    /// Above it the code is not locked, but each neighbourhood of addresses has only ``mailboxWaryBurst`` more, then one
    /// each ``mailboxWaryInterval``; above that 429.
    package var mailboxCodeBurst = 30
    package var mailboxCodeInterval: Duration = .seconds(10 * 60)
    package var mailboxWaryBurst = 2
    package var mailboxWaryInterval: Duration = .seconds(3 * 3600)
    /// A failed attempt is answered after a multiple of this; zero = at once.
    package var mailboxAnswerStep: Duration = .milliseconds(500)
    /// What a new mailbox costs to open.
    package var mailboxCost = HashCost.standard
    /// How many may wait for a mailbox to be made, and how many for one to be opened; above it 503.
    package var mailboxQueue = 8
    /// Opened mailboxes; the one that was idle longest is closed for the next.
    package var mailboxSessions = 1_000
    /// An opened mailbox that nobody uses is closed after this long.
    package var mailboxIdle: Duration = .seconds(15 * 60)
    /// Messages of one opened mailbox: this many at once, then one each ``mailboxMessageInterval``; above it 429.
    package var mailboxMessageBurst = 20
    package var mailboxMessageInterval: Duration = .seconds(10)
    /// The text of one message; above it the page asks to send it in parts.
    package var mailboxTextScalars = 4_000
    /// A form above it: 413.
    package var formBodyBytes = 64 << 10
    /// How many sources each limit remembers; the one that was silent longest is forgotten first.
    package var rememberedSources = 20_000
    /// What `Retry-After` says when we cannot store anything now.
    package var retryAfter: Duration = .seconds(5)
    /// How long requests may take to finish after shutdown began.
    package var shutdownGrace: Duration = .seconds(10)

    package init() {}
}
