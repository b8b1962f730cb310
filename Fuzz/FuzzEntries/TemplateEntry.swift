import Content
import Core

/// The first line is a button's payload, the second its title, the rest a reply's text; all three are templates.
enum TemplateEntry {
    private static let values: [String: ReplyValue] = [
        "name": "Bé {{name}}", "empty": "", "flag": true, "off": false, "seats": .number(3),
        "offers": .list([["title": "Lớp & bơi", "seats": .number(0)], ["title": "\n", "inner": .list([[:]])]]),
    ]

    static func run(_ bytes: UnsafeRawBufferPointer) {
        var input = FuzzInput(bytes)
        let button = Button(title: input.line(), payload: input.line())
        var book = ReplyBook(variants: [
            .vietnamese: ["key": [ReplyBook.Variant(text: input.text, buttons: [button])]]
        ])
        for missing in [ReplyBook.MissingValues.refuse, .leaveEmpty] {
            book.missingValues = missing
            for pick in [0, UInt64.max] {
                let message = try? book.render(key: "key", language: .english, values: values, pick: pick)
                guard let message else { continue }
                promise(!message.text.unicodeScalars.starts(with: "\n".unicodeScalars), "no blank line comes first")
                promise(message.buttons.allSatisfy { !$0.title.isEmpty }, "no button is without a title")
            }
        }
    }
}
