import FoundationEssentials

/// The YAML files of a directory tree, read within bounds.
struct ContentFiles {
    struct File: Sendable {
        /// Relative to the directory, with `/`.
        var path: String
        var bytes: [UInt8]
    }

    static let maximumFiles = 1_000
    static let maximumDepth = 6

    /// In order of path.
    private(set) var files: [File] = []
    private var count = 0
    private let root: String
    private let maximumBytes: Int

    /// - Parameter tellsOthers: Whether files that are neither YAML nor Markdown are told about.
    static func read(
        _ directory: String, maximumBytes: Int = YAMLText.maximumBytes, tellsOthers: Bool = true,
        _ problems: inout Problems
    ) -> [File] {
        var reader = ContentFiles(root: directory, maximumBytes: maximumBytes)
        reader.walk("", depth: 0, tellsOthers: tellsOthers, &problems)
        return reader.files.sorted { $0.path < $1.path }
    }

    /// One file's bytes; nil with a problem when it cannot be read or is larger than `maximumBytes`.
    static func bytes(at path: String, shownAs shown: String, maximumBytes: Int, _ problems: inout Problems) -> [UInt8]? {
        let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: resolved),
            attributes[.type] as? FileAttributeType == .typeRegular
        else {
            problems.error(shown, 1, "The file cannot be read.", mend: "Check that it exists and may be read.")
            return nil
        }
        if let size = attributes[.size] as? any BinaryInteger, UInt64(clamping: size) > UInt64(maximumBytes) {
            problems.error(
                shown, 1, "The file is larger than \(YAMLText.megabytes(maximumBytes)).",
                mend: "Split it into several files.")
            return nil
        }
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: resolved)) else {
            problems.error(shown, 1, "The file cannot be read.", mend: "Check that it may be read by this account.")
            return nil
        }
        return Array(data)
    }

    static func isDirectory(_ path: String) -> Bool {
        var isDirectory = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory
    }

    private init(root: String, maximumBytes: Int) {
        self.root = root
        self.maximumBytes = maximumBytes
    }

    private mutating func walk(_ path: String, depth: Int, tellsOthers: Bool, _ problems: inout Problems) {
        let place = path.isEmpty ? root : root + "/" + path
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: place) else {
            problems.error(
                path.isEmpty ? root : path, 1, "The directory cannot be read.",
                mend: "Check that it exists and may be read.")
            return
        }
        // Hidden names are the working files of editors and of mounted volumes.
        for name in names.sorted() where !name.utf8.starts(with: ".".utf8) {
            let inner = path.isEmpty ? name : path + "/" + name
            if Self.isDirectory(root + "/" + inner) {
                guard depth < Self.maximumDepth else {
                    problems.error(inner, 1, "Directories stand too deep in each other.", mend: "Move it further up.")
                    continue
                }
                walk(inner, depth: depth + 1, tellsOthers: tellsOthers, &problems)
                continue
            }
            switch name.split(separator: ".").last.map({ $0.lowercased() }) {
            case "yml", "yaml":
                count += 1
                guard count <= Self.maximumFiles else {
                    if count == Self.maximumFiles + 1 {
                        problems.error(
                            inner, 1, "There are more than \(Self.maximumFiles) files.", mend: "Join small files.")
                    }
                    continue
                }
                if let bytes = Self.bytes(
                    at: root + "/" + inner, shownAs: inner, maximumBytes: maximumBytes, &problems)
                {
                    files.append(File(path: inner, bytes: bytes))
                }
            case "md": continue
            default:
                guard tellsOthers else { continue }
                problems.warning(
                    inner, 1, "The file is not read.", mend: "Name it '….yml' if it is content, or move it elsewhere.")
            }
        }
    }
}
