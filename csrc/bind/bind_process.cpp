// What the process asks of the C library.
#include <pybind11/pybind11.h>

#include "bind/bind.hpp"

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace py = pybind11;

namespace streamtts {
namespace {

void return_large_blocks() {
#if defined(__GLIBC__)
  // Smaller thresholds cost time in every sentence, since each new page has to be cleared.
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
  mallopt(M_TRIM_THRESHOLD, 8 << 20);
#endif
}

}  // namespace

void bind_process(py::module_& m) {
  m.def("return_large_blocks", &return_large_blocks,
        "From now on large blocks of freed memory go back to the system; glibc learns to keep 64 MB of them "
        "otherwise.");
}

}  // namespace streamtts
