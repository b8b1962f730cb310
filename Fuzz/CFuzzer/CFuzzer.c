#include "CFuzzer.h"

static int follows = 1;

void CFuzzerFollowComparisons(int does_follow) { follows = does_follow; }

// The linker puts these before libFuzzer's own (`--wrap`). The calls are the last thing in each, so that libFuzzer still
// sees where the comparison stands.
#define COMPARISON(name, type)                    \
    void __real_##name(type left, type right);    \
    void __wrap_##name(type left, type right);    \
    void __wrap_##name(type left, type right) {   \
        if (follows) __real_##name(left, right);  \
    }

COMPARISON(__sanitizer_cov_trace_cmp1, uint8_t)
COMPARISON(__sanitizer_cov_trace_cmp2, uint16_t)
COMPARISON(__sanitizer_cov_trace_cmp4, uint32_t)
COMPARISON(__sanitizer_cov_trace_cmp8, uint64_t)
COMPARISON(__sanitizer_cov_trace_const_cmp1, uint8_t)
COMPARISON(__sanitizer_cov_trace_const_cmp2, uint16_t)
COMPARISON(__sanitizer_cov_trace_const_cmp4, uint32_t)
COMPARISON(__sanitizer_cov_trace_const_cmp8, uint64_t)
