// Address spaces: erased when kernels run, OpenCL's when their types are checked.
#pragma once
#ifdef MSL_CHECK
#define MSL_DEVICE __global
#define MSL_CONSTANT const __constant
#define MSL_THREADGROUP __local
#define MSL_THREAD __private
#define MSL_INSTANTIATION(...) __VA_ARGS__
#else
#define MSL_DEVICE
#define MSL_CONSTANT const
#define MSL_THREADGROUP
#define MSL_THREAD
// Who calls a kernel makes it; the others would be compiled for nothing.
#define MSL_INSTANTIATION(...)
#define MSL_METHOD
#define MSL_VALUE
#endif

namespace msl_run {
// Either side of a `? :`, as OpenCL takes a variable and a temporary for different types.
template <class T>
inline constexpr T value(T given) {
  return given;
}

template <class T>
MSL_THREADGROUP T& threadgroup_variable(int site, int line);
}  // namespace msl_run
