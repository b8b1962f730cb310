import Channels

/// Any bytes as the body of a form. What is read reads the same when it is written again.
enum FormFieldsEntry {
    private static let names = ["do", "s", "n", "t", "c", "p", "lang"]

    static func run(_ bytes: UnsafeRawBufferPointer) {
        guard let fields = FormFields(Array(bytes)) else { return }
        promise(fields.count <= FormFields.maximumFields, "fields are bounded")
        var known: [(String, String)] = []
        for name in names {
            guard let value = fields[name] else { continue }
            promise(!value.unicodeScalars.contains("\0"), "values have no NUL")
            promise(value.utf8.count <= bytes.count, "a value is not longer than what came")
            known.append((name, value))
        }
        let again = FormFields(Array(PercentEncoding.form(known).utf8))
        promise(again?.count == known.count, "what is written again has the same fields")
        for (name, value) in known {
            promise(again?[name].map { $0.utf8.elementsEqual(value.utf8) } == true, "what is written again reads the same")
        }
    }
}
