import ArgumentParser

/// What every command takes that reads a table.
struct ImportOptions: ParsableArguments {
    @Argument(help: "The table (CSV, UTF-8), or - for standard input.")
    var file: String?

    @Flag(help: "Check the table and count; change nothing.")
    var dryRun = false

    @Flag(help: "Print a table to begin with.")
    var template = false

    @Flag(help: "Print one JSON object.")
    var json = false

    @Option(help: "The configuration file.")
    var config: String?

    mutating func validate() throws {
        if file == nil, !template { throw ValidationError("Name the table, or ask for one with --template.") }
    }
}
