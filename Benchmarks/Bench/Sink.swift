import Foundation
import Synchronization

/// A platform that takes every message: reads a request, notes when it came and for whom, and says that all is well.
/// One blocking thread a connection, no parsing beyond the person's number.
final class Sink: Sendable {
    /// What came for one person.
    typealias OnMessage = @Sendable (_ person: Int, _ at: ContinuousClock.Instant) -> Void

    let port: Int
    private let listener: Int32
    private let delay: Duration
    private let onMessage: OnMessage
    private let taken = Atomic(0)
    private let connections = Mutex<[Int32]>([])

    /// - Parameter delay: how long the platform thinks before it answers.
    init(delay: Duration = .zero, onMessage: @escaping OnMessage = { _, _ in }) throws {
        (listener, port) = try Wire.listen()
        self.delay = delay
        self.onMessage = onMessage
        Thread.detachNewThread { [self] in
            while true {
                let connection = accept(listener, nil, nil)
                if connection < 0 { return }
                connections.withLock { $0.append(connection) }
                Wire.noDelay(connection)
                Thread.detachNewThread { [self] in serve(connection) }
            }
        }
    }

    var url: String { "http://127.0.0.1:\(port)" }
    /// Messages that were taken so far.
    var count: Int { taken.load(ordering: .relaxed) }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        connections.withLock { for connection in $0 { shutdown(connection, Int32(SHUT_RDWR)) } }
    }

    /// Waits until so many have come.
    ///
    /// - Returns: false when nothing more came for ten seconds.
    func wait(for wanted: Int) async throws -> Bool {
        var last = count
        var quiet = 0
        while count < wanted {
            try await Task.sleep(for: .milliseconds(5))
            quiet = count == last ? quiet + 1 : 0
            if quiet > 2_000 { return false }
            last = count
        }
        return true
    }

    private func serve(_ connection: Int32) {
        defer { close(connection) }
        let thinks = UInt32(clamping: delay.components.attoseconds / 1_000_000_000_000)
        var bytes: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = recv(connection, &room, room.count, 0)
            if count <= 0 { return }
            bytes.append(contentsOf: room[..<count])
            while let head = Wire.endOfHead(bytes) {
                let end = head + Wire.contentLength(bytes[..<head])
                if bytes.count < end { break }
                let number = taken.add(1, ordering: .relaxed).newValue
                onMessage(Self.person(bytes[head..<end]), .now)
                bytes.removeFirst(end)
                if thinks > 0 { usleep(thinks) }
                let body = #"{"error":0,"message":"Success","data":{"message_id":"s\#(number)","user_id":"1"}}"#
                let answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                guard (try? Wire.write(Array(answer.utf8), to: connection)) != nil else { return }
            }
        }
    }

    /// The digits after `"user_id":"`.
    private static func person(_ body: ArraySlice<UInt8>) -> Int {
        body.withUnsafeBytes { buffer in
            guard let found = Wire.end(of: #""user_id":""#, in: buffer) else { return -1 }
            var value = 0
            for byte in buffer[found...] {
                guard (0x30...0x39).contains(byte), value < 1 << 40 else { break }
                value = value * 10 + Int(byte - 0x30)
            }
            return value
        }
    }
}

extension Sink {
    /// Waits until nothing has come for a third of a second.
    func waitUntilQuiet() async throws {
        var last = -1
        while last != count {
            last = count
            try await Task.sleep(for: .milliseconds(300))
        }
    }
}
