// Conversion between Python and csrc/nmt; what comes from files is checked here, once.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "bind/bind.hpp"
#include "nmt/floats.hpp"
#include "nmt/matrix.hpp"
#include "nmt/network.hpp"

namespace py = pybind11;

namespace streamtts {
namespace {

using nmt::Activation;
using nmt::Kind;
using nmt::Matrix;
using nmt::Memory;

using Buffers = std::map<std::string, py::buffer>;

Kind kind_of(const std::string& name) {
  if (name == "float32") return Kind::kFloat32;
  if (name == "float16") return Kind::kFloat16;
  if (name == "bfloat16") return Kind::kBfloat16;
  throw py::value_error("floats are float32, float16 or bfloat16");
}

Activation activation_of(const std::string& name) {
  if (name == "relu") return Activation::kRelu;
  if (name == "gelu") return Activation::kGelu;
  if (name == "silu") return Activation::kSilu;
  throw py::value_error("an activation is relu, gelu or silu");
}

std::span<const std::byte> bytes_of(const py::buffer_info& info) {
  if (info.ndim != 1 || (info.size > 1 && info.strides[0] != info.itemsize)) {
    throw py::value_error("an array must be one contiguous row");
  }
  return {static_cast<const std::byte*>(info.ptr), static_cast<std::size_t>(info.size * info.itemsize)};
}

std::vector<float> floats_in(std::span<const std::byte> bytes, Kind kind, std::size_t columns) {
  if (columns == 0 || bytes.size() % (columns * nmt::bytes_each(kind)) != 0) {
    throw py::value_error("floats must come in whole rows");
  }
  return nmt::floats_of(bytes, kind);
}

std::pair<py::bytes, py::bytes> rounded(const py::buffer& rows, const std::string& kind,
                                        std::size_t columns) {
  const py::buffer_info info = rows.request();
  const std::span<const std::byte> bytes = bytes_of(info);
  std::string weights;
  std::string scales;
  {
    const py::gil_scoped_release unlocked;
    const std::vector<float> floats = floats_in(bytes, kind_of(kind), columns);
    const std::size_t count = floats.size() / columns;
    weights.resize(count * nmt::padded(columns));
    scales.resize(count * sizeof(float));
    nmt::rounded(floats, columns, reinterpret_cast<std::int8_t*>(weights.data()),
                 reinterpret_cast<float*>(scales.data()));
  }
  return {py::bytes(weights), py::bytes(scales)};
}

py::bytes floats(const py::buffer& row, const std::string& kind) {
  const py::buffer_info info = row.request();
  const std::vector<float> made = floats_in(bytes_of(info), kind_of(kind), 1);
  return {reinterpret_cast<const char*>(made.data()), made.size() * sizeof(float)};
}

// Arrays by name, as parts of a network; they stay where they are.
class Arrays {
 public:
  Arrays(const Buffers& buffers, std::size_t width) : width_(width) {
    for (const auto& [name, buffer] : buffers) infos_.emplace(name, buffer.request());
  }

  nmt::Layers layers(std::size_t encoder, std::size_t decoder) {
    nmt::Layers made;
    for (std::size_t at = 0; at < encoder; ++at) {
      const std::string name = "encoder." + std::to_string(at);
      made.encoder.push_back({.own = own(name), .feed = feed(name)});
    }
    for (std::size_t at = 0; at < decoder; ++at) {
      const std::string name = "decoder." + std::to_string(at);
      made.decoder.push_back({.own = own(name), .other = other(name), .feed = feed(name)});
    }
    if (infos_.contains("encoder.norm.weight")) made.encoder_norm = norm("encoder.norm");
    if (infos_.contains("decoder.norm.weight")) made.decoder_norm = norm("decoder.norm");
    made.head = matrix("embedding", width_, 0);
    return made;
  }

  std::map<std::string, py::buffer_info> take() { return std::move(infos_); }

 private:
  nmt::Own own(const std::string& layer) {
    return {.norm = norm(layer + ".self_norm"),
            .into = matrix(layer + ".self_in", width_, 3 * width_),
            .out = matrix(layer + ".self_out", width_, width_)};
  }

  nmt::Other other(const std::string& layer) {
    return {.norm = norm(layer + ".source_norm"),
            .query = matrix(layer + ".source_query", width_, width_),
            .memory = matrix(layer + ".source_memory", width_, 2 * width_),
            .out = matrix(layer + ".source_out", width_, width_)};
  }

  nmt::Feed feed(const std::string& layer) {
    const Matrix first = matrix(layer + ".inner_in", width_, 0);
    return {.norm = norm(layer + ".inner_norm"),
            .first = first,
            .second = matrix(layer + ".inner_out", first.rows, width_)};
  }

  nmt::Norm norm(const std::string& name) {
    return {.weight = row(name + ".weight", width_), .bias = row(name + ".bias", width_)};
  }

  // With as many rows as it has where `rows` is zero.
  Matrix matrix(const std::string& name, std::size_t columns, std::size_t rows) {
    const std::span<const float> scales = row(name + ".scales", rows);
    Matrix made{.scales = scales.data(), .rows = scales.size(), .columns = columns};
    const std::span<const std::byte> weights = bytes(name + ".weight");
    if (made.rows == 0 || weights.size() != made.rows * made.stride()) throw wrong(name);
    made.weights = reinterpret_cast<const std::int8_t*>(weights.data());
    if (infos_.contains(name + ".bias")) made.bias = row(name + ".bias", made.rows).data();
    return made;
  }

  std::span<const float> row(const std::string& name, std::size_t count) {
    const std::span<const std::byte> found = bytes(name);
    const bool fits = count == 0 ? found.size() % sizeof(float) == 0 : found.size() == count * sizeof(float);
    if (!fits || reinterpret_cast<std::uintptr_t>(found.data()) % alignof(float) != 0) throw wrong(name);
    return {reinterpret_cast<const float*>(found.data()), found.size() / sizeof(float)};
  }

  std::span<const std::byte> bytes(const std::string& name) {
    const auto found = infos_.find(name);
    if (found == infos_.end()) throw wrong(name);
    return bytes_of(found->second);
  }

  static py::value_error wrong(const std::string& name) {
    return py::value_error{"the network has no " + name + " that fits"};
  }

  std::size_t width_;
  std::map<std::string, py::buffer_info> infos_;
};

// A network, and the arrays it looks at; several threads may ask it, one after the other.
class Network {
 public:
  Network(const nmt::Shape& shape, std::size_t encoder, std::size_t decoder, const Buffers& buffers,
          std::size_t threads)
      : Network(shape, encoder, decoder, Arrays(buffers, shape.width), threads) {}

  Memory read(const py::buffer& rows, const std::string& kind, const std::vector<std::size_t>& lengths) {
    const py::buffer_info info = rows.request();
    const std::span<const std::byte> bytes = bytes_of(info);
    const py::gil_scoped_release unlocked;
    const std::vector<float> words = floats_in(bytes, kind_of(kind), width_);
    if (words.size() != width_ * std::accumulate(lengths.begin(), lengths.end(), std::size_t{0})) {
      throw py::value_error("there must be a row for each word");
    }
    const std::scoped_lock lock(mutex_);
    return network_.read(words, lengths);
  }

  std::vector<std::size_t> write(Memory& memory, const std::vector<std::size_t>& places,
                                 const std::vector<std::size_t>& tokens) {
    const py::gil_scoped_release unlocked;
    if (places.empty() || tokens.empty() || tokens.size() % places.size() != 0) {
      throw py::value_error("there must be as many tokens for one sentence as for another");
    }
    for (const std::size_t place : places) {
      if (place >= memory.sentences.size()) throw py::index_error("there is no such sentence");
    }
    for (const std::size_t token : tokens) {
      if (token >= network_.head_rows()) throw py::index_error("there is no such token");
    }
    const std::scoped_lock lock(mutex_);
    return network_.write(memory, places, tokens);
  }

 private:
  Network(const nmt::Shape& shape, std::size_t encoder, std::size_t decoder, Arrays arrays,
          std::size_t threads)
      : width_(shape.width),
        network_(shape, arrays.layers(encoder, decoder), threads),
        arrays_(arrays.take()) {}

  std::size_t width_;
  std::mutex mutex_;
  nmt::Network network_;
  std::map<std::string, py::buffer_info> arrays_;
};

std::unique_ptr<Network> network(const Buffers& arrays, std::size_t width,
                                 std::pair<std::size_t, std::size_t> layers,
                                 std::pair<std::size_t, std::size_t> heads, const std::string& activation,
                                 float embedding_scale, bool normalised_before,
                                 std::pair<std::size_t, std::size_t> waves, std::size_t threads) {
  for (const std::size_t each : {heads.first, heads.second}) {
    if (each == 0 || width == 0 || width % each != 0)
      throw py::value_error("heads must share the width evenly");
  }
  const nmt::Shape shape{.width = width,
                         .encoder_heads = heads.first,
                         .decoder_heads = heads.second,
                         .activation = activation_of(activation),
                         .embedding_scale = embedding_scale,
                         .normalised_before = normalised_before,
                         .first_position = waves.first,
                         .longest_wave_at = waves.second};
  return std::make_unique<Network>(shape, layers.first, layers.second, arrays, threads);
}

}  // namespace

void bind_nmt(py::module_& m) {
  m.def("rounded_rows", &rounded, py::arg("rows"), py::arg("kind"), py::arg("columns"),
        "Rows of floats as whole numbers of 8 bits, filled up with zeros, and the scale of each row.");
  m.def("floats32", &floats, py::arg("row"), py::arg("kind"), "Floats of 16 or 32 bits as the bytes of 32.");
  const py::class_<Memory> memory(m, "TranslationMemory",
                                  "What a network has read and written of some sentences.");
  py::class_<Network>(m, "TranslationNetwork",
                      "An encoder and a decoder with weights of 8 bits, which stay in the arrays given.")
      .def(py::init(&network), py::arg("arrays"), py::kw_only(), py::arg("width"), py::arg("layers"),
           py::arg("heads"), py::arg("activation"), py::arg("embedding_scale"), py::arg("normalised_before"),
           py::arg("waves"), py::arg("threads"))
      .def("read", &Network::read, py::arg("rows"), py::arg("kind"), py::arg("lengths"),
           "Rows of the source table, one for each word of one sentence after the other.")
      .def("write", &Network::write, py::arg("memory"), py::arg("places"), py::arg("tokens"),
           "The likeliest row of the head after these tokens, for each of some sentences of the memory.");
}

}  // namespace streamtts
