// A shared library found at run time, so that the program starts where it is not installed.
#pragma once

#include <dlfcn.h>

#include <string>

#include "error.hpp"

namespace streamtts::audio {

class DynamicLibrary {
 public:
  // Throws streamtts::Error if it is not there.
  explicit DynamicLibrary(const char* name) : name_(name), handle_(dlopen(name, RTLD_NOW | RTLD_LOCAL)) {
    if (handle_ == nullptr) throw Error("the library " + name_ + " is not installed");
  }
  ~DynamicLibrary() { dlclose(handle_); }
  DynamicLibrary(const DynamicLibrary&) = delete;
  DynamicLibrary& operator=(const DynamicLibrary&) = delete;

  // Sets `function` to what the library calls `symbol`; throws streamtts::Error if it is too old to have it.
  template <class Function>
  void find(const char* symbol, Function*& function) const {
    function = reinterpret_cast<Function*>(dlsym(handle_, symbol));
    if (function == nullptr) throw Error("the library " + name_ + " lacks " + symbol);
  }

 private:
  std::string name_;
  void* handle_;
};

}  // namespace streamtts::audio
