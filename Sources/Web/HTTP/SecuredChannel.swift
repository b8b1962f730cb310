import HummingbirdCore
import Logging
import NIOCore

/// Lets something (TLS) come between the socket and HTTP.
struct SecuredChannel<Base: ServerChildChannel>: ServerChildChannel {
    let base: Base
    let secure: @Sendable (any NIOCore.Channel) throws -> Void

    func setup(channel: any NIOCore.Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        channel.eventLoop.makeCompletedFuture { try secure(channel) }.flatMap { base.setup(channel: channel, logger: logger) }
    }

    @concurrent
    func handle(value: Base.Value, logger: Logger) async { await base.handle(value: value, logger: logger) }
}
