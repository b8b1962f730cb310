import Glibc

/// How many files, sockets among them, this process may have open.
package enum OpenFiles {
    /// Raises the limit as far as the system lets this process.
    ///
    /// - Parameter wanted: the system's own upper limit is passed only when more is wanted and the process may do so.
    /// - Returns: the limit that holds now.
    @discardableResult
    package static func raiseLimit(to wanted: Int = 0) -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_024 }
        if let more = rlim_t(exactly: wanted), more > limit.rlim_max {
            var higher = rlimit(rlim_cur: more, rlim_max: more)
            if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &higher) == 0 { return wanted }
        }
        if limit.rlim_cur < limit.rlim_max {
            var higher = rlimit(rlim_cur: limit.rlim_max, rlim_max: limit.rlim_max)
            if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &higher) == 0 { limit = higher }
        }
        return Int(clamping: limit.rlim_cur)
    }
}
