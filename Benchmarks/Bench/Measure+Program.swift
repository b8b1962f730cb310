/// What the program itself takes: the time until it listens and the memory it then has, with a cached model.
extension Measure {
    static let start = Measure(name: "start to ready with a cached model", whySkipped: { Program.whyNot }) {
        let seconds = try (0...5).map { _ in try Program.started().seconds }.dropFirst()
        return Row.of("start to ready with a cached model", unit: "s", figures: Array(seconds), goal: .oursAtMost(1))
    }

    static let memory = Measure(name: "memory after start", whySkipped: { Program.whyNot }) {
        let megabytes = try (0...3).map { _ in try Program.started().megabytes }.dropFirst()
        return Row.of("memory after start", unit: "MB resident", figures: Array(megabytes), goal: .oursAtMost(80))
    }
}
