#include "nmt/network.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "nmt/heard.hpp"
#include "nmt/matrix.hpp"

namespace streamtts::nmt {
namespace {

constexpr float kEpsilon = 1e-5F;
constexpr double kLongestWave = 10000.0;
constexpr std::size_t kLanes = 16;

// In lanes, which compilers may add side by side.
template <class Term>
float sum(std::span<const float> row, Term term) {
  std::array<float, kLanes> lanes{};
  std::size_t at = 0;
  for (; at + kLanes <= row.size(); at += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) lanes[lane] += term(row[at + lane]);
  }
  float total = 0;
  for (const float lane : lanes) total += lane;
  for (; at < row.size(); ++at) total += term(row[at]);
  return total;
}

void even_out(const Norm& norm, std::span<const float> row, float* out) {
  const auto count = static_cast<float>(row.size());
  const float mean = sum(row, [](float each) { return each; }) / count;
  const float variance = sum(row, [&](float each) { return (each - mean) * (each - mean); }) / count;
  const float factor = 1.0F / std::sqrt(variance + kEpsilon);
  for (std::size_t at = 0; at < row.size(); ++at) {
    out[at] = (row[at] - mean) * factor * norm.weight[at] + norm.bias[at];
  }
}

void even_out_all(const Norm& norm, std::span<const float> rows, float* out) {
  const std::size_t width = norm.weight.size();
  for (std::size_t at = 0; at < rows.size(); at += width) even_out(norm, rows.subspan(at, width), out + at);
}

std::vector<float>& scores() {
  thread_local std::vector<float> room;
  return room;
}

}  // namespace

Network::Network(const Shape& shape, Layers layers, std::size_t threads)
    : shape_(shape), layers_(std::move(layers)), multiplier_(threads) {}

Memory Network::read(std::span<const float> rows, std::span<const std::size_t> lengths) {
  Rows words(rows.begin(), rows.end());
  std::size_t word = 0;
  for (const std::size_t length : lengths) {
    for (std::size_t position = 0; position < length; ++position) {
      add_position(std::span(words).subspan(shape_.width * word++, shape_.width), position);
    }
  }
  for (const EncoderLayer& layer : layers_.encoder) {
    look(layer.own, words, lengths);
    feed(layer.feed, words);
  }
  if (!layers_.encoder_norm.weight.empty()) even_out_all(layers_.encoder_norm, words, words.data());
  Memory memory;
  memory.sentences.resize(lengths.size());
  remember(memory, words, lengths);
  return memory;
}

std::vector<std::size_t> Network::write(Memory& memory, std::span<const std::size_t> places,
                                        std::span<const std::size_t> tokens) {
  const std::size_t each = tokens.size() / places.size();
  Rows rows(tokens.size() * shape_.width);
  std::vector<Sentence*> of_row(tokens.size());
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    of_row[at] = &memory.sentences[places[at / each]];
    const std::span<float> row = std::span(rows).subspan(at * shape_.width, shape_.width);
    layers_.head.row(tokens[at], row);
    add_position(row, of_row[at]->length + (at % each));
  }
  for (std::size_t layer = 0; layer < layers_.decoder.size(); ++layer) {
    recall(layers_.decoder[layer].own, rows, of_row, layer);
    listen(layers_.decoder[layer].other, rows, of_row, layer);
    feed(layers_.decoder[layer].feed, rows);
  }
  Rows last;
  for (std::size_t at = 0; at < places.size(); ++at) {
    const auto end = rows.begin() + static_cast<std::ptrdiff_t>((at + 1) * each * shape_.width);
    last.insert(last.end(), end - static_cast<std::ptrdiff_t>(shape_.width), end);
    memory.sentences[places[at]].length += each;
  }
  if (!layers_.decoder_norm.weight.empty()) even_out_all(layers_.decoder_norm, last, last.data());
  multiplier_.multiply(layers_.head, last, made_);
  std::vector<std::size_t> found;
  for (auto row = made_.begin(); row != made_.end(); row += static_cast<std::ptrdiff_t>(layers_.head.rows)) {
    const auto end = row + static_cast<std::ptrdiff_t>(layers_.head.rows);
    found.push_back(static_cast<std::size_t>(std::max_element(row, end) - row));
  }
  return found;
}

void Network::add_position(std::span<float> row, std::size_t position) const {
  const std::size_t half = shape_.width / 2;
  const double step = std::log(kLongestWave) / static_cast<double>(shape_.longest_wave_at);
  const auto place = static_cast<double>(position + shape_.first_position);
  for (std::size_t at = 0; at < half; ++at) {
    const double angle = place * std::exp(-step * static_cast<double>(at));
    row[at] = row[at] * shape_.embedding_scale + static_cast<float>(std::sin(angle));
    row[half + at] = row[half + at] * shape_.embedding_scale + static_cast<float>(std::cos(angle));
  }
}

std::span<const float> Network::enter(const Norm& norm, const Rows& rows) {
  if (!shape_.normalised_before) return rows;
  entered_.resize(rows.size());
  even_out_all(norm, rows, entered_.data());
  return entered_;
}

void Network::leave(const Norm& norm, Rows& rows, const Rows& made) const {
  for (std::size_t at = 0; at < rows.size(); ++at) rows[at] += made[at];
  if (!shape_.normalised_before) even_out_all(norm, rows, rows.data());
}

// The encoder's: every word sees every word of its sentence.
void Network::look(const Own& own, Rows& rows, std::span<const std::size_t> lengths) {
  const std::size_t width = shape_.width;
  multiplier_.multiply(own.into, enter(own.norm, rows), made_);
  std::vector<Heard> heard(lengths.size(), Heard(width, shape_.encoder_heads));
  std::vector<const Heard*> of_row;
  for (std::size_t sentence = 0; sentence < lengths.size(); ++sentence) {
    for (std::size_t word = 0; word < lengths[sentence]; ++word) {
      const float* three = made_.data() + (of_row.size() * 3 * width);
      heard[sentence].add(three + width, three + (2 * width));
      of_row.push_back(&heard[sentence]);
    }
  }
  seen_.resize(rows.size());
  multiplier_.team().share(of_row.size(), [&](std::size_t row) {
    of_row[row]->listen(made_.data() + (row * 3 * width), seen_.data() + (row * width), scores());
  });
  multiplier_.multiply(own.out, seen_, made_);
  leave(own.norm, rows, made_);
}

// The decoder's: every word sees those before it.
void Network::recall(const Own& own, Rows& rows, std::span<Sentence* const> of_row, std::size_t layer) {
  const std::size_t width = shape_.width;
  multiplier_.multiply(own.into, enter(own.norm, rows), made_);
  seen_.resize(rows.size());
  for (std::size_t row = 0; row < of_row.size(); ++row) {
    const float* three = made_.data() + (row * 3 * width);
    Heard& written = of_row[row]->written[layer];
    written.add(three + width, three + (2 * width));
    written.listen(three, seen_.data() + (row * width), scores());
  }
  multiplier_.multiply(own.out, seen_, made_);
  leave(own.norm, rows, made_);
}

void Network::listen(const Other& other, Rows& rows, std::span<Sentence* const> of_row, std::size_t layer) {
  const std::size_t width = shape_.width;
  multiplier_.multiply(other.query, enter(other.norm, rows), made_);
  seen_.resize(rows.size());
  for (std::size_t row = 0; row < of_row.size(); ++row) {
    of_row[row]->read[layer].listen(made_.data() + (row * width), seen_.data() + (row * width), scores());
  }
  multiplier_.multiply(other.out, seen_, made_);
  leave(other.norm, rows, made_);
}

void Network::feed(const Feed& feed, Rows& rows) {
  multiplier_.multiply(feed.first, enter(feed.norm, rows), inner_, shape_.activation);
  multiplier_.multiply(feed.second, inner_, made_);
  leave(feed.norm, rows, made_);
}

void Network::remember(Memory& memory, const Rows& rows, std::span<const std::size_t> lengths) {
  const std::size_t width = shape_.width;
  const Heard none(width, shape_.decoder_heads);
  for (Sentence& sentence : memory.sentences) sentence.written.assign(layers_.decoder.size(), none);
  for (const DecoderLayer& layer : layers_.decoder) {
    multiplier_.multiply(layer.other.memory, rows, made_);
    const float* both = made_.data();
    for (std::size_t sentence = 0; sentence < lengths.size(); ++sentence) {
      Heard& heard = memory.sentences[sentence].read.emplace_back(none);
      for (std::size_t word = 0; word < lengths[sentence]; ++word, both += 2 * width) {
        heard.add(both, both + width);
      }
    }
  }
}

}  // namespace streamtts::nmt
