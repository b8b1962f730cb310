/// Why the transport could not be made. Failures of single calls are `TransportFailure`.
package enum OutboundError: Error, Sendable, Equatable, CustomStringConvertible {
    /// libcurl could not be initialised, lacks an option that we rely on, or is out of memory.
    case libraryUnusable(code: Int32)
    /// The operating system gave no thread; `errno` value.
    case noThread(code: Int32)
    /// The file of additional certificate authorities cannot be read.
    case authoritiesUnreadable(path: String)

    /// Stable word for metrics and logs.
    package var code: String {
        switch self {
        case .libraryUnusable: "library_unusable"
        case .noThread: "no_thread"
        case .authoritiesUnreadable: "authorities_unreadable"
        }
    }

    /// Whether the same attempt may succeed later without a person's help.
    package var isRetryable: Bool {
        switch self {
        case .noThread: true
        case .libraryUnusable, .authoritiesUnreadable: false
        }
    }

    package var description: String {
        switch self {
        case .libraryUnusable(let code):
            "libcurl cannot be used (code \(code)); version 7.87 or newer with HTTP/2 is needed"
        case .noThread(let code):
            "no thread for outgoing calls (error \(code)); raise the limit of processes"
        case .authoritiesUnreadable(let path):
            "the file of certificate authorities \(path) cannot be read"
        }
    }
}
