import Channels
import Core
import JSON

/// The inputs of `channels parse|render|read`, given to every channel that is built.
enum ContractEntry {
    private static let now = Instant(milliseconds: 1_795_500_000_123)

    static func parse(_ bytes: UnsafeRawBufferPointer) {
        let json = Array(bytes)
        each { (kind) throws(ChannelError) in
            try ChannelContract.parse(kind: kind.rawValue, json: json, now: now)
        } check: { _, output in
            promise(output.value(at: "status") != nil, "there is an answer")
            promise(output.value(at: "events") != nil, "there are events, or none")
        }
    }

    static func render(_ bytes: UnsafeRawBufferPointer) {
        let json = Array(bytes)
        each { (kind) throws(ChannelError) in
            try ChannelContract.render(kind: kind.rawValue, json: json)
        } check: { kind, output in
            guard let limit = ChannelRegistry.capability(of: kind)?.maximumText else { return }
            for call in output.value(at: "calls")?.arrayValue ?? [] {
                let text = call.value(at: "body")?.stringValue ?? ""
                guard let body = try? JSONValue(parsing: text) else {
                    promise(false, "a call's body is JSON")
                    return
                }
                for path in ["text", "caption", "message.text"] {
                    let part = body.value(at: path)?.stringValue ?? ""
                    promise(part.utf16.count <= limit, "no part is over the platform's limit")
                }
            }
        }
    }

    static func read(_ bytes: UnsafeRawBufferPointer) {
        let json = Array(bytes)
        each { (kind) throws(ChannelError) in
            try ChannelContract.read(kind: kind.rawValue, json: json)
        } check: { _, output in
            let word = output.value(at: "outcome")?.stringValue ?? ""
            promise(DeliveryOutcome(rawValue: word) != nil, "an outcome is one of the contract's")
        }
    }

    private static func each(
        _ answer: (ChannelKind) throws(ChannelError) -> String, check: (ChannelKind, JSONValue) -> Void
    ) {
        for kind in ChannelRegistry.available {
            do throws(ChannelError) {
                let text = try answer(kind)
                guard let output = try? JSONValue(parsing: text, depth: JSONValue.deepestNesting) else {
                    promise(false, "the output is JSON")
                    return
                }
                for element in output.arrayValue ?? [output] { check(kind, element) }
            } catch {
                promise(!error.message.isEmpty, "an error says what is wrong")
            }
        }
    }
}
