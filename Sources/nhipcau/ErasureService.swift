import Core
import Logging
import ServiceLifecycle
import Store

/// Keeps the register of erasures up to date while the service runs: once a minute, and at the end.
struct ErasureService: Service {
    let store: Store
    let register: ErasureRegister
    let logger: Logger

    private static let pause = Duration.seconds(60)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await update()
                try? await Task.sleep(for: Self.pause)
            }
        }
        // What was done since, in a task that is not cancelled.
        await update()
    }

    private func update() async {
        do { try await register.update(from: store) } catch is CancellationError { return } catch {
            logger.error("the register of erasures was not written", metadata: ["reason": "\(Self.code(error))"])
        }
    }

    private static func code(_ error: any Error) -> String {
        switch error {
        case let error as StoreError: error.code
        case ErasureRegister.Fault.broken: "broken"
        default: "unwritable"
        }
    }
}
