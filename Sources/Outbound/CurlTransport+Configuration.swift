extension CurlTransport {
    /// How a ``CurlTransport`` behaves. The defaults are those of production.
    package struct Configuration: Sendable {
        /// Plain `http:` is refused unless this is set; for gateways inside one's own network, and for tests.
        package var allowsPlainHTTP = false
        /// PEM file of certificate authorities that are trusted beside the system's.
        package var additionalAuthoritiesFile: String?
        /// URL of a forward proxy. Calls with an untrusted URL never take it: behind a proxy the address
        /// that is reached cannot be checked. Proxy variables of the environment are ignored.
        package var proxy: String?
        /// From the start of the attempt until the connection is made, TLS included.
        package var connectTimeout: Duration = .seconds(5)
        /// Transfers that libcurl works on at one time; more of them wait in order of arrival.
        package var maximumRunningCalls = 256
        /// Calls that wait to be started. One more fails at once with `timeoutBeforeSent`.
        package var maximumWaitingCalls = 4_096
        /// Mails that are under way at one time, each on a thread of its own; more of them wait in order of arrival.
        package var maximumRunningMails = 8
        package var maximumConnectionsPerHost = 16
        package var maximumConnections = 256
        /// HTTP/2 streams on one connection; the peer may allow fewer.
        package var maximumStreamsPerConnection = 100
        /// An idle connection older than this is not used again: many peers close theirs after 60 to 75 seconds,
        /// and a request that meets the closing leaves in doubt whether it was acted on.
        package var idleConnectionAge: Duration = .seconds(50)
        /// All header lines of one answer; more ends the attempt with `answerTooLarge`.
        package var maximumHeaderBytes = 64 << 10
        /// Sent where the call does not name its own.
        package var userAgent = "nhipcau"

        package init() {}
    }
}
