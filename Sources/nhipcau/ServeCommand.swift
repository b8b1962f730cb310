import ArgumentParser
import Content
import Core
import Dialogue
import Foundation
import Logging
import Metrics
import Outbound
import Pipeline
import ServiceLifecycle
import Store
import TLS
import Understanding
import UnixSignals
import Web

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Runs the bot: webhooks, web chat, sending.",
        discussion: "Ends on SIGTERM or SIGINT after finishing what it has begun, within 15 seconds.")

    /// The whole of a graceful end.
    static let gracefulEnd = Duration.seconds(15)

    @Option(help: "The configuration file. Default: config/nhipcau.yml.")
    var config: String?

    @Flag(help: "With made-up classes; every safety answer says that nobody reads along.")
    var demo = false

    func run() async throws {
        let assembly = try Assembly.load(configuration: config, isDemo: demo)
        let metrics = PrometheusMetrics()
        MetricsSystem.bootstrap(metrics)
        let logger = assembly.startLogging()

        let started = ContinuousClock.now
        let catalogue = try assembly.catalogue()
        let interpreter = try assembly.interpreter(catalogue)
        Console.words(
            "Content: \(catalogue.flows.count) intents, \(catalogue.training.examples.count) examples, ready in \(started.duration(to: .now).shortText)."
        )
        let store = try assembly.store()
        do { try store.lockForServing() } catch {
            Console.words("Not started: \(error.text)")
            throw Exit.failed
        }
        try await store.write { tx in try tx.releaseLeasesOfEarlierProcesses(now: SystemClock().now()) }
        try await assembly.sealReports(store)
        if demo { try await assembly.seedDemo(store, catalogue, now: SystemClock().now()) }
        try await serve(assembly, store: store, catalogue: catalogue, interpreter: interpreter, metrics: metrics, logger: logger)
        await store.close()
    }

    private func serve(
        _ assembly: Assembly, store: Store, catalogue: Catalogue, interpreter: Interpreter, metrics: PrometheusMetrics,
        logger: Logger
    ) async throws {
        let channels = try assembly.channels()
        let transport = try assembly.transport()
        let running = assembly.pipeline(
            store: store, catalogue: catalogue, interpreter: interpreter, channels: channels, transport: transport,
            logger: logger)
        try await running.tokens.prepare()
        let demo = demo
        let notice = ServiceNotice(environment: assembly.home.environment)
        let certificate = try assembly.serverCertificate(metrics: metrics, logger: logger)
        var webSettings = try assembly.webSettings(channels)
        if let certificate { webSettings.secure = { try certificate.protect($0) } }
        let web = try WebServer(
            settings: webSettings, store: store, keys: try assembly.keyRing(), inbox: running.inbox,
            feed: running.signals.feed,
            metrics: metrics, clock: SystemClock(), logger: logger, readiness: { [] },
            onListening: { addresses in
                Console.data("listening on \(addresses.url)")
                notice.send(.ready(address: addresses.url))
                if demo { Console.words(Self.whatToTry(addresses.url)) }
            })
        let erasures = ErasureService(store: store, register: try assembly.erasureRegister(), logger: logger)
        var group = ServiceGroupConfiguration(
            services: (running.services + [erasures, web, ServiceNotices(notice: notice)] + (certificate.map { [$0] } ?? [])).map {
                .init(
                    service: $0, successTerminationBehavior: .gracefullyShutdownGroup, failureTerminationBehavior: .gracefullyShutdownGroup)
            }, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = Self.gracefulEnd
        do {
            try await ServiceGroup(configuration: group).run()
        } catch {
            await transport.shutdown(grace: .seconds(1))
            Console.words("Stopped: \(Self.text(error))")
            throw Exit.failed
        }
        await transport.shutdown(grace: .seconds(2))
        logger.notice("stopped")
    }

    private static func text(_ error: any Error) -> String {
        (error as? StoreError)?.text ?? String(describing: error)
    }

    static func whatToTry(_ url: String) -> String {
        """

        Bản dùng thử, với lớp học mẫu. Mở \(url)/chat và thử gõ:
          lớp kỹ năng sống thứ 7 này ở phường Hạc Thành có không ạ
          dang ky cho con e hoc lop so 1
          cho em gặp người thật

        A trial with made-up classes. Open \(url)/chat. Ctrl-C ends it.

        """
    }
}

extension Duration {
    /// `0.8 s`, for people.
    var shortText: String {
        let milliseconds = wholeMilliseconds
        return milliseconds < 1000 ? "\(milliseconds) ms" : "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s"
    }
}
