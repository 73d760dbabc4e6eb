// Apple's GPU: what it is, and kernels run on memory of ours. Without one, all but available() throws Error.
//
// * A kernel's arguments are its buffers, in their order. Memory is copied to the GPU before the kernel runs
// and,
//   where it is writable, back afterwards; two arguments that are the same memory are the same on the GPU.
// * What a caller does wrong is an std::invalid_argument; what the GPU or its compiler refuses is an Error.
// * A library may be used by several threads, one after the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace streamtts::metal {

struct Device {
  std::string name;
  std::string system;    // macOS, as 14.5.0
  int apple_family = 0;  // 7 is M1, 8 is M2, 9 is M3 and M4; 0 is no GPU of Apple's
  bool unified_memory = false;
  std::uint64_t working_set_bytes = 0;  // what all buffers together should stay below
  std::uint64_t buffer_bytes = 0;       // what one buffer may have
  std::uint64_t threadgroup_bytes = 0;
};

enum class Math { kSafe, kFast };

struct Memory {
  std::byte* data = nullptr;
  std::size_t size = 0;
  bool writable = false;
};
using Value = std::vector<std::byte>;
using Argument = std::variant<Memory, Value>;

// Threads of a grid or of one of its groups.
struct Extent {
  std::size_t x = 1;
  std::size_t y = 1;
  std::size_t z = 1;
};

struct Launch {
  Extent threads;
  std::optional<Extent> group;  // as many threads of a row as may be, if nothing is said
  std::size_t repeats = 1;      // one after the other
};

class Library {
 public:
  Library() = default;
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  virtual ~Library() = default;

  // Of its kernels, in alphabetical order.
  [[nodiscard]] virtual std::vector<std::string> names() const = 0;

  // How many threads a group of this kernel may have.
  virtual std::size_t largest_group(const std::string& kernel) = 0;

  // The seconds that the GPU took for each of the repeats.
  virtual double run(const std::string& kernel, std::span<const Argument> arguments,
                     const Launch& launch) = 0;
};

// Whether kernels can be compiled and run here.
bool available();

Device device();

// MSL 3.1; throws the compiler's words with their lines.
std::unique_ptr<Library> compile(const std::string& source, Math math);

}  // namespace streamtts::metal
