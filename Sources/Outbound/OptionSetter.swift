import CCurl

/// Sets options of one handle and remembers the first failure.
struct OptionSetter {
    private let easy: UnsafeMutableRawPointer
    private(set) var failed: CURLcode?

    init(_ easy: UnsafeMutableRawPointer) { self.easy = easy }

    var isComplete: Bool { failed == nil }

    mutating func check(_ code: CURLcode) {
        if code != CURLE_OK, failed == nil { failed = code }
    }

    mutating func set(_ option: CURLoption, _ value: Int) { check(ccurl_set_long(easy, option, value)) }

    mutating func set(_ option: CURLoption, _ value: String) { check(ccurl_set_string(easy, option, value)) }

    mutating func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer) {
        check(ccurl_set_pointer(easy, option, value))
    }

    /// What is alike for HTTP and mail: which certificates are believed, and no signals, for this is a program of many
    /// threads.
    mutating func setCommon(_ configuration: CurlTransport.Configuration) {
        set(CURLOPT_NOSIGNAL, 1)
        // Without this a transfer that ends while its name is looked up holds the whole thread until the
        // resolver gives up. The lookup's own thread cleans up after itself.
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        if let file = configuration.additionalAuthoritiesFile {
            // The system's authorities stay trusted through their directory, which libcurl keeps by default.
            set(CURLOPT_CAINFO, file)
        } else {
            // libcurl keeps the parsed bundle in memory for later connections only if no directory is searched.
            check(ccurl_set_string(easy, CURLOPT_CAPATH, nil))
        }
    }
}
