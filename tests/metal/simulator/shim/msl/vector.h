// Vectors of two to four elements. Selections such as .xy arrive here as v[swizzle<0, 1>{}].
#pragma once
#include "traits.h"

namespace msl_types {
template <class T, int N>
struct elements;
template <class T>
struct alignas(2 * sizeof(T)) elements<T, 2> {
  union {
    T data[2];
    struct {
      T x, y;
    };
    struct {
      T r, g;
    };
  };
};
template <class T>
struct alignas(4 * sizeof(T)) elements<T, 3> {
  union {
    T data[3];
    struct {
      T x, y, z;
    };
    struct {
      T r, g, b;
    };
  };
};
template <class T>
struct alignas(4 * sizeof(T)) elements<T, 4> {
  union {
    T data[4];
    struct {
      T x, y, z, w;
    };
    struct {
      T r, g, b, a;
    };
  };
};

template <int... Index>
struct swizzle {};
template <int... Index>
struct selection {};

template <class T, int N>
struct vec;
template <class T>
constexpr MSL_CONSTANT int width = is_scalar<T> ? 1 : 0;
template <class T, int N>
constexpr MSL_CONSTANT int width<vec<T, N>> = N;

// What stands left of an assignment: v.xy = ...
template <class T, int... Index>
struct selected {
  T* data;
  template <class Value>
  void operator=(Value value) {
    assign(vec<T, sizeof...(Index)>(value));
  }
  template <class Value>
  void operator+=(Value value) {
    assign(read() + value);
  }
  template <class Value>
  void operator-=(Value value) {
    assign(read() - value);
  }
  template <class Value>
  void operator*=(Value value) {
    assign(read() * value);
  }
  template <class Value>
  void operator/=(Value value) {
    assign(read() / value);
  }
  vec<T, sizeof...(Index)> read() const { return vec<T, sizeof...(Index)>(data[Index]...); }
  void assign(vec<T, sizeof...(Index)> value) {
    int from = 0;
    ((data[Index] = value.data[from++]), ...);
  }
};

template <class T, int N>
struct vec : elements<T, N> {
  typedef T element;
  vec() = default;
  vec(const vec&) = default;
  vec& operator=(const vec&) & = default;
  vec(T value) {
    for (int i = 0; i < N; ++i) this->data[i] = value;
  }
  template <class U>
  explicit vec(vec<U, N> other) {
    for (int i = 0; i < N; ++i) this->data[i] = T(other.data[i]);
  }
  template <class A, class B, class... More>
  vec(A a, B b, More... more) {
    static_assert(width<A> + width<B> + (width<More> + ... + 0) == N,
                  "a vector is made of one scalar or of exactly as many elements as it has");
    int at = 0;
    put(at, a);
    put(at, b);
    (put(at, more), ...);
  }
  T& operator[](int i) { return this->data[i]; }
  const T& operator[](int i) const { return this->data[i]; }
  template <int... I>
  vec<T, sizeof...(I)> operator[](swizzle<I...>) const {
    static_assert(((I < N) && ...), "the vector has fewer elements than that");
    return vec<T, sizeof...(I)>(this->data[I]...);
  }
  template <int... I>
  selected<T, I...> operator[](selection<I...>) {
    static_assert(((I < N) && ...), "the vector has fewer elements than that");
    return selected<T, I...>{this->data};
  }
#ifdef MSL_CHECK
  vec(const __constant vec& other) {
    for (int i = 0; i < N; ++i) this->data[i] = other.data[i];
  }
  T operator[](int i) const __constant { return this->data[i]; }
  template <int... I>
  vec<T, sizeof...(I)> operator[](swizzle<I...>) const __constant {
    return vec<T, sizeof...(I)>(this->data[I]...);
  }
#endif

 private:
  template <class U, int M>
  void put(int& at, vec<U, M> part) {
    for (int i = 0; i < M; ++i) this->data[at++] = T(part.data[i]);
  }
  template <class U>
  enable_if_t<is_scalar<U>> put(int& at, U part) {
    this->data[at++] = T(part);
  }
};

template <class T, int N, class F>
inline vec<T, N> each(F f) {
  vec<T, N> made;
  for (int i = 0; i < N; ++i) made.data[i] = f(i);
  return made;
}
}  // namespace msl_types

#include "vector_names.h"
#include "vector_operators.h"
