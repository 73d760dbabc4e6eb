// All of Metal's library that the simulator knows, for sources that include any of its headers.
#pragma once
#include "atomic.h"
#include "barrier.h"
#include "common.h"
#include "limits.h"
#include "math.h"
#include "quad.h"
#include "simd.h"
#include "simdgroup_matrix.h"
#include "variants.h"
