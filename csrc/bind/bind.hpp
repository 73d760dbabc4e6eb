// What module.cpp calls, one function a part of the core.
#pragma once

#include <pybind11/pybind11.h>

namespace streamtts {

void bind_error(pybind11::module_& m);
void bind_process(pybind11::module_& m);
void bind_text(pybind11::module_& m);
void bind_pcm(pybind11::module_& m);
void bind_audio(pybind11::module_& m);
void bind_nmt(pybind11::module_& m);
void bind_metal(pybind11::module_& m);

}  // namespace streamtts
