// Address spaces: erased when kernels run, OpenCL's when their types are checked.
#pragma once
#ifdef MSL_CHECK
#define MSL_DEVICE __global
#define MSL_CONSTANT const __constant
#define MSL_THREADGROUP __local
#define MSL_THREAD __private
#define MSL_PROGRAM
#else
#define MSL_DEVICE
#define MSL_CONSTANT const
#define MSL_THREADGROUP
#define MSL_THREAD
#define MSL_PROGRAM static
#endif

// What Metal calls a thread's own memory is any memory to the simulator's headers.
namespace msl_run {
template <class T>
MSL_THREADGROUP T &threadgroup_variable(int site, int line);
}
