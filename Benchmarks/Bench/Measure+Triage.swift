import Content
import Core
import Dialogue
import Foundation
import Understanding

/// What a message costs before it is acknowledged beside its storing: the triage that chooses its lane.
extension Measure {
    static let triage = Measure(name: "triage at the door") {
        let figures = try await Load.offPool {
            let catalogue = try ContentLoader.load(
                directory: FileManager.default.currentDirectoryPath + "/intents", handlers: Dialogue.handlers,
                commonReplyKeys: Dialogue.commonReplyKeys
            ).catalogue
            let interpreter = try Interpreter.make(from: catalogue)
            let texts = catalogue.training.examples.map(\.text)
            var figures: [Double] = []
            for round in 0...5 {
                var asked = 0
                let began = ContinuousClock.now
                for text in texts where interpreter.triage(text).ask { asked += 1 }
                let seconds = began.duration(to: .now).inSeconds
                if round > 0, asked <= texts.count { figures.append(seconds * 1_000_000 / Double(texts.count)) }
            }
            return figures
        }
        return Row.of("triage at the door", unit: "µs a text of the examples", figures: figures, goal: .oursAtMost(5))
    }
}
