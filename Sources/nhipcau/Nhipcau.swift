import ArgumentParser
import Core
import GRDB
import Hummingbird
import Mustache
import Yams
import Crypto
import CryptoExtras
import ServiceLifecycle
@main struct Nhipcau: AsyncParsableCommand {
    func run() async throws { print("nhipcau") }
}
