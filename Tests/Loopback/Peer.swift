#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One accepted connection, used by the thread of its script only.
package final class Peer {
    let connection: Int32
    private var buffer: [UInt8] = []
    private var room = [UInt8](repeating: 0, count: 65_536)

    init(_ connection: Int32) { self.connection = connection }

    /// The next whole request, or nil when the client has closed or what it sends is no request.
    package func readRequest() -> LoopbackRequest? {
        var searched = 0
        while true {
            if let end = endOfHead(from: max(0, searched - 3)) {
                guard var request = LoopbackRequest(head: buffer[..<end]) else { return nil }
                let start = end + 4
                while buffer.count - start < request.contentLength {
                    guard readMore() else { return nil }
                }
                request.body = Array(buffer[start..<(start + request.contentLength)])
                buffer.removeFirst(start + request.contentLength)
                return request
            }
            searched = buffer.count
            guard readMore() else { return nil }
        }
    }

    /// The next line up to and with its line feed, whatever stands before it; nil when the client has closed, or sends
    /// more than `limit` bytes without one.
    package func readLine(upTo limit: Int) -> [UInt8]? {
        var searched = 0
        while true {
            if let end = buffer[searched...].firstIndex(of: 0x0A) {
                let line = Array(buffer[...end])
                buffer.removeFirst(line.count)
                return line
            }
            searched = buffer.count
            guard searched <= limit, readMore() else { return nil }
        }
    }

    /// Waits until there is something to read and leaves it unread. False when the client has closed.
    package func waitUntilReadable() -> Bool {
        if !buffer.isEmpty { return true }
        var byte: UInt8 = 0
        return recv(connection, &byte, 1, Int32(MSG_PEEK)) > 0
    }

    /// Reads up to 64 KiB of what is there; false when the client has closed.
    @discardableResult
    package func readMore(upTo count: Int = 65_536) -> Bool {
        let read = recv(connection, &room, min(count, room.count), 0)
        guard read > 0 else { return false }
        buffer.append(contentsOf: room[..<read])
        return true
    }

    package func waitUntilClosed() {
        while readMore() { buffer.removeAll() }
    }

    /// False when the client has closed.
    @discardableResult
    package func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    @discardableResult
    package func write(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if sent <= 0 { return false }
            rest = rest.dropFirst(sent)
        }
        return true
    }

    /// - Parameters:
    ///   - status: number and reason.
    ///   - headers: further header lines, each with its line end.
    @discardableResult
    package func answer(_ body: String, status: String = "200 OK", headers: String = "") -> Bool {
        write("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")
    }

    /// Sends what was read and not used to nobody: for a peer that begins to speak another language.
    func dropUnread() { buffer.removeAll() }

    var hasUnread: Bool { !buffer.isEmpty }

    /// The connection ends with a reset instead of an orderly close.
    package func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(connection, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    private func endOfHead(from start: Int) -> Int? {
        guard buffer.count >= 4, start <= buffer.count - 4 else { return nil }
        return (start...(buffer.count - 4)).first { index in
            buffer[index] == 0x0D && buffer[index + 1] == 0x0A && buffer[index + 2] == 0x0D && buffer[index + 3] == 0x0A
        }
    }
}
