import TLS

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Two certificates for `localhost`, made for these tests, valid until the year 2126, and a place for their files.
enum TestCertificates {
    struct Pair: Sendable {
        let certificate: String
        let key: String
    }

    static let first = Pair(
        certificate: """
            -----BEGIN CERTIFICATE-----
            MIIBYzCCAQmgAwIBAgIUBQaIEd+k/4PiReiop/4/cQtx//owCgYIKoZIzj0EAwIw
            FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjYwMTAx
            MDAwMDAwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
            PQMBBwNCAAQK43tBpexs4QlhaTNs90mQ8RwjX38Pcj4jSc47CM1wvlxhk+fiXKoK
            XpYpaHe48xpjjGoRPPqaysTGPMk2+TB5ozcwNTAPBgNVHRMBAf8EBTADAQH/MCIG
            A1UdEQQbMBmCCWxvY2FsaG9zdIIMKi5leGFtcGxlLnZuMAoGCCqGSM49BAMCA0gA
            MEUCIBlTsIyFtjrlGgBO4n6zHoI+y07E1B8QxEDNMSXlU5QmAiEAwOZuSM+FP4XI
            O9dES5dtNmE29B9mi+Dm1r7FRTls/ws=
            -----END CERTIFICATE-----

            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgbqpogCihgeYeV1lM
            Zs0lHNEKTJ2y6prNcszCaLvw1pahRANCAAQK43tBpexs4QlhaTNs90mQ8RwjX38P
            cj4jSc47CM1wvlxhk+fiXKoKXpYpaHe48xpjjGoRPPqaysTGPMk2+TB5
            -----END PRIVATE KEY-----

            """)
    static let second = Pair(
        certificate: """
            -----BEGIN CERTIFICATE-----
            MIIBYzCCAQmgAwIBAgIUHZx2gPdS0y49AL8d9wNCw21jRDMwCgYIKoZIzj0EAwIw
            FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjYwMTAx
            MDAwMDAwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
            PQMBBwNCAATTafXW09saR1RvkIW3M/JKoX6+RUip/D/JwwV20KZ+P896S0SYboIm
            ERjWpBDhyQVnyUHK06iOl3KAQOxKAKyVozcwNTAPBgNVHRMBAf8EBTADAQH/MCIG
            A1UdEQQbMBmCCWxvY2FsaG9zdIIMKi5leGFtcGxlLnZuMAoGCCqGSM49BAMCA0gA
            MEUCICXPCoIPbI9hFGSRMDfCkqawmqH4whuZcMFiAsj698Y0AiEA/gLrYMYhQC/E
            qnTO79bIEV3HVeUY6rzGqi2RSRq3SbY=
            -----END CERTIFICATE-----

            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgkTdKUCPLoPOYQQx+
            +ri1uK4aR5C4Ns5FJWhJd0KRmcOhRANCAATTafXW09saR1RvkIW3M/JKoX6+RUip
            /D/JwwV20KZ+P896S0SYboImERjWpBDhyQVnyUHK06iOl3KAQOxKAKyV
            -----END PRIVATE KEY-----

            """)

    /// Runs `body` beside the two files of a pair in a directory of their own.
    static func files<T>(_ pair: Pair, _ body: (CertificateFiles) async throws -> T) async throws -> T {
        let directory = FileManager.default.temporaryDirectory.appending(path: "nhipcau-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let files = CertificateFiles(
            certificate: directory.appending(path: "fullchain.pem").path, key: directory.appending(path: "privkey.pem").path)
        try write(pair.certificate, to: files.certificate)
        try write(pair.key, to: files.key)
        return try await body(files)
    }

    static func write(_ text: String, to path: String) throws { try Data(text.utf8).write(to: URL(filePath: path)) }
}
