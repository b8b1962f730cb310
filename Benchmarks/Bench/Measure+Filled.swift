import Core
import Foundation
import GRDB
import Outbound
import PrivatePostgres
import Store

/// The rates at the door and out of it in an empty database, and in one that holds years of messages.
extension Measure {
    static func filled(_ engine: Engine) -> Measure {
        .rows("rates with many rows, \(engine.rawValue)", whySkipped: { engine.whyNot }) { options in
            try await Place.with(engine) { empty in
                try await Place.with(engine) { full in
                    let count = engine == .sqlite ? 3_000 : 1_000
                    var stores: [Store] = []
                    for place in [empty, full] {
                        let store = try place.open()
                        try await Crowd.make(count, in: store)
                        await store.close()
                    }
                    try Filling.fill(full, rows: options.filled, people: count)
                    for place in [empty, full] { stores.append(try place.open()) }
                    let doors = try await acknowledged(stores[0], stores[1], count)
                    let sends = try await dispatched(stores[0], stores[1], count)
                    for store in stores { await store.close() }
                    let size = "\(options.filled) rows each in inbox and outbox ÷ empty, \(engine.rawValue)"
                    return [
                        Row.of(
                            "acknowledgements with \(size)", unit: "requests/s", rounds: doors, goal: .ratioAtLeast(0.8)),
                        Row.of("dispatcher with \(size)", unit: "messages/s", rounds: sends, goal: .ratioAtLeast(0.8)),
                    ]
                }
            }
        }
    }

    private static func acknowledged(_ empty: Store, _ full: Store, _ count: Int) async throws -> [(ours: Double, bare: Double)] {
        var webhooks = Webhooks()
        var pairs: [(ours: Double, bare: Double)] = []
        for round in 0...3 {
            var rates: [Double] = []
            for store in [full, empty] {
                let made = await webhooks.zalo(count, people: 500, text: "lớp kỹ năng sống thứ 7 này").map(\.request)
                rates.append(
                    try await Door.with(store) { door in
                        try await Load.saturate(port: door.port, requests: made, connections: Webhooks.connections)
                    })
            }
            if round > 0 { pairs.append((rates[0], rates[1])) }
        }
        return pairs
    }

    private static func dispatched(_ empty: Store, _ full: Store, _ count: Int) async throws -> [(ours: Double, bare: Double)] {
        let sink = try Sink()
        defer { sink.stop() }
        let channel = try Door.zaloChannel(baseURL: sink.url)
        var pairs: [(ours: Double, bare: Double)] = []
        for round in 0...3 {
            var rates: [Double] = []
            for store in [full, empty] {
                try await Crowd.tellEverybody(in: store)
                let transport = try CountingTransport.plain()
                rates.append(
                    try await Crowd.drain(store, [Door.zalo: channel], transport, count: count, concurrency: 32))
                await transport.base.shutdown(grace: .zero)
            }
            if round > 0 { pairs.append((rates[0], rates[1])) }
        }
        return pairs
    }
}

/// Years of handled messages, put in by the database itself.
private enum Filling {
    static func fill(_ place: Place, rows: Int, people: Int) throws {
        switch place.engine {
        case .sqlite:
            let queue = try DatabaseQueue(path: String(place.address.dropFirst("sqlite:".count)))
            try queue.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous=OFF; PRAGMA cache_size=-200000")
                let numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows))"
                try database.execute(sql: "BEGIN")
                try database.execute(sql: "\(numbers) \(event(id: "printf('%08x', i)", bytes: "zeroblob(200)", people))")
                try database.execute(sql: "\(numbers) \(message(id: "printf('%08x', i)", bytes: "zeroblob(200)", people))")
                try database.execute(sql: "COMMIT; ANALYZE")
            }
            try queue.close()
        case .postgres:
            guard let server = PrivatePostgres.shared else { throw Load.Failed(description: "no server") }
            let numbers = "WITH n(i) AS (SELECT CAST(g AS BIGINT) FROM generate_series(1, \(rows)) AS g)"
            let bytes = "decode(repeat('00', 200), 'hex')"
            let identifier = "lpad(to_hex(i), 8, '0')"
            try server.execute(
                "SET search_path = \(place.schemaName); SET synchronous_commit = off; "
                    + "\(numbers) \(event(id: identifier, bytes: bytes, people)); \(numbers) \(message(id: identifier, bytes: bytes, people)); "
                    + "ANALYZE; CHECKPOINT")
        }
    }

    private static let numbered = "(SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS place FROM conversations)"
    /// Of the day before the present one, so that nothing is old enough to be erased.
    private static var day: Int { CivilTime(SystemClock().now()).date.dayNumber - 1 }
    private static var then: Int64 { SystemClock().now().milliseconds - 86_400_000 }

    private static func event(id: String, bytes: String, _ people: Int) -> String {
        """
        INSERT INTO events (id, connection, deduplication_key, conversation, kind, name, lane, state, ordered_at, received_at,
          position, payload, day, finished_at)
        SELECT '0' || \(id), 'zalo', 'old:' || \(id), p.id, 'message', 'user_send_text', 1, 1, \(then) + i, \(then) + i, 0,
          \(bytes), \(day), \(then) + i + 5
        FROM n JOIN \(numbered) AS p ON p.place = i % \(people)
        """
    }

    private static func message(id: String, bytes: String, _ people: Int) -> String {
        """
        INSERT INTO outbox (id, conversation, connection, account, lane, reply_key, state, sequence, is_head, due_at, attempts,
          status, body, day, created_at, settled_at)
        SELECT '0' || \(id), p.id, 'zalo', '4100000000000000041', 1, 'common.greet', 2, i, 0, \(then) + i, 1, 2, \(bytes), \(day),
          \(then) + i, \(then) + i + 9
        FROM n JOIN \(numbered) AS p ON p.place = i % \(people)
        """
    }
}
