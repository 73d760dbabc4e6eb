// Operators of vectors, element by element; every one rounds to the element's type.
#pragma once

#define MSL_BINARY(op, Result)                                                    \
  template <class T, int N>                                                       \
  inline vec<Result, N> operator op(vec<T, N> a, vec<T, N> b) {                   \
    vec<Result, N> made;                                                          \
    for (int i = 0; i < N; ++i) made.data[i] = Result(a.data[i] op b.data[i]);    \
    return made;                                                                  \
  }                                                                               \
  template <class T, int N, class S>                                              \
  inline enable_if_t<joins<T, S>, vec<Result, N>> operator op(vec<T, N> a, S b) { \
    return a op vec<T, N>(T(b));                                                  \
  }                                                                               \
  template <class T, int N, class S>                                              \
  inline enable_if_t<joins<T, S>, vec<Result, N>> operator op(S a, vec<T, N> b) { \
    return vec<T, N>(T(a)) op b;                                                  \
  }
#define MSL_COMPOUND(op)                                                             \
  template <class T, int N>                                                          \
  inline vec<T, N>& operator op## = (vec<T, N> & a, vec<T, N> b) {                   \
    return a = a op b;                                                               \
  }                                                                                  \
  template <class T, int N, class S>                                                 \
  inline enable_if_t<joins<T, S>, vec<T, N>>& operator op## = (vec<T, N> & a, S b) { \
    return a = a op b;                                                               \
  }

namespace msl_types {
MSL_BINARY(+, T)
MSL_BINARY(-, T)
MSL_BINARY(*, T)
MSL_BINARY(/, T)
MSL_BINARY(%, T)
MSL_BINARY(&, T)
MSL_BINARY(|, T)
MSL_BINARY(^, T)
MSL_BINARY(<<, T)
MSL_BINARY(>>, T)
MSL_BINARY(==, bool)
MSL_BINARY(!=, bool)
MSL_BINARY(<, bool)
MSL_BINARY(<=, bool)
MSL_BINARY(>, bool)
MSL_BINARY(>=, bool)
MSL_BINARY(&&, bool)
MSL_BINARY(||, bool)
MSL_COMPOUND(+)
MSL_COMPOUND(-)
MSL_COMPOUND(*)
MSL_COMPOUND(/)
MSL_COMPOUND(%)
MSL_COMPOUND(&)
MSL_COMPOUND(|)
MSL_COMPOUND(^)
MSL_COMPOUND(<<)
MSL_COMPOUND(>>)

#define MSL_UNARY(op, Result)                                        \
  template <class T, int N>                                          \
  inline vec<Result, N> operator op(vec<T, N> a) {                   \
    vec<Result, N> made;                                             \
    for (int i = 0; i < N; ++i) made.data[i] = Result(op a.data[i]); \
    return made;                                                     \
  }
MSL_UNARY(-, T)
MSL_UNARY(+, T)
MSL_UNARY(~, T)
MSL_UNARY(!, bool)
}  // namespace msl_types
#undef MSL_UNARY
#undef MSL_BINARY
#undef MSL_COMPOUND
