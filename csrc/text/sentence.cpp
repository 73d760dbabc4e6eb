#include "text/sentence.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "text/marks.hpp"
#include "text/sentence/clause.hpp"
#include "text/sentence/enclosures.hpp"
#include "text/sentence/held_sentence.hpp"
#include "text/sentence/sentence_signs.hpp"
#include "text/sentence/stop_rule.hpp"
#include "text/unicode.hpp"

namespace streamtts::text {

namespace {

// The bytes from `at` on begin a code point and are too few for it.
bool ends_inside_code_point(std::string_view utf8, std::size_t at) {
  const std::size_t rest = utf8.size() - at;
  return rest < 4 && utf8_length(utf8[at]) > rest &&
         std::ranges::all_of(utf8.substr(at + 1), is_continuation);
}

}  // namespace

// Reads one code point at a time. After a stop it is `pending_`: signs that belong to the sentence move its
// end on, and the first other character after the white space decides. What has been read of the next
// sentence by then is that one character, so nothing is ever read twice.
class Splitter::Impl {
 public:
  Impl(bool eager, bool stresses) : eager_(eager), stresses_(stresses) {}

  void feed(std::string_view utf8, std::vector<Sentence>& out);
  void finish(SentenceEnd why, std::vector<Sentence>& out);
  std::string_view arriving() const { return held_.text(); }

 private:
  struct Pending {
    bool active = false;
    StopKind kind = StopKind::dot;
    HeldSentence::Words words;
    HeldSentence::Place end;  // where the sentence would end
    std::uint32_t blanks = 0;
    bool closed = false;
    bool picture = false;
  };

  std::size_t complete_split_code_point(std::string_view utf8);
  void step_split_code_point();
  void step_at(std::string_view utf8, std::size_t& at);
  void step(char32_t c, std::string_view bytes);
  bool is_mark(char c) const { return marks::is_mark(c) || (stresses_ && marks::is_strong(c)); }
  void step_mark(char mark);
  void read(char32_t c, std::string_view bytes);

  void step_pending(char32_t c, std::string_view bytes);
  bool belongs_right_after(char32_t c);
  bool belongs_after_blank(char32_t c);
  void decide(Ahead ahead, char32_t next);
  Verdict verdict(Ahead ahead, char32_t next);

  bool append(char32_t c, std::string_view bytes);
  void cut_clause();
  void release_all(SentenceEnd why);
  void start_sentence();

  const bool eager_;
  const bool stresses_;
  bool opening_ = true;  // the listener has heard nothing yet
  bool clause_is_out_ = false;
  bool in_code_ = false;  // between marks
  std::vector<Sentence>* out_ = nullptr;
  std::string split_code_point_;
  HeldSentence held_;
  Enclosures enclosures_;
  Pending pending_;
};

void Splitter::Impl::feed(std::string_view utf8, std::vector<Sentence>& out) {
  out_ = &out;
  std::size_t at = split_code_point_.empty() ? 0 : complete_split_code_point(utf8);
  while (at < utf8.size() && !ends_inside_code_point(utf8, at)) step_at(utf8, at);
  split_code_point_.append(utf8.substr(at));
}

// Returns how many bytes of `utf8` the code point took that the last feed broke off in.
std::size_t Splitter::Impl::complete_split_code_point(std::string_view utf8) {
  const std::size_t length = utf8_length(split_code_point_.front());
  std::size_t taken = 0;
  while (taken < utf8.size() && split_code_point_.size() < length && is_continuation(utf8[taken])) {
    split_code_point_.push_back(utf8[taken++]);
  }
  if (taken < utf8.size() || split_code_point_.size() == length) step_split_code_point();
  return taken;
}

void Splitter::Impl::step_split_code_point() {
  const std::string bytes = std::exchange(split_code_point_, {});
  for (std::size_t at = 0; at < bytes.size();) step_at(bytes, at);
}

// Bytes that are no UTF-8 become replacement characters, so that sentences always are.
void Splitter::Impl::step_at(std::string_view utf8, std::size_t& at) {
  const std::size_t begin = at;
  const char32_t c = decode_utf8(utf8, at);
  if (c >= 0x1C && c <= 0x1F) return step(U' ', " ");  // separators of old: white space to Python, too
  step(c, c == kReplacement ? "\xEF\xBF\xBD" : utf8.substr(begin, at - begin));
}

void Splitter::Impl::finish(SentenceEnd why, std::vector<Sentence>& out) {
  out_ = &out;
  step_split_code_point();
  release_all(why);
  held_.end_strong();
  opening_ = true;
  in_code_ = false;
}

void Splitter::Impl::step(char32_t c, std::string_view bytes) {
  if (c < 0x20 && is_mark(static_cast<char>(c))) {
    step_mark(static_cast<char>(c));
  } else if (c == U'\n') {
    release_all(SentenceEnd::block);
    held_.end_strong();
    in_code_ = false;
  } else if (pending_.active) {
    step_pending(c, bytes);
  } else {
    read(c, bytes);
  }
}

void Splitter::Impl::step_mark(char mark) {
  const bool decidable = pending_.active && (pending_.blanks > 0 || pending_.kind == StopKind::wide);
  switch (mark) {
    case marks::kCodeBegin:
      if (decidable) decide(Ahead::code, 0);
      pending_ = {};
      in_code_ = true;
      held_.begin_code();
      break;
    case marks::kCodeEnd:
      in_code_ = false;
      held_.end_code();
      break;
    case marks::kStrongBegin:
      held_.begin_strong();
      break;
    case marks::kStrongEnd:
      held_.end_strong();
      break;
    case marks::kLowerAhead:
      if (decidable) decide(Ahead::lower, U'a');
      break;
    default:
      if (decidable) decide(Ahead::unknown, 0);
  }
}

void Splitter::Impl::step_pending(char32_t c, std::string_view bytes) {
  if (pending_.blanks == 0 ? belongs_right_after(c) : belongs_after_blank(c)) {
    if (!append(c, bytes)) return;
    pending_.end = held_.end();
    pending_.blanks = 0;
    return;
  }
  if (is_space(c)) {
    if (++pending_.blanks > 1) {
      decide(Ahead::blank, 0);
    } else if (pending_.kind == StopKind::wide && !pending_.closed) {
      decide(Ahead::other, 0);
    }
    if (pending_.active) {
      append(c, bytes);
    } else {
      read(c, bytes);
    }
    return;
  }
  const bool unspaced = pending_.blanks == 0 && pending_.kind != StopKind::wide && !pending_.picture;
  const bool new_script = is_cjk(c) || (is_hangul(c) && !pending_.closed);
  if (unspaced && (pending_.kind == StopKind::ellipsis || !new_script)) {
    pending_ = {};
  } else {
    decide(ahead_of(c), c);
    pending_ = {};
  }
  read(c, bytes);
}

// Right after the stop: more stops, closing signs, a picture.
bool Splitter::Impl::belongs_right_after(char32_t c) {
  if (const auto kind = stop_kind(c, held_.last())) {
    pending_.kind = joined(pending_.kind, *kind);
    return true;
  }
  const bool stray_quote = is_straight_quote(c) && pending_.kind != StopKind::wide;
  if (enclosures_.closes(c) || always_closes(c) || stray_quote) {
    pending_.closed = true;
    return true;
  }
  if (closes_emphasis(c) || is_invisible(c)) return true;
  if (!picture_trails(c) || held_.starts_with_picture()) return false;
  pending_.picture = true;
  return true;
}

// After white space: a guillemet or quote that closes here, a spaced second sign (« Quoi ? ! »), a picture.
bool Splitter::Impl::belongs_after_blank(char32_t c) {
  if (enclosures_.closes(c)) {
    pending_.closed = true;
    return true;
  }
  if ((c == U'!' || c == U'?') && (pending_.kind == StopKind::shout || pending_.kind == StopKind::ellipsis)) {
    pending_.kind = StopKind::shout;
    return true;
  }
  if (!picture_trails(c) || held_.starts_with_picture() || enclosures_.any_open()) return false;
  pending_.picture = true;
  return true;
}

void Splitter::Impl::decide(Ahead ahead, char32_t next) {
  const Verdict found = verdict(ahead, next);
  if (found == Verdict::wait) return;
  if (found == Verdict::end) {
    held_.release(pending_.end, SentenceEnd::stop, *out_);
    start_sentence();
  }
  pending_ = {};
}

Verdict Splitter::Impl::verdict(Ahead ahead, char32_t next) {
  // What is announced may still be the sign that closes, as in « Bonjour. »
  if (enclosures_.any_open()) return ahead == Ahead::unknown ? Verdict::wait : Verdict::go_on;
  if (pending_.picture) return Verdict::end;
  if (pending_.kind == StopKind::wide && pending_.closed && goes_on_after_quote(next)) return Verdict::go_on;
  const Stop stop{.kind = pending_.kind,
                  .word = held_.view(pending_.words.last),
                  .previous = held_.view(pending_.words.previous),
                  .word_index = pending_.words.index,
                  .closed = pending_.closed,
                  .code = pending_.words.code};
  return judge(stop, ahead, next);
}

void Splitter::Impl::read(char32_t c, std::string_view bytes) {
  const bool blank = is_space(c);
  if (blank && eager_) cut_clause();
  if (blank && held_.empty()) return;
  const HeldSentence::Words words = held_.words();
  const char32_t previous = held_.last();
  if (!append(c, bytes) || blank || in_code_) return;
  if (eager_ && is_wide_comma(c)) cut_clause();
  const auto kind = stop_kind(c, previous);
  if (!kind || !held_.has_words() || enclosures_.in_code()) return;
  pending_ = Pending{.active = true, .kind = *kind, .words = words, .end = held_.end()};
}

// False when the length limit has cut: nothing that was known of the held words holds any more.
bool Splitter::Impl::append(char32_t c, std::string_view bytes) {
  enclosures_.see(in_code_ ? U'x' : c);
  held_.append(c, bytes);
  if (!held_.full()) return true;
  held_.cut(held_.last_gap(), SentenceEnd::clause, *out_);
  pending_ = {};
  return false;
}

void Splitter::Impl::cut_clause() {
  if (in_code_ || !(opening_ || clause_is_out_) || held_.ends_in_gap()) return;
  const ClauseLimits& limits = clause_is_out_ ? kLaterClause : kOpeningClause;
  if (held_.columns() < limits.sign) return;
  const bool endless = held_.columns() >= 2 * limits.any_word;
  if (enclosures_.any_open() && !endless) return;
  const std::size_t bytes = clause_end(held_.text(), held_.columns(), limits);
  if (bytes == 0) return;
  held_.cut(bytes, SentenceEnd::clause, *out_);
  opening_ = false;
  clause_is_out_ = true;
}

void Splitter::Impl::release_all(SentenceEnd why) {
  pending_ = {};
  if (held_.empty()) {
    enclosures_.clear();
    return;
  }
  held_.end_code();
  held_.release(held_.trimmed_end(), why, *out_);
  start_sentence();
}

void Splitter::Impl::start_sentence() {
  enclosures_.clear();
  opening_ = false;
  clause_is_out_ = false;
}

Splitter::Splitter(bool eager, bool stresses) : impl_(std::make_unique<Impl>(eager, stresses)) {}
Splitter::~Splitter() = default;
Splitter::Splitter(Splitter&&) noexcept = default;
Splitter& Splitter::operator=(Splitter&&) noexcept = default;

void Splitter::feed(std::string_view utf8, std::vector<Sentence>& out) {
  impl_->feed(utf8, out);
}
void Splitter::finish(SentenceEnd why, std::vector<Sentence>& out) {
  impl_->finish(why, out);
}
std::string_view Splitter::arriving() const {
  return impl_->arriving();
}

}  // namespace streamtts::text
