// Zero-width marks that the cleaner may weave into its output for the splitter. C0 controls never
// survive cleaning, so agent text cannot forge one; the splitter removes them all.
#pragma once

namespace streamtts::text::marks {

// Around the words of an inline code span: no sentence ends inside, and the span is protected.
inline constexpr char kCodeBegin = '\x0e';
inline constexpr char kCodeEnd = '\x0f';

// A word is held back until it is known whole; its first character is of this class. Lets the
// splitter release the sentence before it without waiting for the word.
inline constexpr char kLowerAhead = '\x10';  // a lower-case letter
inline constexpr char kOtherAhead = '\x11';  // anything else that is not white space

constexpr bool is_mark(char c) {
  return c >= kCodeBegin && c <= kOtherAhead;
}

// Around strong emphasis; only for who asks for stresses.
inline constexpr char kStrongBegin = '\x12';
inline constexpr char kStrongEnd = '\x13';

constexpr bool is_strong(char c) {
  return c == kStrongBegin || c == kStrongEnd;
}

}  // namespace streamtts::text::marks
