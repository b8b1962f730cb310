import Core
import JSON
import Programmes

extension AudiencePreview {
    var json: JSONValue {
        [
            "rows": .array(
                rows.map {
                    ["channel": .string($0.channel.rawValue), "reach": .string($0.reach.rawValue), "people": JSONValue($0.people)]
                }), "total": JSONValue(total), "reachable": JSONValue(reachable),
        ]
    }

    /// One line for each channel, one column for each reach.
    var table: String {
        let reaches = [Reach.reachable, .windowClosed, .optedOut, .gone]
        let channels = Set(rows.map(\.channel)).sorted { $0.rawValue < $1.rawValue }
        func line(_ name: String, _ cells: [String]) -> String {
            name.padded(12) + cells.map { $0.padded(from: 15) }.joined()
        }
        func people(_ channel: ChannelKind?, _ reach: Reach?) -> String {
            String(
                rows.filter { ($0.channel == channel || channel == nil) && ($0.reach == reach || reach == nil) }
                    .reduce(0) { $0.addingSaturating($1.people) })
        }
        var lines = [line("CHANNEL", ["REACHABLE", "WINDOW CLOSED", "OPTED OUT", "GONE", "PEOPLE"])]
        lines += channels.map { channel in line(channel.rawValue, reaches.map { people(channel, $0) } + [people(channel, nil)]) }
        lines.append(line("total", reaches.map { people(nil, $0) } + [people(nil, nil)]))
        return lines.joined(separator: "\n")
    }
}

extension BroadcastProgress {
    func people(_ outcome: Outcome) -> Int {
        rows.filter { $0.outcome == outcome }.reduce(0) { $0.addingSaturating($1.people) }
    }

    func json(of broadcast: Broadcast) -> JSONValue {
        [
            "number": .string(broadcast.number), "status": .string(broadcast.status.rawValue),
            "created_at": .string(broadcast.createdAt.iso8601InVietnam), "expires_at": .string(broadcast.expiresAt.iso8601InVietnam),
            "people": JSONValue(total), "open": JSONValue(open),
            "outcomes": .array(
                rows.map {
                    ["outcome": .string($0.outcome.rawValue), "reason": .string($0.reason), "people": JSONValue($0.people)]
                }),
        ]
    }

    func line(of broadcast: Broadcast) -> String {
        let outcomes = Outcome.allCases.compactMap { outcome in
            let count = people(outcome)
            return count == 0 ? nil : "\(outcome.rawValue) \(count)"
        }
        return "\(broadcast.number)  \(broadcast.status.rawValue.padded(10))\(broadcast.createdAt.iso8601InVietnam)  "
            + "\(total) people" + (outcomes.isEmpty ? "" : ": " + outcomes.joined(separator: ", "))
    }

    func table(of broadcast: Broadcast) -> String {
        var lines = [
            "\(broadcast.number)  \(broadcast.status.rawValue)",
            "written down \(broadcast.createdAt.iso8601InVietnam), expires \(broadcast.expiresAt.iso8601InVietnam)",
        ]
        lines += rows.map { "\($0.outcome.rawValue.padded(12))\(String($0.people).padded(from: 9))  \($0.reason)" }
        lines.append("\("total".padded(12))\(String(total).padded(from: 9))  \(open == 0 ? "" : "\(open) still open")")
        return lines.joined(separator: "\n")
    }
}

extension String {
    /// Filled up on the left, for numbers.
    func padded(from width: Int) -> String { String(repeating: " ", count: max(1, width - count)) + self }
}
