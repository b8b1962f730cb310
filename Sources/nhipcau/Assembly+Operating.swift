import Config
import Core
import Foundation
import Sealing
import Store

extension Assembly {
    var masterKeyPath: String { home.path(settings.database.keyFile) }
    var dutyKeyPath: String { home.path(settings.reports.dutyKeyFile) }

    /// What was erased, kept outside the database.
    func erasureRegister() throws -> ErasureRegister {
        ErasureRegister(path: ErasureRegister.path(besideKey: masterKeyPath), keys: try keyRing())
    }

    /// Notes outside the database what was erased in it. A failure is told and ends nothing: the next run takes it up.
    func noteErasures(of store: Store) async {
        do { try await erasureRegister().update(from: store) } catch {
            Console.words("Sổ xóa chưa ghi được. The register of erasures was not written: \(Self.words(error))")
        }
    }

    /// Where the configured database is; ends with 1 for an address that is none.
    func place() throws -> DatabaseLocation {
        do { return try databaseLocation() } catch {
            Console.words(error.text)
            throw Exit.failed
        }
    }

    /// What went wrong, for people.
    static func words(_ error: any Error) -> String {
        switch error {
        case let error as StoreError: error.text
        case let error as SealingError: error.text
        case let error as BackupFault: error.text
        case let error as TransferFault: error.text
        case let error as ErasureRegister.Fault: error.text
        default: "\(error)"
        }
    }

    /// Runs a step and ends with 1 and words when it fails.
    static func orFail<T>(_ what: String, _ body: () throws -> T) throws -> T {
        do { return try body() } catch {
            Console.words("\(what): \(words(error))")
            throw Exit.failed
        }
    }
}

/// Tells people how far a long command is: each table when it is done, and a long one every two seconds.
final class ProgressWords {
    private var told = ContinuousClock.now
    private var last: TransferProgress?

    func callAsFunction(_ progress: TransferProgress) {
        if let last, last.table != progress.table || last.phase != progress.phase, last.rows > 0 { say(last) }
        if last?.table == progress.table, told.duration(to: .now) > .seconds(2) { say(progress) }
        last = progress
    }

    private func say(_ progress: TransferProgress) {
        told = .now
        let phase =
            switch progress.phase {
            case .reading: "đọc, reading"
            case .copying: "chép, copying"
            case .verifying: "kiểm, verifying"
            }
        Console.words("  \(progress.position)/\(progress.tables)  \(phase)  \(progress.table): \(progress.rows)")
    }
}
