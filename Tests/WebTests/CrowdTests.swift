import Core
import Glibc
import Pipeline
import Testing

@testable import Web

/// Thousands of connections at once, in one process with the server. Each counts twice against the process's limit of
/// open files: where the system does not give enough, a smaller crowd comes, and the test says how large it was.
@Suite("A crowd", .serialized, .timeLimit(.minutes(10)))
struct CrowdTests {
    /// How many connections fit, at most `wanted`.
    private func crowd(_ wanted: Int) -> Int {
        let room = (OpenFiles.raiseLimit(to: 2 * wanted + 4_000) - 2_000) / 2
        if room < wanted { print("A crowd: the limit of open files has room for \(max(0, room)) connections, not \(wanted)") }
        return max(0, min(wanted, room))
    }

    @Test("Ten thousand idle connections cost bounded memory, and honest clients are served")
    func idle() async throws {
        let count = crowd(10_000)
        try #require(count > 0, "no room for any connection")
        try await RunningServer.run { settings in
            settings.limits.headDeadline = .seconds(3_600)
            settings.limits.idleTimeout = .seconds(3_600)
        } _: { (server) async throws in
            #expect(try await server.request("GET", "/healthz").status == 200)
            let before = Memory.resident
            var crowd = Crowd()
            for number in 0..<count {
                // Silent ones, and ones that have begun a request and do not go on.
                try await crowd.join(server.addresses.port, number, saying: number.isMultiple(of: 2) ? "" : "GET /healthz HT")
            }
            while try await gauge("nhipcau_connections_open", server) < count { await Task.yield() }
            let each = (Memory.resident - before) / count
            print("A crowd: \(count) idle connections, \(each) bytes of memory each, \(Memory.resident >> 20) MB in all")
            #expect(each < 64 << 10)
            for number in 0..<50 {
                #expect(try await server.request("GET", "/healthz").status == 200)
                #expect(try await server.webhook("m\(number)").status == 200)
            }
            #expect(try await server.waiting() == 50)
            crowd.leave()
        }
    }

    @Test("More connections than there is room for make room for each other, and honest clients are served")
    func beyond() async throws {
        let count = crowd(3_000)
        try #require(count > 100, "no room for a crowd")
        try await RunningServer.run { settings in
            settings.limits.connections = count / 3
            settings.limits.headDeadline = .seconds(3_600)
        } _: { (server) async throws in
            var crowd = Crowd()
            for number in 0..<count {
                try await crowd.join(server.addresses.port, number, saying: "")
                if number.isMultiple(of: 100) { #expect(try await server.webhook("m\(number)").status == 200) }
            }
            #expect(try await gauge("nhipcau_connections_evicted", server) > 0)
            #expect(try await gauge("nhipcau_connections_open", server) <= count / 3 + 64)
            crowd.leave()
        }
    }

    @Test("Two thousand open event streams cost bounded memory; each gets its answer, and honest clients are served")
    func streams() async throws {
        let count = crowd(2_000)
        try #require(count > 0, "no room for any stream")
        try await RunningServer.run { settings in
            settings.limits.streamPoll = .seconds(3_600)
        } _: { (server) async throws in
            let perSession = WebLimits().streamsPerSession
            var sessions: [RunningServer.Session] = []
            for _ in 0..<((count + perSession - 1) / perSession) { sessions.append(try await server.beginSession()) }
            let before = Memory.resident
            var crowd = Crowd()
            for number in 0..<count {
                let session = sessions[number / perSession]
                try await crowd.join(
                    server.addresses.port, number,
                    saying: "GET \(session.path)/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(session.token)\r\n\r\n")
            }
            while try await gauge("nhipcau_chat_streams", server) < count { await Task.yield() }
            let each = (Memory.resident - before) / count
            print("A crowd: \(count) event streams, \(each) bytes of memory each, \(Memory.resident >> 20) MB in all")
            #expect(each < 256 << 10)
            for number in stride(from: 0, to: count, by: max(1, count / 20)) {
                let session = sessions[number / perSession]
                try await server.answer(["trả lời \(number)"], in: session)
                let found = try await server.conversation(of: session)
                server.feed.notify(try #require(found))
                #expect(try await crowd.hears("trả lời \(number)", number))
            }
            #expect(try await server.webhook("m1").status == 200)
            let late = try await server.beginSession()
            #expect(try await server.send(#"{"id":"a","text":"x"}"#, in: late).status == 202)
            crowd.leave()
        }
    }

    private func gauge(_ name: String, _ server: RunningServer) async throws -> Int {
        let text = try await server.request("GET", "/metrics").body
        let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
        return line.flatMap { Double($0.dropFirst(name.utf8.count + 1)) }.map { Int($0) } ?? 0
    }
}

/// Plain sockets, each only a number to the process, from many addresses of the loopback network.
private struct Crowd: ~Copyable {
    private var sockets: [Int32] = []

    struct NotConnected: Error { let code: Int32 }

    /// Connects, waiting as long as the server's queue is full.
    mutating func join(_ port: Int, _ number: Int, saying text: String) async throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw NotConnected(code: errno) }
        sockets.append(socket)
        // 127.1.0.1, 127.1.0.2 …: sixteen of them, so that no address has more than its share.
        let own = Self.address(0x7F01_0001 + UInt32(number % 16), 0)
        guard Self.call(own, { Glibc.bind(socket, $0, $1) }) == 0 else { throw NotConnected(code: errno) }
        let server = Self.address(0x7F00_0001, UInt16(clamping: port))
        guard Self.call(server, { Glibc.connect(socket, $0, $1) }) == 0 else { throw NotConnected(code: errno) }
        if !text.isEmpty { _ = text.withCString { send(socket, $0, strlen($0), Int32(MSG_NOSIGNAL)) } }
        if number.isMultiple(of: 64) { await Task.yield() }
    }

    /// Reads until the text comes; false when the connection ends before.
    func hears(_ text: String, _ number: Int) async throws -> Bool {
        var heard: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while heard.firstRange(of: text.utf8) == nil {
            let count = recv(sockets[number], &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count == 0 { return false }
            if count < 0 {
                guard errno == EAGAIN || errno == EINTR else { return false }
                await Task.yield()
                continue
            }
            heard += buffer.prefix(count)
        }
        return true
    }

    mutating func leave() {
        for socket in sockets { close(socket) }
        sockets = []
    }

    deinit { for socket in sockets { close(socket) } }

    private static func call(
        _ address: sockaddr_in, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }

    private static func address(_ address: UInt32, _ port: UInt16) -> sockaddr_in {
        var result = sockaddr_in()
        result.sin_family = sa_family_t(AF_INET)
        result.sin_port = port.bigEndian
        result.sin_addr.s_addr = address.bigEndian
        return result
    }
}

private enum Memory {
    /// Bytes of this process that are in memory.
    static var resident: Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var buffer = [CChar](repeating: 0, count: 128)
        guard fgets(&buffer, Int32(buffer.count), file) != nil else { return 0 }
        let fields = buffer.prefix { $0 != 0 }.split(separator: CChar(UInt8(ascii: " ")))
        guard fields.count > 1 else { return 0 }
        let pages = fields[1].reduce(0) { $0 * 10 + Int($1) - Int(UInt8(ascii: "0")) }
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
