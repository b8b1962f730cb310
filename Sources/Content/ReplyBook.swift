package import Core

/// The words of all answers, by key and language (`replies.*.yml`).
package struct ReplyBook: Sendable {
    /// One way of saying it.
    package struct Variant: Sendable {
        package var text: String
        package var buttons: [Button]

        package init(text: String, buttons: [Button] = []) {
            self.text = text
            self.buttons = buttons
        }
    }

    /// language → key → variants; never an empty list.
    package var variants: [Language: [String: [Variant]]]

    package init(variants: [Language: [String: [Variant]]] = [:]) { self.variants = variants }

    package var languages: [Language] { variants.keys.sorted { $0.rawValue < $1.rawValue } }
}
