package import Core

/// Buttons as text, for channels without buttons or with fewer than asked for: a person answers with the number.
package enum NumberedMenu {
    /// The text, an empty line, and a numbered line for each button; the text alone when there are none.
    package static func text(_ text: String, _ buttons: [Button]) -> String {
        if buttons.isEmpty { return text }
        let lines = buttons.enumerated().map { "\($0.offset + 1). \($0.element.title)" }.joined(separator: "\n")
        return text.isEmpty ? lines : text + "\n\n" + lines
    }
}
