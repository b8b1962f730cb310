package import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// What the server knows about one request beside the request itself.
package struct WebContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The other end of the connection: a person's device, or a proxy. Nil for sockets without addresses.
    package let peer: IPAddress?
    /// The parts of the path that a route names in braces, percent-decoded.
    package var captures: [String] = []

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peer = source.channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
    }

    /// Quoted in error answers and logs, so that one can be found from the other.
    package var requestID: String { logger[metadataKey: "hb.request.id"].map { "\($0)" } ?? "-" }
}
