import Core
import Foundation
import Synchronization

/// Sends whole HTTP/1.1 requests over kept connections from one thread with `poll`, and reads the answers' status and
/// length: as little as a sender can do, so that the two cores are left to what is measured.
enum Load {
    struct Failed: Error, CustomStringConvertible { var description: String }

    /// Sends the requests as fast as the answers come.
    ///
    /// - Returns: requests per second.
    /// - Throws: ``Failed`` when an answer is not 2xx or a connection breaks.
    static func saturate(port: Int, requests: [[UInt8]], connections: Int) async throws -> Double {
        try await offPool {
            var line = try Line(port: port, connections: connections)
            let began = ContinuousClock.now
            try line.run(requests) { _ in
                .now
            } onSent: { _ in
            }
            return Double(requests.count) / began.duration(to: .now).inSeconds
        }
    }

    /// Sends the requests at an even rate whatever becomes of the answers; `onSent` gets each one's index at the time
    /// it should leave, so that a wait for a free connection counts.
    static func pace(
        port: Int, requests: [[UInt8]], connections: Int, perSecond: Double,
        onSent: @escaping @Sendable (Int, ContinuousClock.Instant) -> Void
    ) async throws {
        try await offPool {
            var line = try Line(port: port, connections: connections)
            let began = ContinuousClock.now
            func due(_ index: Int) -> ContinuousClock.Instant { began + .seconds(Double(index) / perSecond) }
            try line.run(requests, due: due) { onSent($0, due($0)) }
        }
    }

    /// A whole request.
    static func request(_ path: String, headers: [(name: String, value: String)], body: [UInt8]) -> [UInt8] {
        var head = "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        head += "Content-Length: \(body.count)\r\n\r\n"
        return Array(head.utf8) + body
    }

    /// Blocking work on a thread of its own.
    static func offPool<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
        }
    }
}

/// The connections of one load.
private struct Line: ~Copyable {
    private var sockets: [pollfd] = []
    private var answers: [Answer]
    private var isBusy: [Bool]
    private var free: [Int]

    init(port: Int, connections: Int) throws {
        answers = Array(repeating: Answer(), count: connections)
        isBusy = Array(repeating: false, count: connections)
        free = Array(0..<connections)
        for _ in 0..<connections {
            let descriptor = try Wire.connect(port: port)
            sockets.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
        }
    }

    deinit { for socket in sockets { close(socket.fd) } }

    mutating func run(
        _ requests: [[UInt8]], due: (Int) -> ContinuousClock.Instant, onSent: (Int) -> Void
    ) throws {
        var next = 0
        var done = 0
        var room = [UInt8](repeating: 0, count: 16_384)
        while done < requests.count {
            var isWaiting = false
            while next < requests.count, let connection = free.last {
                if due(next) > .now {
                    isWaiting = true
                    break
                }
                free.removeLast()
                isBusy[connection] = true
                onSent(next)
                try Wire.write(requests[next], to: sockets[connection].fd)
                next += 1
            }
            // A thousandth of a second is the finest step of `poll`; what is due by then leaves together.
            guard poll(&sockets, nfds_t(sockets.count), isWaiting ? 1 : 10_000) >= 0 else { continue }
            for index in sockets.indices where sockets[index].revents != 0 {
                guard isBusy[index] else { throw Load.Failed(description: "a connection was closed while idle") }
                let count = recv(sockets[index].fd, &room, room.count, 0)
                guard count > 0 else { throw Load.Failed(description: "a connection broke off") }
                guard try answers[index].take(room[..<count]) else { continue }
                isBusy[index] = false
                free.append(index)
                done += 1
            }
        }
    }
}

/// One answer as it arrives.
private struct Answer {
    private var bytes: [UInt8] = []

    /// - Returns: whether the answer is complete; then the next one may begin.
    mutating func take(_ more: ArraySlice<UInt8>) throws -> Bool {
        bytes.append(contentsOf: more)
        guard let head = Wire.endOfHead(bytes) else { return false }
        guard bytes.count > 12, bytes[9] == UInt8(ascii: "2") else {
            throw Load.Failed(description: String(decoding: bytes.prefix(300), as: UTF8.self))
        }
        guard bytes.count >= head + Wire.contentLength(bytes[..<head]) else { return false }
        bytes.removeAll(keepingCapacity: true)
        return true
    }
}
