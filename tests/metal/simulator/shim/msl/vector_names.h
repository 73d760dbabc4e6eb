// The vectors' names, those of packed ones too, and metal::vec.
#pragma once

namespace msl_types {
// As many bytes as its elements need and no more.
template <class T, int N>
struct packed_vec {
  T data[N];
  packed_vec() = default;
  packed_vec(vec<T, N> value) {
    for (int i = 0; i < N; ++i) data[i] = value.data[i];
  }
  operator vec<T, N>() const {
    vec<T, N> made;
    for (int i = 0; i < N; ++i) made.data[i] = data[i];
    return made;
  }
  T& operator[](int i) { return data[i]; }
  const T& operator[](int i) const { return data[i]; }
};
}  // namespace msl_types

#define MSL_NAMES(type)                    \
  typedef msl_types::vec<type, 2> type##2; \
  typedef msl_types::vec<type, 3> type##3; \
  typedef msl_types::vec<type, 4> type##4;
#define MSL_PACKED(type)                                   \
  typedef msl_types::packed_vec<type, 2> packed_##type##2; \
  typedef msl_types::packed_vec<type, 3> packed_##type##3; \
  typedef msl_types::packed_vec<type, 4> packed_##type##4;
MSL_NAMES(bool)
MSL_NAMES(char)
MSL_NAMES(uchar)
MSL_NAMES(short)
MSL_NAMES(ushort)
MSL_NAMES(int)
MSL_NAMES(uint)
MSL_NAMES(long)
MSL_NAMES(ulong)
MSL_NAMES(half)
MSL_NAMES(bfloat)
MSL_NAMES(float)
MSL_PACKED(char)
MSL_PACKED(uchar)
MSL_PACKED(short)
MSL_PACKED(ushort)
MSL_PACKED(int)
MSL_PACKED(uint)
MSL_PACKED(half)
MSL_PACKED(bfloat)
MSL_PACKED(float)
#undef MSL_NAMES
#undef MSL_PACKED

namespace metal {
template <class T, int N>
using vec = msl_types::vec<T, N>;
template <class T, int N>
using packed_vec = msl_types::packed_vec<T, N>;
}  // namespace metal
