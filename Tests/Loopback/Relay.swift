import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A port of 127.0.0.1 that carries bytes to and from a server's socket, until it swallows them: connections stay open,
/// and nothing comes through any more, as behind a firewall that drops what it does not like.
package final class Relay: Sendable {
    private struct State {
        var isSwallowing = false
        /// Raised with each time of swallowing: who was connected before stays cut off.
        var age = 0
    }

    private let state: Shared
    private let server: LoopbackServer

    /// - Parameter path: of the socket to which everything goes.
    package init(to path: String) throws {
        let state = Shared()
        self.state = state
        server = try LoopbackServer { peer in Self.carry(peer, to: path, state) }
    }

    package var port: Int { server.port }

    /// From now on nothing comes through, on old connections and on new ones.
    package func swallow() {
        state.value.withLock { state in
            state.isSwallowing = true
            state.age += 1
        }
    }

    /// New connections come through again; what was swallowed stays so.
    package func deliver() { state.value.withLock { $0.isSwallowing = false } }

    package func stop() { server.stop() }

    private final class Shared: Sendable { let value = Mutex(State()) }

    private static func carry(_ peer: Peer, to path: String, _ shared: Shared) {
        let age = shared.value.withLock { $0.isSwallowing ? -1 : $0.age }
        @Sendable func isCutOff() -> Bool { shared.value.withLock { $0.isSwallowing || $0.age != age } }
        // Who connects while everything is swallowed hears nothing for as long as they like to wait.
        guard age >= 0, let socket = TLSFront.connect(path) else {
            while peer.readMore() { peer.dropUnread() }
            return
        }
        let outer = peer.connection
        let back = Gate()
        Thread.detachNewThread {
            pump(socket, outer, unless: isCutOff)
            if !isCutOff() { shutdown(outer, Int32(SHUT_RDWR)) }
            back.open()
        }
        pump(outer, socket, unless: isCutOff)
        shutdown(socket, Int32(SHUT_RDWR))
        back.wait()
        close(socket)
    }

    /// Carries bytes until either side ends; what comes while `isCutOff` is read and forgotten.
    private static func pump(_ from: Int32, _ to: Int32, unless isCutOff: () -> Bool) {
        var room = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = recv(from, &room, room.count, 0)
            if count <= 0 { return }
            if isCutOff() { continue }
            var sent = 0
            while sent < count {
                let now = room.withUnsafeBytes { send(to, $0.baseAddress?.advanced(by: sent), count - sent, Int32(MSG_NOSIGNAL)) }
                if now <= 0 { return }
                sent += now
            }
        }
    }
}
