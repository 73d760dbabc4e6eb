// The core's exceptions as Python's.
#include <pybind11/pybind11.h>

#include "bind/bind.hpp"
#include "error.hpp"

namespace py = pybind11;

namespace streamtts {

void bind_error(py::module_& m) {
  py::register_exception<Error>(m, "Error", PyExc_RuntimeError);
  py::register_exception_translator([](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const ReaderGone& gone) {
      py::set_error(PyExc_BrokenPipeError, gone.what());
    }
  });
}

}  // namespace streamtts
