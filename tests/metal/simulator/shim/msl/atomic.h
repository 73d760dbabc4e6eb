// <metal_atomic>. Threads take turns, so that a plain change is an atomic one.
#pragma once
#include "common.h"
#include "meeting.h"

namespace msl_types {
// Uninstrumented: an atomic change is no race.
template <class T, class Change>
__attribute__((no_sanitize("kernel-address"))) inline T changed(T* held, Change change) {
  msl_run::msl_atomic_access((const void*)held, sizeof(T));
  const T before = *held;
  *held = change(before);
  return before;
}
}  // namespace msl_types

namespace metal {
enum memory_order { memory_order_relaxed = 0 };

template <class T>
struct atomic {
  static_assert(__is_same(T, int) || __is_same(T, uint) || __is_same(T, bool) || __is_same(T, float) ||
                    __is_same(T, ulong),
                "Metal's atomics are of int, uint, bool, float or ulong");
  T held;
};

#define MSL_CHANGE(space, name, which, expression)                                                         \
  template <class T>                                                                                       \
  inline enable_if_t<which<T>, T> atomic_fetch_##name##_explicit(volatile space atomic<T>* object, T with, \
                                                                 memory_order) {                           \
    return msl_types::changed<T>((T*)&object->held, [with](T value) { return T(expression); });            \
  }
#define MSL_ATOMICS(space)                                                                                \
  MSL_CHANGE(space, add, msl_types::is_number, value + with)                                              \
  MSL_CHANGE(space, sub, msl_types::is_number, value - with)                                              \
  MSL_CHANGE(space, max, msl_types::is_whole, value < with ? with : value)                                \
  MSL_CHANGE(space, min, msl_types::is_whole, with < value ? with : value)                                \
  MSL_CHANGE(space, and, msl_types::is_whole, value& with)                                                \
  MSL_CHANGE(space, or, msl_types::is_whole, value | with)                                                \
  MSL_CHANGE(space, xor, msl_types::is_whole, value ^ with)                                               \
  template <class T>                                                                                      \
  inline T atomic_load_explicit(const volatile space atomic<T>* object, memory_order) {                   \
    return msl_types::changed<T>((T*)&object->held, [](T value) { return value; });                       \
  }                                                                                                       \
  template <class T, class Value>                                                                         \
  inline void atomic_store_explicit(volatile space atomic<T>* object, Value with, memory_order) {         \
    msl_types::changed<T>((T*)&object->held, [with](T) { return T(with); });                              \
  }                                                                                                       \
  template <class T, class Value>                                                                         \
  inline T atomic_exchange_explicit(volatile space atomic<T>* object, Value with, memory_order) {         \
    return msl_types::changed<T>((T*)&object->held, [with](T) { return T(with); });                       \
  }                                                                                                       \
  template <class T, class Value>                                                                         \
  inline bool atomic_compare_exchange_weak_explicit(                                                      \
      volatile space atomic<T>* object, MSL_THREAD T* expected, Value with, memory_order, memory_order) { \
    const T wanted = *expected;                                                                           \
    *expected = msl_types::changed<T>((T*)&object->held, [=](T value) {                                   \
      return __builtin_memcmp(&value, &wanted, sizeof(T)) == 0 ? T(with) : value;                         \
    });                                                                                                   \
    return __builtin_memcmp((const void*)expected, &wanted, sizeof(T)) == 0;                              \
  }
MSL_ATOMICS(MSL_DEVICE)
#ifdef MSL_CHECK
MSL_ATOMICS(MSL_THREADGROUP)
#endif
#undef MSL_ATOMICS
#undef MSL_CHANGE
}  // namespace metal

typedef metal::atomic<int> atomic_int;
typedef metal::atomic<uint> atomic_uint;
typedef metal::atomic<bool> atomic_bool;
typedef metal::atomic<float> atomic_float;
typedef metal::atomic<ulong> atomic_ulong;
namespace metal {
using ::atomic_bool;
using ::atomic_float;
using ::atomic_int;
using ::atomic_uint;
using ::atomic_ulong;
}  // namespace metal
