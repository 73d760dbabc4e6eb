// fast:: and precise::, which are for float alone. Both compute what the plain name does, but for the fast
// exponentials, which err as far as Metal's specification lets them.
#pragma once
#include "common.h"

#define MSL_VARIANT_1(name)                                          \
  inline float name(float x) {                                       \
    return metal::name(x);                                           \
  }                                                                  \
  template <int N>                                                   \
  inline msl_types::vec<float, N> name(msl_types::vec<float, N> x) { \
    return metal::name(x);                                           \
  }
#define MSL_VARIANT_2(name)                                                                      \
  inline float name(float x, float y) {                                                          \
    return metal::name(x, y);                                                                    \
  }                                                                                              \
  template <int N>                                                                               \
  inline msl_types::vec<float, N> name(msl_types::vec<float, N> x, msl_types::vec<float, N> y) { \
    return metal::name(x, y);                                                                    \
  }
#define MSL_VARIANTS                                                                                         \
  MSL_VARIANT_1(acos)                                                                                        \
  MSL_VARIANT_1(acosh)                                                                                       \
  MSL_VARIANT_1(asin)                                                                                        \
  MSL_VARIANT_1(asinh) MSL_VARIANT_1(atan) MSL_VARIANT_1(atanh) MSL_VARIANT_1(ceil) MSL_VARIANT_1(cos)       \
      MSL_VARIANT_1(cosh) MSL_VARIANT_1(cospi) MSL_VARIANT_1(fabs) MSL_VARIANT_1(abs) MSL_VARIANT_1(floor)   \
          MSL_VARIANT_1(fract) MSL_VARIANT_1(log) MSL_VARIANT_1(log2) MSL_VARIANT_1(log10)                   \
              MSL_VARIANT_1(rint) MSL_VARIANT_1(round) MSL_VARIANT_1(rsqrt) MSL_VARIANT_1(saturate)          \
                  MSL_VARIANT_1(sign) MSL_VARIANT_1(sin) MSL_VARIANT_1(sinh) MSL_VARIANT_1(sinpi)            \
                      MSL_VARIANT_1(sqrt) MSL_VARIANT_1(tan) MSL_VARIANT_1(tanh) MSL_VARIANT_1(trunc)        \
                          MSL_VARIANT_2(atan2) MSL_VARIANT_2(copysign) MSL_VARIANT_2(fdim)                   \
                              MSL_VARIANT_2(fmax) MSL_VARIANT_2(fmin) MSL_VARIANT_2(fmod) MSL_VARIANT_2(max) \
                                  MSL_VARIANT_2(min) MSL_VARIANT_2(pow) MSL_VARIANT_2(powr)                  \
                                      MSL_VARIANT_2(step) inline float                                       \
                                      clamp(float x, float low, float high) {                                \
    return metal::clamp(x, low, high);                                                                       \
  }

// 3 + floor(|2x|) units in the last place too much. Beyond 128 all is 0 or infinite, and stays it.
inline float with_fast_error(float value, float x) {
  const float size = __builtin_fminf(__builtin_fabsf(x), 128.0f);
  const unsigned units = 3 + (unsigned)(2.0f * size);
  const bool has_units = value > 0.0f && value < __builtin_inff();
  return has_units ? as_type<float>(as_type<unsigned>(value) + units) : value;
}
#define MSL_FAST_EXPONENTIAL(name)                                            \
  inline float name(float x) {                                                \
    return with_fast_error(metal::name(x), x);                                \
  }                                                                           \
  template <int N>                                                            \
  inline msl_types::vec<float, N> name(msl_types::vec<float, N> v) {          \
    return msl_types::each<float, N>([&](int i) { return name(v.data[i]); }); \
  }

namespace metal {
namespace fast {
MSL_VARIANTS
MSL_FAST_EXPONENTIAL(exp)
MSL_FAST_EXPONENTIAL(exp2)
MSL_FAST_EXPONENTIAL(exp10)
}  // namespace fast
namespace precise {
MSL_VARIANTS
MSL_VARIANT_1(exp)
MSL_VARIANT_1(exp2)
MSL_VARIANT_1(exp10)
}  // namespace precise
}  // namespace metal
#undef MSL_FAST_EXPONENTIAL
#undef MSL_VARIANTS
#undef MSL_VARIANT_1
#undef MSL_VARIANT_2
