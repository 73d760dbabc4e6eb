// Keys and values of the words of one sentence, to be listened to.
#pragma once

#include <cstddef>
#include <vector>

namespace streamtts::nmt {

class Heard {
 public:
  Heard(std::size_t width, std::size_t heads) : width_(width), heads_(heads) {}

  void add(const float* keys, const float* values);
  // What a query hears of all words; `scores` is room to work in.
  void listen(const float* query, float* out, std::vector<float>& scores) const;

 private:
  void score(const float* query, std::size_t head, std::vector<float>& scores) const;

  std::size_t width_;
  std::size_t heads_;
  std::size_t words_ = 0;
  std::vector<float> keys_;  // by blocks of words, in each by column, so that words are compared side by side
  std::vector<float> values_;
};

}  // namespace streamtts::nmt
