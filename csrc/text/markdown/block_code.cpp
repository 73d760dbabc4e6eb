// Fences, unfenced diffs, indented code, link definitions and hidden HTML: what is named or read instead of
// spoken as prose.
#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "text/markdown.hpp"
#include "text/markdown/block_reader.hpp"
#include "text/markdown/code_language.hpp"
#include "text/markdown/looks.hpp"

namespace streamtts::text {
namespace {

constexpr std::size_t kLongestInfo = 256;
constexpr std::size_t kLongestLine = 65536;
constexpr std::size_t kLongestTail = 65536;
constexpr std::size_t kLongestReference = 2048;
constexpr std::size_t kLongestIndentedLine = 512;
constexpr std::size_t kLongestRawHtml = 16384;
constexpr std::size_t kDiffHeaderKnown = 20;  // by then every header line has shown itself

bool is_blank_line(std::string_view line) {
  return line.find_first_not_of(" \t") == std::string_view::npos;
}

std::size_t indent_of(std::string_view line) {
  std::size_t columns = 0;
  for (const char c : line) {
    if (c != ' ' && c != '\t') break;
    columns += c == '\t' ? 4 : 1;
  }
  return columns;
}

bool begins_diff(std::string_view line) {
  return line.starts_with("diff --git ") || line.starts_with("@@ -") || line.starts_with("--- a/");
}

}  // namespace

void BlockReader::on_info_string(std::string_view c) {
  if (c == "\n") {
    is_info_string(line_) ? begin_fence() : say_ticks();
    if (mode_ != Mode::fence) put("\n");
    return;
  }
  line_.append(c);
  if ((fence_sign_ == '`' && c == "`") || line_.size() > kLongestInfo) say_ticks();
}

// It was no fence: the ticks are inline code or just words.
void BlockReader::say_ticks() {
  line_.insert(0, fence_length_, fence_sign_);
  item_line_ = item_line_ || !block_open_;
  begin_words();
}

void BlockReader::begin_fence() {
  end_block();
  language_ = code_language(line_);
  fence_indent_ = indent_;
  fence_quotes_ = quotes_;
  nested_ = code_lines_ = tail_lines_ = 0;
  fence_has_words_ = after_blank_ = false;
  diff_ = DiffCount();
  tail_.clear();
  new_line();
  mode_ = Mode::fence;
}

void BlockReader::on_fence(std::string_view c) {
  if (c == "\n") return end_fence_line();
  if (fence_quotes_ > 0 && is_blank_line(line_)) {
    if (c == ">" && quotes_ < fence_quotes_) {
      ++quotes_;
      line_.clear();
      quote_blank_ = true;
      return;
    }
    if (c == " " && quote_blank_) {
      quote_blank_ = false;
      return;
    }
    if (c != " " && c != "\t" && quotes_ == 0) {  // the quote is over, and its fence with it
      const std::string begun = std::string(line_).append(c);
      close_fence();
      replay(begun);
      return;
    }
  }
  if (line_.size() < kLongestLine) line_.append(c);
}

void BlockReader::end_fence_line() {
  const std::string line = std::move(line_);
  line_.clear();
  quotes_ = 0;
  quote_blank_ = false;
  if (is_closing_fence(line)) return close_fence();
  ++code_lines_;
  if (!is_blank_line(line)) {
    if (!fence_has_words_ && !language_.known && begins_diff(line)) {
      language_ = {.kind = CodeLanguage::Kind::diff, .noun = "Diff", .known = true};
    }
    fence_has_words_ = true;
  }
  diff_.add(line);
  options_.code == Say::read ? speaker_.code_line(line) : keep_tail(line);
}

bool BlockReader::is_closing_fence(std::string_view line) {
  const std::size_t indent = indent_of(line);
  const std::size_t begin = std::min(line.find_first_not_of(" \t"), line.size());
  const std::size_t end = std::min(line.find_first_not_of(fence_sign_, begin), line.size());
  if (end - begin < fence_length_ || indent > fence_indent_ + 3) return false;
  const bool bare = is_blank_line(line.substr(end));
  if (language_.kind == CodeLanguage::Kind::markdown) {  // writers nest fences of the same length
    if (!bare) {
      nested_ += line.find(fence_sign_, end) == std::string_view::npos ? 1 : 0;
      return false;
    }
    if (nested_ > 0) {
      --nested_;
      return false;
    }
  }
  return bare;
}

// Should the fence never close, what looks like prose at its end is spoken after all.
void BlockReader::keep_tail(std::string_view line) {
  const bool blank = is_blank_line(line);
  const bool begins = tail_.empty() && after_blank_ && looks_like_prose(line);
  const bool code = !blank && (looks_like_code(line) || indent_of(line) >= 4 || line.starts_with(R"(""")"));
  after_blank_ = blank;
  if (code) {
    tail_.clear();
    tail_lines_ = 0;
  } else if (begins || !tail_.empty()) {
    tail_.append(line).push_back('\n');
    ++tail_lines_;
    if (tail_.size() > kLongestTail) give_up_fence();
  }
}

void BlockReader::give_up_fence() {
  code_lines_ -= tail_lines_;
  const std::string tail = std::move(tail_);
  close_fence();
  replay(tail);
}

void BlockReader::close_fence() {
  new_line();
  if (language_.kind == CodeLanguage::Kind::diff) {
    if (fence_has_words_) say_notice(diff_.notice());
  } else if (fence_has_words_) {
    say_notice(language_.kind == CodeLanguage::Kind::diagram ? "Diagram."
                                                             : code_notice(language_.noun, code_lines_));
  }
}

void BlockReader::say_notice(std::string_view notice) {
  if (options_.code == Say::brief) speaker_.line(notice);
}

void BlockReader::begin_diff() {
  end_block();
  diff_ = DiffCount();
  code_lines_ = 0;
  mode_ = Mode::diff;
}

void BlockReader::on_diff(std::string_view c) {
  const bool known = code_lines_ == 0 || line_.size() < kDiffHeaderKnown || diff_.goes_on_with(line_);
  if (c != "\n" && known) {
    if (line_.size() < kLongestLine) line_.append(c);
    return;
  }
  if (known && (code_lines_ == 0 || diff_.goes_on_with(line_))) {
    diff_.add(line_);
    ++code_lines_;
    if (options_.code == Say::read) speaker_.code_line(line_);
    line_.clear();
    return;
  }
  const std::string begun = std::string(line_).append(c);
  close_diff();
  replay(begun);
}

void BlockReader::close_diff() {
  new_line();
  say_notice(diff_.notice());
}

void BlockReader::on_indented(std::string_view c) {
  if (c != "\n") {
    line_.append(c);
    if (line_.size() > kLongestIndentedLine) say_words();
    return;
  }
  if (!looks_like_code(line_)) {
    say_words();
    put("\n");
    return;
  }
  if (options_.code == Say::read) speaker_.code_line(line_);
  new_line();
  code_lines_ = 1;
  blank_lines_ = 0;
  mode_ = Mode::indented_code;
}

void BlockReader::on_indented_code(std::string_view c) {
  if (line_.empty() && (c == " " || c == "\t")) {
    indent_ += c == "\t" ? 4 : 1;
  } else if (line_.empty() && c == "\n") {
    ++blank_lines_;
    indent_ = 0;
  } else if (c == "\n") {
    code_lines_ += 1 + blank_lines_;
    blank_lines_ = indent_ = 0;
    if (options_.code == Say::read) speaker_.code_line(line_);
    line_.clear();
  } else if (line_.empty() && indent_ < 4) {
    const std::string begun = std::string(indent_, ' ').append(c);
    close_indented();
    replay(begun);
  } else if (line_.size() < kLongestLine) {
    line_.append(c);
  }
}

void BlockReader::close_indented() {
  if (!line_.empty()) on_indented_code("\n");
  new_line();
  say_notice(code_notice("Code", code_lines_));
}

void BlockReader::on_reference(std::string_view c) {
  const std::size_t target = line_.find_first_not_of(" \t", line_.find("]:") + 2);
  const bool target_ends =
      c == " " && target != std::string::npos && line_.find(' ', target) == std::string::npos;
  if (c == "\n" || target_ends || line_.size() > kLongestReference) {
    if (!is_reference_definition(line_)) {
      say_reference();
      put(c);
      return;
    }
    if (c == "\n") return new_line();
  }
  line_.append(c);
}

void BlockReader::say_reference() {
  item_line_ = item_line_ || !block_open_;
  begin_words();
}

void BlockReader::on_raw_html(std::string_view c) {
  line_.append(c);
  if (c == ">" && line_.size() >= raw_end_.size() &&
      std::string_view(line_).substr(line_.size() - raw_end_.size()) == raw_end_) {
    line_.clear();
    mode_ = Mode::start;
  } else if (is_thinking()) {
    if (line_.size() > kLongestRawHtml) line_.erase(0, line_.size() - raw_end_.size());
  } else if (line_.size() > kLongestRawHtml) {
    give_up_raw_html();
  }
}

// Local models write their thinking into the text: however long it is, it is not for the ear.
bool BlockReader::is_thinking() const {
  return raw_end_.starts_with("</think");
}

// It never ended, so it is no reason to swallow the text: only the opening sign goes.
void BlockReader::give_up_raw_html() {
  if (is_thinking()) line_.clear();
  const std::size_t sign = raw_end_ == "-->" ? 4 : 0;
  mode_ = Mode::start;
  replaying_ = true;
  replay(line_.substr(sign));
  replaying_ = false;
}

}  // namespace streamtts::text
