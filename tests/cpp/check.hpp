// The few lines a C++ test needs: TEST(name) { CHECK(...); CHECK_EQ(a, b); }
#pragma once

#include <functional>
#include <iostream>
#include <string>
#include <vector>

namespace check {

struct Case {
  std::string name;
  std::function<void()> body;
};

inline std::vector<Case>& cases() {
  static std::vector<Case> all;
  return all;
}

inline int& failures() {
  static int count = 0;
  return count;
}

inline bool add(std::string name, std::function<void()> body) {
  cases().push_back({std::move(name), std::move(body)});
  return true;
}

inline int run_all() {
  for (const Case& test : cases()) {
    const int before = failures();
    test.body();
    std::cout << (failures() == before ? "ok   " : "FAIL ") << test.name << '\n';
  }
  std::cout << cases().size() << " tests, " << failures() << " failed checks\n";
  return failures() == 0 && !cases().empty() ? 0 : 1;
}

}  // namespace check

#define TEST(name)                                            \
  static void name();                                         \
  static const bool name##_added = ::check::add(#name, name); \
  static void name()

#define CHECK(condition)                                                               \
  do {                                                                                 \
    if (!(condition)) {                                                                \
      std::cout << __FILE__ << ':' << __LINE__ << ": " << #condition << " is false\n"; \
      ++::check::failures();                                                           \
    }                                                                                  \
  } while (false)

#define CHECK_EQ(actual, expected)                                                                   \
  do {                                                                                               \
    const auto& actual_value = (actual);                                                             \
    const auto& expected_value = (expected);                                                         \
    if (!(actual_value == expected_value)) {                                                         \
      std::cout << __FILE__ << ':' << __LINE__ << ": " << #actual << "\n  is       " << actual_value \
                << "\n  expected " << expected_value << '\n';                                        \
      ++::check::failures();                                                                         \
    }                                                                                                \
  } while (false)
