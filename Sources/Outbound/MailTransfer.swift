import CCurl
import Core

/// One mail, from the connection to the leave-taking, on the thread that calls.
///
/// Only that thread touches it; libcurl calls back while ``perform()`` runs.
final class MailTransfer {
    private let easy: UnsafeMutableRawPointer
    private let call: HTTPCall
    private let envelope: MailEnvelope
    private let isUnwanted: () -> Bool
    private var recipients: UnsafeMutablePointer<curl_slist>?
    private var conversation = MailConversation()
    private var offset = 0
    private var refusedAddress = false
    private var wasGivenUp = false
    private var leavingSince: ContinuousClock.Instant?

    /// How long the server may take to say good-bye; the mail's fate is known by then.
    private static let leaveTaking = Duration.seconds(1)

    struct Result {
        var outcome: Ticket.Outcome
        var madeConnection: Bool
    }

    /// - Parameter isUnwanted: asked at least once a second; true ends the attempt.
    static func perform(
        _ ticket: Ticket, _ configuration: CurlTransport.Configuration, isUnwanted: @escaping () -> Bool
    ) -> Result {
        let remaining = ContinuousClock.now.duration(to: ticket.deadline)
        if ticket.isAbandoned { return Result(outcome: .failure(.cancelled), madeConnection: false) }
        if remaining <= .zero { return Result(outcome: .failure(.timeoutBeforeSent), madeConnection: false) }
        guard let envelope = ticket.call.envelope, MailRules.permit(ticket.call, envelope) else {
            return Result(outcome: .failure(.refusedURL), madeConnection: false)
        }
        guard let easy = curl_easy_init() else {
            return Result(outcome: .failure(.connectionReset(sent: false)), madeConnection: false)
        }
        let transfer = MailTransfer(easy, ticket.call, envelope, isUnwanted)
        guard transfer.prepare(configuration, remaining: remaining) else {
            return Result(outcome: .failure(.refusedURL), madeConnection: false)
        }
        return transfer.perform()
    }

    private init(
        _ easy: UnsafeMutableRawPointer, _ call: HTTPCall, _ envelope: MailEnvelope, _ isUnwanted: @escaping () -> Bool
    ) {
        self.easy = easy
        self.call = call
        self.envelope = envelope
        self.isUnwanted = isUnwanted
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(recipients)
    }

    private func perform() -> Result {
        let code = curl_easy_perform(easy)
        let handedOver = Int64(ccurl_info_offset(easy, CURLINFO_SIZE_UPLOAD_T))
        let madeConnection = ccurl_info_long(easy, CURLINFO_NUM_CONNECTS) > 0
        if code == CURLE_ABORTED_BY_CALLBACK, wasGivenUp {
            let failure: TransportFailure =
                conversation.mayHaveBeenTaken(handedOver: handedOver, of: call) ? .timeoutAfterSent : .cancelled
            return Result(outcome: .failure(failure), madeConnection: madeConnection)
        }
        return Result(
            outcome: conversation.outcome(code: code.rawValue, handedOver: handedOver, of: call, refusedAddress: refusedAddress),
            madeConnection: madeConnection)
    }

    // MARK: Options

    private func prepare(_ configuration: CurlTransport.Configuration, remaining: Duration) -> Bool {
        var options = OptionSetter(easy)
        let milliseconds = max(1, min(Int(Int32.max), Int(clamping: remaining.wholeMilliseconds)))
        options.setCommon(configuration)
        options.set(CURLOPT_URL, call.url)
        options.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        options.set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        options.set(CURLOPT_PROXY, "")
        options.set(CURLOPT_TIMEOUT_MS, milliseconds)
        // To libcurl greeting and signing in belong to the connection, and servers let strangers wait for the greeting.
        options.set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds)
        options.set(CURLOPT_SERVER_RESPONSE_TIMEOUT, milliseconds / 1_000 + 1)
        // Mails are few and far between: a kept connection would be closed by the server before the next one.
        options.set(CURLOPT_FORBID_REUSE, 1)
        options.set(CURLOPT_USE_SSL, envelope.demandsEncryption ? Int(CURLUSESSL_ALL.rawValue) : Int(CURLUSESSL_NONE.rawValue))
        if let credentials = envelope.credentials {
            options.set(CURLOPT_USERNAME, credentials.user)
            options.set(CURLOPT_PASSWORD, credentials.password)
            // libcurl would begin with what it takes for stronger, and some servers offer what they cannot do.
            options.set(CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN")
        }
        setCallbacks(&options)
        if envelope.recipients.isEmpty {
            options.set(CURLOPT_NOBODY, 1)
            options.set(CURLOPT_CUSTOMREQUEST, "NOOP")
        } else {
            for recipient in envelope.recipients {
                guard let longer = curl_slist_append(recipients, recipient) else { return false }
                recipients = longer
            }
            options.check(ccurl_set_recipients(easy, recipients))
            options.set(CURLOPT_MAIL_FROM, envelope.sender)
            options.set(CURLOPT_UPLOAD, 1)
            options.check(ccurl_set_offset(easy, CURLOPT_INFILESIZE_LARGE, curl_off_t(call.body.count)))
        }
        return options.isComplete
    }

    private func setCallbacks(_ options: inout OptionSetter) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        options.check(
            ccurl_on_bytes(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
                MailTransfer.from(context)?.heard(UnsafeRawBufferPointer(start: bytes, count: size &* count))
                return size &* count
            })
        options.set(CURLOPT_HEADERDATA, context)
        // What a server answers to a probe comes here too; the reply has been read from its lines already.
        options.check(ccurl_on_bytes(easy, CURLOPT_WRITEFUNCTION) { _, size, count, _ in size &* count })
        options.check(
            ccurl_on_read(easy) { bytes, size, count, context in
                MailTransfer.from(context)?.read(into: UnsafeMutableRawBufferPointer(start: bytes, count: size &* count)) ?? 0
            })
        options.set(CURLOPT_READDATA, context)
        // The only way to learn which command a reply belongs to. Commands may hold the password: only their first
        // word is looked at, and nothing is kept.
        options.check(
            ccurl_on_debug(easy) { _, type, bytes, count, context in
                if type == CURLINFO_HEADER_OUT {
                    MailTransfer.from(context)?.said(UnsafeRawBufferPointer(start: bytes, count: count))
                }
                return 0
            })
        options.set(CURLOPT_DEBUGDATA, context)
        options.set(CURLOPT_VERBOSE, 1)
        options.check(
            ccurl_on_progress(easy) { context, _, _, _, _ in MailTransfer.from(context)?.shouldStop() == true ? 1 : 0 })
        options.set(CURLOPT_XFERINFODATA, context)
        options.set(CURLOPT_NOPROGRESS, 0)
        options.check(
            ccurl_on_open_socket(easy) { context, _, address in
                guard let transfer = MailTransfer.from(context), let address else { return CURL_SOCKET_BAD }
                return transfer.openSocket(to: address)
            })
        options.set(CURLOPT_OPENSOCKETDATA, context)
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> MailTransfer? {
        context.map { Unmanaged<MailTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    // MARK: What libcurl calls back

    private func heard(_ line: UnsafeRawBufferPointer) { conversation.heard(line) }

    private func said(_ command: UnsafeRawBufferPointer) {
        conversation.said(command)
        if conversation.isLeaving, leavingSince == nil { leavingSince = .now }
    }

    private func read(into room: UnsafeMutableRawBufferPointer) -> Int {
        let part = call.body[min(offset, call.body.count)...].prefix(room.count)
        room.copyBytes(from: part)
        offset += part.count
        return part.count
    }

    private func shouldStop() -> Bool {
        if let leavingSince { return leavingSince.duration(to: .now) >= Self.leaveTaking }
        if isUnwanted() { wasGivenUp = true }
        return wasGivenUp
    }

    private func openSocket(to address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        if call.isUntrustedURL, ForbiddenAddresses.contains(address) {
            refusedAddress = true
            return CURL_SOCKET_BAD
        }
        return OwnSocket.open(address)
    }
}
