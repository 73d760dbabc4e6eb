// The core's exception types; Python sees Error as _core.Error and ReaderGone as BrokenPipeError.
#pragma once

#include <stdexcept>

namespace streamtts {

// The message is one sentence that tells a user what to do.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Nobody reads what we write any more: end quietly.
class ReaderGone : public Error {
 public:
  using Error::Error;
};

}  // namespace streamtts
