import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An HTTP/1.1 server made of bare sockets, so that it can misbehave in every way a real peer can.
///
/// Listens on a free port of 127.0.0.1. Each connection runs the given script on a thread of its own; the
/// connection is closed when the script returns.
package final class LoopbackServer: Sendable {
    private struct State {
        var connections: Set<Int32> = []
        var accepted = 0
        var isStopped = false
    }

    package let port: Int
    private let listener: Int32
    private let state = Mutex(State())

    package init(_ script: @escaping @Sendable (Peer) -> Void) throws {
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
        guard listens else {
            close(listener)
            throw POSIXError(.EADDRNOTAVAIL)
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in acceptAll(script) }
    }

    package var url: String { "http://127.0.0.1:\(port)" }

    /// Connections that were accepted so far.
    package var accepted: Int { state.withLock { $0.accepted } }

    /// Closes the port and breaks off every connection. Scripts see the end of their input.
    package func stop() {
        let isFirst = state.withLock { state in
            defer { state.isStopped = true }
            return !state.isStopped
        }
        guard isFirst else { return }
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        breakConnections()
    }

    /// Breaks off the connections that are open now and goes on listening.
    package func breakConnections() {
        // Under the lock, so that none of the numbers can be closed and given to somebody else meanwhile.
        state.withLock { state in
            for connection in state.connections { shutdown(connection, Int32(SHUT_RDWR)) }
        }
    }

    private func acceptAll(_ script: @escaping @Sendable (Peer) -> Void) {
        while true {
            let connection = accept(listener, nil, nil)
            if connection < 0 { return }
            let isStopped = state.withLock { state in
                state.accepted += 1
                if !state.isStopped { state.connections.insert(connection) }
                return state.isStopped
            }
            if isStopped {
                close(connection)
                return
            }
            var on: Int32 = 1
            setsockopt(connection, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
            Thread.detachNewThread { [self] in
                script(Peer(connection))
                state.withLock { state in
                    state.connections.remove(connection)
                    close(connection)
                }
            }
        }
    }
}
