// Words that the core says to Python, typed for the stub. pybind11's own Literal is missing with clang, whose
// class-type template arguments do not count as complete.
#pragma once

#include <pybind11/pybind11.h>

namespace streamtts {

struct EventKindName : pybind11::object {
  PYBIND11_OBJECT_DEFAULT(EventKindName, object, PyObject_Type)
};

struct SentenceEndName : pybind11::object {
  PYBIND11_OBJECT_DEFAULT(SentenceEndName, object, PyObject_Type)
};

struct SpanKindName : pybind11::object {
  PYBIND11_OBJECT_DEFAULT(SpanKindName, object, PyObject_Type)
};

}  // namespace streamtts

namespace pybind11::detail {

template <>
struct handle_type_name<streamtts::EventKindName> {
  static constexpr auto name = const_name("typing.Literal['text', 'flush', 'turn', 'notice']");
};

template <>
struct handle_type_name<streamtts::SentenceEndName> {
  static constexpr auto name =
      const_name("typing.Literal['stop', 'block', 'flush', 'eof', 'clause', 'tool', 'turn']");
};

template <>
struct handle_type_name<streamtts::SpanKindName> {
  static constexpr auto name =
      const_name("typing.Literal['code', 'identifier', 'file', 'url', 'version', 'flag', 'number']");
};

}  // namespace pybind11::detail
