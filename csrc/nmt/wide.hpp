// Before a function whose loops compilers make wide: compiled for several widths, the widest is taken that
// the processor has. What it computes is the same in each.
#pragma once

#include <cstdlib>  // says which C library this is

#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__SANITIZE_THREAD__) && \
    !defined(__SANITIZE_ADDRESS__)
#define STREAMTTS_WIDE __attribute__((target_clones("default", "avx2", "avx512f")))
#else
#define STREAMTTS_WIDE
#endif
