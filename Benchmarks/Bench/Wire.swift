import Foundation

/// The few things that sender and sink need of sockets and of HTTP/1.1.
enum Wire {
    static func connect(port: Int) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(clamping: port)).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            throw Load.Failed(description: "nobody listens on port \(port)")
        }
        noDelay(descriptor)
        return descriptor
    }

    static func noDelay(_ descriptor: Int32) {
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    static func write(_ bytes: [UInt8], to descriptor: Int32) throws {
        var done = 0
        while done < bytes.count {
            let sent = bytes.withUnsafeBytes {
                send(descriptor, $0.baseAddress?.advanced(by: done), $0.count - done, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { throw Load.Failed(description: "a connection broke off while sending") }
            done += sent
        }
    }

    /// Where the body begins.
    static func endOfHead(_ bytes: [UInt8]) -> Int? {
        bytes.withUnsafeBytes { end(of: "\r\n\r\n", in: $0) }
    }

    /// Where the first `mark` ends.
    static func end(of mark: StaticString, in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        let length = mark.utf8CodeUnitCount
        var from = 0
        while from + length <= bytes.count {
            let room = bytes.count - length - from + 1
            guard let hit = memchr(base + from, Int32(mark.utf8Start[0]), room) else { return nil }
            let place = UnsafeRawPointer(hit) - base
            if memcmp(hit, mark.utf8Start, length) == 0 { return place + length }
            from = place + 1
        }
        return nil
    }

    static func contentLength(_ head: ArraySlice<UInt8>) -> Int {
        let name = Array("\ncontent-length:".utf8)
        return head.withUnsafeBytes { buffer in
            var start = 0
            while start + name.count < buffer.count {
                guard let line = buffer[start...].firstIndex(of: 0x0A), line + name.count < buffer.count else { return 0 }
                if (0..<name.count).allSatisfy({ buffer[line + $0] | 0x20 == name[$0] | 0x20 }) {
                    var value = 0
                    for byte in buffer[(line + name.count)...].drop(while: { $0 == 0x20 }) {
                        guard (0x30...0x39).contains(byte), value < 1 << 30 else { break }
                        value = value * 10 + Int(byte - 0x30)
                    }
                    return value
                }
                start = line + 1
            }
            return 0
        }
    }

    /// A listening socket on a free port of 127.0.0.1.
    static func listen() throws -> (descriptor: Int32, port: Int) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listens = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && Glibc.listen(listener, 512) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard listens else {
            close(listener)
            throw Load.Failed(description: "there is no port to be had")
        }
        return (listener, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// A port that was free a moment ago, for programs that cannot say which one they took.
    static func freePort() throws -> Int {
        let (descriptor, port) = try listen()
        close(descriptor)
        return port
    }
}
