import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A peer made of bare sockets, so that it can misbehave in every way: each connection runs the given script
/// on a thread of its own. Listens on a free port of 127.0.0.1.
final class LoopbackServer: Sendable {
    struct Request: Sendable {
        var head: String
        var body: [UInt8]

        func header(_ name: String) -> String? {
            for line in head.split(separator: "\r\n").dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                if parts.count == 2, parts[0].lowercased() == name {
                    return parts[1].trimmingCharacters(in: .whitespaces)
                }
            }
            return nil
        }
    }

    private struct State {
        var connections: [Int32] = []
        var accepted = 0
        var requests: [Request] = []
        var isStopped = false
    }

    let port: Int
    /// Every request as soon as it was read.
    let arrivals: AsyncStream<Request>
    private let arrived: AsyncStream<Request>.Continuation
    private let listener: Int32
    private let state = Mutex(State())

    init(_ script: @escaping @Sendable (Peer) -> Void) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let listens = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 512) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard listens else { throw POSIXError(.EADDRNOTAVAIL) }
        port = Int(UInt16(bigEndian: address.sin_port))
        (arrivals, arrived) = AsyncStream.makeStream()
        Thread.detachNewThread { [self] in
            while true {
                let connection = accept(listener, nil, nil)
                if connection < 0 { return }
                let isStopped = state.withLock { state in
                    state.accepted += 1
                    if !state.isStopped { state.connections.append(connection) }
                    return state.isStopped
                }
                if isStopped {
                    close(connection)
                    return
                }
                Thread.detachNewThread { script(Peer(connection, self)) }
            }
        }
    }

    var url: String { "http://127.0.0.1:\(port)/" }
    var accepted: Int { state.withLock { $0.accepted } }
    var requests: [Request] { state.withLock { $0.requests } }

    func stop() {
        let connections = state.withLock { state in
            state.isStopped = true
            return state.connections
        }
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        for connection in connections { shutdown(connection, Int32(SHUT_RDWR)) }
        arrived.finish()
    }

    fileprivate func record(_ request: Request) {
        state.withLock { $0.requests.append(request) }
        arrived.yield(request)
    }

    fileprivate func forget(_ connection: Int32) {
        state.withLock { $0.connections.removeAll { $0 == connection } }
    }

    /// One accepted connection; closed when the script lets go of it.
    final class Peer: Sendable {
        private let connection: Int32
        private let server: LoopbackServer
        private let buffer = Mutex<[UInt8]>([])

        fileprivate init(_ connection: Int32, _ server: LoopbackServer) {
            self.connection = connection
            self.server = server
        }

        deinit {
            server.forget(connection)
            close(connection)
        }

        /// The next whole request, or nil when the client has closed.
        func readRequest() -> Request? {
            let end = Array("\r\n\r\n".utf8)
            while true {
                let request: Request? = buffer.withLock { bytes in
                    guard let headEnd = bytes.indices.first(where: { bytes[$0...].starts(with: end) }) else {
                        return nil
                    }
                    var request = Request(head: String(decoding: bytes[..<headEnd], as: UTF8.self), body: [])
                    let count = request.header("content-length").flatMap { Int($0) } ?? 0
                    guard bytes.count >= headEnd + 4 + count else { return nil }
                    request.body = Array(bytes[(headEnd + 4)..<(headEnd + 4 + count)])
                    bytes.removeFirst(headEnd + 4 + count)
                    return request
                }
                if let request {
                    server.record(request)
                    return request
                }
                guard readMore() else { return nil }
            }
        }

        /// Reads what is there; false when the client has closed.
        @discardableResult
        func readMore(upTo count: Int = 65_536) -> Bool {
            var bytes = [UInt8](repeating: 0, count: count)
            let read = recv(connection, &bytes, bytes.count, 0)
            if read <= 0 { return false }
            buffer.withLock { $0.append(contentsOf: bytes.prefix(read)) }
            return true
        }

        func waitUntilClosed() {
            while readMore() { buffer.withLock { $0 = [] } }
        }

        /// False when the client has closed.
        @discardableResult
        func write(_ text: String) -> Bool {
            var bytes = Array(text.utf8)[...]
            while !bytes.isEmpty {
                let sent = bytes.withUnsafeBytes {
                    send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                if sent <= 0 { return false }
                bytes = bytes.dropFirst(sent)
            }
            return true
        }

        @discardableResult
        func answer(_ body: String, status: String = "200 OK", headers: String = "") -> Bool {
            write("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")
        }

        /// The connection ends with a reset instead of an orderly close.
        func resetOnClose() {
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(connection, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        }
    }
}

/// Holds threads back until it is opened.
final class Gate: Sendable {
    private let condition = NSCondition()
    private let opened = Mutex(false)

    func open() {
        condition.lock()
        opened.withLock { $0 = true }
        condition.broadcast()
        condition.unlock()
    }

    func wait() {
        condition.lock()
        while !opened.withLock({ $0 }) { condition.wait() }
        condition.unlock()
    }
}
