import ArgumentParser
import Channels
import Config
import Content
import Core
import Dialogue
import Foundation
import Outbound
import Store

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Checks that this installation can do its work, and says how to mend what is wrong.")

    @Option(help: "The configuration file.")
    var config: String?

    @Flag(help: "Print one JSON object per check.")
    var json = false

    func run() async throws {
        var report = DoctorReport(json: json)
        let home = Home(configuration: config)
        let settings: Settings
        do {
            settings = try home.settings()
            report.good("configuration", home.configurationFile.map(home.shown) ?? "defaults, no file")
        } catch {
            for problem in error.problems {
                report.bad("configuration", "\(problem.place): \(problem.key): \(problem.message)", mend: problem.mend)
            }
            return try report.finish()
        }
        let assembly = Assembly(home: home, settings: settings)
        checkContent(assembly, &report)
        await checkDatabase(assembly, &report)
        checkCertificate(assembly, &report)
        checkConnections(assembly, &report)
        await checkTelegram(assembly, &report)
        await checkMail(assembly, &report)
        checkHotlines(assembly, &report)
        try report.finish()
    }

    private func checkContent(_ assembly: Assembly, _ report: inout DoctorReport) {
        let directory = assembly.settings.content.intents
        do {
            let loaded = try ContentLoader.load(
                directory: assembly.home.path(directory), handlers: Dialogue.handlers, commonReplyKeys: Dialogue.commonReplyKeys)
            report.good("content", "\(loaded.catalogue.flows.count) intents in \(directory)/, \(loaded.warnings.count) warnings")
        } catch {
            for problem in error.errors { report.bad("content", "\(problem.location): \(problem.message)", mend: problem.mend) }
        }
    }

    private func checkDatabase(_ assembly: Assembly, _ report: inout DoctorReport) async {
        let path = assembly.databasePlace
        let keyFile = assembly.home.path(assembly.settings.database.keyFile)
        if assembly.settings.database.server != nil, !FileManager.default.fileExists(atPath: keyFile) {
            // Opening would make one, and a new database under it.
            report.warn(
                "key file", "\(assembly.settings.database.keyFile) does not exist and will be made at the first start",
                mend: "If the database is in use already, copy the key from the machine that made it.")
            return
        }
        guard assembly.settings.database.server != nil || FileManager.default.fileExists(atPath: assembly.databasePath) else {
            let directory = URL(filePath: assembly.databasePath).deletingLastPathComponent().path
            if Self.canWrite(directory) {
                report.good("database", "\(path) will be made at the first start")
            } else {
                report.bad(
                    "database", "\(directory) is not writable", mend: "Make the directory and give it to the user that runs the service.")
            }
            return
        }
        if let mode = try? FileManager.default.attributesOfItem(atPath: keyFile)[.posixPermissions] as? Int, mode & 0o077 != 0 {
            report.bad("key file", "\(assembly.settings.database.keyFile) can be read by others", mend: "chmod 600 \(keyFile)")
        }
        do {
            let store = try assembly.store()
            try await store.ping()
            let now = SystemClock().now()
            let (inbox, outbox, paused) = try await store.read { tx in
                (try tx.inboxDepth(), try tx.outboxDepth(), try tx.pausedAccounts(now: now))
            }
            try await checkDuty(store, assembly, &report)
            await store.close()
            report.good("database", "\(path), schema \(store.schemaVersion), \(inbox.waiting) events waiting")
            if inbox.failed > 0 {
                report.warn("inbox", "\(inbox.failed) events are parked after repeated failures", mend: "Look for “parked” in the log.")
            }
            if outbox.dead > 0 {
                report.warn(
                    "outbox", "\(outbox.dead) messages could not be delivered",
                    mend: "Look for “could not be delivered” in the log for the reasons.")
            }
            for account in paused {
                report.bad(
                    "connection \(account.connection)", "cannot send: \(account.reason)",
                    mend: "See the platform's console for this account; sending is tried again by itself.")
            }
        } catch {
            report.bad("database", (error as? StoreError)?.text ?? "cannot be opened", mend: "See the message above.")
        }
    }

    private func checkConnections(_ assembly: Assembly, _ report: inout DoctorReport) {
        if assembly.settings.connections.isEmpty {
            report.warn("connections", "none: only the web chat works", mend: "See README, “Connect a Zalo OA”.")
        }
        for connection in assembly.settings.connections where connection.kind != .telegram && connection.kind != .mail {
            let name = "connection \(connection.id)"
            if connection.secrets["refresh_token"] == nil, connection.secrets["access_token"] == nil {
                report.warn(
                    name, "has no token: answers cannot be sent until one is given",
                    mend: "Add access_token and refresh_token (README, “Connect a Zalo OA”).")
            } else {
                report.good(name, "\(connection.kind.rawValue), webhook /webhooks/\(connection.id)")
            }
        }
        if assembly.settings.connections.contains(where: { $0.kind != .mail }),
            assembly.settings.server.publicURL?.hasPrefix("https://") != true
        {
            report.warn(
                "server.public_url", "is not an https address: platforms only call https",
                mend: "Set server.public_url to the address people reach.")
        }
    }

    /// Telegram knows itself whether it can deliver, so it is asked.
    private func checkTelegram(_ assembly: Assembly, _ report: inout DoctorReport) async {
        let connections = assembly.settings.connections.filter { $0.kind == .telegram }
        guard !connections.isEmpty, let transport = try? assembly.transport() else { return }
        for connection in connections {
            let link = TelegramLink(
                connection, publicURL: assembly.settings.server.publicURL, transport: transport, now: SystemClock().now())
            for finding in await link.look().findings {
                let name = "connection \(connection.id)"
                switch finding.level {
                case .good: report.good(name, finding.text)
                case .warning: report.warn(name, finding.text, mend: finding.mend ?? "")
                case .failed: report.bad(name, finding.text, mend: finding.mend ?? "")
                }
            }
        }
        await transport.shutdown(grace: .seconds(1))
    }

    private func checkHotlines(_ assembly: Assembly, _ report: inout DoctorReport) {
        let today = CivilTime(SystemClock().now()).date
        for hotline in assembly.hotlines {
            guard let verified = hotline.verified else {
                report.warn(
                    "hotline \(hotline.number)", "nobody has written down when it was last checked",
                    mend: "Dial it, then set hotlines[].verified in the configuration.")
                continue
            }
            let age = today.dayNumber - verified.dayNumber
            if age > 180 {
                report.warn("hotline \(hotline.number)", "was last checked \(age) days ago", mend: "Dial it, then set hotlines[].verified.")
            } else {
                report.good("hotline \(hotline.number)", "checked \(age) days ago")
            }
        }
    }

    private static func canWrite(_ directory: String) -> Bool {
        var candidate = URL(filePath: directory)
        while !FileManager.default.fileExists(atPath: candidate.path), candidate.path != "/" {
            candidate = candidate.deletingLastPathComponent()
        }
        return FileManager.default.isWritableFile(atPath: candidate.path)
    }
}
