#ifndef CFUZZER_H
#define CFUZZER_H

#include <stddef.h>
#include <stdint.h>

/// libFuzzer's own door, for a program that keeps its `main`: it comes from the toolchain's run-time library, which
/// `-sanitize=fuzzer` links.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t size));

/// Whether libFuzzer learns from the operands of comparisons, which finds words and numbers that a reader looks for, and
/// takes up to half of the time. Not 0 at first.
void CFuzzerFollowComparisons(int does_follow);

#endif
