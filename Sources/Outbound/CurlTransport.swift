import CCurl
package import Core
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Performs calls with libcurl: one thread, one multi handle, kept connections, HTTP/2 where TLS negotiates it.
/// Calls with an envelope are mails: they speak SMTP and nothing else, on threads of their own (``MailLine``); calls
/// without one speak HTTP and nothing else.
///
/// Callers suspend and never block. A call waits in a bounded queue until one of
/// ``Configuration/maximumRunningCalls`` is free; the wait counts towards its deadline. Redirects are not
/// followed, certificates are always checked, and a POST that a connection has taken is never repeated here.
///
/// Cancelling the caller's task ends the transfer. It throws `cancelled` when the peer certainly has not acted,
/// and `timeoutAfterSent` when it may have the whole request. The same holds for calls that ``shutdown(grace:)``
/// breaks off.
///
/// Call ``shutdown(grace:)`` before letting go of it; a transport that is dropped without ends its calls at once.
package final class CurlTransport: Transport, Sendable {
    private let handover: Handover
    private let mailLine: MailLine
    private let thread: Mutex<JoinableThread?>

    /// Starts the transport's thread.
    ///
    /// - Throws: ``OutboundError`` when libcurl is unusable, a file of authorities cannot be read, or there is
    ///   no thread to be had. Nothing is left running then.
    package init(_ configuration: Configuration = Configuration()) throws(OutboundError) {
        guard Self.library == CURLE_OK else { throw .libraryUnusable(code: Int32(bitPattern: Self.library.rawValue)) }
        if let file = configuration.additionalAuthoritiesFile, access(file, R_OK) != 0 {
            throw .authoritiesUnreadable(path: file)
        }
        let loop = try CurlLoop(configuration)
        mailLine = MailLine(configuration)
        handover = loop.handover
        thread = Mutex(try JoinableThread.start(loop))
    }

    deinit {
        handover.drain(until: .now)
        mailLine.drain(until: .now)
        thread.withLock { $0?.detach() }
    }

    /// Does not throw for an HTTP status of any kind: that is an answer.
    ///
    /// - Throws: ``Core/TransportFailure``. A full queue is `timeoutBeforeSent`, a transport that has been shut
    ///   down `cancelled`, a header that cannot be sent as one line `refusedURL`; none of them has sent anything.
    ///   A mail that breaks ``MailRules`` is `refusedURL` too. What a mail server says is an answer like any other
    ///   (``Core/MailEnvelope``).
    package func perform(_ call: HTTPCall) async throws(TransportFailure) -> HTTPAnswer {
        let ticket = Ticket(call)
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                ticket.attach(continuation)
                if ticket.isMail { mailLine.submit(ticket) } else { handover.submit(ticket) }
            }
        } onCancel: {
            ticket.abandon()
            if ticket.isMail { mailLine.noteAbandoned() } else { handover.noteAbandoned() }
        }
        return try outcome.get()
    }

    /// Refuses new calls, lets those handed in finish for up to `grace`, breaks off the rest, and returns when
    /// the thread is gone and every connection closed. May be called more than once; the earliest end counts.
    package func shutdown(grace: Duration) async {
        let end = ContinuousClock.now + min(grace, .seconds(86_400))
        handover.drain(until: end)
        mailLine.drain(until: end)
        await handover.waitForEnd()
        await mailLine.waitForEnd()
        // The thread has nothing left to do but to return, so this does not hold up a cooperative thread.
        thread.withLock { $0.take()?.join() }
    }

    /// The counters at this moment. A call is counted before its caller learns how it ended.
    package func snapshot() -> TransportSnapshot {
        var snapshot = handover.snapshot()
        mailLine.add(to: &snapshot)
        return snapshot
    }

    /// libcurl's global state, made once in the process and kept until its end.
    private static let library = ccurl_global_init()
}

/// A POSIX thread that is joined or detached once.
private struct JoinableThread: @unchecked Sendable {
    // Unchecked because `pthread_t` is an opaque pointer on some systems; it is only an identity here.
    private let thread: pthread_t

    static func start(_ loop: CurlLoop) throws(OutboundError) -> JoinableThread {
        let context = Unmanaged.passRetained(loop)
        #if os(Linux)
            var thread = pthread_t()
        #else
            var thread: pthread_t?
        #endif
        let code = pthread_create(&thread, nil, runLoop, context.toOpaque())
        #if os(Linux)
            if code == 0 { return JoinableThread(thread: thread) }
        #else
            if code == 0, let thread { return JoinableThread(thread: thread) }
        #endif
        context.takeRetainedValue().discard()
        throw .noThread(code: code)
    }

    func join() { pthread_join(thread, nil) }

    func detach() { pthread_detach(thread) }
}

/// The thread's first function; takes over the reference that `start` left in the context.
private func runLoop(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let context { Unmanaged<CurlLoop>.fromOpaque(context).takeRetainedValue().run() }
    return nil
}
