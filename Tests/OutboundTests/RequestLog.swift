import Loopback
import Synchronization

/// What a server of a test has read, and when it reads.
final class RequestLog: Sendable {
    /// Every request as soon as it was read.
    let arrivals: AsyncStream<LoopbackRequest>
    private let arrived: AsyncStream<LoopbackRequest>.Continuation
    private let log = Mutex<[LoopbackRequest]>([])

    init() { (arrivals, arrived) = AsyncStream.makeStream() }

    var requests: [LoopbackRequest] { log.withLock { $0 } }

    func record(_ request: LoopbackRequest) {
        log.withLock { $0.append(request) }
        arrived.yield(request)
    }
}

/// A server of a test together with what it has read.
struct LoggedServer {
    let server: LoopbackServer
    let log: RequestLog

    var url: String { server.url + "/" }
    var port: Int { server.port }
    var accepted: Int { server.accepted }
    var requests: [LoopbackRequest] { log.requests }
    var arrivals: AsyncStream<LoopbackRequest> { log.arrivals }
}

/// A connection whose requests are logged as they are read.
struct LoggedPeer {
    let peer: Peer
    let log: RequestLog

    func readRequest() -> LoopbackRequest? {
        let request = peer.readRequest()
        if let request { log.record(request) }
        return request
    }

    @discardableResult
    func readMore(upTo count: Int) -> Bool { peer.readMore(upTo: count) }
    func waitUntilClosed() { peer.waitUntilClosed() }
    @discardableResult
    func write(_ text: String) -> Bool { peer.write(text) }
    @discardableResult
    func answer(_ body: String, status: String = "200 OK", headers: String = "") -> Bool {
        peer.answer(body, status: status, headers: headers)
    }
    func resetOnClose() { peer.resetOnClose() }
}
