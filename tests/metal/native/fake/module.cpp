// _core.metal as it is on a Mac, and that Mac, for tests in Python.
#include <pybind11/functional.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <array>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "bind/bind.hpp"
#include "fake/mac.hpp"
#include "fake/objc.hpp"

namespace py = pybind11;

namespace {

using Facts = std::tuple<std::size_t, std::size_t, bool, long>;  // index, bytes, used, type
using Compile = std::function<std::map<std::string, std::vector<Facts>>(std::string, bool, unsigned long)>;
using Three = std::array<std::size_t, 3>;
using Dispatch = std::function<void(std::string, std::map<std::size_t, py::memoryview>, Three, Three)>;

// A test's own exception of this name is what the compiler or the GPU refuses with.
[[noreturn]] void refuse(const py::error_already_set& raised) {
  if (py::type::handle_of(raised.value()).attr("__name__").cast<std::string>() != "Refusal") throw raised;
  throw fake::Refusal{py::str(raised.value()).cast<std::string>()};
}

void set_compile(fake::Mac& mac, const Compile& compile) {
  mac.compile = [compile](const std::string& source, bool fast, unsigned long version) {
    const py::gil_scoped_acquire locked;
    std::map<std::string, std::vector<fake::BindingFacts>> kernels;
    try {
      for (const auto& [name, all] : compile(source, fast, version)) {
        for (const auto& [index, bytes, used, type] : all)
          kernels[name].push_back({index, bytes, used, type});
        kernels[name];
      }
    } catch (const py::error_already_set& raised) {
      refuse(raised);
    }
    return kernels;
  };
}

void set_dispatch(fake::Mac& mac, const Dispatch& dispatch) {
  mac.dispatch = [dispatch](const std::string& kernel,
                            const std::map<std::size_t, std::span<std::byte>>& bound, fake::Size threads,
                            fake::Size group) {
    const py::gil_scoped_acquire locked;
    std::map<std::size_t, py::memoryview> memory;
    for (const auto& [index, bytes] : bound) {
      memory.emplace(index,
                     py::memoryview::from_memory(bytes.data(), static_cast<py::ssize_t>(bytes.size())));
    }
    try {
      dispatch(kernel, memory, {threads.width, threads.height, threads.depth},
               {group.width, group.height, group.depth});
    } catch (const py::error_already_set& raised) {
      refuse(raised);
    }
  };
}

}  // namespace

PYBIND11_MODULE(_core_on_a_fake_mac, m) {
  streamtts::bind_error(m);
  streamtts::bind_metal(m);
  py::register_exception<fake::Blunder>(m, "Blunder", PyExc_AssertionError);
  py::class_<fake::Mac>(m, "Mac")
      .def_readwrite("has_gpu", &fake::Mac::has_gpu)
      .def_property(
          "system", [](const fake::Mac& mac) { return std::tuple(mac.major, mac.minor, mac.patch); },
          [](fake::Mac& mac, std::tuple<long, long, long> version) {
            std::tie(mac.major, mac.minor, mac.patch) = version;
          })
      .def_readwrite("name", &fake::Mac::name)
      .def_readwrite("newest_family", &fake::Mac::newest_family)
      .def_readwrite("buffer_bytes", &fake::Mac::buffer_bytes)
      .def_readwrite("largest_group", &fake::Mac::largest_group)
      .def_property("compile", nullptr, &set_compile)
      .def_property("dispatch", nullptr, &set_dispatch);
  m.def(
      "new_mac",
      [] {
        fake::mac() = fake::Mac{};
        return &fake::mac();
      },
      py::return_value_policy::reference);
  // Its functions of Python's must not outlive Python.
  py::module_::import("atexit").attr("register")(py::cpp_function([] { fake::mac() = fake::Mac{}; }));
  m.def("alive", &fake::alive, "How many objects of the system's have not been freed.");
}
