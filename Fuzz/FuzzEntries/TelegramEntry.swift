import Channels
import Content
import Core
import JSON

/// Telegram: commands, presses of buttons whose payload is too long, and what it tells of the webhook.
enum TelegramEntry {
    private static let now = Instant(milliseconds: 1_795_500_000_123)
    private static let token = "7000000001:AAF_thu-nghiem"
    private static let decoder = TelegramDecoder(account: "7000000001")
    private static let settings = ChannelSettings(id: ConnectionID("telegram"), secrets: ["auth_token": token])

    /// Any text as a person's message, most of all as a command.
    static func command(_ bytes: UnsafeRawBufferPointer) {
        let text = FuzzInput(bytes).text
        guard let event = event(text) else { return promise(false, "a message with any text is read") }
        switch event.kind {
        case .postback:
            let code = event.payload.map { $0.drop { $0 != "=" }.dropFirst() } ?? ""
            promise((1...64).contains(code.utf8.count), "a code is bounded")
            promise(
                event.payload.flatMap { Content.ButtonPayload($0) } == .intent("common.link", slots: ["code": String(code)]),
                "a link's code is a button's payload")
        case .message, .follow:
            guard let read = event.text else { return }
            promise(InboundText.cleaned(read)?.isSame(as: read) == true, "a text is clean")
            promise(self.event(read)?.text?.isSame(as: read) == true, "a command is read again as it was read")
            if read.first != "/" { promise(InboundText.cleaned(text)?.isSame(as: read) == true, "what is no command stays as it is") }
        default: promise(event.kind == .event && event.text == nil, "a message is a message")
        }
    }

    private static func event(_ text: String) -> InboundEvent? {
        let person: JSONValue = ["id": 41, "type": "private"]
        let message: JSONValue = ["message_id": 5, "date": 1_795_500_000, "chat": person, "from": person, "text": .string(text)]
        let update: JSONValue = ["update_id": 7, "message": message]
        return (try? decoder.decode(update.compactBytes))?.events.first
    }

    /// Two lines a button, title and payload, up to an empty title; then the text.
    static func press(_ bytes: UnsafeRawBufferPointer) {
        var input = FuzzInput(bytes)
        var buttons: [Core.Button] = []
        while buttons.count < 30 {
            let title = input.line()
            if title.isEmpty { break }
            buttons.append(Core.Button(title: title, payload: input.line()))
        }
        let message = OutboundMessage(text: input.text, buttons: buttons)
        guard case .calls(let calls) = TelegramRenderer(settings).render(message, to: "41", token: nil) else { return }
        // Nobody writes payloads that look like our stand-ins.
        guard !buttons.contains(where: { $0.payload.utf8.starts(with: "#title:".utf8) }) else { return }
        for call in calls {
            guard let body = try? JSONValue(parsing: call.body), let keyboard = body["reply_markup"] else { continue }
            let rows = keyboard["inline_keyboard"]?.arrayValue ?? []
            promise(rows.count == buttons.count, "every choice is a button, or none is")
            for (row, button) in zip(rows, buttons) { check(row, button, keyboard) }
        }
    }

    private static func check(_ row: JSONValue, _ button: Core.Button, _ keyboard: JSONValue) {
        guard let data = row.arrayValue?.first?["callback_data"]?.stringValue else { return promise(false, "a button carries something") }
        promise((1...64).contains(data.utf8.count), "what a button carries is bounded")
        let person: JSONValue = ["id": 41, "type": "private"]
        let message: JSONValue = ["message_id": 5, "date": 1_795_500_000, "chat": person, "reply_markup": keyboard]
        let press: JSONValue = ["id": "99", "from": person, "message": message, "data": .string(data)]
        let update: JSONValue = ["update_id": 8, "callback_query": press]
        guard let read = try? decoder.decode(update.compactBytes), let event = read.events.first else {
            return promise(false, "a press of our own button is read")
        }
        promise(read.callbackID?.isSame(as: "99") == true, "a press can be answered")
        if data.isSame(as: button.payload) {
            guard let payload = InboundText.cleaned(button.payload) else { return }
            promise(event.kind == .postback && event.payload?.isSame(as: payload) == true, "a press has its button's payload")
        } else if let title = InboundText.cleaned(button.title) {
            promise(event.kind == .message && event.text?.isSame(as: title) == true, "a press that stands in is its button's title")
        }
    }

    /// The first line is an address of ours, the rest an answer to a question about the webhook.
    static func webhook(_ bytes: UnsafeRawBufferPointer) {
        var input = FuzzInput(bytes)
        let address = input.line()
        let path = "/webhooks/telegram"
        let answer = HTTPAnswer(status: 200, body: input.remainder)
        do throws(TelegramWebhook.Finding) {
            let url = try TelegramWebhook.address(publicURL: address, connection: ConnectionID("telegram"))
            let isOurs = url.lowercased().utf8.starts(with: "https://".utf8) && url.utf8.reversed().starts(with: path.utf8.reversed())
            promise(isOurs, "Telegram is given an https address")
        } catch { promise(!error.text.isEmpty && error.mend?.isEmpty == false, "a refusal says how to mend it") }
        switch TelegramAPI(settings).result(of: .success(answer)) {
        case .success(let result): check(TelegramWebhook.Info(result), expected: address)
        case .failure(let refusal):
            promise((refusal.description?.unicodeScalars.count ?? 0) <= 300, "a description is bounded")
            promise(refusal.description?.contains("\n") != true, "a description is one line")
        }
        if let any = try? JSONValue(parsing: answer.body) { check(TelegramWebhook.Info(any), expected: nil) }
    }

    private static func check(_ info: TelegramWebhook.Info, expected: String?) {
        for now in [now, Instant(milliseconds: .max), Instant(milliseconds: .min)] {
            let findings = info.findings(expected: expected, connect: "nhipcau channels connect telegram", now: now)
            promise(!findings.isEmpty, "there is something to say")
            for finding in findings {
                promise(!finding.text.isEmpty && !finding.text.contains("\n"), "a finding is one line")
                promise(finding.text.unicodeScalars.count <= 1_000 + (expected?.unicodeScalars.count ?? 0), "a finding is bounded")
                promise(finding.level == .good || finding.mend?.isEmpty == false, "what is wrong can be mended")
            }
        }
    }
}
