// A fixed list of words, searched by halves; the compiler refuses one that is out of order.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <string_view>

namespace streamtts::text {

template <std::size_t N>
class SortedWords {
 public:
  consteval explicit SortedWords(const std::array<std::string_view, N>& words) : words_(words) {
    if (!std::ranges::is_sorted(words_)) std::abort();  // no constant expression: the compiler stops here
  }

  constexpr bool contains(std::string_view word) const { return std::ranges::binary_search(words_, word); }

 private:
  std::array<std::string_view, N> words_;
};

}  // namespace streamtts::text
