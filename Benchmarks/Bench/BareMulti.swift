import CCurl

/// The least that sends requests with libcurl: one multi handle, as many easy handles as run at one time, each used
/// again as soon as it is done, answers thrown away. No queue, no deadline, no cancellation, no reading of answers.
enum BareMulti {
    struct Failed: Error { var code: UInt32 }

    struct Load {
        var url: String
        var body: [UInt8]
        var requests: Int
        var concurrency: Int
        var authority: String?
        var isMultiplexed: Bool
        var maximumConnections: Int
    }

    /// - Throws: ``Failed`` with the first code that is not OK, or a status other than 200.
    static func run(_ load: Load) throws {
        guard let multi = curl_multi_init() else { throw Failed(code: CURLE_OUT_OF_MEMORY.rawValue) }
        defer { curl_multi_cleanup(multi) }
        _ = ccurl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        _ = ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, load.maximumConnections)
        var headers: UnsafeMutablePointer<curl_slist>?
        for line in ["Content-Type: application/json", "access_token: t", "Expect:"] {
            headers = curl_slist_append(headers, line)
        }
        defer { curl_slist_free_all(headers) }
        var handles: [UnsafeMutableRawPointer] = []
        defer { for handle in handles { curl_easy_cleanup(handle) } }
        for _ in 0..<load.concurrency {
            guard let easy = curl_easy_init() else { throw Failed(code: CURLE_OUT_OF_MEMORY.rawValue) }
            handles.append(easy)
            _ = ccurl_set_string(easy, CURLOPT_URL, load.url)
            _ = ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1)
            _ = ccurl_set_long(
                easy, CURLOPT_HTTP_VERSION, Int(load.isMultiplexed ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1))
            _ = ccurl_set_long(easy, CURLOPT_PIPEWAIT, load.isMultiplexed ? 1 : 0)
            if let authority = load.authority { _ = ccurl_set_string(easy, CURLOPT_CAINFO, authority) }
            _ = ccurl_set_headers(easy, headers)
            _ = ccurl_on_bytes(easy, CURLOPT_WRITEFUNCTION) { _, size, count, _ in size &* count }
            _ = load.body.withUnsafeBytes { ccurl_set_post(easy, $0.baseAddress, curl_off_t($0.count)) }
        }

        var started = 0
        for handle in handles.prefix(load.requests) {
            curl_multi_add_handle(multi, handle)
            started += 1
        }
        var done = 0
        while done < load.requests {
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            var code = CURLE_OK
            while let easy = ccurl_multi_next_done(multi, &code) {
                guard code == CURLE_OK, ccurl_info_long(easy, CURLINFO_RESPONSE_CODE) == 200 else {
                    for handle in handles { curl_multi_remove_handle(multi, handle) }
                    throw Failed(code: code.rawValue)
                }
                done += 1
                curl_multi_remove_handle(multi, easy)
                if started < load.requests {
                    curl_multi_add_handle(multi, easy)
                    started += 1
                }
            }
            if done < load.requests { curl_multi_poll(multi, nil, 0, 1_000, nil) }
        }
        for handle in handles { curl_multi_remove_handle(multi, handle) }
    }
}
