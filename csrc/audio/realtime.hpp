// Says of a function that it never locks, allocates, logs or makes a blocking system call.
// Clang checks it where -Wfunction-effects or -fsanitize=realtime is on; other compilers take our word.
#pragma once

#if defined(__has_cpp_attribute) && __has_cpp_attribute(clang::nonblocking)
#define STREAMTTS_NONBLOCKING [[clang::nonblocking]]
// For what is known not to block although its declaration does not say so.
#define STREAMTTS_TRUST_NONBLOCKING(...)                                                      \
  _Pragma("clang diagnostic push") _Pragma("clang diagnostic ignored \"-Wfunction-effects\"") \
      __VA_ARGS__ _Pragma("clang diagnostic pop")
#else
#define STREAMTTS_NONBLOCKING
#define STREAMTTS_TRUST_NONBLOCKING(...) __VA_ARGS__
#endif
