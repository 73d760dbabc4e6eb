#include <pybind11/pybind11.h>

#include "bind/bind.hpp"

PYBIND11_MODULE(_core, m) {
  m.doc() = "The C++ core of streamtts; private, use the streamtts package.";
  m.attr("__version__") = STREAMTTS_VERSION;
  streamtts::bind_error(m);
  streamtts::bind_process(m);
  streamtts::bind_text(m);
  streamtts::bind_pcm(m);
  streamtts::bind_audio(m);
  streamtts::bind_nmt(m);
  streamtts::bind_metal(m);
}
