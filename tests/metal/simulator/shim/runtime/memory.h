// Which memory a thread may touch, byte by byte.
#pragma once
#include "dispatch.h"

namespace msl_run {
void begin_memory(const Dispatch& dispatch, const void* code);
void end_memory();
// Before each group: what was in threadgroup memory is gone.
void forget_threadgroup_memory();
}  // namespace msl_run
