import Foundation
import Store

/// The same bot's door written plainly by others' means: aiogram over aiohttp, aiosqlite with `synchronous=FULL`.
extension Measure {
    static let peer = Measure.rows("Telegram webhooks ÷ aiogram with aiosqlite", whySkipped: { Peer.whyNot }) { _ in
        let peer = try Peer()
        defer { peer.stop() }
        return try await Place.with(.sqlite) { place in
            let store = try place.open()
            let row = try await Door.with(store) { door in
                var webhooks = Webhooks()
                var pairs: [(ours: Double, bare: Double)] = []
                for round in 0...3 {
                    let mine = webhooks.telegram(4_000, people: 500, path: "/webhooks/telegram", text: "lớp kỹ năng sống thứ 7 này")
                    let others = webhooks.telegram(1_000, people: 500, path: "/webhook", text: "lớp kỹ năng sống thứ 7 này")
                    let ours = try await Load.saturate(port: door.port, requests: mine, connections: Webhooks.connections)
                    let bare = try await Load.saturate(port: peer.port, requests: others, connections: Webhooks.connections)
                    if round > 0 { pairs.append((ours, bare)) }
                }
                return Row.of(
                    "durable Telegram webhooks ÷ aiogram with aiosqlite", unit: "requests/s, \(Webhooks.connections) at a time",
                    rounds: pairs, goal: .ratioAtLeast(15))
            }
            await store.close()
            return [row]
        }
    }
}

/// `Benchmarks/peers/aiogram_bot.py`, running.
final class Peer {
    let port: Int
    private let process = Process()
    private let directory: URL

    private static let script = "Benchmarks/peers/aiogram_bot.py"
    private static let python = ".build/peers/bin/python"

    static var whyNot: String? {
        FileManager.default.isExecutableFile(atPath: python)
            ? nil
            : "aiogram is not installed: python3 -m venv .build/peers && .build/peers/bin/pip install -r Benchmarks/peers/requirements.txt"
    }

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "nhipcau-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        port = try Wire.freePort()
        process.executableURL = URL(filePath: FileManager.default.currentDirectoryPath + "/" + Self.python)
        process.arguments = [Self.script, "\(port)", directory.path + "/peer.db", Door.telegramSecret]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        try Ports.waitUntilOpen(port)
    }

    func stop() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: directory)
    }
}
