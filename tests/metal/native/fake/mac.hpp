// A Mac with a GPU, as far as csrc/metal asks for one; tests say what it is like.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace fake {

struct Size {
  std::size_t width, height, depth;
};

struct BindingFacts {
  std::size_t index = 0;
  std::size_t bytes = 0;
  bool used = true;
  long type = 0;  // a buffer
};

struct Refusal {
  std::string words;
};

struct Mac {
  bool has_gpu = true;
  long major = 15, minor = 3, patch = 1;
  std::string name = "Apple M2";
  long newest_family = 1008;  // MTLGPUFamilyApple8
  std::size_t buffer_bytes = 1 << 20;
  std::size_t largest_group = 1024;
  double seconds = 0.25;  // that every dispatch takes

  // Its compiler: kernels by name with what they are given, or a Refusal that is thrown.
  std::function<std::map<std::string, std::vector<BindingFacts>>(const std::string& source, bool fast,
                                                                 unsigned long version)>
      compile;
  // Its GPU: runs a kernel on the memory that is bound; throws a Refusal if it gives up.
  std::function<void(const std::string& kernel, const std::map<std::size_t, std::span<std::byte>>& bound,
                     Size threads, Size group)>
      dispatch;
};

Mac& mac();

}  // namespace fake
