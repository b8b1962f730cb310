#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

enum Logarithm {
    static func natural(_ value: Double) -> Double { log(value) }
}
