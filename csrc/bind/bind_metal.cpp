// Conversion between Python and csrc/metal; what a kernel is given, as torch.mps.compile_shader has it.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "bind/bind.hpp"
#include "metal/metal.hpp"

namespace py = pybind11;

namespace streamtts {
namespace {

using metal::Argument;
using metal::Device;
using metal::Extent;
using metal::Library;
using metal::Value;

using Threads = std::variant<std::size_t, std::vector<std::size_t>>;

template <typename Number>
void append_bytes(Value& value, Number number) {
  const auto* const bytes = reinterpret_cast<const std::byte*>(&number);
  value.insert(value.end(), bytes, bytes + sizeof number);
}

bool is_number(py::handle object) {
  return py::isinstance<py::int_>(object) || py::isinstance<py::float_>(object);
}

// A whole number has 64 bits, any other 32.
void append_number(Value& value, py::handle number) {
  if (py::isinstance<py::int_>(number)) {
    const long long whole = PyLong_AsLongLong(number.ptr());
    if (whole == -1 && PyErr_Occurred() != nullptr) throw py::error_already_set();
    append_bytes(value, std::int64_t{whole});
  } else {
    append_bytes(value, static_cast<float>(number.cast<double>()));
  }
}

Value packed(const py::sequence& numbers) {
  Value value;
  const py::handle first = numbers.size() == 0 ? py::handle() : numbers[0].ptr();
  for (const py::handle each : numbers) {
    if (!is_number(each) || py::isinstance<py::int_>(each) != py::isinstance<py::int_>(first)) {
      throw py::type_error("a list holds whole numbers only, or fractions only");
    }
    append_number(value, each);
  }
  if (value.empty()) throw py::value_error("a list holds at least one number");
  return value;
}

bool is_contiguous(const py::buffer_info& info) {
  py::ssize_t step = info.itemsize;
  for (auto at = static_cast<std::size_t>(info.ndim); at-- > 0;) {
    if (info.shape[at] > 1 && info.strides[at] != step) return info.size == 0;
    step *= info.shape[at];
  }
  return true;
}

// Keeps the memory of arguments while a kernel uses it.
class Arguments {
 public:
  explicit Arguments(const std::vector<py::object>& objects) {
    for (const py::object& object : objects) {
      if (is_number(object)) {
        append_number(std::get<Value>(arguments_.emplace_back(Value())), object);
      } else if (py::isinstance<py::list>(object) || py::isinstance<py::tuple>(object)) {
        arguments_.emplace_back(packed(py::reinterpret_borrow<py::sequence>(object)));
      } else if (py::isinstance<py::buffer>(object)) {
        arguments_.emplace_back(memory(py::reinterpret_borrow<py::buffer>(object)));
      } else {
        throw py::type_error("an argument is a buffer, a number or a list of numbers");
      }
    }
  }

  [[nodiscard]] const std::vector<Argument>& all() const { return arguments_; }

 private:
  metal::Memory memory(const py::buffer& buffer) {
    const py::buffer_info& info = infos_.emplace_back(buffer.request());
    if (!is_contiguous(info)) throw py::value_error("a buffer must be contiguous: copy it");
    return {.data = static_cast<std::byte*>(info.ptr),
            .size = static_cast<std::size_t>(info.size * info.itemsize),
            .writable = !info.readonly};
  }

  std::vector<py::buffer_info> infos_;
  std::vector<Argument> arguments_;
};

std::vector<std::size_t> directions(const Threads& threads) {
  if (const auto* const one = std::get_if<std::size_t>(&threads)) return {*one};
  const auto& several = std::get<std::vector<std::size_t>>(threads);
  if (several.empty() || several.size() > 3)
    throw py::value_error("threads have from one to three directions");
  return several;
}

Extent extent(const std::vector<std::size_t>& counts) {
  return {.x = counts[0], .y = counts.size() > 1 ? counts[1] : 1, .z = counts.size() > 2 ? counts[2] : 1};
}

double run(Library& library, const std::string& kernel, const std::vector<py::object>& objects,
           const Threads& threads, const std::optional<Threads>& group_size, std::size_t repeats) {
  const std::vector<std::size_t> counts = directions(threads);
  metal::Launch launch{.threads = extent(counts), .group = std::nullopt, .repeats = repeats};
  if (group_size) {
    const std::vector<std::size_t> group = directions(*group_size);
    if (group.size() != counts.size()) throw py::value_error("a group has as many directions as the threads");
    launch.group = extent(group);
  }
  const Arguments arguments(objects);
  const py::gil_scoped_release unlocked;
  return library.run(kernel, arguments.all(), launch);
}

std::unique_ptr<Library> compile(const std::string& source, bool fast_math) {
  const py::gil_scoped_release unlocked;
  return metal::compile(source, fast_math ? metal::Math::kFast : metal::Math::kSafe);
}

}  // namespace

void bind_metal(py::module_& m) {
  py::module_ metal = m.def_submodule("metal", "Apple's GPU; all but available() raises Error without one.");
  py::class_<Device>(metal, "Device", "What the GPU is, and the system that drives it.")
      .def_readonly("name", &Device::name)
      .def_readonly("system", &Device::system, "The version of macOS.")
      .def_readonly("apple_family", &Device::apple_family,
                    "7 is M1, 8 is M2, 9 is M3 and M4; 0 is no GPU of Apple's.")
      .def_readonly("unified_memory", &Device::unified_memory)
      .def_readonly("working_set_bytes", &Device::working_set_bytes)
      .def_readonly("buffer_bytes", &Device::buffer_bytes)
      .def_readonly("threadgroup_bytes", &Device::threadgroup_bytes);
  py::class_<Library>(metal, "Library", "Kernels that Apple's compiler has taken.")
      .def_property_readonly("names", &Library::names)
      .def("largest_group", &Library::largest_group, py::arg("name"),
           py::call_guard<py::gil_scoped_release>(), "How many threads a group of this kernel may have.")
      .def("run", &run, py::arg("name"), py::arg("args"), py::arg("threads"),
           py::arg("group_size") = py::none(), py::kw_only(), py::arg("repeats") = 1,
           "Runs a kernel on buffers, which it changes where they can be written to, on numbers and on lists "
           "of "
           "numbers; the seconds that the GPU took, once.");
  metal.def("available", &metal::available, py::call_guard<py::gil_scoped_release>(),
            "Whether kernels can be compiled and run here.");
  metal.def("device", &metal::device, py::call_guard<py::gil_scoped_release>());
  metal.def("compile", &compile, py::arg("source"), py::kw_only(), py::arg("fast_math") = false,
            "MSL 3.1; raises Error with the compiler's words and their lines.");
}

}  // namespace streamtts
