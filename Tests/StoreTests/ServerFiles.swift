import Foundation

/// The files of a test's server, as somebody with the disk in hand would see them.
enum ServerFiles {
    static func contents(of directory: String) throws -> [UInt8]? {
        guard let files = FileManager.default.enumerator(atPath: directory), FileManager.default.isReadableFile(atPath: directory)
        else { return nil }
        var bytes: [UInt8] = []
        for case let name as String in files where name.hasPrefix("base/") || name.hasPrefix("pg_wal/") {
            // Files come and go while the server works.
            if let data = try? Data(contentsOf: URL(fileURLWithPath: directory + "/" + name)) { bytes += data }
        }
        return bytes
    }

    static func content(of path: String) -> [UInt8]? {
        (try? Data(contentsOf: URL(fileURLWithPath: path))).map { [UInt8]($0) }
    }
}
