import ArgumentParser
import Config
import Core
import Foundation
import JSON
import Sealing
import Store

struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Lists and changes the keys of the database and of reports.",
        discussion: """
            Every change can be interrupted and run again. Back the new key up at once; the old one is needed for backups from before, \
            until they have expired.
            """,
        subcommands: [List.self, Rotate.self, Forget.self])

    enum Kind: String, ExpressibleByArgument, CaseIterable { case master, duty, escrow, sessions }
}

extension KeysCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Fingerprints of the keys, never keys.")

        @Option(help: "The configuration file.")
        var config: String?

        @Flag(help: "Print one JSON object per key.")
        var json = false

        func run() async throws {
            let assembly = try Assembly.load(configuration: config)
            let file = try Assembly.orFail("Khóa chính. The master key") { try MasterKeyFile.load(from: assembly.masterKeyPath) }
            let store = try assembly.store()
            let (names, keys) = try await store.read { tx in
                (
                    try SealingKeyName.allCases.map { ($0.rawValue, try tx.sealingKey($0)?.fingerprint) },
                    try tx.dataKeys(openedBy: file.currentMaster)
                )
            }
            await store.close()
            for (role, fingerprint) in file.fingerprints { show("master", role, fingerprint) }
            for (name, fingerprint) in names { show(name, "current", fingerprint ?? "none") }
            let onDisk = try? DutyKey.load(from: assembly.dutyKeyPath).publicKey.fingerprint
            show("duty", "file", onDisk ?? "missing")
            if keys.others > 0 {
                Console.words("\(keys.others) of \(keys.all) data keys are still under an older master key: nhipcau keys rotate master")
            }
        }

        private func show(_ key: String, _ role: String, _ fingerprint: String) {
            let facts: JSONValue = ["key": .string(key), "role": .string(role), "fingerprint": .string(fingerprint)]
            Console.data(json ? facts.compactText : "\(key)  \(role)  \(fingerprint)")
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Changes a key: master, duty, escrow, or sessions (all web sessions and one-time links end).",
            discussion: """
                The service may go on. On a database that several machines share, the master key is changed in two runs: the first makes \
                the new key, which you copy to every machine, the second uses it.
                """)

        @Argument(help: "master, duty, escrow or sessions.")
        var kind: Kind

        @Option(help: "The configuration file.")
        var config: String?

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() async throws {
            let assembly = try Assembly.load(configuration: config)
            guard FileManager.default.fileExists(atPath: assembly.masterKeyPath) else {
                Console.words("Chưa có khóa chính. There is no master key yet: it is made at the first start.")
                throw Exit.failed
            }
            let now = SystemClock().now()
            do {
                switch kind {
                case .master: try await rotateMaster(assembly, now: now)
                case .duty: try await rotateDuty(assembly, now: now)
                case .escrow: try await rotateEscrow(assembly, now: now)
                case .sessions: try await endSessions(assembly, now: now)
                }
            } catch let error as ExitCode { throw error } catch {
                Console.words("Chưa đổi xong, chạy lại lệnh này. Not finished; run it again: \(Assembly.words(error))")
                throw Exit.failed
            }
        }

        private func rotateMaster(_ assembly: Assembly, now: Instant) async throws {
            let path = assembly.masterKeyPath
            var file = try MasterKeyFile.load(from: path)
            let isPrepared = file.hasNext
            file.prepareNext()
            try file.save(to: path)
            let store = try assembly.store()
            if store.isShared, !isPrepared {
                await store.close()
                tell(["key": "master", "state": "prepared"], "The new key is made. Copy \(path) to every machine, then run this again.")
                return
            }
            guard let next = file.nextMaster else { throw Exit.failed }
            let count = try await store.write { tx in try tx.rewrapDataKeys(under: next, by: .operator, now: now) }
            try await store.wipeErased()
            await store.close()
            file.promoteNext()
            try file.save(to: path)
            tell(
                ["key": "master", "state": "changed", "fingerprint": .string(next.fingerprint), "data_keys": JSONValue(count)],
                "Master key \(next.fingerprint): \(count) data keys are under it now. Back \(assembly.home.shown(path)) up. The old key stays "
                    + "in it for backups from before; when they have expired: nhipcau keys forget")
        }

        private func rotateDuty(_ assembly: Assembly, now: Instant) async throws {
            let path = assembly.dutyKeyPath
            let next = try DutyKey.loadOrCreate(at: path + ".next")
            let old = try DutyKey.load(from: path)
            let store = try assembly.store()
            let known = try await store.read { tx in try tx.sealingKey(.duty) }
            var (sealed, failed) = (0, 0)
            if known != next.publicKey {
                guard known == old.publicKey else {
                    await store.close()
                    Console.words("\(path) is not the duty key of this database. Put the right file back first.")
                    throw Exit.failed
                }
                (sealed, failed) = try await store.write { tx in
                    try tx.rotateSealingKey(.duty, to: next.publicKey, openedWith: old, by: .operator, now: now)
                }
            }
            await store.close()
            let kept = path + ".old-" + old.publicKey.fingerprint
            try DutyKey.exchange(path, next: path + ".next", keeping: kept)
            tell(
                [
                    "key": "duty", "state": "changed", "fingerprint": .string(next.publicKey.fingerprint), "cases": JSONValue(sealed),
                    "failed": JSONValue(failed), "kept": .string(kept),
                ],
                "Duty key \(next.publicKey.fingerprint): \(sealed) open cases are sealed to it now. Back \(assembly.home.shown(path)) up and copy "
                    + "it to every machine. The old one is kept as \(assembly.home.shown(kept)) for backups from before.")
            if failed > 0 {
                Console.words("\(failed) cases could not be opened with the old key and stay as they were: nhipcau reports list")
                throw Exit.failed
            }
        }

        private func rotateEscrow(_ assembly: Assembly, now: Instant) async throws {
            guard let escrow = try assembly.escrowKey() else {
                Console.words(
                    "reports.escrow_public_key is not set. Make a pair with `nhipcau reports escrow-key`, write its public half there, and run "
                        + "this again.")
                throw Exit.failed
            }
            let duty = try DutyKey.load(from: assembly.dutyKeyPath)
            let store = try assembly.store()
            let (sealed, failed) = try await store.write { tx in
                try tx.rotateSealingKey(.escrow, to: escrow, openedWith: duty, by: .operator, now: now)
            }
            await store.close()
            tell(
                [
                    "key": "escrow", "state": "changed", "fingerprint": .string(escrow.fingerprint), "cases": JSONValue(sealed),
                    "failed": JSONValue(failed),
                ],
                "Escrow key \(escrow.fingerprint): \(sealed) open cases are sealed to it now. Closed cases stay sealed to the old one: keep its "
                    + "private half.")
            if failed > 0 { throw Exit.failed }
        }

        private func endSessions(_ assembly: Assembly, now: Instant) async throws {
            let store = try assembly.store()
            let count = try await store.write { tx in try tx.endSessionsAndLinks(by: .operator, now: now) }
            await store.close()
            tell(["key": "sessions", "state": "ended", "count": JSONValue(count)], "\(count) sessions and one-time links ended.")
        }

        private func tell(_ facts: JSONValue, _ words: String) {
            if json { Console.data(facts.compactText) } else { Console.data(words) }
        }
    }

    struct Forget: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes the old master keys out of the key file: backups from before can no longer be read by anybody who has it.")

        @Option(help: "The configuration file.")
        var config: String?

        func run() async throws {
            let assembly = try Assembly.load(configuration: config)
            var file = try Assembly.orFail("Khóa chính. The master key") { try MasterKeyFile.load(from: assembly.masterKeyPath) }
            guard !file.hasNext, file.oldCount > 0 else {
                Console.words(file.hasNext ? "A change is under way: nhipcau keys rotate master" : "There is no old master key.")
                throw Exit.failed
            }
            let current = file.currentMaster
            let store = try assembly.store()
            let others = try await store.read { tx in try tx.dataKeys(openedBy: current).others }
            await store.close()
            guard others == 0 else {
                Console.words("\(others) data keys are still under an old key: nhipcau keys rotate master")
                throw Exit.failed
            }
            let count = file.oldCount
            file.forgetOld()
            try Assembly.orFail("Khóa chính. The master key") { try file.save(to: assembly.masterKeyPath) }
            Console.data("\(count) old master keys forgotten.")
        }
    }
}
