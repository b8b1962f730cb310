import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Puts TLS between a connection and the script that serves it: `openssl s_server` does the cryptography, and what it
/// reads and writes in the clear is another ``Peer``. Works at any moment of a conversation, as `STARTTLS` needs it.
final class TLSFront {
    enum Problem: Error { case notInstalled, noConnection }

    /// The conversation in the clear.
    let inner: Peer
    private let outer: Peer
    private let process = Process()
    private let encrypted: Int32
    private let clear: Int32
    private let relays = [Gate(), Gate()]

    init(_ outer: Peer, _ certificate: LoopbackCertificate) throws {
        guard let openssl = LoopbackCertificate.openssl else { throw Problem.notInstalled }
        self.outer = outer
        var pair: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &pair) == 0 else { throw Problem.noConnection }
        clear = pair[0]
        inner = Peer(clear)
        // s_server takes short paths only, so it is given one that begins at its own directory.
        let name = "\(UUID().uuidString.prefix(8)).sock"
        let path = certificate.directory.appendingPathComponent(name).path
        process.currentDirectoryURL = certificate.directory
        process.executableURL = URL(fileURLWithPath: openssl)
        process.arguments = [
            "s_server", "-quiet", "-naccept", "1", "-unix", name, "-cert", certificate.authority, "-key", certificate.key,
        ]
        let theirs = FileHandle(fileDescriptor: pair[1], closeOnDealloc: true)
        process.standardInput = theirs
        process.standardOutput = theirs
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch {
            close(clear)
            throw error
        }
        try? theirs.close()
        // It says nothing of when it listens, so it is looked at until it does.
        var connected: Int32?
        for _ in 0..<10_000 where connected == nil && process.isRunning {
            connected = Self.connect(path)
            if connected == nil { Thread.sleep(forTimeInterval: 0.001) }
        }
        guard let connected else {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            close(clear)
            throw Problem.noConnection
        }
        encrypted = connected
        relay(outer.connection, connected, relays[0])
        relay(connected, outer.connection, relays[1])
    }

    /// Breaks off the connection and waits until nothing uses it any more.
    func stop() {
        if process.isRunning {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        shutdown(outer.connection, Int32(SHUT_RDWR))
        shutdown(encrypted, Int32(SHUT_RDWR))
        for relay in relays { relay.wait() }
        close(encrypted)
        close(clear)
    }

    /// Carries bytes from one to the other until either ends, and then ends both directions of it.
    private func relay(_ from: Int32, _ to: Int32, _ end: Gate) {
        Thread.detachNewThread {
            var room = [UInt8](repeating: 0, count: 16_384)
            while true {
                let read = recv(from, &room, room.count, 0)
                if read <= 0 { break }
                var sent = 0
                while sent < read {
                    let count = room.withUnsafeBytes { bytes in
                        send(to, bytes.baseAddress?.advanced(by: sent), read - sent, Int32(MSG_NOSIGNAL))
                    }
                    if count <= 0 { break }
                    sent += count
                }
                if sent < read { break }
            }
            shutdown(to, Int32(SHUT_WR))
            end.open()
        }
    }

    static func connect(_ path: String) -> Int32? {
        let connection = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { room in
            guard bytes.count < room.count else { return false }
            room.copyBytes(from: bytes)
            return true
        }
        let connected =
            fits
            && withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Foundation.connect(connection, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
                }
            }
        if connected { return connection }
        close(connection)
        return nil
    }
}
