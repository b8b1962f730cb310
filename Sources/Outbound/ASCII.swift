/// Comparison of protocol words without regard to case and without making strings.
enum ASCII {
    /// - Parameter word: in lower case.
    static func matches(_ bytes: some Sequence<UInt8>, _ word: StaticString) -> Bool {
        word.withUTF8Buffer { word in
            bytes.elementsEqual(word) { byte, wanted in
                (0x41...0x5A).contains(byte) ? byte | 0x20 == wanted : byte == wanted
            }
        }
    }
}
