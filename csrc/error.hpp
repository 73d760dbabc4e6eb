// The core's one exception type; Python sees it as _core.Error.
#pragma once

#include <stdexcept>

namespace streamtts {

// The message is one sentence that tells a user what to do.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace streamtts
