package import Content
package import Core
package import Programmes

/// Plays the conversations that authors wrote down (`tests.yml`) and tells where they went otherwise.
package struct ConversationTester: Sendable {
    /// One way in which a conversation differs from what was written.
    package struct Difference: Sendable, Equatable, CustomStringConvertible {
        /// The step, from 1.
        package var step: Int
        package var location: SourceLocation
        /// What was compared: `answers`, `text`, `slots`, `changes`, `intent` or `error`.
        package var aspect: String
        package var expected: String
        package var got: String

        package init(step: Int, location: SourceLocation, aspect: String, expected: String, got: String) {
            self.step = step
            self.location = location
            self.aspect = aspect
            self.expected = expected
            self.got = got
        }

        package var description: String {
            "\(location): step \(step), \(aspect): expected \(expected), got \(got)"
        }
    }

    /// How one conversation went.
    package struct Result: Sendable, Equatable {
        package var name: String
        package var location: SourceLocation
        package var differences: [Difference]
        /// What was said, in order, for an author who wants to read along.
        package var transcript: [String]

        package var passed: Bool { differences.isEmpty }
    }

    private let dialogue: Dialogue
    private let offers: [ClassOffer]
    private let understand: @Sendable (String, Instant) -> Reading
    private let seed: UInt64

    /// - Parameters:
    ///   - offers: The classes that exist in every conversation; each starts with empty classes.
    ///   - understand: Reads a text at a time.
    ///   - seed: Equal seeds, equal conversations.
    package init(
        dialogue: Dialogue, offers: [ClassOffer], seed: UInt64 = 1,
        understand: @escaping @Sendable (String, Instant) -> Reading
    ) {
        self.dialogue = dialogue
        self.offers = offers
        self.seed = seed
        self.understand = understand
    }

    /// Plays one conversation from a fresh state. Goes on after a difference, so that all of them are told.
    package func run(_ test: ConversationTest) -> Result {
        var stage = Stage(
            dialogue: dialogue, records: MemoryRecords(offers: offers), role: test.role, now: test.at, seed: seed)
        var result = Result(name: test.name, location: test.location, differences: [], transcript: [])
        for (index, step) in test.steps.enumerated() {
            var changes: [Change] = []
            var reading: Reading?
            do {
                switch step.input {
                case .text(let text):
                    result.transcript.append("user: " + text)
                    reading = understand(text, stage.now)
                    changes = try stage.hear(stage.event(.message, text: text), reading)
                case .payload(let payload):
                    result.transcript.append("user: " + payload)
                    changes = try stage.hear(stage.event(.postback, payload: payload), nil)
                case .attachment(let kind):
                    result.transcript.append("user: [\(kind.rawValue)]")
                    changes = try stage.hear(stage.event(.message, attachments: [Attachment(kind: kind)]), nil)
                case .wait(let duration):
                    result.transcript.append("user waits \(duration)")
                    changes = try stage.wait(duration)
                }
            } catch {
                result.differences.append(
                    Difference(
                        step: index + 1, location: step.location, aspect: "error", expected: "no error",
                        got: String(describing: type(of: error))))
            }
            let replies = changes.compactMap { if case .reply(let reply) = $0 { reply } else { nil } }
            result.transcript += replies.map { "bot [\($0.key)]: " + $0.message.text }
            compare(step, index + 1, replies, changes, reading, stage, into: &result.differences)
        }
        return result
    }

    private func compare(
        _ step: ConversationTest.Step, _ number: Int, _ replies: [Reply], _ changes: [Change], _ reading: Reading?,
        _ stage: Stage, into differences: inout [Difference]
    ) {
        func differ(_ aspect: String, _ expected: String, _ got: String) {
            differences.append(
                Difference(step: number, location: step.location, aspect: aspect, expected: expected, got: got))
        }
        if let intent = step.intent, reading?.intent?.name != intent {
            let best = reading?.ranking.first.map { "\($0.name) (\($0.confidence))" } ?? "none"
            differ("intent", intent, reading.map { "\($0.certainty.rawValue) \(best)" } ?? "no text")
        }
        let keys = replies.map(\.key)
        if keys != step.answers.map(\.key) {
            differ("answers", Self.list(step.answers.map(\.key)), Self.list(keys))
        }
        for (reply, answer) in zip(replies, step.answers) where reply.key == answer.key {
            for words in answer.contains where !reply.message.text.contains(words) {
                differ("text", "\"\(words)\" in \(reply.key)", "\"\(reply.message.text)\"")
            }
            for words in answer.excludes where reply.message.text.contains(words) {
                differ("text", "no \"\(words)\" in \(reply.key)", "\"\(reply.message.text)\"")
            }
        }
        for (slot, expected) in step.slots.sorted(by: { $0.key < $1.key }) {
            let got = stage.state.form?.values[slot]?.word
            if got != expected { differ("slots", "\(slot) = \(expected)", "\(slot) = \(got ?? "empty")") }
        }
        if let expected = step.changes {
            let got = changes.compactMap(\.testName)
            if got.sorted() != expected.sorted() { differ("changes", Self.list(expected), Self.list(got)) }
        }
    }

    private static func list(_ words: [String]) -> String { "[" + words.joined(separator: ", ") + "]" }
}

extension Change {
    /// The name that `tests.yml` uses; nil for what is said and what is only counted.
    var testName: String? {
        switch self {
        case .reply, .count: nil
        case .notify: "notify"
        case .enrol: "enrol"
        case .cancelEnrolment: "cancel"
        case .promote: "promote"
        case .handOver: "hand_over"
        case .setTimer, .setTimerFor: "set_timer"
        case .cancelTimer: "cancel_timer"
        case .subscribe: "subscribe"
        case .openCase: "open_case"
        case .appendToCase: "append_to_case"
        case .classifyCase: "classify_case"
        case .noteCase(_, let milestone): "note_case_" + milestone.rawValue
        case .acknowledgeCase: "acknowledge_case"
        case .redeemLink: "redeem_link"
        case .startBroadcast: "start_broadcast"
        case .commandBroadcast(_, let command): command.rawValue + "_broadcast"
        }
    }
}
