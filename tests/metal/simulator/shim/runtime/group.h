// The threadgroup that runs: whose turn it is, who waits where.
#pragma once
#include "dispatch.h"

namespace msl_run {
struct Progress {
  unsigned thread, simdgroup;             // of the group, as they are numbered in it
  unsigned group_phase, simdgroup_phase;  // barriers passed that order threadgroup memory
  unsigned device_phase, simdgroup_device_phase;
  unsigned long group;  // of the grid
};
Progress progress();

const Thread& running_thread();
// Asked at every load and store, and so no function: the stack of the thread whose turn it is.
struct Turn {
  bool is_running;
  unsigned long stack;
};
extern __attribute__((visibility("hidden"))) Turn turn;
// Ends the dispatch with a sentence; printf's format.
[[noreturn]] void fail(const char* format, ...) __attribute__((format(printf, 1, 2)));
}  // namespace msl_run
