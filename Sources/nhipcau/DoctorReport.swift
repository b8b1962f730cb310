import JSON

/// Prints checks as they are made and remembers whether one failed.
struct DoctorReport {
    let json: Bool
    private(set) var failures = 0
    private(set) var warnings = 0

    init(json: Bool) { self.json = json }

    mutating func good(_ subject: String, _ finding: String) { show("ok", "✔", subject, finding, nil) }

    mutating func warn(_ subject: String, _ finding: String, mend: String) {
        warnings += 1
        show("warning", "!", subject, finding, mend)
    }

    mutating func bad(_ subject: String, _ finding: String, mend: String) {
        failures += 1
        show("failed", "✘", subject, finding, mend)
    }

    func finish() throws {
        Console.words(failures == 0 ? "Ready (\(warnings) warnings)." : "\(failures) failed, \(warnings) warnings.")
        if failures > 0 { throw Exit.failed }
    }

    private func show(_ result: String, _ mark: String, _ subject: String, _ finding: String, _ mend: String?) {
        guard json else {
            return Console.data("\(mark) \(subject): \(finding)" + (mend.map { "\n    → \($0)" } ?? ""))
        }
        var object = JSONObject()
        object["check"] = .string(subject)
        object["result"] = .string(result)
        object["finding"] = .string(finding)
        object["mend"] = mend.map(JSONValue.string) ?? .null
        Console.data(JSONValue.object(object).compactText)
    }
}
