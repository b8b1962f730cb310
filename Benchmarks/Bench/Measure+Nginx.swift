import Store

/// Our durable acknowledgements beside a server that stores nothing and answers everybody the same.
extension Measure {
    static let overNginx = Measure(
        name: "durable acknowledgements ÷ static answer of nginx", whySkipped: { Nginx.program == nil ? Nginx.whySkipped : nil }
    ) {
        let nginx = try Nginx()
        defer { nginx.stop() }
        return try await Place.with(.sqlite) { place in
            let store = try place.open()
            let row = try await Door.with(store) { door in
                var webhooks = Webhooks()
                var pairs: [(ours: Double, bare: Double)] = []
                for round in 0...5 {
                    let made = await webhooks.zalo(6_000, people: 500, text: "lớp kỹ năng sống thứ 7 này").map(\.request)
                    let ours = try await Load.saturate(port: door.port, requests: made, connections: Webhooks.connections)
                    let bare = try await Load.saturate(port: nginx.port, requests: made, connections: Webhooks.connections)
                    if round > 0 { pairs.append((ours, bare)) }
                }
                return Row.of(
                    "durable acknowledgements ÷ static answer of nginx", unit: "requests/s, \(Webhooks.connections) at a time",
                    rounds: pairs)
            }
            await store.close()
            return row
        }
    }
}
