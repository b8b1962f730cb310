package import Core
import JSON

/// The commands `channels parse|render|read|list` as pure functions from JSON text to JSON text.
///
/// They need no database and open no connection. The input is one object or an array of them; the output is the same.
package enum ChannelContract {
    /// What the webhook of this kind would answer and store.
    ///
    /// - Parameter now: used where the input gives no time of its own.
    /// - Throws: ``ChannelError`` for kinds that do not exist or are not built, and for an input that is not as
    ///   described, naming the field.
    package static func parse(kind: String, json: [UInt8], now: Instant) throws(ChannelError) -> String {
        let kind = try self.kind(kind)
        return try each(json) { (input) throws(ChannelError) in
            try ContractRequest(input).answer(kind, now: now)
        }
    }

    /// The calls that a message becomes.
    ///
    /// - Throws: as ``parse(kind:json:now:)``.
    package static func render(kind: String, json: [UInt8]) throws(ChannelError) -> String {
        let kind = try self.kind(kind)
        return try each(json) { (input) throws(ChannelError) in try ContractMessage(input).answer(kind) }
    }

    /// What an answer of the platform means.
    ///
    /// - Throws: as ``parse(kind:json:now:)``.
    package static func read(kind: String, json: [UInt8]) throws(ChannelError) -> String {
        let kind = try self.kind(kind)
        return try each(json) { (input) throws(ChannelError) in try ContractAnswer(input).answer(kind) }
    }

    /// All kinds of the contracts with what they can do, as an array of objects.
    package static func list() -> String {
        JSONValue.array(
            ChannelKind.allCases.map { kind in
                guard let capability = ChannelRegistry.capability(of: kind) else {
                    return ["kind": .string(kind.rawValue), "available": false]
                }
                return [
                    "kind": .string(kind.rawValue), "available": true,
                    "maximum_text": JSONValue(capability.maximumText),
                    "text_unit": .string(capability.textUnit.rawValue),
                    "maximum_buttons": JSONValue(capability.maximumButtons),
                    "maximum_button_title": JSONValue(capability.maximumButtonTitle),
                    "window_hours": capability.window.map { JSONValue($0.wholeMilliseconds / 3_600_000) } ?? .null,
                    "sends_per_second": JSONValue(capability.sendsPerSecond),
                    "third_party": JSONValue(capability.isThirdParty),
                    "checked_on": .string(capability.checkedOn),
                    "secrets": .array(ChannelRegistry.requiredSecrets(of: kind).map(JSONValue.string)),
                ]
            }
        ).compactText
    }

    private static func kind(_ name: String) throws(ChannelError) -> ChannelKind {
        guard let kind = ChannelKind(rawValue: name) else { throw .unknownKind(name) }
        guard ChannelRegistry.capability(of: kind) != nil else { throw .notAvailable(kind) }
        return kind
    }

    /// Applies a command to one object or to each of an array; errors name the element.
    private static func each(
        _ json: [UInt8], _ command: (JSONValue) throws(ChannelError) -> JSONValue
    ) throws(ChannelError) -> String {
        // Editors of some systems begin a file with a byte order mark.
        let bytes = json.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(json.dropFirst(3)) : json
        let input: JSONValue
        do throws(JSONError) { input = try JSONValue(parsing: bytes) } catch { throw .input(error) }
        guard case .array(let inputs) = input else { return try command(input).compactText }
        var outputs: [JSONValue] = []
        for (index, input) in inputs.enumerated() {
            do throws(ChannelError) {
                outputs.append(try command(input))
            } catch {
                guard case .input(let field) = error else { throw error }
                throw .input(field.inside(index: index))
            }
        }
        return JSONValue.array(outputs).compactText
    }
}

/// The parts of the inputs that are alike.
enum ContractFields {
    static func object(_ input: JSONValue) throws(JSONError) {
        guard input.objectValue != nil else { throw JSONError(.wrongKind, expected: "an object") }
    }

    /// A mapping of names to texts; numbers and truth values count as the text they are written as.
    static func texts(_ input: JSONValue, _ path: String) throws(JSONError) -> [String: String] {
        var texts: [String: String] = [:]
        for member in try input.optionalObject(at: path)?.members ?? [] {
            switch member.value {
            case .null: continue
            case .bool(let value): texts[member.key] = value ? "true" : "false"
            default:
                guard let text = member.value.stringOrNumberText else {
                    throw JSONError(.wrongKind, path: "\(path).\(member.key)", expected: "a text")
                }
                texts[member.key] = text
            }
        }
        return texts
    }

    /// A connection's settings from the contract's `secrets` and `config`.
    static func settings(_ input: JSONValue) throws(JSONError) -> ChannelSettings {
        var secrets = try texts(input, "secrets")
        var options = try texts(input, "config")
        if let token = options.removeValue(forKey: "access_token") { secrets["access_token"] = token }
        let baseURL = options.removeValue(forKey: "base_url")
        let tokenURL = options.removeValue(forKey: "token_url")
        return ChannelSettings(
            id: ConnectionID("contract"), baseURL: baseURL, tokenURL: tokenURL, secrets: secrets, options: options)
    }

}
