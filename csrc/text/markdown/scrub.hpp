// Takes out of prose what is neither seen nor meant: terminal escape codes, controls, zero-width
// characters. Emoji and decoration become one of three one-byte pictures, every kind of blank a space.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace streamtts::text {

inline constexpr char kPicture = '\x01';
inline constexpr char kYesPicture = '\x02';
inline constexpr char kNoPicture = '\x03';

constexpr bool is_picture(char32_t c) {
  return c >= 1 && c <= 3;
}

class Scrub {
 public:
  // Appends to `clean`; holds back at most an unfinished escape code and one character that may become
  // a keycap.
  void feed(std::string_view utf8, std::string& clean);
  void finish(std::string& clean);

 private:
  enum class Escape : unsigned char { none, begun, charset, sequence, string, string_end };

  void put(char32_t c, std::string_view bytes, std::string& clean);
  void put_visible(char32_t c, std::string_view bytes, std::string& clean);
  bool in_escape(char32_t c, std::string_view bytes, std::string& clean);
  bool in_string(char32_t c, std::string_view bytes, std::string& clean);
  bool begins_escape(char32_t c);
  void release_key(std::string& clean);
  void give_back(std::string& clean);

  Escape escape_ = Escape::none;
  std::size_t sequence_length_ = 0;
  std::string swallowed_;  // an unfinished string command, spoken after all when it never ends
  char key_ = 0;           // a digit, # or * that a keycap sign may follow
  bool key_is_emoji_ = false;
};

}  // namespace streamtts::text
