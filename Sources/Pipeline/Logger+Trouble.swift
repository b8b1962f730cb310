package import Logging
import Store

extension Logger {
    /// Tells of an error, with its code. That the database cannot be used is told once, by ``DatabaseWatch``, and not
    /// every second by everybody who misses it.
    package func report(_ error: any Error, _ message: Message, _ more: Metadata = [:]) {
        let isAbsence = (error as? StoreError)?.isAbsence ?? false
        log(level: isAbsence ? .debug : .error, message, metadata: more.merging(["reason": "\(InboxWorkers.code(error))"]) { $1 })
    }
}
