package import Core

/// What a terminal shows.
package enum TerminalRenderer {
    /// The text with attachments as links and buttons as numbered lines; answering with a number presses one.
    package static func text(_ message: OutboundMessage) -> String {
        let links = message.attachments.compactMap(\.url)
        let lines = message.text.isEmpty ? links : [message.text] + links
        return NumberedMenu.text(lines.joined(separator: "\n"), message.buttons)
    }
}
