import Core
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Keeps one connection honest: bounded in number, in the time its body takes and in the time it takes to read answers.
///
/// Belongs to one channel and runs on its event loop only.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private enum Phase {
        case open
        /// An answer that ends the connection is on its way; what still comes in is thrown away.
        case closing
    }

    private let connections: OpenConnections
    private let limits: WebLimits
    private var phase = Phase.open
    private var entry: OpenConnections.Entry?
    private var admission = OpenConnections.Admission.admitted
    /// Requests that have begun and whose answers have not ended.
    private var underWay = 0
    private var isAnswering = false
    private var closesAfterAnswer = false
    private var pendingWrites = 0
    private var lastProgress = NIODeadline.now()
    private var headDeadline: Scheduled<Void>?
    private var bodyDeadline: Scheduled<Void>?
    private var stallCheck: Scheduled<Void>?

    init(connections: OpenConnections, limits: WebLimits) {
        self.connections = connections
        self.limits = limits
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let source = context.channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
        let entry = OpenConnections.Entry(context.channel, source: source)
        self.entry = entry
        admission = connections.enter(entry)
        let connections = connections
        context.channel.closeFuture.whenComplete { _ in connections.leave(entry) }
        // From the very beginning, so that the time for TLS counts as well.
        headDeadline = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limits.headDeadline)) {
            context.close(promise: nil)
        }
        if admission == .sourceIsFull, context.channel.isActive { context.close(promise: nil) }
    }

    func channelActive(context: ChannelHandlerContext) {
        // Whoever has so many connections open knows; an answer would only cost more.
        guard admission != .sourceIsFull else { return context.close(promise: nil) }
        context.fireChannelActive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        headDeadline?.cancel()
        bodyDeadline?.cancel()
        stallCheck?.cancel()
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard phase == .open else { return }
        switch unwrapInboundIn(data) {
        case .head:
            headDeadline?.cancel()
            headDeadline = nil
            underWay += 1
            entry?.begin()
            guard admission == .admitted else {
                return refuse(
                    WebError.unavailable("too_many_connections", retryAfter: limits.retryAfter), context: context)
            }
            bodyDeadline = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limits.bodyDeadline)) {
                self.bodyIsLate(context: context)
            }
        case .body: break
        case .end:
            bodyDeadline?.cancel()
            bodyDeadline = nil
        }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The decoder reads nothing further after it: this is the last that can be said.
        if phase == .open, !isAnswering, underWay == 0, error as? HTTPParserError == .headerOverflow {
            return refuse(.headersTooLarge, context: context)
        }
        context.fireErrorCaught(error)
    }

    private func bodyIsLate(context: ChannelHandlerContext) {
        bodyDeadline = nil
        guard phase == .open else { return }
        // An answer that was begun cannot be taken back; its reader learns from the cut that it is not complete.
        guard !isAnswering else { return context.close(promise: nil) }
        refuse(.bodyTooSlow, context: context)
    }

    private func refuse(_ error: WebError, context: ChannelHandlerContext) {
        phase = .closing
        var fields = error.fields
        let body = ByteBuffer(string: error.plainJSON)
        fields[.contentType] = "application/json; charset=utf-8"
        fields[.contentLength] = String(body.readableBytes)
        fields[.connection] = "close"
        if let retryAfter = error.retryAfter { fields[.retryAfter] = String(retryAfter.components.seconds) }
        context.write(wrapOutboundOut(.head(HTTPResponse(status: error.status, headerFields: fields))), promise: nil)
        context.write(wrapOutboundOut(.body(body)), promise: nil)
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in self.finish(context: context) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    }

    // MARK: Answers

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard phase == .open else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        var isLast = false
        switch unwrapOutboundIn(data) {
        case .head(let head):
            isAnswering = true
            if head.headerFields[.connection] == "close" { closesAfterAnswer = true }
        case .body: break
        case .end:
            isAnswering = false
            isLast = closesAfterAnswer
            underWay -= 1
            if underWay <= 0 { entry?.rest() }
        }
        if isLast { phase = .closing }
        let written = promise ?? context.eventLoop.makePromise(of: Void.self)
        if pendingWrites == 0 { lastProgress = .now() }
        pendingWrites += 1
        written.futureResult.assumeIsolated().whenComplete { _ in
            self.pendingWrites -= 1
            self.lastProgress = .now()
            if isLast { self.finish(context: context) }
        }
        context.write(data, promise: written)
        if stallCheck == nil { scheduleStallCheck(context: context) }
    }

    private func scheduleStallCheck(context: ChannelHandlerContext) {
        let limit = TimeAmount(limits.stallTimeout)
        stallCheck = context.eventLoop.assumeIsolated().scheduleTask(in: limit) {
            self.stallCheck = nil
            guard self.pendingWrites > 0 else { return }
            if NIODeadline.now() - self.lastProgress >= limit {
                context.close(promise: nil)
            } else {
                self.scheduleStallCheck(context: context)
            }
        }
    }

    /// Ends the connection so that the other side can still read the answer: closing at once would reset the
    /// connection while parts of its request are unread, and the answer would be lost.
    private func finish(context: ChannelHandlerContext) {
        context.close(mode: .output, promise: nil)
        context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(2)) { context.close(promise: nil) }
    }
}

@available(*, unavailable)
extension ConnectionGuard: Sendable {}
