#include "nmt/heard.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <vector>

#include "nmt/wide.hpp"

namespace streamtts::nmt {
namespace {

constexpr std::size_t kBlock = 16;  // words

using Block = float __attribute__((vector_size(kBlock * sizeof(float))));

// Makes shares of a whole of them.
void make_shares(std::vector<float>& scores, std::size_t words) {
  const auto end = scores.begin() + static_cast<std::ptrdiff_t>(words);
  const float most = *std::max_element(scores.begin(), end);
  float sum = 0;
  for (auto each = scores.begin(); each != end; ++each) sum += * each = std::exp(*each - most);
  for (auto each = scores.begin(); each != end; ++each) *each /= sum;
}

// The likeness of a part of a query to that part of a block of keys.
STREAMTTS_WIDE void compare(const float* query, const float* keys, std::size_t columns, float scale,
                            float* scores) {
  Block sums{};
  for (std::size_t column = 0; column < columns; ++column) {
    Block block;
    std::memcpy(&block, keys + (column * kBlock), sizeof block);
    sums += query[column] * scale * block;
  }
  std::memcpy(scores, &sums, sizeof sums);
}

STREAMTTS_WIDE void add_share(float share, const float* values, std::size_t columns, float* __restrict out) {
  for (std::size_t column = 0; column < columns; ++column) out[column] += share * values[column];
}

}  // namespace

void Heard::add(const float* keys, const float* values) {
  const std::size_t place = words_ % kBlock;
  if (place == 0) keys_.resize(keys_.size() + (kBlock * width_));
  float* block = keys_.data() + (words_ / kBlock * kBlock * width_);
  for (std::size_t column = 0; column < width_; ++column) block[(column * kBlock) + place] = keys[column];
  values_.insert(values_.end(), values, values + width_);
  ++words_;
}

void Heard::listen(const float* query, float* out, std::vector<float>& scores) const {
  const std::size_t each = width_ / heads_;
  for (std::size_t head = 0; head < heads_; ++head) {
    score(query, head, scores);
    make_shares(scores, words_);
    float* mine = out + (head * each);
    std::fill(mine, mine + each, 0.0F);
    for (std::size_t word = 0; word < words_; ++word) {
      const float* value = values_.data() + (word * width_) + (head * each);
      add_share(scores[word], value, each, mine);
    }
  }
}

void Heard::score(const float* query, std::size_t head, std::vector<float>& scores) const {
  const std::size_t each = width_ / heads_;
  const float scale = 1.0F / std::sqrt(static_cast<float>(each));
  scores.resize(keys_.size() / width_);
  for (std::size_t begin = 0; begin < words_; begin += kBlock) {
    const float* keys = keys_.data() + (begin * width_) + (head * each * kBlock);
    compare(query + (head * each), keys, each, scale, scores.data() + begin);
  }
}

}  // namespace streamtts::nmt
