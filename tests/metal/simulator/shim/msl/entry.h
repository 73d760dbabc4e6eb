// How the runtime calls a kernel: what each parameter is made of.
#pragma once
#include "../runtime/dispatch.h"
#include "meeting.h"

namespace msl_run {
// A buffer becomes whatever pointer or reference the kernel declares.
struct Bound {
  void* address;
  template <class T>
  operator T*() const {
    return static_cast<T*>(address);
  }
  template <class T>
  operator T&() const {
    return *static_cast<T*>(address);
  }
};

// A position becomes a scalar, its first component, or a vector of as many as are declared.
struct Position {
  unsigned value[3];
  operator uint() const { return value[0]; }
  operator ushort() const { return ushort(value[0]); }
  operator uint2() const { return uint2(value[0], value[1]); }
  operator uint3() const { return uint3(value[0], value[1], value[2]); }
  operator ushort2() const { return ushort2(value[0], value[1]); }
  operator ushort3() const { return ushort3(value[0], value[1], value[2]); }
};

inline Position position(const unsigned (&all)[3]) {
  return Position{{all[0], all[1], all[2]}};
}
inline Position position(unsigned one) {
  return Position{{one, 0, 0}};
}

template <class T>
inline T& threadgroup_variable(int site, int line) {
  return *static_cast<T*>(msl_threadgroup_variable(site, line, sizeof(T)));
}
}  // namespace msl_run
