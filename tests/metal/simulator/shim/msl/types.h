// The scalar types that a kernel knows without any header.
#pragma once
#include "spaces.h"
#ifdef MSL_CHECK
#pragma OPENCL EXTENSION cl_khr_fp16 : enable
// OpenCL's own words, which are names like any other in Metal.
#define global msl_name_global
#define local msl_name_local
#define generic msl_name_generic
#define pipe msl_name_pipe
#define read_only msl_name_read_only
#define write_only msl_name_write_only
#define read_write msl_name_read_write
#define atomic_int msl_name_atomic_int
#define atomic_uint msl_name_atomic_uint
#define atomic_float msl_name_atomic_float
#define atomic_ulong msl_name_atomic_ulong
#else
typedef _Float16 half;
#endif

typedef __bf16 bfloat;
typedef unsigned char uchar;
typedef unsigned short ushort;
typedef unsigned int uint;
typedef unsigned long ulong;
typedef signed char int8_t;
typedef unsigned char uint8_t;
typedef short int16_t;
typedef unsigned short uint16_t;
typedef int int32_t;
typedef unsigned int uint32_t;
typedef long int64_t;
typedef unsigned long uint64_t;
typedef unsigned long size_t;
typedef long ptrdiff_t;
typedef long intptr_t;
typedef unsigned long uintptr_t;
typedef float float32_t;
typedef half float16_t;

template <class To, class From>
inline To as_type(From value) {
  static_assert(sizeof(To) == sizeof(From), "as_type keeps the bits: both types have the same size");
  // Not __builtin_bit_cast, which refuses the simulator's vectors.
  To made;
  __builtin_memcpy(&made, &value, sizeof(To));
  return made;
}
