// The network of NLLB and Marian models with weights of 8 bits: an encoder, and a decoder that remembers what
// it has seen. Sentences that are translated at once do not know of each other: each is what it would be
// alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "nmt/heard.hpp"
#include "nmt/matrix.hpp"

namespace streamtts::nmt {

struct Norm {
  std::span<const float> weight;
  std::span<const float> bias;
};

// Queries, keys and values come of one multiplication.
struct Own {
  Norm norm;
  Matrix into;
  Matrix out;
};

// Attention to what was read; `memory` makes its keys and values of that, once.
struct Other {
  Norm norm;
  Matrix query;
  Matrix memory;
  Matrix out;
};

struct Feed {
  Norm norm;
  Matrix first;
  Matrix second;
};

struct EncoderLayer {
  Own own;
  Feed feed;
};

struct DecoderLayer {
  Own own;
  Other other;
  Feed feed;
};

struct Shape {
  std::size_t width = 0;
  std::size_t encoder_heads = 1;
  std::size_t decoder_heads = 1;
  Activation activation = Activation::kRelu;
  float embedding_scale = 1;
  bool normalised_before = true;    // whether a layer evens out what it takes, or what it gives
  std::size_t first_position = 0;   // NLLB's begin at 2
  std::size_t longest_wave_at = 1;  // of the waves that are positions, the place of that of 10000 words
};

struct Layers {
  std::vector<EncoderLayer> encoder;
  std::vector<DecoderLayer> decoder;
  Norm encoder_norm;  // empty where there is none
  Norm decoder_norm;
  Matrix
      head;  // the rows of the vocabulary that may be written, which are also what written tokens are read as
};

// What a decoder has read and written of one sentence, layer by layer.
struct Sentence {
  std::vector<Heard> read;
  std::vector<Heard> written;
  std::size_t length = 0;
};

struct Memory {
  std::vector<Sentence> sentences;
};

class Network {
 public:
  Network(const Shape& shape, Layers layers, std::size_t threads);

  // The sentences' tokens as rows of the source table, one sentence after the other.
  Memory read(std::span<const float> rows, std::span<const std::size_t> lengths);
  // The likeliest row of the head after these tokens, for each of some sentences of the memory; as many
  // tokens for one as for another.
  std::vector<std::size_t> write(Memory& memory, std::span<const std::size_t> places,
                                 std::span<const std::size_t> tokens);

  const Shape& shape() const { return shape_; }
  std::size_t head_rows() const { return layers_.head.rows; }

 private:
  using Rows = std::vector<float>;

  void add_position(std::span<float> row, std::size_t position) const;
  std::span<const float> enter(const Norm& norm, const Rows& rows);
  void leave(const Norm& norm, Rows& rows, const Rows& made) const;
  void look(const Own& own, Rows& rows, std::span<const std::size_t> lengths);
  void recall(const Own& own, Rows& rows, std::span<Sentence* const> of_row, std::size_t layer);
  void listen(const Other& other, Rows& rows, std::span<Sentence* const> of_row, std::size_t layer);
  void feed(const Feed& feed, Rows& rows);
  void remember(Memory& memory, const Rows& rows, std::span<const std::size_t> lengths);

  Shape shape_;
  Layers layers_;
  Multiplier multiplier_;
  Rows entered_;
  Rows made_;
  Rows seen_;
  Rows inner_;
};

}  // namespace streamtts::nmt
