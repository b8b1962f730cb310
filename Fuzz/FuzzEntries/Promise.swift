#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Ends the process when a reader has not kept a promise, as the fuzzer expects of a finding.
///
/// The words are written first, because an optimised `precondition` says nothing.
func promise(_ isKept: @autoclosure () -> Bool, _ words: StaticString) {
    if isKept() { return }
    words.withUTF8Buffer { bytes in
        _ = write(2, "broken promise: ", 16)
        _ = write(2, bytes.baseAddress, bytes.count)
        _ = write(2, "\n", 1)
    }
    preconditionFailure("a promise was broken")
}
