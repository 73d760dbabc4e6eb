// The 32 KB of threadgroup memory: where its variables lie, and who touched them since the last barrier.
#pragma once

namespace msl_run {
bool is_threadgroup_memory(unsigned long address);
void check_threadgroup_memory(unsigned long address, unsigned long bytes, bool writes, bool is_atomic);
}  // namespace msl_run
