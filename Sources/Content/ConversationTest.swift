package import Core

/// A conversation that an author wrote down as it must go (`tests.yml`).
package struct ConversationTest: Sendable, Equatable {
    package struct Step: Sendable, Equatable {
        package enum Input: Sendable, Equatable {
            case text(String)
            case payload(String)
            case attachment(Attachment.Kind)
            /// Lets time pass; timers that fall due are delivered.
            case wait(Duration)
        }

        package struct Answer: Sendable, Equatable {
            package var key: String
            /// Each must occur in the text.
            package var contains: [String]
            /// None may occur in the text.
            package var excludes: [String]

            package init(key: String, contains: [String] = [], excludes: [String] = []) {
                self.key = key
                self.contains = contains
                self.excludes = excludes
            }
        }

        package var input: Input
        /// What the bot says to it, in order; exactly these keys.
        package var answers: [Answer]
        /// Slot values of the open form afterwards; only the named ones are compared.
        package var slots: [String: String]
        /// Names of the changes other than replies: `enrol, cancel, promote, hand_over, set_timer, cancel_timer,
        /// subscribe, notify`; only compared when given.
        package var changes: [String]?
        /// The intent that the user's text must be read as; only compared when given.
        package var intent: String?
        package var location: SourceLocation

        package init(
            input: Input, answers: [Answer], slots: [String: String] = [:], changes: [String]? = nil,
            intent: String? = nil, location: SourceLocation
        ) {
            self.input = input
            self.answers = answers
            self.slots = slots
            self.changes = changes
            self.intent = intent
            self.location = location
        }
    }

    package var name: String
    package var at: Instant
    package var role: Role
    package var steps: [Step]
    package var location: SourceLocation

    package init(name: String, at: Instant, role: Role, steps: [Step], location: SourceLocation) {
        self.name = name
        self.at = at
        self.role = role
        self.steps = steps
        self.location = location
    }
}
