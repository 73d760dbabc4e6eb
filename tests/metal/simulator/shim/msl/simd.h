// <metal_simdgroup>: every operation is a meeting of all lanes of the simdgroup that exist.
#pragma once
#include "common.h"
#include "meeting.h"

namespace msl_types {
template <class T>
struct element_of {
  typedef T type;
};
template <class T, int N>
struct element_of<vec<T, N>> {
  typedef T type;
};
template <class T>
constexpr MSL_CONSTANT bool exchanges = is_number<typename element_of<T>::type>;
template <class T>
constexpr MSL_CONSTANT bool exchanges_bits = is_whole<typename element_of<T>::type>;

// In pairs, so that every lane computes the same sum whichever came first.
template <class T, class Join>
inline T reduced(msl_run::Gathered<T> all, int first, int count, Join join) {
  uint present = all.present;
  for (int step = 1; step < count; step *= 2)
    for (int lane = first; lane + step < first + count; lane += 2 * step) {
      if ((present >> (lane + step) & 1u) == 0) continue;
      all.value[lane] = (present >> lane & 1u) != 0 ? join(all.value[lane], all.value[lane + step])
                                                    : MSL_VALUE(all.value[lane + step]);
      present |= 1u << lane;
    }
  return all.value[first];
}

// What a lane that does not exist would have given: nothing to rely on.
template <class T>
inline T undefined_value() {
  T made;
  __builtin_memset(&made, 0xFF, sizeof(T));
  return made;
}
template <class T>
inline T lane_value(const msl_run::Gathered<T>& all, uint lane) {
  return all.has(lane) ? MSL_VALUE(all.value[lane]) : undefined_value<T>();
}
inline ulong votes(const msl_run::Gathered<uint>& all) {
  ulong made = 0;
  for (uint lane = 0; lane < 32; ++lane)
    if (all.has(lane) && all.value[lane] != 0) made |= 1ul << lane;
  return made;
}
}  // namespace msl_types

#define MSL_HERE msl_run::Place place = msl_run::Place::here(__builtin_LINE(), __builtin_COLUMN())

namespace metal {
#define MSL_REDUCTION(name, which, expression)                                                      \
  template <class T>                                                                                \
  inline enable_if_t<which<T>, T> simd_##name(T value, MSL_HERE) {                                  \
    return msl_types::reduced(msl_run::gather(msl_run::operation_simd_##name, place, value), 0, 32, \
                              [](T a, T b) { return T(expression); });                              \
  }
MSL_REDUCTION(sum, msl_types::exchanges, a + b)
MSL_REDUCTION(product, msl_types::exchanges, a* b)
MSL_REDUCTION(min, msl_types::exchanges, metal::min(a, b))
MSL_REDUCTION(max, msl_types::exchanges, metal::max(a, b))
MSL_REDUCTION(and, msl_types::exchanges_bits, a& b)
MSL_REDUCTION(or, msl_types::exchanges_bits, a | b)
MSL_REDUCTION(xor, msl_types::exchanges_bits, a ^ b)
#undef MSL_REDUCTION

#define MSL_PREFIX(name, identity, expression)                                                       \
  template <class T>                                                                                 \
  inline enable_if_t<msl_types::exchanges<T>, T> simd_prefix_inclusive_##name(T value, MSL_HERE) {   \
    const auto all = msl_run::gather(msl_run::operation_simd_prefix_inclusive_##name, place, value); \
    T a = all.value[0];                                                                              \
    for (uint lane = 1; lane <= msl_run::msl_lane(); ++lane) a = a expression all.value[lane];       \
    return a;                                                                                        \
  }                                                                                                  \
  template <class T>                                                                                 \
  inline enable_if_t<msl_types::exchanges<T>, T> simd_prefix_exclusive_##name(T value, MSL_HERE) {   \
    const auto all = msl_run::gather(msl_run::operation_simd_prefix_exclusive_##name, place, value); \
    T a = T(identity);                                                                               \
    for (uint lane = 0; lane < msl_run::msl_lane(); ++lane) a = a expression all.value[lane];        \
    return a;                                                                                        \
  }
MSL_PREFIX(sum, 0, +)
MSL_PREFIX(product, 1, *)
#undef MSL_PREFIX

template <class T>
inline enable_if_t<msl_types::exchanges<T>, T> simd_broadcast(T data, ushort lane, MSL_HERE) {
  return msl_types::lane_value(msl_run::gather_by(msl_run::operation_simd_broadcast, place, lane, data),
                               lane);
}
template <class T>
inline enable_if_t<msl_types::exchanges<T>, T> simd_broadcast_first(T data, MSL_HERE) {
  return msl_run::gather(msl_run::operation_simd_broadcast_first, place, data).value[0];
}
template <class T>
inline enable_if_t<msl_types::exchanges<T>, T> simd_shuffle(T data, ushort lane, MSL_HERE) {
  return msl_types::lane_value(msl_run::gather(msl_run::operation_simd_shuffle, place, data), lane);
}
template <class T>
inline enable_if_t<msl_types::exchanges<T>, T> simd_shuffle_xor(T data, ushort mask, MSL_HERE) {
  return msl_types::lane_value(msl_run::gather_by(msl_run::operation_simd_shuffle_xor, place, mask, data),
                               msl_run::msl_lane() ^ mask);
}
template <class T>
inline enable_if_t<msl_types::exchanges<T>, T> simd_shuffle_up(T data, ushort delta, MSL_HERE) {
  const auto all = msl_run::gather_by(msl_run::operation_simd_shuffle_up, place, delta, data);
  return msl_run::msl_lane() < delta ? MSL_VALUE(data)
                                     : msl_types::lane_value(all, msl_run::msl_lane() - delta);
}
template <class T>
inline enable_if_t<msl_types::exchanges<T>, T> simd_shuffle_down(T data, ushort delta, MSL_HERE) {
  const auto all = msl_run::gather_by(msl_run::operation_simd_shuffle_down, place, delta, data);
  return msl_run::msl_lane() + delta >= 32 ? MSL_VALUE(data)
                                           : msl_types::lane_value(all, msl_run::msl_lane() + delta);
}
template <class T>
inline enable_if_t<msl_types::exchanges<T>, T> simd_shuffle_rotate_up(T data, ushort delta, MSL_HERE) {
  const auto all = msl_run::gather_by(msl_run::operation_simd_shuffle_rotate_up, place, delta, data);
  return msl_types::lane_value(all, (msl_run::msl_lane() + 32 - delta % 32) % 32);
}
template <class T>
inline enable_if_t<msl_types::exchanges<T>, T> simd_shuffle_rotate_down(T data, ushort delta, MSL_HERE) {
  const auto all = msl_run::gather_by(msl_run::operation_simd_shuffle_rotate_down, place, delta, data);
  return msl_types::lane_value(all, (msl_run::msl_lane() + delta) % 32);
}
template <class T>
inline enable_if_t<msl_types::exchanges<T>, T> simd_shuffle_and_fill_up(T data, T filling, ushort delta,
                                                                        MSL_HERE) {
  const auto all = msl_run::gather_by(msl_run::operation_simd_shuffle_and_fill_up, place, delta, data);
  const auto fill = msl_run::gather_by(msl_run::operation_simd_shuffle_and_fill_up, place, delta, filling);
  const uint lane = msl_run::msl_lane();
  return lane < delta ? msl_types::lane_value(fill, 32 + lane - delta)
                      : msl_types::lane_value(all, lane - delta);
}
template <class T>
inline enable_if_t<msl_types::exchanges<T>, T> simd_shuffle_and_fill_down(T data, T filling, ushort delta,
                                                                          MSL_HERE) {
  const auto all = msl_run::gather_by(msl_run::operation_simd_shuffle_and_fill_down, place, delta, data);
  const auto fill = msl_run::gather_by(msl_run::operation_simd_shuffle_and_fill_down, place, delta, filling);
  const uint lane = msl_run::msl_lane() + delta;
  return lane < 32 ? msl_types::lane_value(all, lane) : msl_types::lane_value(fill, lane - 32);
}

class simd_vote {
 public:
  typedef ulong vote_t;
  explicit constexpr simd_vote(vote_t bits = 0) : bits_(bits) {}
  explicit constexpr operator vote_t() const { return bits_; }
  bool all() const { return (bits_ & msl_run::msl_lanes_present()) == msl_run::msl_lanes_present(); }
  bool any() const { return bits_ != 0; }

 private:
  vote_t bits_;
};

inline simd_vote simd_ballot(bool yes, MSL_HERE) {
  return simd_vote(msl_types::votes(msl_run::gather(msl_run::operation_simd_ballot, place, uint(yes))));
}
inline bool simd_all(bool yes, MSL_HERE) {
  return simd_vote(msl_types::votes(msl_run::gather(msl_run::operation_simd_all, place, uint(yes)))).all();
}
inline bool simd_any(bool yes, MSL_HERE) {
  return msl_types::votes(msl_run::gather(msl_run::operation_simd_any, place, uint(yes))) != 0;
}
inline bool simd_is_first(MSL_HERE) {
  msl_run::gather(msl_run::operation_simd_is_first, place, 0u);
  return msl_run::msl_lane() == 0;
}
inline simd_vote simd_active_threads_mask(MSL_HERE) {
  return simd_vote(msl_run::gather(msl_run::operation_simd_active_threads_mask, place, 0u).present);
}
}  // namespace metal
