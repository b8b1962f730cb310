import CFuzzer
import FoundationEssentials
import FuzzEntries

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

// The entry is named by the environment, because libFuzzer starts the program again with arguments of its own.
let wanted = ProcessInfo.processInfo.environment["FUZZ_ENTRY"] ?? ""
guard let entry = FuzzEntry.all.first(where: { $0.name == wanted }) else {
    for entry in FuzzEntry.all { print(entry.name) }
    exit(wanted.isEmpty ? 0 : 2)
}
if ProcessInfo.processInfo.environment["FUZZ_COMPARISONS"] == "0" { CFuzzerFollowComparisons(0) }
let run = entry.run
var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
exit(
    LLVMFuzzerRunDriver(&count, &arguments) { data, size in
        run(UnsafeRawBufferPointer(start: data, count: size))
        return 0
    })
