/// `07a37c` as bytes; anything but digits in pairs gives an empty array.
func bytes(_ hexadecimal: String) -> [UInt8] {
    let digits = hexadecimal.unicodeScalars.compactMap { Character($0).hexDigitValue }
    guard digits.count == hexadecimal.unicodeScalars.count, digits.count.isMultiple(of: 2) else { return [] }
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}
