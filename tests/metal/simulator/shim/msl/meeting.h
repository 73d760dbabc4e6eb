// Where the threads of a simdgroup or of a threadgroup wait for one another: kept by the runtime.
#pragma once
#include "vector.h"

// The only list of them; the names in messages are made of it, too.
#define MSL_OPERATIONS(X)                                                                                    \
  X(threadgroup_barrier)                                                                                     \
  X(simdgroup_barrier) X(simd_sum) X(simd_product) X(simd_min) X(simd_max) X(simd_and) X(simd_or)            \
      X(simd_xor) X(simd_prefix_inclusive_sum) X(simd_prefix_exclusive_sum) X(simd_prefix_inclusive_product) \
          X(simd_prefix_exclusive_product) X(simd_broadcast) X(simd_broadcast_first) X(simd_shuffle)         \
              X(simd_shuffle_xor) X(simd_shuffle_up) X(simd_shuffle_down) X(simd_shuffle_rotate_up)          \
                  X(simd_shuffle_rotate_down) X(simd_shuffle_and_fill_up) X(simd_shuffle_and_fill_down)      \
                      X(simd_ballot) X(simd_all) X(simd_any) X(simd_is_first) X(simd_active_threads_mask)    \
                          X(quad_sum) X(quad_product) X(quad_min) X(quad_max) X(quad_broadcast)              \
                              X(quad_shuffle) X(quad_shuffle_xor) X(quad_shuffle_up) X(quad_shuffle_down)    \
                                  X(simdgroup_load) X(simdgroup_store) X(simdgroup_multiply)                 \
                                      X(simdgroup_multiply_accumulate)

namespace msl_run {
#define MSL_NUMBER(name) operation_##name,
enum Operation { MSL_OPERATIONS(MSL_NUMBER) };
#undef MSL_NUMBER

// The line of the kernel's own source at which a thread waits.
struct Place {
  int line, column;
  static Place here(int line = __builtin_LINE(), int column = __builtin_COLUMN()) {
    return Place{line, column};
  }
};

// The bits of metal::mem_flags that the runtime heeds.
constexpr MSL_CONSTANT unsigned ordering_device = 1, ordering_threadgroup = 2;

constexpr MSL_CONSTANT int slot_bytes = 64;
struct Slots {
  unsigned char bytes[32][slot_bytes];
};

extern "C" {
// Hands in what this lane brings and returns, when all lanes of the simdgroup are here, what each brought.
const Slots* msl_meet_simdgroup(int operation, int line, int column, const void* value, unsigned long bytes);
void msl_meet_threadgroup(int line, int column, unsigned flags);
// Ends the dispatch: the lanes do not agree by how far an operation goes.
[[noreturn]] void msl_refuse_steps(int operation, int line);
uint msl_lane();
uint msl_lanes_present();
void* msl_threadgroup_variable(int site, int line, unsigned long bytes);
void msl_atomic_access(const void* address, unsigned long bytes);
}

// One value a lane, as all of them see it.
template <class T>
struct Gathered {
  T value[32];
  uint present;
  bool has(uint lane) const { return lane < 32 && (present >> lane & 1u) != 0; }
};

template <class T>
inline Gathered<T> gather(int operation, Place place, T value) {
  static_assert(sizeof(T) <= slot_bytes, "too large for a simdgroup's exchange");
  const Slots* slots = msl_meet_simdgroup(operation, place.line, place.column, &value, sizeof(T));
  Gathered<T> all;
  for (int lane = 0; lane < 32; ++lane) __builtin_memcpy(&all.value[lane], slots->bytes[lane], sizeof(T));
  all.present = msl_lanes_present();
  return all;
}

// As gather, for operations that go equally far in all lanes.
template <class T>
inline Gathered<T> gather_by(int operation, Place place, uint step, T value) {
  struct Both {
    T value;
    uint step;
  };
  const Gathered<Both> both = gather(operation, place, Both{value, step});
  Gathered<T> all;
  all.present = both.present;
  for (uint lane = 0; lane < 32; ++lane) {
    if (both.has(lane) && both.value[lane].step != step) msl_refuse_steps(operation, place.line);
    all.value[lane] = both.value[lane].value;
  }
  return all;
}
}  // namespace msl_run
