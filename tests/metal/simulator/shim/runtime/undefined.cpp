// What C++ and Metal leave undefined ends the dispatch: the handlers that the compiler's checks call.
#include "group.h"

namespace msl_run {
namespace {
// What every record of the compiler begins with.
struct Site {
  const char* file;
  unsigned line, column;
};
}  // namespace

extern "C" {
#define MSL_HANDLER(name, words)                                                  \
  void __ubsan_handle_##name(const Site* site) {                                  \
    const unsigned* at = running_thread().thread_position_in_grid;                \
    fail("line %u: thread (%u, %u, %u) " words, site->line, at[0], at[1], at[2]); \
  }
MSL_HANDLER(out_of_bounds_abort, "uses an index outside of its array")
MSL_HANDLER(type_mismatch_v1_abort, "uses a pointer that is null or not aligned as its type must be")
MSL_HANDLER(divrem_overflow_abort, "divides by zero, or the smallest number by -1")
MSL_HANDLER(shift_out_of_bounds_abort, "shifts by as many bits as the number has, or by less than none")
MSL_HANDLER(load_invalid_value_abort, "loads a bool that is neither 0 nor 1")
MSL_HANDLER(builtin_unreachable, "reaches what was declared unreachable")
MSL_HANDLER(missing_return, "leaves a function without the value that it returns")
MSL_HANDLER(add_overflow_abort, "adds signed numbers beyond their range")
MSL_HANDLER(sub_overflow_abort, "subtracts signed numbers beyond their range")
MSL_HANDLER(mul_overflow_abort, "multiplies signed numbers beyond their range")
MSL_HANDLER(negate_overflow_abort, "negates the smallest number")
MSL_HANDLER(vla_bound_not_positive_abort, "makes an array of no length")
#undef MSL_HANDLER
}
}  // namespace msl_run
