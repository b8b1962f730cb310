package import Core
import FoundationEssentials
package import Programmes

/// All that dialogue remembers of one conversation; small, and stored encrypted.
package struct ConversationState: Sendable, Equatable, Codable {
    /// Raised when an older reader would misunderstand the layout.
    package static let currentVersion = 1

    package var version = Self.currentVersion
    package var language: Language = .vietnamese
    /// Texts in a row that were clearly in another language, and which.
    package var languageVotes = 0
    package var languageVoted: Language?
    /// Whether the person has been told that this is an automatic assistant.
    package var hasIntroduced = false
    package var form: Form?
    package var draft: Draft?
    /// The draft is mentioned once more, after something more important came between.
    package var mentionsDraft = false
    /// What was last offered, in the order shown: understood by number or title.
    package var choices: [Button] = []
    /// The classes last shown, in the order shown: "lớp số 2".
    package var focus: [ClassID] = []
    /// The class last spoken of.
    package var subject: ClassID?
    /// What classes were last searched by, for "thế Chủ nhật thì sao?".
    package var search: [String: SlotValue] = [:]
    /// Slots kept from earlier forms, by slot name.
    package var memory: [String: SlotValue] = [:]
    /// Texts in a row that fitted nothing.
    package var misses = 0
    /// A person of the staff writes here; until then the bot keeps out.
    package var ownedUntil: Instant?
    /// Whether broadcasts and reminders are wanted.
    package var isSubscribed = true
    /// The person left the channel; unlike an opt-out, coming back undoes it.
    package var hasLeft = false
    /// When the safety question was asked that waits for an answer.
    package var safetyAsked: Instant?
    /// The last report of this conversation, without its content.
    package var report: ReportState?
    /// Somebody spoke here of being harmed, and like a child.
    package var soundsYoung: Bool?
    /// When link codes were entered that did not fit; the last few.
    package var wrongCodes: [Instant]?
    /// When a person was last called to this conversation.
    package var personCalled: Instant?
    /// What was last said, for "nhắc lại"; never a safety answer.
    package var lastReplies: [Reply] = []

    package init() {}

    /// Restores what ``encoded()`` made. A missing, broken or unknown state gives a fresh one, never an error:
    /// a conversation can always go on.
    package init(restoring bytes: [UInt8]?) {
        guard let bytes, !bytes.isEmpty,
            let restored = try? JSONDecoder().decode(Self.self, from: Data(bytes)),
            restored.version == Self.currentVersion
        else {
            self.init()
            return
        }
        self = restored
    }

    /// The state as bytes for the store (JSON, keys in order).
    package func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return Array(try encoder.encode(self))
    }
}
