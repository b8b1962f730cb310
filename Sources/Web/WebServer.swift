package import Core
import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
package import Pipeline
package import Sealing
import ServiceLifecycle
package import Store
import Synchronization

/// The HTTP side of the program: webhooks, the web chat, pages, health, metrics.
///
/// A service: ``run()`` returns after a graceful shutdown. Then no new connections are taken, event streams end at
/// once, and requests that have begun are finished within `limits.shutdownGrace`.
package struct WebServer: NamedService {
    /// Where the server listens, once it does.
    package struct Addresses: Sendable, Equatable {
        /// `http://127.0.0.1:8080`
        package var url: String
        package var port: Int
        /// Nil without an internal port.
        package var internalURL: String?
        package var internalPort: Int?
    }

    private let settings: WebSettings
    private let logger: Logger
    private let health: Health
    private let streams: EventStreams
    private let mailboxes: MailboxSessions
    private let clock: any WallClock
    private let connections: OpenConnections
    private let publicSite: Site
    private let internalSite: Site?
    private let onListening: @Sendable (Addresses) async -> Void

    /// - Parameters:
    ///   - keys: the key ring of `store`, for reporters' codes; nil = there are no pages for reporters.
    ///   - feed: wakes the event streams; the outbox stays the truth.
    ///   - routes: more addresses of the public port, from other parts of the program.
    ///   - readiness: stable codes of what else is not ready (`workers_stopped`); empty when all is well.
    ///   - onListening: told once, when every port is open.
    /// - Throws: when a page cannot be rendered, which is a mistake in the program.
    package init(
        settings: WebSettings, store: Store, keys: KeyRing? = nil, inbox: Inbox, feed: Feed, metrics: PrometheusMetrics,
        clock: any WallClock, logger: Logger, routes others: [Route] = [],
        readiness: @escaping @Sendable () async -> [String] = { [] },
        onListening: @escaping @Sendable (Addresses) async -> Void = { _ in }
    ) throws {
        self.settings = settings
        self.logger = logger
        self.onListening = onListening
        let limits = settings.limits
        let sources = SourceResolver(trusted: settings.trustedProxies)
        health = Health(store: store, others: readiness)
        streams = EventStreams(limits: limits, metrics: metrics)
        let room = max(64, OpenFiles.raiseLimit() - limits.filesInReserve)
        connections = OpenConnections(
            limit: min(limits.connections, room), limitOfSource: limits.connectionsPerSource, proxies: settings.trustedProxies)
        let spent = SpentForms(capacity: limits.rememberedSources)
        mailboxes = MailboxSessions(capacity: limits.mailboxSessions, idle: limits.mailboxIdle, spent: spent)
        self.clock = clock
        let gauges = StoreGauges(store: store, clock: clock, connections: connections, metrics: metrics)
        let webhooks = WebhookRoutes(
            connections: settings.connections, inbox: inbox, clock: clock, limits: limits,
            metrics: WebhookMetrics(factory: metrics, connections: settings.connections.keys),
            refusals: WebhookRefusals(limits: limits, sources: sources, metrics: metrics),
            window: ReplayWindow(length: settings.replayWindow))
        let operations = OperationsRoutes(
            health: health, metrics: metrics, gauges: gauges, sources: sources, isInternal: false)
        var routes = try PageRoutes(settings: settings, hasReporters: keys != nil).routes + webhooks.routes
        // With an internal port, the public one has no metrics at all.
        routes += operations.routes.filter { settings.internalPort == nil || $0.pattern != "/metrics" }
        if let connection = settings.webChat {
            routes +=
                ChatRoutes(
                    connection: connection, store: store, inbox: inbox, feed: feed, streams: streams, clock: clock,
                    limits: limits, sources: sources
                ).routes
        }
        if let keys {
            routes +=
                try ReporterRoutes(
                    settings: settings, store: store, keys: keys, sessions: mailboxes, spent: spent, metrics: metrics,
                    clock: clock, sources: sources
                ).routes
        }
        routes += others
        let isHTTPS = settings.secure != nil || settings.publicURL?.hasPrefix("https://") ?? false
        let requestMetrics = RequestMetrics(factory: metrics)
        let errorPage = try ErrorPage(settings: settings)
        func site(_ routes: [Route], _ pace: RequestPace?) -> Site {
            Site(
                table: RouteTable(routes), metrics: requestMetrics, security: SecurityHeaders(isHTTPS: isHTTPS),
                errorPage: errorPage, pace: pace, retryAfter: limits.retryAfter)
        }
        publicSite = site(routes, RequestPace(limits: limits, sources: sources, clock: clock))
        let inner = OperationsRoutes(
            health: health, metrics: metrics, gauges: gauges, sources: sources, isInternal: true)
        internalSite = settings.internalPort == nil ? nil : site(inner.routes, nil)
    }

    /// - Throws: when a port cannot be opened.
    package func run() async throws {
        let report = ListeningReport(expected: internalSite == nil ? 1 : 2)
        let settings = settings
        let onListening = onListening
        @Sendable func opened(_ key: ListeningReport.Port, _ channel: any NIOCore.Channel) async {
            guard let ports = report.add(key, channel.localAddress?.port ?? 0) else { return }
            await onListening(Self.addresses(settings, ports))
        }
        var services: [any Service] = [
            application(publicSite, host: settings.host, port: settings.port, secure: settings.secure) { await opened(.open, $0) }
        ]
        if let internalSite, let port = settings.internalPort {
            let host = settings.internalHost ?? settings.host
            services.append(application(internalSite, host: host, port: port, secure: nil) { await opened(.inner, $0) })
        }
        services.append(MailboxKeeper(sessions: mailboxes, clock: clock))
        var configuration = ServiceGroupConfiguration(services: services, logger: logger)
        configuration.maximumGracefulShutdownDuration = settings.limits.shutdownGrace
        let group = ServiceGroup(configuration: configuration)
        try await withGracefulShutdownHandler {
            try await group.run()
        } onGracefulShutdown: {
            health.shutDown()
            streams.closeAll()
            mailboxes.closeAll()
        }
    }

    private func application(
        _ site: Site, host: String, port: Int, secure: (@Sendable (any NIOCore.Channel) throws -> Void)?,
        onServerRunning: @escaping @Sendable (any NIOCore.Channel) async -> Void
    ) -> some Service {
        let limits = settings.limits
        let connections = connections
        let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes,
            maxHeaderFieldCount: limits.headerCount)
        let channel = HTTP1Channel.Configuration(
            additionalChannelHandlers: [ConnectionGuard(connections: connections, limits: limits)],
            idleTimeout: TimeAmount(limits.idleTimeout), httpDecoderConfiguration: decoder)
        // Some above the limit are taken to be told 503; the rest waits in the kernel's queue.
        let accepted = limits.connections + max(16, limits.connections / 16)
        let server = HTTPServerBuilder { responder in
            let plain = HTTP1Channel(responder: responder, configuration: channel)
            guard let secure else { return plain }
            return SecuredChannel(base: plain, secure: secure)
        }
        return Application(
            responder: site, server: server,
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), serverName: nil, backlog: 1_024,
                availableConnectionsDelegate: MaximumAvailableConnections(accepted, logger: logger)),
            onServerRunning: onServerRunning, logger: logger)
    }

    private static func addresses(_ settings: WebSettings, _ ports: [ListeningReport.Port: Int]) -> Addresses {
        let port = ports[.open] ?? settings.port
        let inner = ports[.inner]
        return Addresses(
            url: url(settings.secure == nil ? "http" : "https", settings.host, port), port: port,
            internalURL: inner.map { url("http", settings.internalHost ?? settings.host, $0) }, internalPort: inner)
    }

    private static func url(_ scheme: String, _ host: String, _ port: Int) -> String {
        host.utf8.contains(UInt8(ascii: ":")) ? "\(scheme)://[\(host)]:\(port)" : "\(scheme)://\(host):\(port)"
    }
}

/// Services are named in logs; a server's settings hold secrets of connections.
extension WebServer: CustomStringConvertible {
    package var description: String { "WebServer" }
}

/// Collects the ports as they open.
private final class ListeningReport: Sendable {
    enum Port: Hashable, Sendable { case open, inner }

    private let expected: Int
    private let ports = Mutex<[Port: Int]>([:])

    init(expected: Int) { self.expected = expected }

    /// All of them when this was the last one.
    func add(_ port: Port, _ number: Int) -> [Port: Int]? {
        ports.withLock { ports in
            ports[port] = number
            return ports.count == expected ? ports : nil
        }
    }
}
