#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The trained model on disk, so that a restart does not train again.
///
/// Little-endian: magic, format version, the digest of what it was trained on, the payload's length, the payload,
/// and FNV-1a over everything before. Whatever is not exactly that counts as absent.
enum ModelFile {
    static let name = "understanding.model"
    /// Raise it whenever features, training or this layout change.
    static let version: UInt32 = 2
    private static let magic: [UInt8] = Array("NHIPCAUU".utf8)

    /// Identifies a training set.
    struct Digest: Sendable, Equatable {
        var first: UInt64
        var second: UInt64

        init(_ rows: [(text: String, intent: String)], _ teencode: Teencode) {
            var hashes = (FNV(), FNV())
            hashes.1.add(word: 0x9E37_79B9_7F4A_7C15)
            for row in rows {
                for text in [row.text, row.intent] {
                    hashes.0.add(text.utf8)
                    hashes.0.add(UInt8.max)
                    hashes.1.add(text.utf8.reversed())
                    hashes.1.add(UInt8.max)
                }
            }
            teencode.add(to: &hashes.0)
            teencode.add(to: &hashes.1)
            first = hashes.0.value
            second = hashes.1.value
        }
    }

    // MARK: Bytes

    static func encode(_ model: RankingModel, _ digest: Digest) -> [UInt8] {
        let payload = payload(of: model)
        var file = ByteWriter()
        file.bytes = magic
        file.write(version)
        file.write(digest.first)
        file.write(digest.second)
        file.write(UInt64(payload.count))
        file.bytes.append(contentsOf: payload)
        file.write(FNV.hash(file.bytes))
        return file.bytes
    }

    /// The model alone, as it stands in a file.
    static func payload(of model: RankingModel) -> [UInt8] {
        var payload = ByteWriter()
        payload.write(UInt32(truncatingIfNeeded: model.intents.count))
        for intent in model.intents { payload.write(Array(intent.utf8)) }
        payload.write(model.vocabulary.counts)
        payload.write(model.vocabulary.letters)
        payload.write(model.vocabulary.ends)
        payload.write(model.features.keys)
        payload.write(model.values)
        payload.write(model.largestValue.bitPattern)
        payload.write(model.weights)
        payload.write(model.calibration.temperature.bitPattern)
        payload.write(model.calibration.leastAcceptance.bitPattern)
        payload.write(model.calibration.leastSureAcceptance.bitPattern)
        payload.write(model.calibration.leastConfidence.bitPattern)
        return payload.bytes
    }

    /// Nil for anything that ``encode(_:_:)`` did not write for the same digest.
    static func decode(_ bytes: [UInt8], _ digest: Digest) -> RankingModel? {
        guard bytes.count > magic.count + 36, bytes.starts(with: magic) else { return nil }
        var end = ByteReader(bytes[(bytes.count - 8)...])
        guard end.read(UInt64.self) == FNV.hash(bytes[..<(bytes.count - 8)]) else { return nil }
        var reader = ByteReader(bytes[magic.count..<(bytes.count - 8)])
        guard reader.read(UInt32.self) == version, reader.read(UInt64.self) == digest.first,
            reader.read(UInt64.self) == digest.second,
            let length = reader.read(UInt64.self), length == UInt64(reader.rest.count)
        else { return nil }
        return model(&reader)
    }

    /// The model in a file's payload; nil for anything that ``payload(of:)`` did not write.
    static func model(_ payload: [UInt8]) -> RankingModel? {
        var reader = ByteReader(payload[...])
        return model(&reader)
    }

    private static func model(_ reader: inout ByteReader) -> RankingModel? {
        var model = RankingModel()
        guard let count = reader.read(UInt32.self), count < 1 << 20 else { return nil }
        for _ in 0..<count {
            guard let name = reader.readArray(UInt8.self), let intent = String(validating: name, as: UTF8.self) else { return nil }
            model.intents.append(intent)
        }
        guard let counts = reader.readArray(Int32.self), let letters = reader.readArray(UInt8.self),
            let ends = reader.readArray(Int32.self),
            let vocabulary = Vocabulary(counts: counts, letters: letters, ends: ends),
            let keys = reader.readArray(UInt64.self), let values = reader.readFloats(),
            let largest = reader.read(UInt32.self), let weights = reader.readFloats(),
            let temperature = reader.read(UInt32.self), let acceptance = reader.read(UInt32.self),
            let sureAcceptance = reader.read(UInt32.self), let confidence = reader.read(UInt32.self),
            reader.rest.isEmpty
        else { return nil }
        model.vocabulary = vocabulary
        model.features = HashIndex(keys: keys)
        model.values = values
        model.largestValue = Float(bitPattern: largest)
        model.weights = weights
        model.calibration.temperature = Float(bitPattern: temperature)
        model.calibration.leastAcceptance = Float(bitPattern: acceptance)
        model.calibration.leastSureAcceptance = Float(bitPattern: sureAcceptance)
        model.calibration.leastConfidence = Float(bitPattern: confidence)
        let rows = model.intents.isEmpty ? 0 : keys.count + 1
        guard model.features.count == keys.count, values.count == keys.count, weights.count == rows * model.stride
        else { return nil }
        return model
    }

    // MARK: Disk

    static func load(from directory: String, _ digest: Digest) -> RankingModel? {
        guard let bytes = read(directory + "/" + name) else { return nil }
        return decode(bytes, digest)
    }

    /// Replaces the file in one step, so that no reader ever sees half of it. A failure leaves the old file.
    @discardableResult
    static func store(_ model: RankingModel, in directory: String, _ digest: Digest) -> Bool {
        mkdir(directory, 0o700)
        let final = directory + "/" + name
        let draft = final + "." + String(getpid()) + "." + String(UInt32.random(in: 0 ... .max), radix: 16)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        let written = writeAll(encode(model, digest), to: descriptor) && fsync(descriptor) == 0
        let closed = close(descriptor) == 0
        guard written, closed, rename(draft, final) == 0 else {
            unlink(draft)
            return false
        }
        return true
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let count = write(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                done += count
            }
            return true
        }
    }

    private static func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let size = lseek(descriptor, 0, SEEK_END)
        guard size > 0, size < 1 << 30, lseek(descriptor, 0, SEEK_SET) == 0 else { return nil }
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
            while count < buffer.count {
                let got = Self.readSome(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
                if got < 0, errno == EINTR { continue }
                guard got > 0 else {
                    failed = true
                    return
                }
                count += got
            }
        }
        return failed ? nil : bytes
    }

    private static func readSome(_ descriptor: Int32, _ target: UnsafeMutablePointer<UInt8>?, _ count: Int) -> Int {
        #if canImport(Glibc)
            Glibc.read(descriptor, target, count)
        #elseif canImport(Musl)
            Musl.read(descriptor, target, count)
        #else
            Darwin.read(descriptor, target, count)
        #endif
    }
}

/// Appends numbers and arrays, little-endian.
private struct ByteWriter {
    var bytes: [UInt8] = []

    mutating func write(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func write<Element: FixedWidthInteger>(_ values: [Element]) {
        write(UInt64(values.count))
        bytes.reserveCapacity(bytes.count + values.count * MemoryLayout<Element>.size)
        for value in values { write(value) }
    }

    mutating func write(_ values: [Float]) { write(values.map(\.bitPattern)) }
}

/// Takes them off again; nil when there are not enough bytes.
private struct ByteReader {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func read<Value: FixedWidthInteger>(_ type: Value.Type) -> Value? {
        let size = MemoryLayout<Value>.size
        guard rest.count >= size else { return nil }
        let value = rest.withUnsafeBytes { $0.loadUnaligned(as: Value.self) }
        rest = rest.dropFirst(size)
        return Value(littleEndian: value)
    }

    mutating func readArray<Element: FixedWidthInteger>(_ type: Element.Type) -> [Element]? {
        let size = MemoryLayout<Element>.size
        guard let count = read(UInt64.self), count <= UInt64(rest.count / size) else { return nil }
        let values = rest.withUnsafeBytes { bytes in
            (0..<Int(count)).map {
                Element(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * size, as: Element.self))
            }
        }
        rest = rest.dropFirst(Int(count) * size)
        return values
    }

    mutating func readFloats() -> [Float]? { readArray(UInt32.self)?.map(Float.init(bitPattern:)) }
}
