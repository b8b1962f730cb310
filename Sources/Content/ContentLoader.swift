/// Reads and checks everything under `intents/`.
package enum ContentLoader {
    /// Reads the directory once; keeps nothing open. Bounded in files, bytes and nesting, so that broken or hostile
    /// content ends in an error, never in a full memory.
    /// - Parameters:
    ///   - directory: The `intents/` directory.
    ///   - handlers: The handler registry by name. `answer` is always known and says a flow's `reply`.
    ///   - commonReplyKeys: Keys that the dialogue says by itself, outside any handler; `family.*` as in
    ///     ``HandlerContract/replyKeys``.
    /// - Returns: Content without errors, and what its authors should still look at.
    /// - Throws: All problems together.
    package static func load(
        directory: String, handlers: [String: HandlerContract], commonReplyKeys: [String] = []
    ) throws(ContentLoadError) -> (catalogue: Catalogue, warnings: [ContentProblem]) {
        var problems = Problems()
        return try load(ContentFiles.read(directory, &problems), from: directory, problems, handlers, commonReplyKeys)
    }

    /// As ``load(directory:handlers:commonReplyKeys:)``, of files that are in memory already.
    /// - Parameter files: Paths as they would stand below `intents/`, in their order.
    package static func load(
        files: [(path: String, bytes: [UInt8])], handlers: [String: HandlerContract], commonReplyKeys: [String] = []
    ) throws(ContentLoadError) -> (catalogue: Catalogue, warnings: [ContentProblem]) {
        try load(files.map { ContentFiles.File(path: $0.path, bytes: $0.bytes) }, from: "memory", Problems(), handlers, commonReplyKeys)
    }

    private static func load(
        _ files: [ContentFiles.File], from directory: String, _ before: Problems, _ handlers: [String: HandlerContract],
        _ commonReplyKeys: [String]
    ) throws(ContentLoadError) -> (catalogue: Catalogue, warnings: [ContentProblem]) {
        var problems = before
        var content = ContentReader()
        for file in files { content.read(file, &problems) }
        content.finish(&problems)
        if files.isEmpty, !problems.hasErrors {
            problems.error(
                directory, 1, "The directory holds no content.",
                mend: "Name the directory that holds the '….yml' files.")
        }
        if !content.isIncomplete, !files.isEmpty {
            CatalogueCheck(content: content, handlers: handlers, commonReplyKeys: commonReplyKeys).run(&problems)
        }
        guard !problems.hasErrors else { throw ContentLoadError(problems: problems.all()) }
        let catalogue = Catalogue(
            training: content.training.data, flows: content.flows.flows, replies: content.replies.book,
            gazetteer: content.gazetteer.gazetteer, triage: content.triage.rubric,
            conversations: content.conversations.conversations, digest: ContentDigest.hex(of: files))
        return (catalogue, problems.all())
    }
}
