// Who wrote which byte of the buffers: no thread may depend on another's write without a barrier between.
#pragma once

namespace msl_run {
void begin_device_memory(unsigned long bytes);
void end_device_memory();
// At offsets into the arena that are known to lie in a buffer; false where two threads meet without order.
bool is_ordered_access(unsigned long offset, unsigned long bytes, bool writes, bool is_atomic);
}  // namespace msl_run
