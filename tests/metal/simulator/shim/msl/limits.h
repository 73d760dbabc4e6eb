// <metal_limits>
#pragma once
#include "traits.h"

namespace metal {
template <class T>
struct numeric_limits;

#define MSL_WHOLE(type)                                                                     \
  template <>                                                                               \
  struct numeric_limits<type> {                                                             \
    static constexpr MSL_CONSTANT bool is_specialized = true, is_integer = true;            \
    static constexpr MSL_CONSTANT bool is_signed = type(-1) < type(0);                      \
    static constexpr MSL_CONSTANT int digits = int(8 * sizeof(type)) - (is_signed ? 1 : 0); \
    static constexpr type max() { return type(~0ul >> (64 - digits)); }                     \
    static constexpr type min() { return is_signed ? type(-max() - 1) : type(0); }          \
    static constexpr type lowest() { return min(); }                                        \
  };
MSL_WHOLE(char)
MSL_WHOLE(int8_t)
MSL_WHOLE(uchar)
MSL_WHOLE(short)
MSL_WHOLE(ushort)
MSL_WHOLE(int)
MSL_WHOLE(uint)
MSL_WHOLE(long)
MSL_WHOLE(ulong)
#undef MSL_WHOLE

#define MSL_FLOATING(type, Digits, largest, smallest, step, tiny)                                   \
  template <>                                                                                       \
  struct numeric_limits<type> {                                                                     \
    static constexpr MSL_CONSTANT bool is_specialized = true, is_integer = false, is_signed = true; \
    static constexpr MSL_CONSTANT int digits = Digits;                                              \
    static constexpr type max() { return type(largest); }                                           \
    static constexpr type lowest() { return type(-largest); }                                       \
    static constexpr type min() { return type(smallest); }                                          \
    static constexpr type epsilon() { return type(step); }                                          \
    static constexpr type denorm_min() { return type(tiny); }                                       \
    static constexpr type infinity() { return type(__builtin_inff()); }                             \
    static constexpr type quiet_NaN() { return type(__builtin_nanf("")); }                          \
  };
MSL_FLOATING(float, 24, 0x1.fffffep+127f, 0x1p-126f, 0x1p-23f, 0x1p-149f)
MSL_FLOATING(half, 11, 65504.0f, 0x1p-14f, 0x1p-10f, 0x1p-24f)
MSL_FLOATING(bfloat, 8, 0x1.fep+127f, 0x1p-126f, 0x1p-7f, 0x1p-133f)
#undef MSL_FLOATING
}  // namespace metal
