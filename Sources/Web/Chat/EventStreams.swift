import Core
import CoreMetrics
import Synchronization

/// The open event streams: how many there are, and the way to end them.
final class EventStreams: Sendable {
    /// One open stream. Each element of ``signals`` says "look again".
    struct Stream: Sendable {
        let session: String
        let number: Int
        let source: IPAddress?
        let signals: AsyncStream<Void>
        private let continuation: AsyncStream<Void>.Continuation

        fileprivate init(session: String, number: Int, source: IPAddress?) {
            self.session = session
            self.source = source
            self.number = number
            // Several reasons to look are one reason to look.
            (signals, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        }

        func signal() { continuation.yield() }
        func end() { continuation.finish() }
    }

    private struct State {
        var isClosed = false
        var nextNumber = 0
        var total = 0
        var streams: [String: [Int: Stream]] = [:]
        var ofSource: [IPAddress?: Int] = [:]
    }

    private let limits: WebLimits
    private let gauge: Gauge
    private let state = Mutex(State())

    init(limits: WebLimits, metrics: PrometheusMetrics) {
        self.limits = limits
        gauge = Gauge(label: "nhipcau_chat_streams", factory: metrics)
        gauge.record(0)
    }

    /// Why no further stream of `session` could be opened now from this source; nil when one could.
    func refusal(for session: String, from source: IPAddress?) -> WebError? {
        state.withLock { state in
            if state.isClosed { return .unavailable("shutting_down", retryAfter: limits.retryAfter) }
            if state.total >= limits.streams { return .unavailable("too_many_streams", retryAfter: limits.retryAfter) }
            let ofSession = state.streams[session]?.count ?? 0
            let isFull = ofSession >= limits.streamsPerSession || state.ofSource[source, default: 0] >= limits.streamsPerSource
            return isFull ? .tooMany(limits.retryAfter) : nil
        }
    }

    /// Nil when there is no room, or the server is closing.
    func open(_ session: String, from source: IPAddress?) -> Stream? {
        let (stream, total) = state.withLock { state -> (Stream?, Int) in
            let ofSession = state.streams[session]?.count ?? 0
            guard !state.isClosed, state.total < limits.streams, ofSession < limits.streamsPerSession,
                state.ofSource[source, default: 0] < limits.streamsPerSource
            else { return (nil, state.total) }
            state.nextNumber += 1
            state.total += 1
            state.ofSource[source, default: 0] += 1
            let stream = Stream(session: session, number: state.nextNumber, source: source)
            state.streams[session, default: [:]][stream.number] = stream
            return (stream, state.total)
        }
        gauge.record(total)
        return stream
    }

    func close(_ stream: Stream) {
        stream.end()
        let total = state.withLock { state in
            if state.streams[stream.session]?.removeValue(forKey: stream.number) != nil {
                state.total -= 1
                let ofSource = state.ofSource[stream.source, default: 1] - 1
                state.ofSource[stream.source] = ofSource > 0 ? ofSource : nil
            }
            if state.streams[stream.session]?.isEmpty == true { state.streams[stream.session] = nil }
            return state.total
        }
        gauge.record(total)
    }

    /// Ends the streams of a session that is over.
    func end(_ session: String) {
        let streams = state.withLock { $0.streams[session].map { Array($0.values) } ?? [] }
        for stream in streams { stream.end() }
    }

    /// Ends all streams and lets no new ones begin; at shutdown.
    func closeAll() {
        let streams = state.withLock { state in
            state.isClosed = true
            return state.streams.values.flatMap(\.values)
        }
        for stream in streams { stream.end() }
    }
}
