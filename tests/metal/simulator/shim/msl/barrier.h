// Barriers, and what they make visible.
#pragma once
#include "meeting.h"

namespace metal {
enum class mem_flags : uint {
  mem_none = 0,
  mem_device = 1,
  mem_threadgroup = 2,
  mem_texture = 4,
  mem_threadgroup_imageblock = 8,
};
constexpr inline mem_flags operator|(mem_flags a, mem_flags b) {
  return mem_flags(uint(a) | uint(b));
}
constexpr inline mem_flags operator&(mem_flags a, mem_flags b) {
  return mem_flags(uint(a) & uint(b));
}

inline void threadgroup_barrier(mem_flags flags,
                                msl_run::Place place = msl_run::Place::here(__builtin_LINE(),
                                                                            __builtin_COLUMN())) {
  msl_run::msl_meet_threadgroup(place.line, place.column, uint(flags));
}
inline void simdgroup_barrier(mem_flags flags,
                              msl_run::Place place = msl_run::Place::here(__builtin_LINE(),
                                                                          __builtin_COLUMN())) {
  msl_run::gather(msl_run::operation_simdgroup_barrier, place, uint(flags));
}
}  // namespace metal
