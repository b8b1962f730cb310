import Config
import Core

/// A configuration file; the overrides of the environment are fixed.
enum SettingsEntry {
    private static let environment = ["NHIPCAU_SERVER__PORT": "8081", "OA_SECRET": "bi-mat"]

    static func run(_ bytes: UnsafeRawBufferPointer) {
        let text = FuzzInput(bytes).text
        for environment in [[:], environment] {
            do throws(ConfigurationError) {
                let settings = try Settings.load(
                    text: text, file: "nhipcau.yml", environment: environment,
                    readFile: { $0.hasPrefix("/run/") ? "bi-mat\n" : nil })
                promise(settings.languages.first == .vietnamese, "Vietnamese comes first")
                promise(
                    Set(settings.connections.map(\.id)).count == settings.connections.count,
                    "no two connections have the same name")
            } catch {
                promise(!error.problems.isEmpty, "a refusal says why")
                for problem in error.problems {
                    promise(!problem.message.isEmpty && !problem.mend.isEmpty, "a problem says how to mend it")
                }
            }
        }
    }
}
