package import Core
package import JSON

extension Reading {
    /// The object of contract `nhipcau understand`.
    ///
    /// Offsets count Unicode scalars of `text`; times are in +07:00. `intent` is null for a text out of scope, `ranking`
    /// holds every intent all the same. The shape of an entity's `value` depends on the entity:
    ///
    /// | entity | value |
    /// |---|---|
    /// | `time` | `{"from", "to", "grain"}`, an open end null |
    /// | `duration`, `age`, `count`, `money` | a number: seconds, years, heads, đồng |
    /// | `grade` | `{"grade": 6, "class": "6A2"}`; `"mầm non"` for kindergarten; `class` null when only the year was said |
    /// | `phone`, `receipt`, `school`, an author's own | a string |
    /// | `topic` | `{"id", "name"}` |
    /// | `commune` | `{"code", "name", "former"}`, `former` null unless the older unit's name was written |
    package var json: JSONValue {
        [
            "text": JSONValue(text),
            "intent": intent.map(\.json) ?? .null,
            "area": JSONValue(area.rawValue),
            "ranking": .array(ranking.map(\.json)),
            "language": JSONValue(language.rawValue),
            "entities": .array(entities.map(\.json)),
            "triage": triage.json,
        ]
    }
}

extension RankedIntent {
    fileprivate var json: JSONValue {
        ["name": JSONValue(name), "confidence": JSONValue((confidence * 10_000).rounded() / 10_000)]
    }
}

extension Entity {
    fileprivate var json: JSONValue {
        [
            "entity": JSONValue(name), "value": value.json, "start": JSONValue(start), "end": JSONValue(end),
            "text": JSONValue(text),
        ]
    }
}

extension Entity.Value {
    /// The `value` of an entity in contract `nhipcau understand`.
    package var json: JSONValue {
        switch self {
        case .time(let span): span.json
        case .duration(let seconds): JSONValue(seconds)
        case .grade(let grade): grade.json
        case .age(let years): JSONValue(years)
        case .count(let count): JSONValue(count)
        case .money(let dong): JSONValue(dong)
        case .phone(let number): JSONValue(number)
        case .topic(let id, let name): ["id": JSONValue(id), "name": JSONValue(name)]
        case .commune(let code, let name, let former):
            ["code": JSONValue(code), "name": JSONValue(name), "former": JSONValue(former)]
        case .school(let name): JSONValue(name)
        case .receipt(let code): JSONValue(code)
        case .custom(_, let value): JSONValue(value)
        }
    }
}

extension TimeSpan {
    fileprivate var json: JSONValue {
        [
            "from": JSONValue(from?.iso8601InVietnam), "to": JSONValue(to?.iso8601InVietnam),
            "grain": JSONValue(grain.rawValue),
        ]
    }
}

extension Grade {
    fileprivate var json: JSONValue {
        if number == 0 { return ["grade": "mầm non", "class": .null] }
        let name = suffix.map { suffix in
            // "6A2", but "6/2".
            String(number) + (suffix.utf8.first.map { (48...57).contains($0) } ?? false ? "/" : "") + suffix
        }
        return ["grade": JSONValue(number), "class": JSONValue(name)]
    }
}

extension Triage {
    /// The `triage` object of contract `nhipcau understand`.
    package var json: JSONValue {
        [
            "level": JSONValue(level.rawValue), "categories": .array(categories.map { JSONValue($0) }),
            "ask": JSONValue(ask),
            "because": .array(
                because.map { reason in
                    [
                        "text": JSONValue(reason.text), "start": JSONValue(reason.start), "end": JSONValue(reason.end),
                        "rule": JSONValue(reason.rule),
                    ]
                }),
        ]
    }
}
