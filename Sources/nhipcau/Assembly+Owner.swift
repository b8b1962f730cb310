import Config
import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension Assembly {
    /// Ends with 1 when root opens a database that belongs to another user.
    ///
    /// It would succeed, and leave files of the database and keys behind that the service cannot open afterwards.
    func refuseStrangers() throws {
        let key = home.path(settings.database.keyFile)
        let place = settings.database.server == nil ? databasePath : key
        var facts = stat()
        guard geteuid() == 0, stat(URL(filePath: place).deletingLastPathComponent().path, &facts) == 0, facts.st_uid != 0 else { return }
        let name = getpwuid(facts.st_uid).map { String(cString: $0.pointee.pw_name) } ?? "\(facts.st_uid)"
        Console.words(
            "Not as root: \(home.shown(place)) belongs to “\(name)”, and what root writes there the service could not open.\n"
                + "    → runuser -u \(name) -- nhipcau …    (or: sudo -u \(name) nhipcau …)")
        throw Exit.failed
    }
}
