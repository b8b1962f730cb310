import JSON

/// What a button carries whose own payload is longer than Telegram takes.
///
/// Telegram sends the message with the button back when it is pressed, so the stand-in needs no memory: the title of
/// the button that carries it is the choice. It is read like a typed one, also inside a form.
enum TelegramStandIn {
    private static let prefix = "#title:"

    /// For the button at `index`, from 0.
    static func payload(_ index: Int) -> String { prefix + "\(index + 1)" }

    /// The title of the pressed button; nil for a press of another kind, and when Telegram has forgotten the message.
    ///
    /// - Parameter press: a `callback_query`.
    static func title(ofPress press: JSONValue) -> String? {
        guard let data = press["data"]?.stringValue, data.utf8.starts(with: prefix.utf8),
            let rows = press.value(at: "message.reply_markup.inline_keyboard")?.arrayValue
        else { return nil }
        for button in rows.lazy.flatMap({ $0.arrayValue ?? [] })
        where button["callback_data"]?.stringValue.map({ $0.utf8.elementsEqual(data.utf8) }) ?? false {
            return button["text"]?.stringValue.flatMap(InboundText.cleaned)
        }
        return nil
    }
}
