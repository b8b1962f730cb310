import Pipeline
import ServiceLifecycle

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Tells systemd how far the service is (`sd_notify(3)`), without its library: one datagram for each notice.
///
/// Without `$NOTIFY_SOCKET`, as when started by hand, nothing is told to anybody. A notice that cannot be delivered is
/// dropped: the service does not depend on who watches it.
struct ServiceNotice: Sendable {
    enum Notice {
        case ready(address: String)
        case stopping
        case alive
    }

    /// Path of the socket, or a name that begins with `@`; nil = nobody listens.
    private let socketName: String?
    /// How often systemd wants a sign of life; nil = never.
    let watchdog: Duration?

    /// - Parameters:
    ///   - environment: of the process.
    ///   - process: its number; the watchdog may be meant for another one.
    init(environment: [String: String], process: Int32 = getpid()) {
        // A longer name does not fit into a socket's address.
        socketName = environment["NOTIFY_SOCKET"].flatMap { name in
            (2..<108).contains(name.utf8.count) && (name.hasPrefix("/") || name.hasPrefix("@")) ? name : nil
        }
        let isForUs = environment["WATCHDOG_PID"].map { Int32($0) == process } ?? true
        watchdog = isForUs ? environment["WATCHDOG_USEC"].flatMap(Int64.init).flatMap { $0 > 0 ? .microseconds($0) : nil } : nil
    }

    func send(_ notice: Notice) {
        guard let socketName else { return }
        #if canImport(Glibc)
            let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { return }
            defer { close(descriptor) }
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            var name = Array(socketName.utf8)
            // A name outside the file system begins with a zero byte, for which systemd writes an @.
            if name.first == UInt8(ascii: "@") { name[0] = 0 }
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name.prefix($0.count)) }
            let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
            let text = Array(Self.text(notice).utf8)
            _ = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    sendto(descriptor, text, text.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), address, length)
                }
            }
        #endif
    }

    private static func text(_ notice: Notice) -> String {
        switch notice {
        case .ready(let address): "READY=1\nSTATUS=listening on \(address)"
        case .stopping: "STOPPING=1\nSTATUS=finishing what has begun"
        case .alive: "WATCHDOG=1"
        }
    }
}

/// Shows systemd's watchdog that tasks of this process still get their turn, and that a stop has been heard.
///
/// The database is not asked: when it is away, starting again mends nothing.
struct ServiceNotices: NamedService {
    let notice: ServiceNotice

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                // A sign of life each third of the time, so that one may come late.
                notice.send(.alive)
                try? await Task.sleep(for: notice.watchdog.map { $0 / 3 } ?? .seconds(3600))
            }
        }
        notice.send(.stopping)
    }
}
