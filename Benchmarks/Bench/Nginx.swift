import Foundation

/// A web server of another make with one fixed answer, with a configuration and a directory of its own.
final class Nginx {
    let port: Int
    private let process = Process()
    private let directory: URL

    static var program: String? {
        ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"].first { FileManager.default.isExecutableFile(atPath: $0) }
    }
    static let whySkipped = "nginx is not installed: apt-get install nginx-light"

    init() throws {
        guard let program = Self.program else { throw Load.Failed(description: Self.whySkipped) }
        directory = FileManager.default.temporaryDirectory.appending(path: "nhipcau-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        port = try Wire.freePort()
        let place = directory.path
        let configuration = """
            daemon off; worker_processes auto; pid \(place)/pid; error_log \(place)/errors;
            events { worker_connections 256; }
            http {
              access_log off; keepalive_requests 1000000000; client_body_buffer_size 64k;
              client_body_temp_path \(place)/body; proxy_temp_path \(place)/proxy; fastcgi_temp_path \(place)/fastcgi;
              uwsgi_temp_path \(place)/uwsgi; scgi_temp_path \(place)/scgi;
              server { listen 127.0.0.1:\(port); location / { return 200 "{}"; } }
            }
            """
        try Data(configuration.utf8).write(to: directory.appending(path: "nginx.conf"))
        process.executableURL = URL(filePath: program)
        process.arguments = ["-p", place, "-e", place + "/errors", "-c", place + "/nginx.conf"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        try Ports.waitUntilOpen(port)
    }

    func stop() {
        // Asked to end, it also ends its workers.
        if process.isRunning {
            process.interrupt()
            process.waitUntilExit()
        }
        try? FileManager.default.removeItem(at: directory)
    }
}

enum Ports {
    /// - Throws: when nobody listens within a minute.
    static func waitUntilOpen(_ port: Int) throws {
        for _ in 0..<6_000 {
            if let descriptor = try? Wire.connect(port: port) {
                close(descriptor)
                return
            }
            usleep(10_000)
        }
        throw Load.Failed(description: "nothing listens on port \(port)")
    }
}
