#include "text.h"

#include "../msl/meeting.h"

namespace msl_run {
const char* operation_name(int operation) {
  switch (operation) {
#define MSL_NAME(name)   \
  case operation_##name: \
    return #name;
    MSL_OPERATIONS(MSL_NAME)
#undef MSL_NAME
    default:
      return "an operation without a name";
  }
}
}  // namespace msl_run
