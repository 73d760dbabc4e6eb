// The signs around the end of a sentence: stops, what closes after them, and pictures that trail along.
#pragma once

#include <optional>

#include "text/sentence/stop_rule.hpp"
#include "text/unicode.hpp"

namespace streamtts::text {

// What kind of stop `c` is after the character `previous`, if it is one.
inline std::optional<StopKind> stop_kind(char32_t c, char32_t previous) {
  switch (c) {
    case U'.':
      return StopKind::dot;
    case U'!':
    case U'?':
    case U'‼':
    case U'‽':
    case U'⁇':
    case U'⁈':
    case U'⁉':
      return StopKind::shout;
    case U'…':
      return StopKind::ellipsis;
    case U'。':
    case U'｡':
    case U'！':
    case U'？':
    case U'।':
    case U'॥':
    case U'؟':
    case U'۔':
    case U'։':
    case U'።':
    case U'။':
    case U'។':
      return StopKind::wide;
    case U'．':
      if (is_ascii_digit(previous) || (previous >= U'０' && previous <= U'９')) return std::nullopt;
      return StopKind::wide;
    case U';':
    case U'\u037E':  // the Greek question mark
      if ((previous >= U'Ͱ' && previous <= U'Ͽ') || (previous >= U'ἀ' && previous <= U'῾'))
        return StopKind::shout;
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

// The kind of a run of stops that was `before` and goes on with `next`.
inline StopKind joined(StopKind before, StopKind next) {
  if (before == StopKind::wide || next == StopKind::wide) return StopKind::wide;
  if (before == StopKind::shout || next == StopKind::shout) return StopKind::shout;
  return StopKind::ellipsis;
}

inline bool closes_emphasis(char32_t c) {
  return c == U'*' || c == U'_' || c == U'~' || c == U'`';
}

inline bool is_straight_quote(char32_t c) {
  return c == U'"' || c == U'\'';
}

// Closes wherever it stands; a straight quote closes only what is open.
inline bool always_closes(char32_t c) {
  return is_closing(c) && !is_straight_quote(c);
}

// A picture after a stop belongs to the sentence before it ("Done. 🎉"), unless it is one of those that
// announce what follows ("⚠️ Careful").
inline bool picture_trails(char32_t c) {
  switch (c) {
    case U'ℹ':
    case U'→':
    case U'➡':
    case U'⚠':
    case U'❗':
    case U'👉':
    case U'💡':
    case U'📌':
    case U'📝':
    case U'🔍':
    case U'🔧':
    case U'🚨':
      return false;
    default:
      return c >= U'\u2600' && is_emoji(c);
  }
}

// 「...。」 goes on after the quote: と言った, を表示.
inline bool goes_on_after_quote(char32_t c) {
  switch (c) {
    case U'と':
    case U'っ':
    case U'を':
    case U'が':
    case U'に':
    case U'の':
    case U'は':
    case U'へ':
    case U'で':
    case U'か':
    case U'的':
    case U'之':
      return true;
    default:
      return is_lower(c);
  }
}

}  // namespace streamtts::text
