import CCurl
import Core

/// One libcurl easy handle, used for one call after another. Belongs to the transport's thread.
final class Transfer {
    let easy: UnsafeMutableRawPointer
    private(set) var ticket: Ticket?

    private let configuration: CurlTransport.Configuration
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private var headers = AnswerHeaders()
    private var body: [UInt8] = []
    private var maximumBytes = 0
    private var attempts = 0
    private var facts = AttemptFacts()

    /// - Throws: ``OutboundError/libraryUnusable(code:)`` when libcurl lacks an option or memory.
    init(_ configuration: CurlTransport.Configuration) throws(OutboundError) {
        guard let easy = curl_easy_init() else { throw .libraryUnusable(code: Int32(CURLE_OUT_OF_MEMORY.rawValue)) }
        self.easy = easy
        self.configuration = configuration
        try setOptionsOfAllCalls()
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(headerList)
    }

    // MARK: One call

    /// Sets the handle up for a call. Every option that a call can change is set anew each time.
    ///
    /// - Returns: nil when the handle is ready to be added to the multi handle, else why it is not.
    func prepare(_ ticket: Ticket, remaining: Duration) -> TransportFailure? {
        let call = ticket.call
        guard let scheme = CallURL.scheme(of: call.url), scheme == .https || configuration.allowsPlainHTTP else {
            return .refusedURL
        }
        guard let list = HeaderList.make(call.headers, userAgent: configuration.userAgent) else { return .refusedURL }
        headerList = list
        self.ticket = ticket
        headers = AnswerHeaders()
        body = []
        maximumBytes = call.maximumAnswerBytes
        attempts = 0
        facts = AttemptFacts()
        facts.bodyBytes = call.method == .post ? Int64(call.body.count) : 0

        var options = OptionSetter(easy)
        options.set(CURLOPT_URL, call.url)
        switch call.method {
        case .get: options.check(ccurl_set_get(easy))
        case .post:
            call.body.withUnsafeBytes { bytes in
                options.check(ccurl_set_post(easy, bytes.baseAddress, curl_off_t(bytes.count)))
            }
        }
        options.check(ccurl_set_headers(easy, list))
        options.set(CURLOPT_TIMEOUT_MS, max(1, min(Int(Int32.max), Int(clamping: remaining.wholeMilliseconds))))
        // HTTP/2 only where TLS can negotiate it; a plain connection must not be kept waiting for multiplexing.
        let version = scheme == .https ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1
        options.set(CURLOPT_HTTP_VERSION, Int(version))
        options.set(CURLOPT_PIPEWAIT, scheme == .https ? 1 : 0)
        // The address is checked where a socket is opened, so an untrusted URL never gets somebody else's
        // connection, never leaves its own to others, and never hides its address behind a proxy.
        options.set(CURLOPT_FRESH_CONNECT, call.isUntrustedURL ? 1 : 0)
        options.set(CURLOPT_FORBID_REUSE, call.isUntrustedURL ? 1 : 0)
        options.set(CURLOPT_PROXY, call.isUntrustedURL ? "" : configuration.proxy ?? "")
        return options.isComplete ? nil : .refusedURL
    }

    /// Reads the result of the finished transfer.
    func ending(_ code: CURLcode) -> Ending? {
        guard let ticket else { return nil }
        let newConnections = ccurl_info_long(easy, CURLINFO_NUM_CONNECTS)
        let requestBytes = ccurl_info_long(easy, CURLINFO_REQUEST_SIZE)
        let connection: Ending.Connection = newConnections > 0 ? .new : requestBytes > 0 ? .reused : .none
        if code == CURLE_OK {
            let status = ccurl_info_long(easy, CURLINFO_RESPONSE_CODE)
            let answer = HTTPAnswer(status: status, headers: headers.fields, body: body)
            return Ending(ticket: ticket, outcome: .success(answer), connection: connection)
        }
        let failure = factsNow().failure(code: code.rawValue)
        return Ending(ticket: ticket, outcome: .failure(failure), connection: connection)
    }

    /// The ending of a transfer that is broken off because the caller or the transport gave up.
    ///
    /// `cancelled` promises that the peer has not acted. Once it may have the request, the honest word is
    /// that time ran out after sending.
    func endingWhenGivenUp() -> Ending? {
        guard let ticket else { return nil }
        let failure: TransportFailure = factsNow().mayHaveBeenSent ? .timeoutAfterSent : .cancelled
        return Ending(ticket: ticket, outcome: .failure(failure), connection: .none)
    }

    /// Frees what belonged to the call: addresses, headers and bodies hold tokens and people's words.
    func clear() {
        ticket = nil
        body = []
        headers = AnswerHeaders()
        ccurl_set_get(easy)
        ccurl_set_headers(easy, nil)
        ccurl_set_string(easy, CURLOPT_URL, nil)
        curl_slist_free_all(headerList)
        headerList = nil
    }

    private func factsNow() -> AttemptFacts {
        var facts = facts
        facts.requestBytes = Int64(ccurl_info_long(easy, CURLINFO_REQUEST_SIZE))
        facts.bodyBytesSent = Int64(ccurl_info_offset(easy, CURLINFO_SIZE_UPLOAD_T))
        return facts
    }

    // MARK: Options of all calls

    private func setOptionsOfAllCalls() throws(OutboundError) {
        var options = OptionSetter(easy)
        let context = Unmanaged.passUnretained(self).toOpaque()
        options.set(CURLOPT_PRIVATE, context)
        options.set(CURLOPT_PROTOCOLS_STR, configuration.allowsPlainHTTP ? "http,https" : "https")
        options.set(CURLOPT_FOLLOWLOCATION, 0)
        options.set(CURLOPT_CONNECTTIMEOUT_MS, max(1, Int(clamping: configuration.connectTimeout.wholeMilliseconds)))
        options.set(CURLOPT_MAXAGE_CONN, max(1, Int(clamping: configuration.idleConnectionAge.components.seconds)))
        options.setCommon(configuration)
        options.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        options.check(
            ccurl_on_bytes(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
                Transfer.from(context)?.takeBody(UnsafeRawBufferPointer(start: bytes, count: size &* count)) ?? 0
            })
        options.set(CURLOPT_WRITEDATA, context)
        options.check(
            ccurl_on_bytes(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
                Transfer.from(context)?.takeHeader(UnsafeRawBufferPointer(start: bytes, count: size &* count)) ?? 0
            })
        options.set(CURLOPT_HEADERDATA, context)
        options.check(
            ccurl_on_open_socket(easy) { context, _, address in
                guard let transfer = Transfer.from(context), let address else { return CURL_SOCKET_BAD }
                return transfer.openSocket(to: address)
            })
        options.set(CURLOPT_OPENSOCKETDATA, context)
        options.check(
            ccurl_on_attempt(easy) { context, _, _, _, _ in
                Transfer.from(context)?.mayAttempt() == true ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
            })
        options.set(CURLOPT_PREREQDATA, context)
        if let failed = options.failed { throw .libraryUnusable(code: Int32(bitPattern: failed.rawValue)) }
    }

    static func from(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    // MARK: What libcurl calls back

    /// Anything but the offered count ends the transfer.
    private func takeBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        facts.sawAnswer = true
        guard bytes.count <= maximumBytes - body.count else {
            facts.answerTooLarge = true
            return bytes.isEmpty ? 1 : 0
        }
        body.append(contentsOf: bytes)
        return bytes.count
    }

    private func takeHeader(_ line: UnsafeRawBufferPointer) -> Int {
        facts.sawAnswer = true
        guard line.count <= configuration.maximumHeaderBytes - headers.bytes else {
            facts.answerTooLarge = true
            return line.isEmpty ? 1 : 0
        }
        // Lines after the body has begun are trailers: they must not change what the head said.
        if body.isEmpty { headers.take(line) }
        return line.count
    }

    private func openSocket(to address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        if ticket?.call.isUntrustedURL != false, ForbiddenAddresses.contains(address) {
            facts.refusedAddress = true
            return CURL_SOCKET_BAD
        }
        return OwnSocket.open(address)
    }

    /// libcurl repeats a request by itself when a kept connection dies before any answer. The peer may have acted
    /// on the first one, so a POST that a connection has taken is not repeated here: the caller decides.
    private func mayAttempt() -> Bool {
        attempts += 1
        guard attempts > 1, ticket?.call.method != .get, ccurl_info_long(easy, CURLINFO_REQUEST_SIZE) > 0 else {
            return true
        }
        facts.refusedToRepeat = true
        return false
    }
}
