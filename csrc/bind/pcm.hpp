// Audio as Python hands it over.
#pragma once

#include <pybind11/pybind11.h>

#include <span>

namespace streamtts {

// The floats of an array, memoryview or the like; throws what Python sees as ValueError.
inline std::span<const float> mono_float32(const pybind11::buffer_info& info) {
  if (info.format != pybind11::format_descriptor<float>::format() || info.ndim != 1 ||
      info.strides[0] != sizeof(float)) {
    throw pybind11::value_error("audio must be one contiguous row of 32-bit floats");
  }
  return {static_cast<const float*>(info.ptr), static_cast<std::size_t>(info.size)};
}

}  // namespace streamtts
