// fast:: and precise::, which are for float alone. Both compute what the plain name does: the error that
// fast mathematics may have is not modelled.
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
#define MSL_VARIANTS                                                                                      \
  MSL_VARIANT_1(acos)                                                                                     \
  MSL_VARIANT_1(acosh) MSL_VARIANT_1(asin) MSL_VARIANT_1(asinh) MSL_VARIANT_1(atan) MSL_VARIANT_1(atanh)  \
      MSL_VARIANT_1(ceil) MSL_VARIANT_1(cos) MSL_VARIANT_1(cosh) MSL_VARIANT_1(cospi) MSL_VARIANT_1(exp)  \
          MSL_VARIANT_1(exp2) MSL_VARIANT_1(exp10) MSL_VARIANT_1(fabs) MSL_VARIANT_1(abs)                 \
              MSL_VARIANT_1(floor) MSL_VARIANT_1(fract) MSL_VARIANT_1(log) MSL_VARIANT_1(log2)            \
                  MSL_VARIANT_1(log10) MSL_VARIANT_1(rint) MSL_VARIANT_1(round) MSL_VARIANT_1(rsqrt)      \
                      MSL_VARIANT_1(saturate) MSL_VARIANT_1(sign) MSL_VARIANT_1(sin) MSL_VARIANT_1(sinh)  \
                          MSL_VARIANT_1(sinpi) MSL_VARIANT_1(sqrt) MSL_VARIANT_1(tan) MSL_VARIANT_1(tanh) \
                              MSL_VARIANT_1(trunc) MSL_VARIANT_2(atan2) MSL_VARIANT_2(copysign)           \
                                  MSL_VARIANT_2(fdim) MSL_VARIANT_2(fmax) MSL_VARIANT_2(fmin)             \
                                      MSL_VARIANT_2(fmod) MSL_VARIANT_2(max) MSL_VARIANT_2(min)           \
                                          MSL_VARIANT_2(pow) MSL_VARIANT_2(powr)                          \
                                              MSL_VARIANT_2(step) inline float                            \
                                              clamp(float x, float low, float high) {                     \
    return metal::clamp(x, low, high);                                                                    \
  }

namespace metal {
namespace fast {
MSL_VARIANTS
}
namespace precise {
MSL_VARIANTS
}
}  // namespace metal
#undef MSL_VARIANTS
#undef MSL_VARIANT_1
#undef MSL_VARIANT_2
