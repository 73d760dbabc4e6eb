// What Python hands to the runtime and the runtime to a kernel; no Metal in it.
#pragma once

namespace msl_run {
// One thread's view of the grid, in the words of Metal's attributes.
struct Thread {
  unsigned thread_position_in_grid[3], threads_per_grid[3];
  unsigned thread_position_in_threadgroup[3], threads_per_threadgroup[3], dispatch_threads_per_threadgroup[3];
  unsigned threadgroup_position_in_grid[3], threadgroups_per_grid[3];
  unsigned grid_origin[3], grid_size[3];
  unsigned thread_index_in_threadgroup, thread_index_in_simdgroup, simdgroup_index_in_threadgroup;
  unsigned threads_per_simdgroup, thread_execution_width;
  unsigned simdgroups_per_threadgroup, dispatch_simdgroups_per_threadgroup;
  unsigned thread_index_in_quadgroup, quadgroup_index_in_threadgroup;
  unsigned quadgroups_per_threadgroup, dispatch_quadgroups_per_threadgroup;
};

using Kernel = void (*)(const Thread*, void* const*);

enum Order : unsigned { order_forward, order_reverse, order_shuffled };

// Mirrored, field for field, in running.py.
struct Dispatch {
  unsigned threads[3], group[3];
  unsigned order, seed;
  unsigned char* arena;
  unsigned long arena_bytes;
  // Two numbers a buffer: where it begins in the arena and where it ends.
  const unsigned long* bounds;
  unsigned long buffers;
  // Where each argument begins, as an address, and which buffer it is in.
  void* const* arguments;
  const unsigned long* argument_buffers;
  unsigned long argument_count;
  unsigned long patience_us;
};
}  // namespace msl_run
