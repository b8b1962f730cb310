/// The command line of the benchmarks.
struct Options: Sendable {
    static let usage = """
        swift run -c release Bench [WORD …] [--json] [--list] [--recipients N] [--filled N]

        WORD keeps the measures whose name contains one of the words. --json prints one object a line.
        --recipients: people of the broadcast, default 50000 (1000000 takes long). --filled: rows in inbox and outbox
        each before the rates are measured again, default 2000000.
        """

    var words: [String] = []
    var isJSON = false
    var isList = false
    var recipients = 50_000
    var filled = 2_000_000
    /// Set when this process was started by another one for a single measurement.
    var child: String?

    /// Nil for arguments that are not understood.
    init?(_ arguments: [String]) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--json": isJSON = true
            case "--list": isList = true
            case "--recipients", "--filled":
                guard let number = rest.popFirst().flatMap({ Int($0) }), number > 0 else { return nil }
                if argument == "--filled" { filled = number } else { recipients = number }
            case "--child":
                guard let name = rest.popFirst() else { return nil }
                child = name
            default:
                if argument.hasPrefix("-") { return nil }
                words.append(argument)
            }
        }
    }

    func keeps(_ name: String) -> Bool { words.isEmpty || words.contains { name.contains($0) } }
}
