/// Reads and checks everything under `intents/`.
package enum ContentLoader {
    /// - Parameters:
    ///   - directory: The `intents/` directory.
    ///   - handlers: The handler registry by name. `answer` is always known and says a flow's `reply`.
    ///   - commonReplyKeys: Keys that the dialogue says by itself, outside any handler.
    /// - Returns: Content without errors, and what its authors should still look at.
    /// - Throws: All problems together.
    package static func load(
        directory: String, handlers: [String: HandlerContract], commonReplyKeys: [String] = []
    ) throws(ContentLoadError) -> (catalogue: Catalogue, warnings: [ContentProblem]) {
        throw ContentLoadError(problems: [])
    }
}
