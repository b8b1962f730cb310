import Config
import Foundation

/// Where the program's files are: configuration, content, database.
struct Home {
    /// Absolute path of the directory that relative paths refer to.
    let directory: String
    let configurationFile: String?
    let environment: [String: String]

    /// - Parameter configuration: the `--config` option.
    ///
    /// The home is `$NHIPCAU_HOME`; else the current directory when it holds `intents/`; else the nearest directory
    /// above the program that does. The last of these is `share/nhipcau` beside the `bin` of an installed program: then
    /// the configuration is `/etc/nhipcau/nhipcau.yml`, and what is stored lies in `/var/lib/nhipcau`.
    init(configuration: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment) {
        let current = FileManager.default.currentDirectoryPath
        self.environment = environment
        directory = environment["NHIPCAU_HOME"].map { Self.absolute($0, from: current) } ?? Self.find(from: current) ?? current
        if let configuration {
            configurationFile = Self.absolute(configuration, from: current)
        } else {
            let usual = Self.isInstalled(directory) ? "/etc/nhipcau/nhipcau.yml" : directory + "/config/nhipcau.yml"
            configurationFile = FileManager.default.fileExists(atPath: usual) ? usual : nil
        }
    }

    func path(_ relative: String) -> String {
        if Self.isInstalled(directory), relative.hasPrefix("var/") {
            return Self.absolute(String(relative.dropFirst(4)), from: "/var/lib/nhipcau")
        }
        return Self.absolute(relative, from: directory)
    }

    /// A path that a person typed: relative to where they are.
    func current(_ typed: String) -> String { Self.absolute(typed, from: FileManager.default.currentDirectoryPath) }

    /// - Throws: `ConfigurationError` with all mistakes, or naming the file that cannot be read.
    func settings() throws(ConfigurationError) -> Settings {
        guard let configurationFile else {
            return try Settings.load(text: "", file: "(defaults)", environment: environment, readFile: readSecret)
        }
        guard FileManager.default.fileExists(atPath: configurationFile) else {
            throw ConfigurationError(problems: [
                ConfigurationProblem(
                    place: configurationFile, key: "", message: "the file does not exist",
                    mend: "Check the path of --config.")
            ])
        }
        guard let data = FileManager.default.contents(atPath: configurationFile), data.count < 1 << 20,
            let text = String(data: data, encoding: .utf8)
        else {
            throw ConfigurationError(problems: [
                ConfigurationProblem(
                    place: configurationFile, key: "", message: "the file cannot be read as UTF-8 text",
                    mend: "Check that it exists, is readable and is smaller than 1 MB.")
            ])
        }
        return try Settings.load(text: text, file: shown(configurationFile), environment: environment, readFile: readSecret)
    }

    /// A path as a person would write it, relative to the home where possible.
    func shown(_ path: String) -> String {
        path.hasPrefix(directory + "/") ? String(path.dropFirst(directory.count + 1)) : path
    }

    private func readSecret(_ name: String) -> String? {
        FileManager.default.contents(atPath: path(name)).flatMap { String(data: $0, encoding: .utf8) }
    }

    private static func absolute(_ path: String, from base: String) -> String {
        path.hasPrefix("/") ? path : URL(filePath: base + "/" + path).standardizedFileURL.path
    }

    /// Whether the home is where a package puts what never changes.
    private static func isInstalled(_ directory: String) -> Bool { directory.hasSuffix("/share/nhipcau") }

    private static func find(from current: String) -> String? {
        if FileManager.default.fileExists(atPath: current + "/intents") { return current }
        var candidate = URL(filePath: Bundle.main.executablePath ?? CommandLine.arguments.first ?? "").deletingLastPathComponent()
        for _ in 0..<8 {
            for place in [candidate.path, candidate.path + "/share/nhipcau"]
            where FileManager.default.fileExists(atPath: place + "/intents") {
                return place
            }
            candidate = candidate.deletingLastPathComponent()
        }
        return nil
    }
}
