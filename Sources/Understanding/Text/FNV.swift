/// 64-bit FNV-1a, the key of everything that is looked up while reading.
struct FNV {
    private(set) var value: UInt64

    init() { value = 0xCBF2_9CE4_8422_2325 }

    @inline(__always)
    mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }

    @inline(__always)
    mutating func add(_ bytes: some Sequence<UInt8>) { for byte in bytes { add(byte) } }

    /// Eight bytes, the lowest first.
    mutating func add(word: UInt64) {
        for shift: UInt64 in stride(from: 0, to: 64, by: 8) { add(UInt8(truncatingIfNeeded: word >> shift)) }
    }

    static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash = FNV()
        hash.add(bytes)
        return hash.value
    }
}

/// A map from 64-bit hashes to numbers: open addressing, at most half full, written once and then only read.
///
/// Iterates in order of insertion, so that nothing depends on a hash seed.
struct HashIndex: Sendable, Equatable {
    /// In order of insertion.
    private(set) var keys: [UInt64] = []
    /// Position in `keys` + 1; 0 = free.
    private var slots: [Int32] = [Int32](repeating: 0, count: 16)

    var count: Int { keys.count }

    init() {}

    /// - Precondition: the keys are distinct; a repeated one keeps its first position.
    init(keys: [UInt64]) {
        var size = 16
        while size < keys.count * 2 { size *= 2 }
        slots = [Int32](repeating: 0, count: size)
        self.keys.reserveCapacity(keys.count)
        for key in keys { insert(key) }
    }

    /// The number of `key`, counted from 0 in order of insertion.
    @inline(__always)
    func position(of key: UInt64) -> Int? {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: key ^ (key >> 32)) & mask
        while true {
            let entry = Int(slots[slot])
            if entry == 0 { return nil }
            if keys[entry - 1] == key { return entry - 1 }
            slot = (slot + 1) & mask
        }
    }

    /// The number of `key`, new or old.
    @discardableResult
    mutating func insert(_ key: UInt64) -> Int {
        if let known = position(of: key) { return known }
        if (keys.count + 1) * 2 > slots.count { grow() }
        keys.append(key)
        place(key, keys.count)
        return keys.count - 1
    }

    private mutating func grow() {
        slots = [Int32](repeating: 0, count: slots.count * 2)
        for (index, key) in keys.enumerated() { place(key, index + 1) }
    }

    private mutating func place(_ key: UInt64, _ entry: Int) {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: key ^ (key >> 32)) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = Int32(truncatingIfNeeded: entry)
    }
}
