import Core
import Programmes

/// What staff wants to send to many people: the first byte is what triage makes of it.
enum BroadcastTextEntry {
    static func run(_ bytes: UnsafeRawBufferPointer) {
        var input = FuzzInput(bytes)
        let levels = Triage.Level.allCases
        let level = levels[Int(input.byte()) % levels.count]
        let text = input.text
        let cleaned = BroadcastText.cleaned(text)
        promise(BroadcastText.cleaned(cleaned).isSame(as: cleaned), "what is clean stays as it is")
        promise(
            !cleaned.unicodeScalars.contains { $0 != "\n" && $0.properties.generalCategory == .control }, "there are no control characters")
        for end in [cleaned.unicodeScalars.first, cleaned.unicodeScalars.last] {
            promise(end?.properties.isWhitespace != true, "there is no white space around it")
        }
        let problem = BroadcastText.problem(of: text, triage: Triage(level: level))
        if let problem {
            promise(!problem.code.isEmpty && !problem.text.isEmpty, "a refusal says why")
            if case .tooLong(let count) = problem { promise(count > 0, "what is too long is so by some characters") }
        } else {
            promise((1...BroadcastText.limit).contains(cleaned.unicodeScalars.count), "what is sent is bounded")
            promise(level < .s3, "no incident is sent to many people")
        }
    }
}
