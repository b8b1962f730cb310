import Core

/// What must fit together across the files of a catalogue.
struct CatalogueCheck {
    let examples: [Example]
    let flows: [String: Flow]
    let replies: [Language: [String: ReplyReader.Entry]]
    let conversations: [ConversationTest]
    let knowsAllConversations: Bool
    let gazetteer: Gazetteer
    let topicPlaces: [String: SourceLocation]
    let handlers: [String: HandlerContract]
    let commonReplyKeys: [String]

    /// Flows by name, for an order that does not change from run to run.
    var orderedFlows: [Flow] { flows.values.sorted { $0.intent < $1.intent } }
    /// Languages beside Vietnamese, by code.
    var otherLanguages: [Language] {
        replies.keys.filter { $0 != .vietnamese }.sorted { $0.rawValue < $1.rawValue }
    }

    /// Where the first example of each intent stands.
    let intentPlaces: [String: SourceLocation]

    init(
        content: ContentReader, handlers: [String: HandlerContract], commonReplyKeys: [String]
    ) {
        examples = content.training.data.examples
        flows = content.flows.flows
        replies = content.replies.replies
        conversations = content.conversations.conversations
        knowsAllConversations = content.conversations.isComplete
        gazetteer = content.gazetteer.gazetteer
        topicPlaces = content.gazetteer.topicPlaces
        self.handlers = handlers
        self.commonReplyKeys = commonReplyKeys
        var places: [String: SourceLocation] = [:]
        for example in examples where places[example.intent] == nil { places[example.intent] = example.location }
        intentPlaces = places
    }

    func run(_ problems: inout Problems) {
        checkIntents(&problems)
        checkExamples(&problems)
        checkFlows(&problems)
        checkReplies(&problems)
        checkButtons(&problems)
        checkConversations(&problems)
        checkTopics(&problems)
    }

    private func checkTopics(_ problems: inout Problems) {
        for topic in gazetteer.topics {
            guard let place = topicPlaces[topic.id] else { continue }
            for language in otherLanguages where topic.names[language.rawValue]?.isEmpty ?? true {
                problems.warning(
                    at: place, "The topic '\(topic.id)' has no name in '\(language.rawValue)'.",
                    mend: "Add '\(language.rawValue): …' to its names.")
            }
        }
    }
}
