import Core
import JSON

/// The input of `channels render`: `{"to","text","buttons","attachments","config"}`.
struct ContractMessage {
    private let recipient: String
    private let message: OutboundMessage
    private let settings: ChannelSettings

    init(_ input: JSONValue) throws(ChannelError) {
        do throws(JSONError) {
            try ContractFields.object(input)
            recipient = try input.stringOrNumber(at: "to")
            message = OutboundMessage(
                text: try input.optionalString(at: "text") ?? "", buttons: try Self.buttons(input),
                attachments: try Self.attachments(input))
            settings = try ContractFields.settings(input)
        } catch {
            throw .input(error)
        }
    }

    func answer(_ kind: ChannelKind) throws(ChannelError) -> JSONValue {
        let channel = try ChannelRegistry.make(kind, settings: settings)
        let account = settings.options["address"] ?? settings.options["page_id"] ?? ""
        let address = ConversationAddress(connection: settings.id, channel: kind, account: account, person: recipient)
        switch channel.render(message, to: address, token: settings.secrets["access_token"]) {
        case .calls(let calls): return ["calls": .array(calls.map(Self.json)), "error": nil]
        case .pull: return ["calls": [], "error": nil]
        case .impossible(let code): return ["calls": [], "error": .string(code)]
        }
    }

    private static func buttons(_ input: JSONValue) throws(JSONError) -> [Button] {
        var buttons: [Button] = []
        for index in try (input.optionalArray(at: "buttons") ?? []).indices {
            buttons.append(
                Button(
                    title: try input.string(at: "buttons[\(index)].title"),
                    payload: try input.string(at: "buttons[\(index)].payload")))
        }
        return buttons
    }

    private static func attachments(_ input: JSONValue) throws(JSONError) -> [Attachment] {
        var attachments: [Attachment] = []
        for index in try (input.optionalArray(at: "attachments") ?? []).indices {
            let name = try input.string(at: "attachments[\(index)].kind")
            guard let kind = Attachment.Kind(rawValue: name) else {
                throw JSONError(.wrongKind, path: "attachments[\(index)].kind", expected: "a kind of attachment")
            }
            attachments.append(
                Attachment(kind: kind, url: try input.optionalString(at: "attachments[\(index)].url")))
        }
        return attachments
    }

    private static func json(_ call: HTTPCall) -> JSONValue {
        var headers = JSONObject()
        for header in call.headers { headers[header.name] = .string(header.value) }
        var object = JSONObject([
            "method": .string(call.method.rawValue), "url": .string(call.url), "headers": .object(headers),
            "body": .string(String(decoding: call.body, as: UTF8.self)),
        ])
        if let envelope = call.envelope {
            object["envelope"] = [
                "from": .string(envelope.sender), "to": .array(envelope.recipients.map(JSONValue.string)),
                "demands_encryption": JSONValue(envelope.demandsEncryption),
            ]
        }
        return .object(object)
    }
}
