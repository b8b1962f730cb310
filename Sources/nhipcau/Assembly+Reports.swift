import Config
import Core
import Foundation
import Pipeline
import Sealing
import Store

extension Assembly {
    /// Sees to it that a case can be sealed before the first message is read: notes the public halves of the duty key
    /// and of the escrow key in the database.
    ///
    /// Prints what is wrong and ends with 1 when the duty key is missing or another one than this database knows: a
    /// program that went on would seal reports that nobody on duty can open.
    func sealReports(_ store: Store) async throws {
        let path = home.path(settings.reports.dutyKeyFile)
        let shown = home.shown(path)
        let known = try await store.read { tx in try tx.sealingKey(.duty) }
        let duty: SealingPrivateKey
        do {
            if known == nil {
                try FileManager.default.createDirectory(
                    at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700])
                duty = try DutyKey.loadOrCreate(at: path)
            } else {
                duty = try DutyKey.load(from: path)
            }
        } catch let error as SealingError {
            Console.words(
                "Not started: the duty key cannot be used: \(error.text)\n    → Put the copy of the key that this database knows back to "
                    + "\(shown), readable by this user only. Without it nobody on duty could open a report.")
            throw Exit.failed
        } catch {
            Console.words("Not started: the directory of \(shown) cannot be made: \(error.localizedDescription)")
            throw Exit.failed
        }
        if let known, known != duty.publicKey {
            Console.words(
                "Not started: \(shown) is not the duty key of this database (its public half is \(duty.publicKey.fingerprint), the database "
                    + "knows \(known.fingerprint)).\n    → Put the right file back; if the key was being changed: nhipcau keys rotate duty."
            )
            throw Exit.failed
        }
        let escrow = try escrowKey()
        let now = SystemClock().now()
        try await store.write { tx in
            try tx.setSealingKey(.duty, duty.publicKey, by: .program, now: now)
            if let escrow { try tx.setSealingKey(.escrow, escrow, by: .program, replacing: true, now: now) }
        }
    }

    /// The keys of the configured database, for what is marked and sealed outside its transactions.
    func keyRing() throws -> KeyRing {
        let path = home.path(settings.database.keyFile)
        do { return KeyRing(master: try MasterKey.load(from: path)) { try? MasterKey.load(from: path) } } catch {
            Console.words("The key file cannot be used: \(error.text)")
            throw Exit.failed
        }
    }

    /// For a database that lives as long as the process.
    func sealTemporaryReports(_ store: Store) async throws {
        let key = SealingPrivateKey.make().publicKey
        try await store.write { tx in try tx.setSealingKey(.duty, key, by: .program, now: SystemClock().now()) }
    }

    /// The configured public half; ends with 1 when it is none.
    func escrowKey() throws -> SealingPublicKey? {
        guard let text = settings.reports.escrowPublicKey else { return nil }
        let digits = Array(text.utf8)
        let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap { index in
            UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16)
        }
        do { return try SealingPublicKey(bytes: bytes) } catch {
            Console.words("reports.escrow_public_key cannot be used: \(error.text)")
            throw Exit.failed
        }
    }

    /// The account that pages people on duty by mail.
    var dutyMail: DutyService.MailAccount? {
        let mail = settings.connections.filter { $0.kind == .mail }
        guard let connection = settings.reports.mailConnection.flatMap({ id in mail.first { $0.id == id } }) ?? mail.first else {
            return nil
        }
        return DutyService.MailAccount(connection: connection.id, account: connection.options["from"] ?? "")
    }

    /// How people reach the web pages from outside: what is configured, or this machine for a trial.
    var publicURL: String? {
        if let url = settings.server.publicURL { return url }
        let isLocal = ["127.0.0.1", "localhost", "::1"].contains(settings.server.host)
        return isLocal && settings.server.port != 0 ? "http://localhost:\(settings.server.port)" : nil
    }
}
