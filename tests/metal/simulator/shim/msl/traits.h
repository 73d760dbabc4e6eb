// <metal_type_traits>, and what the other headers ask of types.
#pragma once
#include "types.h"

namespace metal {
template <class T, T Value>
struct integral_constant {
  static constexpr MSL_CONSTANT T value = Value;
  typedef T value_type;
  constexpr operator T() const { return Value; }
};
template <bool Value>
using bool_constant = integral_constant<bool, Value>;
using true_type = bool_constant<true>;
using false_type = bool_constant<false>;

template <class A, class B>
struct is_same : false_type {};
template <class A>
struct is_same<A, A> : true_type {};
template <class A, class B>
constexpr MSL_CONSTANT bool is_same_v = __is_same(A, B);
template <bool, class T = void>
struct enable_if {};
template <class T>
struct enable_if<true, T> {
  typedef T type;
};
template <bool Yes, class T = void>
using enable_if_t = typename enable_if<Yes, T>::type;
template <bool, class A, class>
struct conditional {
  typedef A type;
};
template <class A, class B>
struct conditional<false, A, B> {
  typedef B type;
};
template <bool Yes, class A, class B>
using conditional_t = typename conditional<Yes, A, B>::type;
template <class T>
struct remove_const {
  typedef T type;
};
template <class T>
struct remove_const<const T> {
  typedef T type;
};
template <class T>
struct remove_volatile {
  typedef T type;
};
template <class T>
struct remove_volatile<volatile T> {
  typedef T type;
};
template <class T>
struct remove_cv : remove_const<typename remove_volatile<T>::type> {};
template <class T>
using remove_cv_t = typename remove_cv<T>::type;
template <class T>
using remove_const_t = typename remove_const<T>::type;
template <class T>
struct remove_reference {
  typedef T type;
};
template <class T>
struct remove_reference<T&> {
  typedef T type;
};
template <class T>
struct remove_reference<T&&> {
  typedef T type;
};
template <class T>
using remove_reference_t = typename remove_reference<T>::type;

template <class T>
struct remove_addrspace {
  typedef T type;
};
#ifdef MSL_CHECK
template <class T>
struct remove_addrspace<__global T> {
  typedef T type;
};
template <class T>
struct remove_addrspace<__local T> {
  typedef T type;
};
template <class T>
struct remove_addrspace<__constant T> {
  typedef T type;
};
template <class T>
struct remove_addrspace<__private T> {
  typedef T type;
};
#endif
template <class T>
using remove_addrspace_t = typename remove_addrspace<T>::type;

template <class From, class To>
struct is_convertible : bool_constant<__is_convertible(From, To)> {};
template <class From, class To>
constexpr MSL_CONSTANT bool is_convertible_v = __is_convertible(From, To);
template <class T>
struct is_void : bool_constant<__is_same(T, void)> {};
template <class T>
struct is_integral : bool_constant<__is_integral(T)> {};
template <class T>
struct is_floating_point : bool_constant<__is_same(T, float) || __is_same(T, half) || __is_same(T, bfloat)> {
};
template <class T>
struct is_arithmetic : bool_constant<is_integral<T>::value || is_floating_point<T>::value> {};
template <class T>
struct is_signed : bool_constant<is_arithmetic<T>::value && (T(-1) < T(0))> {};
template <class T>
struct is_unsigned : bool_constant<is_integral<T>::value && (T(0) < T(-1))> {};
template <class T>
constexpr MSL_CONSTANT bool is_integral_v = is_integral<T>::value;
template <class T>
constexpr MSL_CONSTANT bool is_floating_point_v = is_floating_point<T>::value;
template <class T>
constexpr MSL_CONSTANT bool is_arithmetic_v = is_arithmetic<T>::value;
template <class T>
constexpr MSL_CONSTANT bool is_signed_v = is_signed<T>::value;
template <class T>
constexpr MSL_CONSTANT bool is_unsigned_v = is_unsigned<T>::value;
}  // namespace metal

namespace msl_types {
using metal::enable_if_t;

template <class T>
constexpr MSL_CONSTANT bool is_scalar =
    __is_integral(T) || __is_same(T, float) || __is_same(T, half) || __is_same(T, bfloat);
// Metal's library computes in float and half; who has a bfloat converts.
template <class T>
constexpr MSL_CONSTANT bool is_real = __is_same(T, float) || __is_same(T, half);
template <class T>
constexpr MSL_CONSTANT bool is_whole = __is_integral(T) && !__is_same(T, bool);
template <class T>
constexpr MSL_CONSTANT bool is_number = is_real<T> || is_whole<T>;

// A scalar beside a vector becomes an element unless that could lose what a float holds.
template <class T, class S>
constexpr MSL_CONSTANT bool joins =
    is_scalar<S> && (__is_same(T, S) || __is_integral(S) || (!__is_integral(T) && sizeof(S) < sizeof(T)));
}  // namespace msl_types
