import FoundationEssentials
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A directory with one file, for readers that take directories. It exists only while it is read.
enum ScratchDirectory {
    private static let numbers = Atomic<Int>(0)

    static func with(_ name: String, _ bytes: [UInt8], _ body: (_ directory: String) -> Void) {
        let number = numbers.wrappingAdd(1, ordering: .relaxed).newValue
        let root = FileManager.default.temporaryDirectory.path + "/nhipcau-fuzz-\(getpid())-\(number)"
        defer { try? FileManager.default.removeItem(atPath: root) }
        do {
            try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: false)
            try Data(bytes).write(to: URL(fileURLWithPath: root + "/" + name))
        } catch {
            promise(false, "the temporary directory can be written")
        }
        body(root)
    }
}
