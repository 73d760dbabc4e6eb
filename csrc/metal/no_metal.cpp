// Where there is no Metal.
#include <memory>
#include <string>

#include "error.hpp"
#include "metal/metal.hpp"

namespace streamtts::metal {

namespace {

[[noreturn]] void there_is_none() {
  throw Error("there is no Metal here: its kernels need a Mac with macOS 14 or newer");
}

}  // namespace

bool available() {
  return false;
}

Device device() {
  there_is_none();
}

std::unique_ptr<Library> compile(const std::string&, Math) {
  there_is_none();
}

}  // namespace streamtts::metal
