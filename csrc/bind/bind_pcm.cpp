// What Python's voices need for their audio that would be slow in Python.
#include <pybind11/pybind11.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "audio/dsp/speech_span.hpp"
#include "audio/file/sample_format.hpp"
#include "bind/bind.hpp"
#include "bind/pcm.hpp"

namespace py = pybind11;

namespace streamtts {
namespace {

std::pair<std::size_t, std::size_t> speech_span(const py::buffer& pcm, std::uint32_t rate_hz) {
  const py::buffer_info info = pcm.request();
  const std::span<const float> frames = mono_float32(info);
  const py::gil_scoped_release unlocked;
  const audio::SpeechSpan span = audio::speech_span(frames, rate_hz);
  return {span.begin, span.end};
}

std::span<const std::byte> contiguous_bytes(const py::buffer_info& info) {
  const py::ssize_t size = info.size * info.itemsize;
  if (info.ndim != 1 || (info.size > 1 && info.strides[0] != info.itemsize) || size % 2 != 0) {
    throw py::value_error("16-bit audio must be one contiguous row of two bytes for each sample");
  }
  return {static_cast<const std::byte*>(info.ptr), static_cast<std::size_t>(size)};
}

py::bytes floats_from_s16(const py::buffer& data) {
  const py::buffer_info info = data.request();
  const std::span<const std::byte> samples = contiguous_bytes(info);
  // Only made, so not yet seen by any other thread while it is filled.
  PyObject* made = PyBytes_FromStringAndSize(nullptr, static_cast<py::ssize_t>(samples.size() * 2));
  if (made == nullptr) throw py::error_already_set();
  auto floats = py::reinterpret_steal<py::bytes>(made);
  const py::gil_scoped_release unlocked;
  audio::decode_s16(samples, reinterpret_cast<float*>(PyBytes_AS_STRING(made)));
  return floats;
}

}  // namespace

void bind_pcm(py::module_& m) {
  m.def("speech_span", &speech_span, py::arg("pcm"), py::arg("rate_hz"),
        "(begin, end) of what is not silence, in frames, with a little around it; (0, 0) if all is.");
  m.def("floats_from_s16", &floats_from_s16, py::arg("data"),
        "Little-endian 16-bit samples as the bytes of 32-bit floats.");
}

}  // namespace streamtts
