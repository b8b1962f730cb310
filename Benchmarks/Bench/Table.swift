import JSON

/// How rows are shown: a table for people, or one JSON object a line.
struct Table {
    var isJSON: Bool

    var head: String {
        isJSON
            ? ""
            : """
            | measure | unit | ours | compared with | ratio | goal | met | rounds |
            |---|---|---|---|---|---|---|---|
            """
    }

    func line(_ row: Row) -> String { isJSON ? json(row) : text(row) }

    private func text(_ row: Row) -> String {
        if let reason = row.skipped { return "| \(row.name) | skipped: \(reason) | | | | | | |" }
        let met = row.goal.map { $0.isMet(by: row) ? "yes" : "**no**" } ?? ""
        let spread = row.spread.map { range in
            row.rounds < 2 ? "" : "\(Row.figure(range.lowerBound))–\(Row.figure(range.upperBound)) (\(row.rounds))"
        }
        let cells = [
            row.name, row.unit, Row.figure(row.ours), row.bare.map(Row.figure) ?? "", row.ratio.map(Row.figure) ?? "",
            row.goal?.text ?? "", met, spread ?? "",
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }

    private func json(_ row: Row) -> String {
        var object: JSONValue = ["measure": .string(row.name)]
        if let reason = row.skipped {
            object = ["measure": .string(row.name), "skipped": .string(reason)]
            return object.compactText
        }
        func number(_ value: Double?) -> JSONValue { value.map { JSONValue(($0 * 1_000).rounded() / 1_000) } ?? .null }
        object = [
            "measure": .string(row.name), "unit": .string(row.unit), "ours": number(row.ours), "compared_with": number(row.bare),
            "ratio": number(row.ratio), "lowest": number(row.spread?.lowerBound), "highest": number(row.spread?.upperBound),
            "rounds": JSONValue(Double(row.rounds)), "goal": row.goal.map { .string($0.text) } ?? .null,
            "met": row.goal.map { .bool($0.isMet(by: row)) } ?? .null,
        ]
        return object.compactText
    }
}
