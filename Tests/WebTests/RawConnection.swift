import NIOCore
import NIOPosix
import NIOSSL

/// Speaks HTTP/1.1 over a socket exactly as a test writes it.
final class RawConnection {
    struct Answer {
        var status: Int
        /// Lower-case names.
        var headers: [String: String]
        var body: String
    }

    /// One server-sent event; a comment has no id and no data.
    struct Event: Equatable {
        var id = ""
        var data = ""
        var comment: String?
    }

    struct Ended: Error {}

    private var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var received: [UInt8] = []
    private var stream: [UInt8] = []

    private init(
        _ iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.iterator = iterator
        self.outbound = outbound
    }

    /// Connects to this machine, and closes when `body` ends.
    ///
    /// - Parameter source: the address of this machine's loopback network that the server sees.
    static func to<T: Sendable>(
        _ port: Int, from source: String? = nil, tls: NIOSSLContext? = nil, _ body: (RawConnection) async throws -> T
    ) async throws -> T {
        let own = try source.map { try SocketAddress(ipAddress: $0, port: 0) }
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        if let own { bootstrap = bootstrap.bind(to: own) }
        let channel = try await bootstrap.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: port)) { channel in
            channel.eventLoop.makeCompletedFuture {
                if let tls {
                    try channel.pipeline.syncOperations.addHandler(
                        NIOSSLClientHandler(context: tls, serverHostname: "localhost"))
                }
                return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
            }
        }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(RawConnection(inbound.makeAsyncIterator(), outbound))
        }
    }

    // MARK: Sending

    func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }
    func send(_ bytes: [UInt8]) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }

    /// Writes a request with its length, and reads the answer.
    func request(
        _ method: String, _ path: String, headers: [(String, String)] = [], body: [UInt8]? = nil
    ) async throws -> Answer {
        try await sendRequest(method, path, headers: headers, body: body)
        return try await answer(hasBody: method != "HEAD")
    }

    func sendRequest(_ method: String, _ path: String, headers: [(String, String)] = [], body: [UInt8]? = nil)
        async throws
    {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if let body { head += "Content-Length: \(body.count)\r\n" }
        try await send(Array((head + "\r\n").utf8) + (body ?? []))
    }

    // MARK: Receiving

    func answer(hasBody: Bool = true) async throws -> Answer {
        var answer = try await head()
        guard hasBody, answer.status != 204, answer.status != 304 else { return answer }
        if let length = answer.headers["content-length"].flatMap({ Int($0) }) {
            answer.body = String(decoding: try await take(length), as: UTF8.self)
        } else {
            while let chunk = try await chunk() { answer.body += String(decoding: chunk, as: UTF8.self) }
        }
        return answer
    }

    func head() async throws -> Answer {
        let lines = try await through("\r\n\r\n").split(separator: "\r\n").map(String.init)
        let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let halves = line.split(separator: ":", maxSplits: 1)
            guard halves.count == 2 else { continue }
            headers[halves[0].lowercased()] = String(halves[1].drop { $0 == " " })
        }
        return Answer(status: status, headers: headers, body: "")
    }

    /// The next server-sent event or comment of a chunked body; nil when the body has ended properly.
    func event() async throws -> Event? {
        while true {
            if let end = stream.firstRange(of: Array("\n\n".utf8)) {
                let lines = String(decoding: stream[..<end.lowerBound], as: UTF8.self)
                    .split(separator: "\n").map(String.init)
                stream.removeSubrange(..<end.upperBound)
                var event = Event()
                for line in lines {
                    if line.hasPrefix("id: ") { event.id = String(line.dropFirst(4)) }
                    if line.hasPrefix("data: ") { event.data = String(line.dropFirst(6)) }
                    if line.hasPrefix(":") { event.comment = String(line.dropFirst()) }
                }
                return event
            }
            guard let chunk = try await chunk() else { return nil }
            stream += chunk
        }
    }

    /// The next event that carries data.
    func message() async throws -> Event? {
        while let event = try await event() {
            if !event.data.isEmpty { return event }
        }
        return nil
    }

    /// Whether the other side closed without sending more.
    func isClosed() async throws -> Bool {
        if !received.isEmpty { return false }
        return (try? await iterator.next(isolation: #isolation)) == nil
    }

    private func chunk() async throws -> [UInt8]? {
        let size =
            Int(String(decoding: Array(try await through("\r\n").utf8.dropLast(2)), as: UTF8.self), radix: 16) ?? 0
        let bytes = try await take(size)
        _ = try await take(2)
        return size == 0 ? nil : bytes
    }

    private func take(_ count: Int) async throws -> [UInt8] {
        while received.count < count { try await more() }
        defer { received.removeFirst(count) }
        return Array(received.prefix(count))
    }

    private func through(_ mark: String) async throws -> String {
        while true {
            if let end = received.firstRange(of: Array(mark.utf8)) {
                defer { received.removeSubrange(..<end.upperBound) }
                return String(decoding: received[..<end.upperBound], as: UTF8.self)
            }
            try await more()
        }
    }

    private func more() async throws {
        guard let buffer = try await iterator.next(isolation: #isolation) else { throw Ended() }
        received += Array(buffer.readableBytesView)
    }
}
