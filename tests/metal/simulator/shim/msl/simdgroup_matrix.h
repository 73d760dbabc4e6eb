// <metal_simdgroup_matrix>: 8 x 8 elements, two of them with each lane.
#pragma once
#include "simd.h"

namespace metal {
template <class T, int Columns, int Rows = Columns>
struct simdgroup_matrix {
  static_assert(Columns == 8 && Rows == 8, "Metal has matrices of 8 x 8 alone");
  static_assert(__is_same(T, float) || __is_same(T, half) || __is_same(T, bfloat),
                "matrices are of float, half or bfloat");
  typedef msl_types::vec<T, 2> storage_type;

  simdgroup_matrix() = default;
  explicit simdgroup_matrix(T diagonal) {
    own_.data[0] = row() == column() ? diagonal : T(0);
    own_.data[1] = row() == column() + 1 ? diagonal : T(0);
  }
  MSL_THREAD storage_type& thread_elements() { return *(MSL_THREAD storage_type*)&own_; }
  const storage_type& elements() const { return own_; }

  // Where a lane's first element lies; its second is the next in the row.
  static uint row(uint lane = msl_run::msl_lane()) { return (lane >> 2 & 4u) + (lane >> 1 & 3u); }
  static uint column(uint lane = msl_run::msl_lane()) { return (lane >> 2 & 2u) * 2 + (lane & 1u) * 2; }

 private:
  storage_type own_;
};

typedef simdgroup_matrix<float, 8, 8> simdgroup_float8x8;
typedef simdgroup_matrix<half, 8, 8> simdgroup_half8x8;
typedef simdgroup_matrix<bfloat, 8, 8> simdgroup_bfloat8x8;

template <class T, int C, int R>
inline simdgroup_matrix<T, C, R> make_filled_simdgroup_matrix(T value) {
  simdgroup_matrix<T, C, R> made;
  made.thread_elements() = msl_types::vec<T, 2>(value);
  return made;
}
template <class T, int C, int R>
inline simdgroup_matrix<T, C, R> make_diagonal_simdgroup_matrix(T value) {
  return simdgroup_matrix<T, C, R>(value);
}

#define MSL_TRANSFERS(space)                                                                                 \
  template <class T>                                                                                         \
  inline void simdgroup_load(MSL_THREAD simdgroup_matrix<T, 8, 8>& to, const space T* from,                  \
                             ulong elements_per_row = 8, ulong2 origin = ulong2(0), bool transposed = false, \
                             MSL_HERE) {                                                                     \
    msl_run::gather(msl_run::operation_simdgroup_load, place, 0u);                                           \
    for (uint i = 0; i < 2; ++i) {                                                                           \
      const ulong row = to.row(), column = to.column() + i;                                                  \
      to.thread_elements()[int(i)] = transposed                                                              \
                                         ? from[(column + origin.x) * elements_per_row + row + origin.y]     \
                                         : from[(row + origin.y) * elements_per_row + column + origin.x];    \
    }                                                                                                        \
  }
#define MSL_TRANSFERS_BACK(space)                                                                      \
  template <class T>                                                                                   \
  inline void simdgroup_store(simdgroup_matrix<T, 8, 8> from, space T* to, ulong elements_per_row = 8, \
                              ulong2 origin = ulong2(0), bool transposed = false, MSL_HERE) {          \
    msl_run::gather(msl_run::operation_simdgroup_store, place, 0u);                                    \
    for (uint i = 0; i < 2; ++i) {                                                                     \
      const ulong row = from.row(), column = from.column() + i;                                        \
      to[transposed ? (column + origin.x) * elements_per_row + row + origin.y                          \
                    : (row + origin.y) * elements_per_row + column + origin.x] =                       \
          from.thread_elements()[int(i)];                                                              \
    }                                                                                                  \
  }
MSL_TRANSFERS(MSL_DEVICE)
MSL_TRANSFERS_BACK(MSL_DEVICE)
#ifdef MSL_CHECK
MSL_TRANSFERS(MSL_THREADGROUP)
MSL_TRANSFERS(__constant)
MSL_TRANSFERS_BACK(MSL_THREADGROUP)
#endif
#undef MSL_TRANSFERS
#undef MSL_TRANSFERS_BACK

}  // namespace metal

namespace msl_types {
// Sums are held in float and rounded once: how Apple's hardware rounds in between is not documented.
template <class D, class A, class B, class C>
inline void multiplied(MSL_THREAD metal::simdgroup_matrix<D, 8, 8>& d,
                       const MSL_THREAD metal::simdgroup_matrix<A, 8, 8>& a,
                       const MSL_THREAD metal::simdgroup_matrix<B, 8, 8>& b, vec<C, 2> c, int operation,
                       msl_run::Place place) {
  struct Pair {
    A a[2];
    B b[2];
  };
  Pair own = {{a.elements().data[0], a.elements().data[1]}, {b.elements().data[0], b.elements().data[1]}};
  const auto all = msl_run::gather(operation, place, own);
  float left[8][8], right[8][8];
  for (uint lane = 0; lane < 32; ++lane)
    for (uint i = 0; i < 2; ++i) {
      left[a.row(lane)][a.column(lane) + i] = float(all.value[lane].a[i]);
      right[a.row(lane)][a.column(lane) + i] = float(all.value[lane].b[i]);
    }
  for (uint i = 0; i < 2; ++i) {
    float sum = float(c.data[i]);
    for (uint k = 0; k < 8; ++k) sum = __builtin_fmaf(left[a.row()][k], right[k][a.column() + i], sum);
    d.thread_elements().data[i] = D(sum);
  }
}
}  // namespace msl_types

namespace metal {
template <class D, class A, class B, class C>
inline void simdgroup_multiply_accumulate(MSL_THREAD simdgroup_matrix<D, 8, 8>& d,
                                          MSL_THREAD simdgroup_matrix<A, 8, 8>& a,
                                          MSL_THREAD simdgroup_matrix<B, 8, 8>& b,
                                          MSL_THREAD simdgroup_matrix<C, 8, 8>& c, MSL_HERE) {
  msl_types::multiplied(d, a, b, c.elements(), msl_run::operation_simdgroup_multiply_accumulate, place);
}
template <class D, class A, class B>
inline void simdgroup_multiply(MSL_THREAD simdgroup_matrix<D, 8, 8>& d,
                               MSL_THREAD simdgroup_matrix<A, 8, 8>& a,
                               MSL_THREAD simdgroup_matrix<B, 8, 8>& b, MSL_HERE) {
  msl_types::multiplied(d, a, b, msl_types::vec<float, 2>(0.0f), msl_run::operation_simdgroup_multiply,
                        place);
}
}  // namespace metal
