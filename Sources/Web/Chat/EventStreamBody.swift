import Core
import Hummingbird
import HummingbirdCore
import NIOCore
import Pipeline
import Store

/// The endless body of `GET /chat/sessions/{id}/events`.
///
/// Reads the outbox from the client's cursor on, so what it sends never depends on who woke it or how often.
struct EventStreamBody: Sendable {
    let store: Store
    let feed: Feed
    let streams: EventStreams
    let limits: WebLimits
    let session: String
    let source: IPAddress?
    let conversation: ConversationID
    let start: Int64

    /// Ends when the client leaves, the session is ended, or the server shuts down.
    @concurrent
    func write(to writer: inout any ResponseBodyWriter, request: Request) async throws {
        if let stream = streams.open(session, from: source) {
            defer { streams.close(stream) }
            try await request.body.consumeWithInboundCloseHandler { _ in
                try await follow(stream, &writer)
            } onInboundClosed: {
                stream.end()
            }
        }
        try await writer.finish(nil)
    }

    @concurrent
    private func follow(_ stream: EventStreams.Stream, _ writer: inout any ResponseBodyWriter) async throws {
        // Says at once that the stream stands, and how soon to come back when it breaks.
        try await writer.write(ByteBuffer(string: "retry: 2000\n: nhip cau\n\n"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            // Registered before the first look, so that nothing falls between looking and waiting.
            let wakeups = feed.wakeups(for: conversation)
            group.addTask {
                for await _ in wakeups { stream.signal() }
                stream.end()
            }
            group.addTask {
                while true {
                    try await Task.sleep(for: limits.streamPoll)
                    stream.signal()
                }
            }
            defer { group.cancelAll() }
            var cursor = start
            var lastWrite = ContinuousClock.now
            try await sendNews(after: &cursor, lastWrite: &lastWrite, &writer)
            for await _ in stream.signals {
                try await sendNews(after: &cursor, lastWrite: &lastWrite, &writer)
                if ContinuousClock.now - lastWrite >= limits.heartbeat {
                    try await writer.write(ByteBuffer(string: ": \n\n"))
                    lastWrite = .now
                }
            }
        }
    }

    @concurrent
    private func sendNews(
        after cursor: inout Int64, lastWrite: inout ContinuousClock.Instant, _ writer: inout any ResponseBodyWriter
    ) async throws {
        while true {
            let (conversation, after, batch) = (conversation, cursor, limits.streamBatch)
            let messages = try await store.read { tx in
                try tx.pullMessages(conversation, after: after, limit: batch)
            }
            guard let last = messages.last else { return }
            // Waits while the client does not read: at most one batch is in memory.
            try await writer.write(ByteBuffer(string: messages.map(\.frame).joined()))
            cursor = max(cursor, last.cursor)
            lastWrite = .now
            if messages.count < batch { return }
        }
    }
}
