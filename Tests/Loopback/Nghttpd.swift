import Foundation

/// A real HTTP/2 server with a certificate of its own making, on a free port of 127.0.0.1.
/// Answers a POST with the body it got.
package final class Nghttpd {
    package enum Problem: Error { case notInstalled, noPort }

    package let port: Int
    /// The self-signed certificate, which is its own authority.
    package var authority: String { certificate.authority }
    private let process: Process
    private let certificate: LoopbackCertificate

    private static let executable = Executable.find("nghttpd")
    package static var isInstalled: Bool { executable != nil && LoopbackCertificate.canBeMade }
    package static let whySkipped = "nghttpd (Debian package nghttp2-server) or openssl is missing: run `make setup`"

    /// - Parameters:
    ///   - names: the certificate's subject alternative names, as openssl writes them.
    ///   - isVerbose: false for measuring: it then says nothing, not even that it listens, and is looked at until
    ///     it does.
    package init(names: String = "IP:127.0.0.1,DNS:localhost", isVerbose: Bool = true) throws {
        guard let executable = Self.executable else { throw Problem.notInstalled }
        certificate = try LoopbackCertificate(names: names)
        process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments =
            (isVerbose ? ["-v"] : [])
            + ["-a", "127.0.0.1", "--echo-upload", "-d", certificate.directory.path, "0", certificate.key, certificate.authority]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        // Its first line says that it listens, but not where: the port is read from the kernel's tables.
        let reader = output.fileHandleForReading
        var line = Data()
        while isVerbose, !line.contains(0x0A) {
            let more = reader.availableData
            if more.isEmpty { break }
            line.append(more)
        }
        Thread.detachNewThread { while !reader.availableData.isEmpty {} }
        // The kernel's table is not read in one piece: while other sockets come and go, a row may be passed over.
        var port: Int?
        for _ in 0..<5_000 where port == nil {
            port = Self.listeningPort(of: process.processIdentifier)
            if port == nil, !isVerbose { Thread.sleep(forTimeInterval: 0.001) }
        }
        self.port = port ?? 0
        guard port != nil else {
            stop()
            throw Problem.noPort
        }
    }

    deinit { stop() }

    package var url: String { "https://127.0.0.1:\(port)/" }

    package func stop() {
        if process.isRunning {
            // Not SIGTERM: a child of a dispatch thread is born with it blocked.
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    private static func listeningPort(of process: Int32) -> Int? {
        let folder = "/proc/\(process)/fd"
        let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let links = descriptors.compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
        }
        // Read to its end: the file says that it is empty, and a read gives a page of it at a time.
        let file = FileHandle(forReadingAtPath: "/proc/\(process)/net/tcp")
        let table = String(decoding: (try? file?.readToEnd()) ?? Data(), as: UTF8.self)
        for row in table.split(separator: "\n").dropFirst() {
            let columns = row.split(separator: " ")
            guard columns.count > 9, columns[3] == "0A", links.contains("socket:[\(columns[9])]"),
                let hexadecimal = columns[1].split(separator: ":").last
            else { continue }
            return Int(hexadecimal, radix: 16)
        }
        return nil
    }
}
