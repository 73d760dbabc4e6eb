#include "nmt/heard.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

namespace streamtts::nmt {
namespace {

constexpr std::size_t kBlock = 16;  // words

// Makes shares of a whole of them.
void share(std::vector<float>& scores, std::size_t words) {
  const auto end = scores.begin() + static_cast<std::ptrdiff_t>(words);
  const float most = *std::max_element(scores.begin(), end);
  float sum = 0;
  for (auto each = scores.begin(); each != end; ++each) sum += * each = std::exp(*each - most);
  for (auto each = scores.begin(); each != end; ++each) *each /= sum;
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
    share(scores, words_);
    float* mine = out + (head * each);
    std::fill(mine, mine + each, 0.0F);
    for (std::size_t word = 0; word < words_; ++word) {
      const float* value = values_.data() + (word * width_) + (head * each);
      for (std::size_t column = 0; column < each; ++column) mine[column] += scores[word] * value[column];
    }
  }
}

void Heard::score(const float* query, std::size_t head, std::vector<float>& scores) const {
  const std::size_t each = width_ / heads_;
  const float scale = 1.0F / std::sqrt(static_cast<float>(each));
  scores.resize(keys_.size() / width_);
  for (std::size_t begin = 0; begin < words_; begin += kBlock) {
    const float* keys = keys_.data() + (begin * width_) + (head * each * kBlock);
    std::array<float, kBlock> sums{};
    for (std::size_t column = 0; column < each; ++column) {
      const float weight = query[(head * each) + column] * scale;
      for (std::size_t word = 0; word < kBlock; ++word) sums[word] += weight * keys[(column * kBlock) + word];
    }
    std::ranges::copy(sums, scores.begin() + static_cast<std::ptrdiff_t>(begin));
  }
}

}  // namespace streamtts::nmt
